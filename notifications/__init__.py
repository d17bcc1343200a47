"""Messages to people, as outbox rows with receipts."""

"""The people of the contract: roster, emergency contacts, oaths, meetings, lent goods."""

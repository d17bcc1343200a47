"""The kept applications: found again, looked at, held past their day, and checked against their seals."""

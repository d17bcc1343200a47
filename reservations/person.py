"""Who books: what the citizen typed, already parsed by a form."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """`reading` and `email` may be empty: some names have no reading, and mail is optional."""

    name: str
    reading: str
    birth_date: date
    address: str
    phone: str
    email: str = ""

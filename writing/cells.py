"""What a cell of a table may hold. By itself, so that who writes tables needs neither WeasyPrint nor openpyxl."""

from datetime import date, datetime
from decimal import Decimal

Value = str | int | float | Decimal | date | datetime | bool | None

"""`city` for every template: its name, desks and whether they are open now."""

from typing import Any

from django.http import HttpRequest

from postoffices.city import current_city


def city(request: HttpRequest) -> dict[str, Any]:
    return {"city": current_city()}

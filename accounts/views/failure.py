"""What someone sees whose form could not be taken."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token did not match: usually a page left open too long. Nothing was saved."""
    return render(request, "403_csrf.html", status=403)

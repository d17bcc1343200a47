"""A version on paper: cover with version and approval, then the text."""

from documents.markup import as_html
from documents.models import Version
from documents.roster import previewed
from postoffices.city import current_city
from writing.papers import pdf


def version_pdf(version: Version) -> bytes:
    """A4. A version that the city has not approved says so on every page."""
    context = {
        "version": version,
        "document": version.document,
        "city": current_city(),
        "body": as_html(version.shown or previewed(version.text)),
        "approved": version.state in ("approved", "published", "superseded"),
    }
    return pdf("documents/print/version.html", context)

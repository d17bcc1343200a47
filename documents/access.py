"""What a member of staff may reach: readers the published documents of their role, authors and the city all of them."""

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from documents.models import Document, DocumentQuerySet, Version, VersionState


def follows(user: User) -> bool:
    """Whether the person sees documents on their way too: who writes, approves or looks after them."""
    return user.may("documents.follow")


def documents_for(user: User) -> DocumentQuerySet:
    """The documents within the person's reach. The city's auditors read whatever is published."""
    if follows(user):
        return Document.objects.all()
    published = Document.objects.published()
    return published if user.may("audit.view") else published.filter(audience__contains=[user.role])


def document_for(user: User, pk: int) -> Document:
    """Raises Http404 outside the person's reach."""
    document = documents_for(user).filter(pk=pk).first()
    if document is None:
        raise Http404
    return document


def versions_for(user: User, document: Document) -> QuerySet[Version]:
    """The versions that the person may see, newest first: only the published one for readers."""
    seen = Q() if follows(user) else Q(state=VersionState.PUBLISHED)
    return document.versions.filter(seen).select_related("document", "decided_by", "file__bucket")


def version_for(user: User, pk: int, number: int) -> Version:
    """Raises Http404 for a version that the person may not see."""
    version = versions_for(user, document_for(user, pk)).filter(number=number).first()
    if version is None:
        raise Http404
    return version

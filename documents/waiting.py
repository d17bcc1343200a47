"""What the start page says of this room."""

from django.urls import reverse

from accounts.models import User
from accounts.waiting import Waiting
from documents.models import Document, Version, VersionState
from documents.roster import count_outdated


def to_read(user: User) -> list[Waiting]:
    """Published documents whose reading the person has not confirmed."""
    return [Waiting("まだ読んでいない文書", Document.objects.unread_by(user).count(), reverse("documents:list"))]


def to_approve(user: User) -> list[Waiting]:
    """Versions that wait for the city; those the person wrote wait for a colleague."""
    waiting = Version.objects.filter(state=VersionState.SUBMITTED).exclude(authors=user)
    return [Waiting("承認を待つ文書", waiting.count(), reverse("documents:list"))]


def to_publish(user: User) -> list[Waiting]:
    approved = Version.objects.filter(state=VersionState.APPROVED).count()
    returned = Version.objects.filter(state=VersionState.RETURNED).count()
    address = reverse("documents:list")
    return [Waiting("公開を待つ承認済みの文書", approved, address), Waiting("差し戻された文書", returned, address)]


def to_rewrite(user: User) -> list[Waiting]:
    """Published documents that name somebody who is no longer responsible."""
    published = Version.objects.filter(state=VersionState.PUBLISHED, text__contains="{{")
    return [Waiting("名簿が変わり、改訂がいる文書", count_outdated(published), reverse("documents:list"))]

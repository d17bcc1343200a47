"""Documents for tests, made through the actions."""

from collections.abc import Sequence
from uuid import uuid4

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from documents.actions import Content, document_create, version_approve, version_publish, version_submit
from documents.models import Document, DocumentKind, Version
from tests.people import staff_member

TEXT = "## 受付\n\n1. 予約番号を確かめます。\n2. 「受付する」を押します。"


def someone(role: Role, name: str) -> User:
    """The member of staff called so, made at the first call."""
    return User.objects.filter(username=name).first() or staff_member(role, name)


def author() -> Actor:
    return Actor.staff(someone(Role.BUREAU, "author"))


def officer() -> Actor:
    return Actor.staff(someone(Role.CITY_OFFICER, "officer"))


def draft(
    *,
    text: str = TEXT,
    kind: DocumentKind = DocumentKind.MANUAL,
    audience: Sequence[Role] = (Role.CLERK,),
    title: str = "窓口の手引き",
    file: bytes = b"",
) -> Version:
    """The first version of a new document."""
    document: Document = document_create(
        key=uuid4(),
        kind=kind,
        title=title,
        audience=audience,
        must_confirm=True,
        content=Content(changes="最初の版です。", text=text, file=file, file_name="見本.pdf" if file else ""),
        by=author(),
    )
    return document.versions.get(number=1)


def submitted_version(**fields: object) -> Version:
    return version_submit(version=draft(**fields), by=author())  # type: ignore[arg-type]


def published_version(**fields: object) -> Version:
    return publish(submitted_version(**fields))


def publish(version: Version) -> Version:
    """A submitted version, approved by the city and published."""
    version_approve(version=version, by=officer())
    return version_publish(version=version, by=author())

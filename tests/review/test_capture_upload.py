"""The address that takes pictures: everything that is no good picture is refused in words, and leaves nothing."""

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL.JpegImagePlugin import JpegImageFile

from counters.models import Visit, VisitState
from review.actions import case_submit
from review.models import Case, CaseImage, CaseState
from tests.counters.desk import PICTURE, Desk
from tests.people import sign_in
from tests.vault.cameras import COMMENT, heic, jpeg, of_format, photograph, with_size
from vault.actions import object_read
from vault.models import ObjectKind, VaultObject

JSON = {"Accept": "application/json"}
MEGABYTE = 1024 * 1024


@dataclass
class Tablet:
    """A clerk's browser on the capture page of one visit."""

    client: Client
    visit: Visit

    @property
    def address(self) -> str:
        return f"/staff/review/visits/{self.visit.pk}/images/"

    def send(
        self,
        data: bytes = PICTURE,
        *,
        image_id: object = None,
        sha256: str | None = None,
        kind: str = "application_form",
        name: str = "card.jpg",
    ) -> Any:
        """As capture.js sends it; the test client's answer."""
        said = hashlib.sha256(data).hexdigest() if sha256 is None else sha256
        file = SimpleUploadedFile(name, data, "image/jpeg")
        typed = {"kind": kind, "image_id": str(image_id or uuid.uuid4()), "sha256": said, "file": file}
        return self.client.post(self.address, typed, headers=JSON)


@pytest.fixture
def tablet(desk: Desk, own: Client, own_vault: Path) -> Tablet:
    return Tablet(own, desk.signed())


def nothing_is_kept(vault: Path) -> bool:
    """No picture, in no table; the signature's object is the vault's only one."""
    return (
        not CaseImage.objects.exists()
        and not VaultObject.objects.filter(kind=ObjectKind.IMAGE).exists()
        and sum(path.is_file() for path in vault.rglob("*")) == 1
    )


def test_a_good_picture_is_stored_and_says_so(tablet: Tablet) -> None:
    answer = tablet.send()
    assert (answer.status_code, answer.json()["state"]) == (201, "stored")
    assert answer.json()["message"] == "サーバーに保存しました。"
    assert CaseImage.objects.get().case.visit == tablet.visit


def test_what_is_stored_is_the_picture_without_what_telephones_add(tablet: Tablet, desk: Desk) -> None:
    tablet.send(photograph())
    held = CaseImage.objects.select_related("picture__bucket").get().picture
    stored = object_read(held=held, by=desk.by, purpose="test")
    assert COMMENT not in stored
    assert b"Mihon Camera" not in stored
    assert b"Exif" not in stored


BAD = {
    "no picture": (b"%PDF-1.7 nothing to see here", "JPEGの写真として読み取れません"),
    "PNG under the name of a JPEG": (of_format("PNG"), "JPEGの写真として読み取れません"),
    "HEIC": (heic(), "JPEGの写真として読み取れません"),
    "cut off": (PICTURE[: len(PICTURE) // 2], "途中で切れている"),
    "only the first bytes": (PICTURE[:3], "途中で切れている"),
    "200 megapixels": (with_size(20_000, 10_000), "大きすぎます"),
    "13 megabytes": (jpeg() + bytes(13 * MEGABYTE), "12MBまで"),
    "empty": (b"", "空です"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_is_refused_in_words_and_leaves_nothing(tablet: Tablet, own_vault: Path, name: str) -> None:
    data, words = BAD[name]
    answer = tablet.send(data)
    assert (answer.status_code, answer.json()["state"]) == (422, "refused")
    assert words in answer.json()["message"]
    assert nothing_is_kept(own_vault)


def test_a_giant_is_refused_by_its_header_alone(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object, **__: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(JpegImageFile, "load", decode)
    with pytest.raises(AssertionError, match="it was decoded"):
        tablet.send()  # an ordinary picture is: the trap works
    assert tablet.send(with_size(20_000, 10_000)).status_code == 422


def test_a_wrong_hash_asks_for_the_same_picture_again(tablet: Tablet, own_vault: Path) -> None:
    answer = tablet.send(sha256="0" * 64)
    assert (answer.status_code, answer.json()["state"]) == (422, "again")
    assert nothing_is_kept(own_vault)


@pytest.mark.parametrize("typed", [{"sha256": "not a hash"}, {"kind": "face of a cat"}, {"image_id": "7"}])
def test_a_form_that_makes_no_sense_is_refused(tablet: Tablet, own_vault: Path, typed: dict[str, str]) -> None:
    answer = tablet.send(**typed)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["state"]) == (422, "refused")
    assert answer.json()["message"]
    assert nothing_is_kept(own_vault)


def test_the_same_picture_sent_twice_is_stored_once(tablet: Tablet, own_vault: Path) -> None:
    image_id = uuid.uuid4()
    assert [tablet.send(image_id=image_id).status_code for _ in range(2)] == [201, 201]
    assert CaseImage.objects.count() == 1
    assert sum(path.is_file() for path in own_vault.rglob("*")) == 2


def test_other_content_under_the_same_number_is_refused(tablet: Tablet) -> None:
    image_id = uuid.uuid4()
    tablet.send(image_id=image_id)
    answer = tablet.send(jpeg(100, 100), image_id=image_id)
    assert (answer.status_code, answer.json()["state"]) == (422, "refused")
    assert "同じ番号で別の画像" in answer.json()["message"]
    assert CaseImage.objects.get().sent_sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_the_twenty_first_picture_is_refused(tablet: Tablet) -> None:
    small = jpeg(16, 16)
    answers = [tablet.send(small).status_code for _ in range(21)]
    assert answers == [201] * 20 + [422]


def test_nothing_more_is_taken_after_submitting(tablet: Tablet, desk: Desk) -> None:
    tablet.send()
    case_submit(case=Case.objects.get(), by=desk.by)
    answer = tablet.send()
    assert (answer.status_code, answer.json()["state"]) == (422, "refused")
    assert CaseImage.objects.count() == 1


def test_a_visit_of_another_office_does_not_exist(tablet: Tablet, other: Client, own_vault: Path) -> None:
    tablet.client = other
    assert tablet.send().status_code == 404
    assert nothing_is_kept(own_vault)


def test_a_sign_in_that_ended_is_no_success(tablet: Tablet, desk: Desk, own_vault: Path) -> None:
    """A redirect to the sign-in page would come back to the script as 200."""
    tablet.client.logout()
    answer = tablet.send()
    assert (answer.status_code, answer.json()["state"]) == (401, "sign_in")
    assert "ログイン" in answer.json()["message"]
    assert tablet.client.get(answer.json()["url"]).status_code == 200
    assert nothing_is_kept(own_vault)
    sign_in(tablet.client, desk.clerk)
    assert tablet.send().status_code == 201


def test_a_plain_form_works_without_scripts(tablet: Tablet) -> None:
    page = f"/staff/counters/visits/{tablet.visit.pk}/"
    file = SimpleUploadedFile("card.jpg", PICTURE, "image/jpeg")
    answer = tablet.client.post(tablet.address, {"kind": "identity", "file": file})
    assert answer["Location"] == page
    assert "サーバーに保存済み" in tablet.client.get(page).content.decode()
    refused = tablet.client.post(tablet.address, {"kind": "identity"}, follow=True)
    assert "写真を受け取れませんでした" in refused.content.decode()
    bad = SimpleUploadedFile("card.jpg", of_format("PNG"), "image/jpeg")
    refused = tablet.client.post(tablet.address, {"kind": "identity", "file": bad}, follow=True)
    assert "JPEGの写真として読み取れません" in refused.content.decode()
    assert CaseImage.objects.count() == 1


def test_taking_out_twice_is_like_once(tablet: Tablet, other: Client) -> None:
    tablet.send()
    remove = f"/staff/review/images/{CaseImage.objects.get().pk}/remove/"
    assert other.post(remove).status_code == 404
    for _ in range(2):
        assert tablet.client.post(remove)["Location"] == f"/staff/counters/visits/{tablet.visit.pk}/"
    assert CaseImage.objects.get().removed_at is not None


@pytest.mark.requirement("kitakyushu-23")
def test_submitting_from_the_page(tablet: Tablet, other: Client) -> None:
    submit = f"/staff/review/visits/{tablet.visit.pk}/submit/"
    assert "画像がありません" in tablet.client.post(submit, follow=True).content.decode()
    tablet.send()
    assert other.post(submit).status_code == 404
    for _ in range(2):
        assert "審査の順番を待っています" in tablet.client.post(submit, follow=True).content.decode()
    assert Case.objects.get().state == CaseState.SUBMITTED
    tablet.visit.refresh_from_db()
    assert tablet.visit.state == VisitState.AWAITING_REVIEW
    assert Case.objects.get().due_at > timezone.now()  # type: ignore[operator]


def test_pictures_are_listed_as_they_lie_on_the_server(tablet: Tablet, other: Client) -> None:
    listing = f"/staff/review/visits/{tablet.visit.pk}/pictures/"
    assert "サーバーに保存済み" not in tablet.client.get(listing).content.decode()
    tablet.send()
    assert tablet.client.get(listing).content.decode().count("サーバーに保存済み") == 1
    assert other.get(listing).status_code == 404

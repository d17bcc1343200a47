"""Pictures in pieces: what is kept of a line that drops, and what no repetition can change."""

import base64
import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from counters.actions import visit_leave
from counters.models import Visit
from postoffices.models import Posting
from review.actions import case_submit, tablet_key_get, tablet_keys_erase_old, upload_begin, upload_take
from review.actions.capture import About
from review.actions.uploads import uploads_abandon_old
from review.errors import PieceElsewhere
from review.models import Case, CaseImage, DocumentKind, PendingUpload, TabletKey, UploadPiece
from review.tasks import sweep_capture
from tests.counters.desk import Desk
from tests.people import sign_in, staff_member
from tests.vault.cameras import heic, jpeg, of_format, photograph, with_size
from vault.actions import object_read
from vault.models import ObjectKind, VaultObject
from vault.pieces import piece_sealed

PICTURE = photograph()
PIECE = 4096
JSON = {"Accept": "application/json"}
SWEEPER = Actor.system("test")


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Sender:
    """A clerk's tablet that sends one picture in pieces."""

    client: Client
    visit: Visit
    data: bytes = PICTURE
    image_id: uuid.UUID = field(default_factory=uuid.uuid4)

    def begin(self, **changed: object) -> Any:
        typed = {
            "kind": "application_form",
            "document": "",
            "boxes": 2,
            "image_id": str(self.image_id),
            "sha256": sha(self.data),
            "size": len(self.data),
        }
        return self.client.post(f"/staff/review/visits/{self.visit.pk}/uploads/", typed | changed, headers=JSON)

    @property
    def address(self) -> str:
        return f"/staff/review/uploads/{self.image_id}/"

    def piece(self, offset: int, data: bytes | None = None, checksum: str = "") -> Any:
        sent = self.data[offset : offset + PIECE] if data is None else data
        headers = JSON | {"Upload-Offset": str(offset), "Upload-Checksum": checksum or sha(sent)}
        return self.client.patch(self.address, sent, content_type="application/octet-stream", headers=headers)

    def send_from(self, offset: int) -> Any:
        answer = None
        for position in range(offset, len(self.data), PIECE):
            answer = self.piece(position)
        return answer


@pytest.fixture
def sender(desk: Desk, own: Client) -> Sender:
    return Sender(own, desk.signed())


def pictures() -> int:
    return VaultObject.objects.filter(kind=ObjectKind.IMAGE).count()


@pytest.mark.requirement("kitakyushu-23")
def test_a_picture_in_pieces_is_one_picture(sender: Sender, desk: Desk) -> None:
    begun = sender.begin()
    assert (begun.status_code, begun.json()["state"], begun.json()["offset"]) == (200, "open", 0)
    answer = sender.send_from(0)
    assert (answer.status_code, answer.json()["state"]) == (201, "stored")
    image = CaseImage.objects.select_related("picture__bucket").get()
    assert (image.pk, image.boxes, image.sent_sha256) == (sender.image_id, 2, sha(PICTURE))
    assert object_read(held=image.picture, by=desk.by, purpose="test").startswith(b"\xff\xd8\xff")
    assert not PendingUpload.objects.exists()
    assert not UploadPiece.objects.exists()


def test_after_a_break_the_server_says_where_to_go_on(sender: Sender) -> None:
    sender.begin()
    sender.piece(0)
    sender.piece(PIECE)
    asked = sender.client.head(sender.address)
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == (str(2 * PIECE), str(len(PICTURE)))
    assert "no-store" in asked["Cache-Control"]
    again = sender.begin()
    assert again.json()["offset"] == 2 * PIECE
    assert sender.send_from(again.json()["offset"]).json()["state"] == "stored"
    assert CaseImage.objects.get().sent_sha256 == sha(PICTURE)


def test_a_piece_sent_twice_changes_nothing(sender: Sender) -> None:
    """The answer to the first sending got lost."""
    sender.begin()
    sender.piece(0)
    repeated = sender.piece(0)
    assert (repeated.status_code, repeated.json()["state"]) == (409, "again")
    assert sender.begin().json()["offset"] == PIECE
    assert sender.send_from(PIECE).json()["state"] == "stored"
    assert pictures() == 1


def test_a_gap_is_refused(sender: Sender) -> None:
    sender.begin()
    assert sender.piece(PIECE).status_code == 409
    assert not UploadPiece.objects.exists()


def test_bytes_beyond_the_announced_end_are_refused(sender: Sender) -> None:
    sender.begin(size=10)
    assert sender.piece(0, b"x" * 11).status_code == 409
    assert PendingUpload.objects.get().received == 0


def test_a_damaged_piece_is_asked_for_again(sender: Sender) -> None:
    sender.begin()
    damaged = sender.piece(0, checksum="0" * 64)
    assert (damaged.status_code, damaged.json()["state"]) == (409, "again")
    assert sender.piece(0, checksum="no hash").status_code == 409
    assert PendingUpload.objects.get().received == 0
    assert sender.send_from(0).json()["state"] == "stored"


def test_the_last_piece_sent_again_finds_the_picture_stored(sender: Sender) -> None:
    sender.begin()
    sender.send_from(0)
    last = len(PICTURE) // PIECE * PIECE
    assert sender.piece(last).json()["state"] == "stored"
    assert sender.begin().json()["state"] == "stored"
    assert sender.client.head(sender.address).status_code == 201
    assert pictures() == 1


def test_a_server_that_died_before_the_end_finishes_when_asked_again(sender: Sender, desk: Desk) -> None:
    """All pieces had come, the picture was not made yet."""
    sender.begin()
    for position in range(0, len(PICTURE) - PIECE, PIECE):
        sender.piece(position)
    upload = PendingUpload.objects.get()
    rest = PICTURE[upload.received :]
    upload.pieces.create(offset=upload.received, sealed=_sealed(upload, rest))
    PendingUpload.objects.update(received=len(PICTURE))
    assert sender.begin().json()["state"] == "stored"
    assert CaseImage.objects.get().sent_sha256 == sha(PICTURE)


def _sealed(upload: PendingUpload, data: bytes) -> bytes:
    return piece_sealed(data, wrapped_key=upload.wrapped_key, whole=upload.pk, offset=upload.received)


def test_other_content_under_a_known_number_is_refused(sender: Sender, desk: Desk) -> None:
    sender.begin()
    other = Sender(sender.client, sender.visit, jpeg(100, 100), sender.image_id)
    elsewhere = Sender(sender.client, desk.signed(), image_id=sender.image_id)
    for answer in (other.begin(), elsewhere.begin()):
        assert (answer.status_code, answer.json()["state"]) == (422, "refused")
        assert "同じ番号で別の画像" in answer.json()["message"]
    sender.send_from(0)
    assert other.begin().json()["state"] == "refused"
    assert CaseImage.objects.get().sent_sha256 == sha(PICTURE)


BAD = {
    "HEIC": (heic(), "JPEGの写真として読み取れません"),
    "PNG": (of_format("PNG"), "JPEGの写真として読み取れません"),
    "GIF": (of_format("GIF"), "JPEGの写真として読み取れません"),
    "cut off": (PICTURE[: len(PICTURE) // 2], "途中で切れている"),
    "200 megapixels": (with_size(20_000, 10_000), "大きすぎます"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_good_picture_is_refused_at_its_end_and_leaves_nothing(sender: Sender, name: str) -> None:
    sender.data, words = BAD[name]
    sender.begin()
    answer = sender.send_from(0)
    assert (answer.status_code, answer.json()["state"]) == (422, "refused")
    assert words in answer.json()["message"]
    assert not PendingUpload.objects.exists()
    assert not CaseImage.objects.exists()
    assert pictures() == 0


def test_thirty_megabytes_are_refused_before_a_byte_is_sent(sender: Sender) -> None:
    answer = sender.begin(size=30 * 1024 * 1024)
    assert (answer.status_code, answer.json()["state"]) == (422, "refused")
    assert "12MB" in answer.json()["message"]
    assert not PendingUpload.objects.exists()


def test_a_wrong_hash_of_the_whole_keeps_nothing_and_asks_again(sender: Sender) -> None:
    sender.begin(sha256="0" * 64)
    answer = sender.send_from(0)
    assert (answer.status_code, answer.json()["state"]) == (409, "again")
    assert not PendingUpload.objects.exists()
    assert pictures() == 0


@pytest.mark.parametrize("typed", [{"sha256": "x"}, {"kind": "cat"}, {"image_id": "7"}, {"size": 0}, {"boxes": -1}])
def test_an_announcement_that_makes_no_sense_is_refused(sender: Sender, typed: dict[str, object]) -> None:
    answer = sender.begin(**typed)
    assert (answer.status_code, answer.json()["state"]) == (422, "refused")
    assert answer.json()["message"]


def test_too_many_pictures_on_their_way_are_refused(sender: Sender) -> None:
    answers = []
    for number in range(21):
        sender.image_id = uuid.UUID(int=100 + number)
        answers.append(sender.begin().status_code)
    assert answers == [200] * 20 + [422]


def test_nothing_begins_after_submitting(sender: Sender, desk: Desk) -> None:
    case = desk.submitted()
    late = Sender(sender.client, case.visit)
    assert late.begin().json()["state"] == "refused"


def test_a_picture_that_arrives_after_submitting_is_refused_in_words(sender: Sender, desk: Desk) -> None:
    sender.begin()
    case = Case.objects.get()
    desk.picture(case)
    case_submit(case=case, by=desk.by)
    answer = sender.send_from(0)
    assert (answer.status_code, answer.json()["state"]) == (422, "refused")
    assert "撮影できる状態ではありません" in answer.json()["message"]


def test_another_office_finds_neither_the_visit_nor_the_upload(sender: Sender, other: Client) -> None:
    sender.begin()
    stranger = Sender(other, sender.visit, image_id=sender.image_id)
    assert [stranger.begin().status_code, stranger.piece(0).status_code] == [404, 404]
    sender.send_from(0)
    assert other.head(sender.address).status_code == 404


def test_a_sign_in_that_ended_loses_no_piece(sender: Sender, desk: Desk) -> None:
    sender.begin()
    sender.piece(0)
    sender.client.logout()
    for answer in (sender.piece(PIECE), sender.begin()):
        assert (answer.status_code, answer.json()["state"]) == (401, "sign_in")
    sign_in(sender.client, desk.clerk)
    assert sender.begin().json()["offset"] == PIECE
    assert sender.send_from(PIECE).json()["state"] == "stored"


# -- at rest --------------------------------------------------------------------------------------
def test_pieces_lie_sealed_in_the_database(sender: Sender) -> None:
    sender.begin()
    sender.piece(0)
    piece = UploadPiece.objects.select_related("upload").get()
    assert PICTURE[:64] not in bytes(piece.sealed)
    assert PICTURE[1000:1064] not in bytes(piece.sealed)
    assert len(piece.upload.wrapped_key) == 40


def test_old_pieces_are_swept_and_the_tablet_begins_anew(sender: Sender) -> None:
    sender.begin()
    sender.piece(0)
    assert uploads_abandon_old(by=SWEEPER) == 0
    assert uploads_abandon_old(by=SWEEPER, now=timezone.now() + timedelta(hours=3)) == 1
    assert not UploadPiece.objects.exists()
    assert AuditEvent.objects.filter(action="case.upload_abandoned").count() == 1
    assert sender.piece(PIECE).status_code == 404
    assert sender.begin().json()["offset"] == 0
    assert sender.send_from(0).json()["state"] == "stored"


def test_a_piece_for_an_upload_that_was_swept_meanwhile_goes_elsewhere(desk: Desk) -> None:
    case = desk.case()
    about = About(uuid.uuid4(), DocumentKind.OTHER, sha(PICTURE))
    upload = upload_begin(case=case, about=about, size=len(PICTURE), by=desk.by)
    assert isinstance(upload, PendingUpload)
    uploads_abandon_old(by=SWEEPER, now=timezone.now() + timedelta(hours=3))
    with pytest.raises(PieceElsewhere):
        upload_take(upload=upload, offset=0, sha256=sha(b"x"), data=b"x", by=desk.by)


# -- the tablet's key -----------------------------------------------------------------------------
def key_of(client: Client, visit: Visit) -> Any:
    return client.post(f"/staff/review/visits/{visit.pk}/key/", headers=JSON)


def test_the_same_worker_gets_the_same_key_after_signing_in_again(sender: Sender, desk: Desk) -> None:
    first = key_of(sender.client, sender.visit).json()
    assert len(base64.b64decode(first["key"])) == 32
    sender.client.logout()
    assert key_of(sender.client, sender.visit).status_code == 401
    sign_in(sender.client, desk.clerk)
    assert key_of(sender.client, sender.visit).json() == first
    assert AuditEvent.objects.filter(action="case.tablet_key_made").count() == 1


def test_a_colleague_at_the_same_tablet_gets_another_key(sender: Sender, desk: Desk) -> None:
    first = key_of(sender.client, sender.visit).json()
    colleague = staff_member(Role.CLERK, "same-counter")
    Posting.objects.create(user=colleague, office=desk.town.office)
    second = key_of(sign_in(Client(), colleague), sender.visit).json()
    assert second["id"] != first["id"]
    assert second["key"] != first["key"]


def test_a_picture_is_sent_by_whoever_took_it(sender: Sender, desk: Desk) -> None:
    """The page of one worker stays open while another signs in, in a second tab."""
    key = key_of(sender.client, sender.visit).json()["id"]
    assert sender.begin(tablet_key=key).json()["state"] == "open"
    colleague = staff_member(Role.CLERK, "same-counter")
    Posting.objects.create(user=colleague, office=desk.town.office)
    sign_in(sender.client, colleague)
    answer = sender.begin(tablet_key=key)
    assert (answer.status_code, answer.json()["state"]) == (409, "again")
    assert "別の方がログインしています" in answer.json()["message"]
    sign_in(sender.client, desk.clerk)
    assert sender.begin(tablet_key=key).json()["state"] == "open"


def test_the_key_is_not_kept_by_the_browser_nor_written_plain(sender: Sender) -> None:
    answer = key_of(sender.client, sender.visit)
    assert "no-store" in answer["Cache-Control"]
    held = bytes(TabletKey.objects.get().wrapped_key)
    assert base64.b64decode(answer.json()["key"]) not in held
    assert answer.json()["key"] not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize("end", ["finish", "leave"])
def test_the_end_of_a_visit_destroys_its_keys(sender: Sender, desk: Desk, end: str) -> None:
    key_of(sender.client, sender.visit)
    if end == "finish":
        desk.sent_on(sender.visit)
    else:
        visit_leave(visit=sender.visit, by=desk.by)
    assert not TabletKey.objects.exists()
    answer = key_of(sender.client, sender.visit)
    assert (answer.status_code, answer.json()["state"]) == (410, "over")
    assert not TabletKey.objects.exists()


def test_another_office_gets_no_key(sender: Sender, other: Client) -> None:
    assert key_of(other, sender.visit).status_code == 404


def test_keys_of_yesterday_are_swept(desk: Desk) -> None:
    visit = desk.signed()
    tablet_key_get(visit=visit, user=desk.clerk, by=desk.by)
    sweep_capture()
    assert TabletKey.objects.count() == 1
    tablet_keys_erase_old(by=SWEEPER, now=timezone.now() + timedelta(hours=25))
    assert not TabletKey.objects.exists()

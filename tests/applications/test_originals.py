"""Paper originals on their way to the wards."""

import pytest
from django.test import Client

from applications.models import (
    Original,
    OriginalBatch,
    OriginalState,
)
from applications.scans.errors import (
    NotSentYet,
)
from applications.scans.originals import (
    originals_pack,
    originals_receive,
    originals_send,
    originals_waiting,
    wards_waiting,
)
from applications.tasks import seal_due
from audit.models import AuditEvent
from tests.applications.paper import SCANS, on_paper, scan_of, sent
from tests.counters.desk import Desk

pytestmark = pytest.mark.usefixtures("paper_counts")


# -- originals ------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-24")
def test_originals_are_packed_sent_received_and_missed(manager: Client, officer: Client, desk: Desk) -> None:
    forms = [on_paper(desk, hour) for hour in (9, 11)]
    sent(desk, scan_of(desk, *forms))
    assert not originals_waiting().exists()  # the scan is not kept yet
    seal_due()
    ward = desk.town.office.ward
    assert wards_waiting() == [(ward, 2)]
    assert officer.post(f"{SCANS}originals/pack/{ward.code}/").status_code == 403
    made = manager.post(f"{SCANS}originals/pack/{ward.code}/", follow=True).content.decode()
    assert all(form.number in made for form in forms)
    batch = OriginalBatch.objects.get()
    assert wards_waiting() == []
    with pytest.raises(NotSentYet):
        originals_receive(batch=batch, by=desk.by)
    assert manager.get(f"{SCANS}originals/{batch.pk}.pdf").content.startswith(b"%PDF")
    manager.post(f"{SCANS}originals/{batch.pk}/send/")
    officer.post(f"{SCANS}originals/{batch.pk}/", {"missing": [forms[1].number]})
    assert set(Original.objects.values_list("state", flat=True)) == {OriginalState.RECEIVED, OriginalState.MISSING}
    assert "届いていない原本があります" in manager.get(f"{SCANS}originals/").content.decode()
    officer.post(f"{SCANS}originals/{batch.pk}/", {})
    assert set(Original.objects.values_list("state", flat=True)) == {OriginalState.RECEIVED}
    assert "届いていない原本があります" not in manager.get(f"{SCANS}originals/").content.decode()
    # What was received once does not get lost by a slip afterwards.
    officer.post(f"{SCANS}originals/{batch.pk}/", {"missing": [forms[0].number]})
    assert set(Original.objects.values_list("state", flat=True)) == {OriginalState.RECEIVED}


def test_two_who_pack_at_once_send_each_original_once(desk: Desk) -> None:
    sent(desk, scan_of(desk, on_paper(desk)))
    seal_due()
    batch = originals_pack(ward=desk.town.office.ward, by=desk.by)
    assert batch.originals.count() == 1
    assert originals_send(batch=batch, by=desk.by).sent_at == originals_send(batch=batch, by=desk.by).sent_at
    assert AuditEvent.objects.filter(action="originals.sent").count() == 1

"""Papers of the made-up city: sealed forms, scans and originals where paper counts, handovers, a closing.

One sealed form is kept back from erasure, and the end of the contract has only been exported.
"""

from collections.abc import Iterable
from datetime import datetime, time
from random import Random

import time_machine
from django.utils import timezone

from applications.actions import ApplicantData, applicant_note, application_sign_on_paper
from applications.archive.actions import entry_hold
from applications.models import Application, ArchiveEntry, ArchiveHold, ScanFile
from applications.papers import forms_pdf
from applications.scans.originals import originals_pack, originals_receive, originals_send, wards_waiting
from applications.scans.receiving import scan_claim, scan_read, scan_receive
from applications.signing.sealing import application_seal, sealing_claim
from audit.actors import Actor
from config.simulation.cast import Cast
from config.simulation.people import made_up_person
from counters.actions import visit_finish, visit_serve, visit_walk_in
from counters.models import Outcome, Reason
from keeping.closing.actions import closing_export_note
from keeping.handover.actions import handover_confirm, handover_make
from keeping.handover.records import HandoverList
from keeping.models import ContractClosing
from postoffices.city import current_city
from postoffices.models import Office
from writing.papers import JoinedPdf, pdf_from_html

WORKER = Actor.system("demo papers")
SEALED = 3
# Of which ward (the first, the second ...) who signed on paper was; the last one's paper has not been scanned.
PAPER_WARDS = (0, 0, 0, 1, 1, 2, 3, 3, 0)
THREE_O_CLOCK = time(15)


def papers_kept(cast: Cast) -> int:
    """Once for each demo. Returns how many forms are kept at the end."""
    if not ArchiveHold.objects.exists():
        seal([*sign_on_paper(cast), *([None] * SEALED)])
        send_originals(cast)
        if entry := ArchiveEntry.objects.order_by("pk").first():
            entry_hold(entry=entry, reason="審査請求があったため、裁決まで残します（見本）。", by=cast.manager)
    if not HandoverList.objects.exists():
        first = handover_make(note="10月の担当替えのときの見本です。", by=cast.manager)
        handover_confirm(handover=first, remarks="確認しました。", by=cast.officer)
        handover_make(note="来月から担当が替わります（見本）。", by=cast.manager)
    if not ContractClosing.objects.exists():
        closing_export_note(
            exports={"保存した申請書（見本）": "書き出しの見本。SHA-256は実際の書き出しで記録します。"}, by=WORKER
        )
    return ArchiveEntry.objects.count()


def seal(wanted: Iterable[Application | None]) -> None:
    """Seal these, and for each None whatever waits longest: forms signed on screen, of which there are hundreds."""
    for one in wanted:
        if application := sealing_claim(application_id=one.pk if one else None):
            application_seal(application=application, by=WORKER)


def sign_on_paper(cast: Cast) -> list[Application]:
    """Where paper counts or counted: some who signed it, and the day's scans with a page that nobody knows.

    Returns those whose scan is to be sealed.
    """
    last = current_city().rules.signature.paper_until
    if last is None or ScanFile.objects.exists():
        return []
    moment = min(timezone.now(), timezone.make_aware(datetime.combine(last, THREE_O_CLOCK)))
    with time_machine.travel(moment, tick=False):
        forms = [_signed(cast, office, place) for place, office in enumerate(_offices_signed_at(cast))]
        with JoinedPdf() as joined:
            joined.add(forms_pdf(forms[:-1], by=cast.bureau))
            joined.add(pdf_from_html("<p>送付状（見本）</p>"))
            scan_receive(filename="見本_紙の申請書.pdf", data=joined.written(), by=cast.bureau)
        scan_receive(filename="見本_壊れたスキャン.pdf", data=b"%PDF-1.7 " + b"0" * 200, by=cast.bureau)
    while file := scan_claim():
        scan_read(file=file, by=WORKER)
    return forms[:-1]


def _offices_signed_at(cast: Cast) -> list[Office]:
    """The first office of each ward in turn, as often as the ward stands in the plan."""
    first: dict[int | None, Office] = {}
    for office in cast.offices:
        first.setdefault(office.ward_id, office)
    offices = list(first.values())
    return [offices[place % len(offices)] for place in PAPER_WARDS]


def _signed(cast: Cast, office: Office, place: int) -> Application:
    random = Random(place)  # noqa: S311 - a made-up person, the same for the same place
    procedure = cast.procedures[0]
    visit = visit_serve(visit=visit_walk_in(office=office, procedure=procedure, by=cast.clerk), by=cast.clerk)
    application = visit.application
    if application is None:
        raise LookupError("a visit that is served has its form")
    person = made_up_person(random, cast.place, timezone.localdate())
    told = ApplicantData(person.name, person.reading, person.birth_date, person.address, person.phone)
    applicant_note(application=application, person=told, by=cast.clerk)
    application_sign_on_paper(application=application, by=cast.clerk)
    visit_finish(visit=visit, outcome=Outcome.WITHDRAWN, reason=Reason.NO_TIME, by=cast.clerk)
    return Application.objects.select_related("visit__office", "visit__procedure", "applicant").get(pk=application.pk)


def send_originals(cast: Cast) -> None:
    """One batch that came without one of its papers, one on its way, one not sent; the rest is still to be packed."""
    for place, (ward, _count) in enumerate(wards_waiting()[:3]):
        batch = originals_pack(ward=ward, by=cast.bureau)
        if place < 2:
            batch = originals_send(batch=batch, by=cast.bureau)
        if place == 0:
            missing = batch.originals.select_related("application").order_by("pk").last()
            numbers = [missing.application.number] if missing and batch.originals.count() > 1 else []
            originals_receive(batch=batch, missing=numbers, by=cast.officer)

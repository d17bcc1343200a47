"""Papers of the made-up city: sealed forms, scans and originals where paper counts, handovers, a closing.

One sealed form is kept back from erasure, and the end of the contract has only been exported.
"""

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
from writing.papers import JoinedPdf, pdf_from_html

WORKER = Actor.system("demo papers")
SEALED = 3
PAPER_FORMS = 4
THREE_O_CLOCK = time(15)


def papers_kept(cast: Cast) -> int:
    """Once for each demo. Returns how many forms are kept at the end."""
    if not ArchiveHold.objects.exists():
        sign_on_paper(cast)
        for _ in range(SEALED + PAPER_FORMS):
            if application := sealing_claim():
                application_seal(application=application, by=WORKER)
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


def sign_on_paper(cast: Cast) -> None:
    """Where paper counts or counted: some who signed it, and the day's scans with a page that nobody knows."""
    last = current_city().rules.signature.paper_until
    if last is None or ScanFile.objects.exists():
        return
    moment = min(timezone.now(), timezone.make_aware(datetime.combine(last, THREE_O_CLOCK)))
    with time_machine.travel(moment, tick=False):
        forms = [_signed(cast, place) for place in range(PAPER_FORMS)]
        with JoinedPdf() as joined:
            joined.add(forms_pdf(forms[:-1], by=cast.bureau))
            joined.add(pdf_from_html("<p>送付状（見本）</p>"))
            scan_receive(filename="見本_紙の申請書.pdf", data=joined.written(), by=cast.bureau)
        scan_receive(filename="見本_壊れたスキャン.pdf", data=b"%PDF-1.7 " + b"0" * 200, by=cast.bureau)
    while file := scan_claim():
        scan_read(file=file, by=WORKER)


def _signed(cast: Cast, place: int) -> Application:
    random = Random(place)  # noqa: S311 - a made-up person, the same for the same place
    office, procedure = cast.offices[place % 2], cast.procedures[0]
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
    """The first ward has its originals but for one; what waits for the others is still to be packed."""
    for ward, _count in wards_waiting()[:1]:
        batch = originals_send(batch=originals_pack(ward=ward, by=cast.bureau), by=cast.bureau)
        missing = batch.originals.select_related("application").order_by("pk").last()
        numbers = [missing.application.number] if missing and batch.originals.count() > 1 else []
        originals_receive(batch=batch, missing=numbers, by=cast.officer)

"""What to photograph: by procedure, by the documents chosen, and one more for a forgotten PIN."""

import hashlib
import uuid
from collections.abc import Collection

import pytest
from django.test import Client

from postoffices.photographs import USUAL_DOCUMENTS, Capture, IdentityDocument, ProcedurePictures
from review.actions import (
    Findings,
    Remark,
    case_claim,
    case_decide,
    case_submit,
    image_add,
    image_remove,
    plan_choose,
)
from review.errors import DocumentsMissing, DocumentsMissingWithoutPin, NotCapturing
from review.guide import steps_for
from review.models import CapturePlan, Case, CaseImage, DocumentKind, ReasonCode, Verdict
from tests.counters.desk import PICTURE, Desk

LICENCE, PASSPORT, INSURANCE, PENSION = "drivers_licence", "passport", "health_insurance", "pension_book"


@pytest.mark.parametrize(
    ("codes", "pin_forgotten", "missing"),
    [
        ([], False, 2),
        ([LICENCE], False, 0),
        ([INSURANCE], False, 1),
        ([INSURANCE, PENSION], False, 0),
        ([LICENCE], True, 1),
        ([LICENCE, INSURANCE], True, 0),
        ([INSURANCE, PENSION], True, 1),
        ([INSURANCE, PENSION, "student_card"], True, 0),
        (["a dragon's hoard"], False, 2),
    ],
)
def test_one_with_a_photo_or_two_without(codes: list[str], pin_forgotten: bool, missing: int) -> None:
    assert Capture().still_needed("renewal", codes, pin_forgotten=pin_forgotten) == missing


def test_a_procedure_may_ask_only_those_who_forgot() -> None:
    rules = Capture(
        procedures={"renewal": ProcedurePictures(identity="pin_forgotten"), "note": ProcedurePictures(identity="never")}
    )
    assert rules.still_needed("renewal", [], pin_forgotten=False) == 0
    assert rules.still_needed("renewal", [], pin_forgotten=True) == 1
    assert rules.still_needed("note", [], pin_forgotten=True) == 0


def test_a_document_stands_once_in_a_profile() -> None:
    twice = IdentityDocument(code="x", name="見本", photo=True)
    with pytest.raises(ValueError, match="code"):
        Capture(documents=[twice, twice])


def test_what_the_law_wants_hidden_is_asked_for() -> None:
    hidden = {document.code: document.hide for document in USUAL_DOCUMENTS if document.hide}
    assert "記号・番号" in hidden[INSURANCE]
    assert "基礎年金番号" in hidden[PENSION]


def choose(desk: Desk, case: Case, codes: Collection[str], *, pin_forgotten: bool = False) -> CapturePlan:
    return plan_choose(case=case, documents=codes, pin_forgotten=pin_forgotten, by=desk.by)


def keys(case: Case) -> list[str]:
    fresh = Case.objects.get(pk=case.pk)
    return [step.key for step in steps_for(fresh.visit, fresh)]


@pytest.mark.requirement("kitakyushu-23")
def test_the_list_follows_the_choice(desk: Desk) -> None:
    case = desk.case()
    assert keys(case) == ["card_front", "identity", "application_form", "other"]
    choose(desk, case, [PENSION, INSURANCE])
    assert keys(case) == [
        "card_front",
        "identity-health_insurance",
        "identity-pension_book",
        "application_form",
        "other",
    ]
    choose(desk, case, [LICENCE])
    assert keys(case) == ["card_front", "identity-drivers_licence", "application_form", "other"]


def test_the_back_of_the_card_is_asked_for_nowhere(desk: Desk) -> None:
    case = desk.case()
    choose(desk, case, [document.code for document in USUAL_DOCUMENTS])
    assert not [label for label in DocumentKind.labels if "裏" in label]
    asked = [step.label for step in steps_for(case.visit, Case.objects.get())]
    assert not [label for label in asked if "裏" in label]


def test_too_few_documents_are_refused(desk: Desk) -> None:
    case = desk.case()
    with pytest.raises(DocumentsMissing):
        choose(desk, case, [INSURANCE])
    with pytest.raises(DocumentsMissingWithoutPin):
        choose(desk, case, [LICENCE], pin_forgotten=True)
    assert not CapturePlan.objects.exists()


def test_nothing_is_chosen_after_submitting(desk: Desk) -> None:
    with pytest.raises(NotCapturing):
        choose(desk, desk.submitted(), [LICENCE])


def test_pictures_stand_under_their_step_whatever_is_chosen_later(desk: Desk) -> None:
    case = desk.case()
    image = desk.picture(case)
    CaseImage.objects.update(kind=DocumentKind.IDENTITY, document=PASSPORT)
    choose(desk, case, [LICENCE])
    case.refresh_from_db()
    by_key = {step.key: step for step in steps_for(case.visit, case)}
    assert by_key["identity-passport"].images == [image]
    assert by_key["identity-passport"].label == "旅券（パスポート）"
    assert not by_key["identity-passport"].required
    assert by_key["identity-drivers_licence"].missing
    image_remove(image=image, by=desk.by)
    assert "identity-passport" not in keys(case)


def test_what_an_earlier_round_sent_is_not_missing(desk: Desk) -> None:
    case = desk.answered(Verdict.RESHOOT)
    form = next(step for step in steps_for(case.visit, case) if step.kind == DocumentKind.APPLICATION_FORM)
    assert (form.images, form.earlier, form.missing) == ([], 1, False)


# -- the page -------------------------------------------------------------------------------------
def test_the_choice_is_kept_and_leads_back(own: Client, other: Client, desk: Desk) -> None:
    visit = desk.signed()
    page = f"/staff/review/visits/{visit.pk}/plan/"
    assert other.get(page).status_code == 404
    assert "写真付き" in own.get(page).content.decode()
    refused = own.post(page, {"documents": [INSURANCE]})
    assert refused.status_code == 422
    assert "写真のない書類は2点" in refused.content.decode()
    assert (
        'value="health_insurance" checked' in " ".join(refused.content.decode().split())
        or "checked" in refused.content.decode()
    )
    assert own.post(page, {"documents": [INSURANCE, PENSION]})["Location"] == f"/staff/counters/visits/{visit.pk}/"
    assert CapturePlan.objects.get().documents == [INSURANCE, PENSION]
    assert "健康保険の資格確認書" in own.get(f"/staff/counters/visits/{visit.pk}/").content.decode()


def test_an_unknown_document_is_refused_at_the_field(own: Client, desk: Desk) -> None:
    page = f"/staff/review/visits/{desk.signed().pk}/plan/"
    assert own.post(page, {"documents": ["a dragon's hoard"]}).status_code == 422
    assert not CapturePlan.objects.exists()


def test_the_list_says_which_picture_the_city_wants_again(desk: Desk) -> None:
    case = desk.case()
    card = image_add_of(desk, case, DocumentKind.CARD_FRONT)
    desk.picture(case)
    held = case_claim(case=case_submit(case=case, by=desk.by), by=desk.city)
    assert held.lease_token is not None
    case_decide(
        case=held,
        token=held.lease_token,
        version=held.version,
        verdict=Verdict.RESHOOT,
        reason=ReasonCode.GLARE,
        findings=Findings(images=(Remark(card.pk, ReasonCode.GLARE, "右上が光っています"),)),
        by=desk.city,
    )
    case = Case.objects.get()
    steps = {step.key: step for step in steps_for(case.visit, case)}
    assert [remark.note for remark in steps["card_front"].remarks] == ["右上が光っています"]
    assert steps["card_front"].missing
    assert not steps["application_form"].missing
    image_add_of(desk, case, DocumentKind.CARD_FRONT)
    assert not next(step for step in steps_for(case.visit, case) if step.key == "card_front").missing


def image_add_of(desk: Desk, case: Case, kind: DocumentKind) -> CaseImage:
    said = hashlib.sha256(PICTURE).hexdigest()
    return image_add(case=case, image_id=uuid.uuid4(), kind=kind, sha256=said, upload=PICTURE, by=desk.by)

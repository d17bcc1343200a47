"""The guided list: what to photograph for this person, in which order, and how far it is."""

from dataclasses import dataclass, field

from counters.models import Visit
from postoffices.city import current_city
from postoffices.photographs import IdentityDocument, ProcedurePictures
from review.models import CapturePlan, Case, CaseImage, DocumentKind, ImageRemark

ON_OTHERS = "必要なときだけ。マイナンバーや保険証・年金の番号は、黒く塗って隠します"


@dataclass
class Step:
    """One thing to photograph. `shape` is the outline over the camera's picture, `hide` what must be blackened."""

    kind: DocumentKind
    label: str
    hint: str
    shape: str = "card"
    document: str = ""
    hide: str = ""
    required: bool = True
    images: list[CaseImage] = field(default_factory=list)
    earlier: int = 0
    remarks: list[ImageRemark] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Names the step in the page: card_front, identity-passport."""
        return f"{self.kind}-{self.document}" if self.document else str(self.kind)

    @property
    def missing(self) -> bool:
        """Whether nothing was sent for it, or the city wants it again and it was not taken yet."""
        return not self.images and (bool(self.remarks) or (self.required and not self.earlier))


def steps_for(visit: Visit, case: Case | None) -> list[Step]:
    """The list for this visit with the pictures it has. Pictures that fit nowhere stand under their kind."""
    wanted = current_city().rules.capture.pictures_of(visit.procedure.code)
    steps = [
        *_card(wanted),
        *_identity(wanted, getattr(case, "plan", None)),
        *_form(wanted, has_booking=visit.reservation_id is not None),
        Step(DocumentKind.OTHER, "そのほかの書類", ON_OTHERS, "sheet", required=False),
    ]
    if case is None:
        return steps
    for image in case.images.filter(removed_at__isnull=True).prefetch_related("remarks__decision"):
        step = _step_of(steps, image)
        if image.attempt == case.attempt:
            step.images.append(image)
        else:
            step.earlier += 1
            step.remarks += [remark for remark in image.remarks.all() if remark.decision.attempt == case.attempt - 1]
    return steps


def asks_for_documents(visit: Visit) -> bool:
    """Whether the procedure wants identity documents to be chosen at all."""
    return current_city().rules.capture.pictures_of(visit.procedure.code).identity != "never"


def _card(wanted: ProcedurePictures) -> list[Step]:
    hint = "表面だけを撮ります。裏面は撮りません"
    return [Step(DocumentKind.CARD_FRONT, "マイナンバーカード（表面）", hint)] if wanted.card else []


def _identity(wanted: ProcedurePictures, plan: CapturePlan | None) -> list[Step]:
    if wanted.identity == "never":
        return []
    if plan is None:
        return [Step(DocumentKind.IDENTITY, "本人確認書類", "書類を選ぶと、撮り方が出ます")]
    return [_document(document) for document in current_city().rules.capture.chosen(plan.documents)]


def _document(document: IdentityDocument) -> Step:
    hint = (
        f"黒塗り：{document.hide}"
        if document.hide
        else ("写真と氏名のある面" if document.photo else "氏名と、生年月日または住所のある面")
    )
    return Step(DocumentKind.IDENTITY, document.name, hint, document.shape, document.code, document.hide or "")


def _form(wanted: ProcedurePictures, *, has_booking: bool) -> list[Step]:
    if wanted.form == "never" or (wanted.form == "walk_in" and has_booking):
        return []
    return [Step(DocumentKind.APPLICATION_FORM, "記入した申請書", "ご本人が書いた用紙", "sheet")]


def _step_of(steps: list[Step], image: CaseImage) -> Step:
    exact = [step for step in steps if (step.kind, step.document) == (image.kind, image.document)]
    if exact:
        return exact[0]
    # The documents were chosen anew after it was taken, or it came by the plain form.
    known = DocumentKind(image.kind)
    step = Step(known, image.label, "選んだ書類のほかに撮ったもの", document=image.document, required=False)
    steps.insert(-1, step)
    return step

"""What a counter photographs for the city's review: by procedure, and by the documents a person brought."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from postoffices.strict import Code, Strict, Words

Shape = Literal["card", "booklet", "sheet"]


class IdentityDocument(Strict):
    """A document that shows who somebody is. `hide`: what has to be blackened before the picture is sent."""

    code: Code
    name: Words
    photo: bool
    shape: Shape = "card"
    hide: Words | None = None


class ProcedurePictures(Strict):
    """What one procedure needs. `form`: whether the written form is photographed, too."""

    card: bool = True
    identity: Literal["always", "pin_forgotten", "never"] = "always"
    form: Literal["walk_in", "always", "never"] = "walk_in"


# 健康保険法 第194条の2 and 国民年金法 第108条の4 forbid to keep these numbers for other purposes.
INSURANCE_NUMBERS = "保険者番号、被保険者等記号・番号、QRコード"
PENSION_NUMBER = "基礎年金番号"

USUAL_DOCUMENTS = (
    IdentityDocument(code="drivers_licence", name="運転免許証", photo=True),
    IdentityDocument(code="passport", name="旅券（パスポート）", photo=True, shape="booklet"),
    IdentityDocument(code="residence_card", name="在留カード", photo=True),
    IdentityDocument(code="disability_certificate", name="身体障害者手帳など", photo=True, shape="booklet"),
    IdentityDocument(code="health_insurance", name="健康保険の資格確認書", photo=False, hide=INSURANCE_NUMBERS),
    IdentityDocument(
        code="care_insurance", name="介護保険被保険者証", photo=False, shape="booklet", hide="被保険者番号、保険者番号"
    ),
    IdentityDocument(
        code="pension_book", name="年金手帳・基礎年金番号通知書", photo=False, shape="booklet", hide=PENSION_NUMBER
    ),
    IdentityDocument(code="student_card", name="学生証・社員証", photo=False),
)


class Capture(Strict):
    """The documents a city accepts, and what its procedures need."""

    documents: Annotated[list[IdentityDocument], Field(min_length=1)] = list(USUAL_DOCUMENTS)
    procedures: dict[Code, ProcedurePictures] = {}

    @model_validator(mode="after")
    def each_document_once(self) -> Self:
        codes = [document.code for document in self.documents]
        if len(codes) != len(set(codes)):
            raise PydanticCustomError("documents", "code の異なる書類")
        return self

    def pictures_of(self, procedure: str) -> ProcedurePictures:
        """What the procedure of this code needs; a procedure that is not named needs the usual."""
        return self.procedures.get(procedure, ProcedurePictures())

    def chosen(self, codes: Iterable[str]) -> list[IdentityDocument]:
        """The documents of these codes in the profile's order; a code that is no longer named is left out."""
        wanted = set(codes)
        return [document for document in self.documents if document.code in wanted]

    def still_needed(self, procedure: str, codes: Iterable[str], *, pin_forgotten: bool) -> int:
        """How many documents are missing: one with a photo or two without, and one more for a forgotten PIN."""
        chosen, wanted = self.chosen(codes), self.pictures_of(procedure).identity
        if wanted == "never":
            return 0
        least = (1 if any(document.photo for document in chosen) else 2) if wanted == "always" else 0
        return max(0, least + pin_forgotten - len(chosen))

"""What PDF/A-3b (ISO 19005-3) asks of a kept form, looked up in the sealed file itself.

No validator of the standard is to be had from the package registries this product builds on; these are the clauses that
a form could break. The numbers are those of ISO 19005-3:2012.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from applications.actions import application_draft, application_sign
from applications.signing.seals import check_seal
from applications.tasks import seal_due
from tests.applications.paper import on_paper, scan_of, sent
from tests.applications.test_sealing import document_of
from tests.counters.desk import STROKES, Desk

FORBIDDEN_ACTIONS = {
    "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans",
    "/GoTo3DView", "/JavaScript",
}  # fmt: skip
PRINT, HIDING = 4, 1 | 2 | 32  # of an annotation's flags


@pytest.fixture(params=["signed on screen", "scanned"])
def kept(desk: Desk, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A kept form: drawn with its signature, or made of the scan of its paper."""
    if request.param == "scanned":
        from tests.applications.paper import let_paper_count

        let_paper_count(monkeypatch)
        application = on_paper(desk)
        sent(desk, scan_of(desk, application))
    else:
        drafted = application_draft(reservation=desk.booking(), by=desk.by)
        application = application_sign(application=drafted, strokes=STROKES, by=desk.by)
    assert seal_due() == 1
    return document_of(application)


def objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, inner ones too."""
    for number in range(1, int(reader.trailer["/Size"])):  # type: ignore[call-overload]
        yield from _within(reader.get_object(IndirectObject(number, 0, reader)))


def _within(held: Any) -> Iterator[DictionaryObject]:
    if isinstance(held, DictionaryObject):
        yield held
        for value in held.values():
            if not isinstance(value, IndirectObject):
                yield from _within(value)
    elif isinstance(held, ArrayObject):
        for value in held:
            if not isinstance(value, IndirectObject):
                yield from _within(value)


@pytest.mark.requirement("fukuoka-23")
def test_the_sealed_file_keeps_to_the_standard(kept: bytes) -> None:
    reader = PdfReader(BytesIO(kept))
    assert check_seal(kept).holds
    _file_structure(kept, reader)
    _colours(reader)
    _metadata(reader)
    _annotations(reader)
    for held in objects(reader):
        _font(held)
        _stream(held)
        _action(held)


def _file_structure(data: bytes, reader: PdfReader) -> None:
    """6.1.2, 6.1.3: header with a binary comment, an identifier, no encryption."""
    assert data.startswith(b"%PDF-1.7")
    comment = data.split(b"\n", 2)[1]
    assert comment.startswith(b"%")
    assert sum(byte > 127 for byte in comment[:5]) == 4
    assert "/ID" in reader.trailer
    assert not reader.is_encrypted


def _colours(reader: PdfReader) -> None:
    """6.2.3: one output intent with its profile in the file; that also makes transparency well defined (6.2.10)."""
    (intent,) = reader.trailer["/Root"]["/OutputIntents"]  # type: ignore[index]
    intent = intent.get_object()
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_object().get_data()[36:40] == b"acsp"


def _metadata(reader: PdfReader) -> None:
    """6.6.2, 6.6.4: XMP that says what the file is."""
    held = reader.trailer["/Root"]["/Metadata"]  # type: ignore[index]
    assert isinstance(held, StreamObject)
    told = held.get_data().decode()
    for name, value in (("part", "3"), ("conformance", "B")):
        assert f'pdfaid:{name}="{value}"' in told or f"<pdfaid:{name}>{value}</pdfaid:{name}>" in told


def _annotations(reader: PdfReader) -> None:
    """6.3.2, 6.4.1: what lies on a page is printed with it; no form that a program fills in."""
    for page in reader.pages:
        for one in page.get("/Annots") or ():
            flags = int(one.get_object().get("/F", 0))
            assert flags & PRINT
            assert not flags & HIDING
    form = reader.trailer["/Root"]["/AcroForm"]  # type: ignore[index]
    assert isinstance(form, DictionaryObject)
    assert form.get("/NeedAppearances") in (None, False)
    assert "/XFA" not in form


def _font(held: DictionaryObject) -> None:
    """6.2.11.4: every font is in the file."""
    if held.get("/Type") == "/FontDescriptor":
        assert any(name in held for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def _stream(held: DictionaryObject) -> None:
    """6.1.7: nothing lies in other files, nothing is packed by LZW. 6.2.8: pictures are not smoothed by the viewer."""
    if not isinstance(held, StreamObject):
        return
    assert not {"/F", "/FFilter", "/FDecodeParms"} & held.keys()
    assert "LZW" not in str(held.get("/Filter", ""))
    assert held.get("/Interpolate") in (None, False)


def _action(held: DictionaryObject) -> None:
    """6.5.1: nothing runs."""
    assert held.get("/S") not in FORBIDDEN_ACTIONS
    assert not {"/JS", "/AA", "/XFA"} & held.keys()

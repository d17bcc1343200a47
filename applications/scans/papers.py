"""Papers of this package: the kept scan of a form, and the cover list of originals."""

import base64

from django.template.loader import render_to_string

from applications.models import Application, OriginalBatch, PageState, ScanPage
from applications.scans.reading import page_picture
from postoffices.city import current_city
from vault.actions import object_opened
from writing.papers import pdf, pdf_of_papers


def scanned_form_pdf(application: Application, *, demo: bool) -> bytes:
    """The pages of a form as pictures in a PDF/A: nothing of the uploaded file but its pixels.

    Raises vault.errors.ObjectErased or ObjectDamaged, applications.scans.errors.PdfBroken.
    """
    pages = ScanPage.objects.filter(application=application, state=PageState.MATCHED)
    pictures = [_picture(page) for page in pages.select_related("file__content").order_by("file", "number")]
    context = {"application": application, "pictures": pictures, "city": current_city(), "demo": demo}
    return pdf_of_papers([render_to_string("applications/print/scanned.html", context)], archival=True)


def _picture(page: ScanPage) -> str:
    with object_opened(held=page.file.content) as source:
        jpeg = page_picture(source, page.number, page.turned)
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


def cover_list_pdf(batch: OriginalBatch) -> bytes:
    """The list that travels with the originals."""
    originals = batch.originals.select_related("application__entry__office", "application__entry__procedure")
    context = {"batch": batch, "originals": list(originals.order_by("application__number")), "city": current_city()}
    return pdf("applications/print/originals.html", context)

"""The register on paper and as a workbook, and the seals of devices."""

from collections.abc import Iterable, Iterator

import segno
from django.utils import timezone

from devices.models import Device
from postoffices.city import current_city
from writing.dates import short_wareki
from writing.numbers import phone_text
from writing.papers import Sheet, Value, pdf, workbook

HEADER = (
    "管理番号",
    "種類",
    "機種",
    "製造番号",
    "状態",
    "設置場所",
    "回線番号",
    "接続できるSSID",
    "納品日",
    "設置期間",
)
WIDTHS = (12.0, 22.0, 24.0, 20.0, 12.0, 26.0, 16.0, 30.0, 12.0, 26.0)
# Seals on an A4 sheet: two columns of nine.
SEALS_PER_PAGE = 18


def register_workbook(devices: Iterable[Device]) -> bytes:
    return workbook([Sheet("機器台帳", HEADER, _rows(devices), widths=WIDTHS)])


def _rows(devices: Iterable[Device]) -> Iterator[list[Value]]:
    for device in devices:
        yield [
            device.seal_number,
            device.get_kind_display(),
            device.model,
            device.serial,
            device.get_state_display(),
            device.place,
            phone_text(device.line_number),
            "、".join(device.ssids),
            device.received_on,
            f"{device.placed_from:%Y/%m/%d}～{device.placed_until:%Y/%m/%d}",
        ]


def register_pdf(devices: list[Device], *, narrowed: str) -> bytes:
    """A4 across. `narrowed` says in words what was chosen, empty for everything."""
    context = {
        "devices": devices,
        "narrowed": narrowed,
        "city": current_city(),
        "printed_on": timezone.localdate(),
    }
    return pdf("devices/print/register.html", context)


def seals_pdf(devices: list[Device]) -> bytes:
    """Seals of 3 cm by 8 cm, black on white, with the six lines and a code of the number (fukuoka-29)."""
    seals = [(device, _period(device), code_of(device.seal_number)) for device in devices]
    pages = [seals[first : first + SEALS_PER_PAGE] for first in range(0, len(seals), SEALS_PER_PAGE)]
    return pdf("devices/print/seals.html", {"pages": pages, "label": current_city().rules.devices.seal})


def code_of(number: str) -> str:
    """The number as a QR code (data address, SVG)."""
    return str(segno.make(number, error="m", micro=False).svg_data_uri(scale=4, border=1))


def _period(device: Device) -> str:
    return f"{short_wareki(device.placed_from)}～{short_wareki(device.placed_until)}"

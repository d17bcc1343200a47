"""Pictures as cameras, and attackers, make them."""

from io import BytesIO

from PIL import Image

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
COMMENT = b"made by a test"


def jpeg(width: int = 640, height: int = 480, mode: str = "RGB", **options: object) -> bytes:
    """A smooth picture: its left edge is dark, its right edge light."""
    shades = Image.linear_gradient("L").rotate(90).resize((width, height))
    made = BytesIO()
    shades.convert(mode).save(made, "JPEG", **options)
    return made.getvalue()


def photograph() -> bytes:
    """A picture with everything a telephone adds: position, maker, orientation (turned right), a comment."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Mihon Camera"
    exif.get_ifd(GPS).update({1: "N", 2: (33.0, 53.0, 0.0), 3: "E", 4: (130.0, 52.0, 0.0)})
    return jpeg(exif=exif, comment=COMMENT, icc_profile=b"profile of a screen" * 8)


def of_format(name: str) -> bytes:
    made = BytesIO()
    Image.new("RGB", (32, 32)).save(made, name)
    return made.getvalue()


def heic() -> bytes:
    """The first bytes of every HEIC file."""
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)


def with_size(width: int, height: int) -> bytes:
    """A small file whose header claims another size."""
    data = bytearray(jpeg(16, 16))
    frame = data.index(b"\xff\xc0") + 5
    data[frame : frame + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)

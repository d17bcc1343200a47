"""Photographs as they may be kept: JPEG, upright, at most 2000 pixels long, without any metadata.

What comes in is not trusted: its header is read first and its size judged before a pixel is decoded, and
what is kept is made anew from the pixels, so that nothing else of the upload survives (position, device,
thumbnails, hidden trailers).
"""

import re
import struct
from io import BytesIO

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from vault.errors import NotAJpeg, PictureBroken, PictureTooLarge

LARGEST_UPLOAD = 12 * 1024 * 1024  # bytes
MOST_PIXELS = 50_000_000  # before decoding; an iPad takes 12 million
LONG_SIDE = 2000  # pixels: small print on a card stays readable
QUALITY = 85

JPEG_START = b"\xff\xd8\xff"
# A marker that is neither stuffing, filling nor a restart inside a scan (ISO/IEC 10918-1, B.1.1.2).
MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])", re.DOTALL)
END_OF_IMAGE = b"\xd9"
WITHOUT_LENGTH = (b"\x01", b"\xd8")
# What Pillow raises on damaged data, its metadata included.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, ArithmeticError, struct.error)

ORIENTATION = 0x0112  # EXIF
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def clean_picture(upload: bytes) -> bytes:
    """The picture made anew. Raises NotAJpeg, PictureTooLarge, PictureBroken."""
    if len(upload) > LARGEST_UPLOAD:
        raise PictureTooLarge
    if not upload.startswith(JPEG_START):
        raise NotAJpeg
    try:
        return _encoded(_upright(_opened(upload)))
    except BROKEN as error:
        raise PictureBroken from error


def _opened(upload: bytes) -> JpegImageFile:
    """Only the header is read here. Raises PictureTooLarge."""
    # Not Image.open: that chooses among all formats, and judges the size by a limit of its own.
    picture = JpegImageFile(BytesIO(upload))
    if picture.width * picture.height > MOST_PIXELS:
        raise PictureTooLarge
    if not _is_complete(upload):
        raise PictureBroken
    return picture


def _is_complete(upload: bytes) -> bool:
    """Whether the picture goes on to its end marker.

    Pillow would tell, too, but WeasyPrint switches that off for the whole process (LOAD_TRUNCATED_IMAGES).
    """
    position = 0
    while marker := MARKER.search(upload, position):
        if marker[1] == END_OF_IMAGE:
            return True
        position = marker.end()
        if marker[1] not in WITHOUT_LENGTH:
            position += int.from_bytes(upload[position : position + 2])
    return False


def _upright(picture: JpegImageFile) -> Image.Image:
    # Scaling first lets libjpeg decode large pictures at a fraction of their size.
    picture.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    # Not ImageOps.exif_transpose: that also writes the metadata anew, and fails where it is damaged.
    turn = TURNS.get(picture.getexif().get(ORIENTATION, 1))
    return picture if turn is None else picture.transpose(turn)


def _encoded(picture: Image.Image) -> bytes:
    # Pillow carries a JPEG's comment along with its other notes: these go, only the pixels stay.
    pixels = picture if picture.mode == "RGB" else picture.convert("RGB")
    pixels.info = {}
    made = BytesIO()
    # Twice the work of an encoding without `optimize`, and a tenth to a third fewer bytes: storage is what is short.
    pixels.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()

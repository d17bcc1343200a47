"""Photographs as they may be kept: JPEG, upright, at most 2000 pixels long, without any metadata.

What comes in is not trusted: its header is read first and its size judged before a pixel is decoded, and
what is kept is made anew from the pixels, so that nothing else of the upload survives (position, device,
thumbnails, hidden trailers).
"""

import struct
from io import BytesIO

from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from vault.errors import NotAJpeg, PictureBroken, PictureTooLarge

LARGEST_UPLOAD = 12 * 1024 * 1024  # bytes
MOST_PIXELS = 50_000_000  # before decoding; an iPad takes 12 million
LONG_SIDE = 2000  # pixels: small print on a card stays readable
QUALITY = 85

JPEG_START = b"\xff\xd8\xff"
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error)


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
    return picture


def _upright(picture: JpegImageFile) -> Image.Image:
    # Scaling first lets libjpeg decode large pictures at a fraction of their size.
    picture.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    return ImageOps.exif_transpose(picture)


def _encoded(picture: Image.Image) -> bytes:
    # Pillow carries a JPEG's comment along; a fresh canvas has none.
    canvas = Image.new("RGB", picture.size)
    canvas.paste(picture.convert("RGB"))
    made = BytesIO()
    canvas.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()

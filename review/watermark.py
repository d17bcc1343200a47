"""Who looked, and when, burned into a picture before it leaves the server (decision 0087).

What the browser gets is already marked: no style sheet, saved file or photograph of the screen is without it. What
lies in the vault stays as it was.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL.JpegImagePlugin import JpegImageFile

# Either comes with the packages that PDFs need (script/bootstrap, Dockerfile).
FONTS = (
    Path("/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-Regular.ttf"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
QUALITY = 85
ANGLE = 24  # degrees: print on cards runs level, so no line of it lies under a whole line of the mark
LIGHT, DARK = (255, 255, 255, 84), (0, 0, 0, 70)  # one of both shows on any ground


def marked(jpeg: bytes, words: str) -> bytes:
    """The picture with `words` all over it, of the same size."""
    picture = JpegImageFile(BytesIO(jpeg)).convert("RGB")
    tile = _tile(words, max(14, max(picture.size) // 50))
    for row, top in enumerate(range(-tile.height // 2, picture.height, tile.height)):
        # Every other row stands half a word aside, so that no corner stays bare.
        for left in range(-(tile.width // 2) * (row % 2), picture.width, tile.width):
            picture.paste(tile, (left, top), tile)
    made = BytesIO()
    picture.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


@lru_cache(maxsize=64)
def _tile(words: str, size: int) -> Image.Image:
    font = _font(size)
    left, top, right, bottom = font.getbbox(words)
    flat = Image.new("RGBA", (int(right - left) + 2 * size, int(bottom - top) + 2 * size), (0, 0, 0, 0))
    place = (size - left, size - top)
    ImageDraw.Draw(flat).text(place, words, font=font, fill=LIGHT, stroke_width=max(1, size // 12), stroke_fill=DARK)
    return flat.rotate(ANGLE, expand=True, resample=Image.Resampling.BICUBIC)


def _font(size: int) -> ImageFont.FreeTypeFont:
    for path in FONTS:
        if path.exists():
            return ImageFont.truetype(path, size)
    raise RuntimeError("no Japanese font: install fonts-morisawa-bizud-gothic or fonts-noto-cjk")

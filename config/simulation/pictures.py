"""Drawn pictures for the made-up cases: grey cards that say 見本, no photograph of anything."""

from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

from applications.signatures import Point, Stroke

SIZE = (1280, 808)


@cache
def card_picture(label: str, variant: int, boxes: int = 0) -> bytes:
    """A JPEG of a card-like shape with `label` on it; `variant` shifts its place, `boxes` lines are blackened."""
    image = Image.new("RGB", SIZE, (150 + 8 * variant, 156, 160))
    draw = ImageDraw.Draw(image)
    left, top = 90 + 12 * variant, 80 + 6 * variant
    draw.rounded_rectangle(
        (left, top, left + 1020, top + 640), 40, fill=(242, 246, 250), outline=(90, 100, 120), width=4
    )
    draw.rectangle((left + 60, top + 140, left + 330, top + 480), fill=(196, 204, 214))
    for line in range(5):
        draw.rectangle(
            (left + 400, top + 150 + 70 * line, left + 940 - 60 * line, top + 176 + 70 * line), fill=(206, 212, 220)
        )
    for line in range(boxes):
        draw.rectangle((left + 390, top + 140 + 140 * line, left + 950, top + 190 + 140 * line), fill=(0, 0, 0))
    draw.text((left + 60, top + 40), label, fill=(20, 40, 90), font=ImageFont.load_default(size=54))
    draw.text((left + 400, top + 540), "MIHON / SPECIMEN", fill=(170, 40, 40), font=ImageFont.load_default(size=48))
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def signature_strokes(random: Random) -> tuple[Stroke, ...]:
    """A scribble of four strokes."""
    strokes = []
    clock = 0
    for index in range(4):
        x, y = 60.0 + 110 * index, 90.0 + random.uniform(-20, 20)
        stroke = []
        for _ in range(24):
            x, y = x + random.uniform(-4, 9), y + random.uniform(-14, 14)
            clock += 16
            stroke.append(Point(x, y, clock, round(random.uniform(0.3, 0.9), 2)))
        strokes.append(tuple(stroke))
    return tuple(strokes)

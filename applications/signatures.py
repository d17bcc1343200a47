"""Pen strokes: checked when they come in, drawn as SVG for screen and paper."""

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from applications.errors import SignatureEmpty, SignatureUnreadable

MOST_BYTES = 400_000
MOST_POINTS = 20_000
# A tap is no signature: the pen must have travelled at least this far (canvas pixels).
SHORTEST_PATH = 40.0


@dataclass(frozen=True, slots=True)
class Point:
    """A pen position in canvas pixels, with the time in milliseconds and the pen's pressure (0 to 1)."""

    x: float
    y: float
    time: int
    pressure: float


Stroke = tuple[Point, ...]


def strokes_from_json(text: str) -> tuple[Stroke, ...]:
    """Parse what the signature pad sends: a list of strokes with `points` of x, y, time, pressure.

    Raises SignatureEmpty when nothing was written, SignatureUnreadable for anything else that is wrong.
    """
    if len(text.encode()) > MOST_BYTES:
        raise SignatureUnreadable
    try:
        strokes = tuple(_stroke(part) for part in json.loads(text or "[]"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SignatureUnreadable from error
    if sum(len(stroke) for stroke in strokes) > MOST_POINTS:
        raise SignatureUnreadable
    if sum(map(_length, strokes)) < SHORTEST_PATH:
        raise SignatureEmpty
    return strokes


def strokes_to_json(strokes: tuple[Stroke, ...]) -> bytes:
    """The stored form: strokes with whole coordinates in tenths of a pixel, times and pressure."""
    rows = [[[round(p.x, 1), round(p.y, 1), p.time, round(p.pressure, 3)] for p in stroke] for stroke in strokes]
    return json.dumps(rows, separators=(",", ":")).encode()


def strokes_from_storage(data: bytes) -> tuple[Stroke, ...]:
    """What `strokes_to_json` wrote."""
    return tuple(tuple(Point(*values) for values in row) for row in json.loads(data))


def strokes_to_svg(strokes: tuple[Stroke, ...]) -> str:
    """An SVG picture cropped to the signature, black on nothing; the line is smooth and as wide as the pen pressed."""
    points = [point for stroke in strokes for point in stroke]
    left, top = min(p.x for p in points) - 4, min(p.y for p in points) - 4
    width, height = max(p.x for p in points) - left + 4, max(p.y for p in points) - top + 4
    lines = "".join(_drawn(stroke, left, top) for stroke in strokes if stroke)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}" '
        f'width="{width:.0f}" height="{height:.0f}" fill="none" stroke="#000" '
        f'stroke-linecap="round" stroke-linejoin="round">{lines}</svg>'
    )


def _drawn(stroke: Stroke, left: float, top: float) -> str:
    """The stroke as curves through the middles between its points; a new path where the pen's pressure changes."""
    moved = [(p.x - left, p.y - top, _width(p.pressure)) for p in stroke]
    (x, y, wide), *rest = moved
    if not rest:
        return _path(wide, f"M{x:.1f} {y:.1f}L{x:.1f} {y:.1f}")
    paths, way = [], f"M{x:.1f} {y:.1f}"
    for (x1, y1, at), (x2, y2, _) in pairwise(rest):
        middle_x, middle_y = (x1 + x2) / 2, (y1 + y2) / 2
        way += f"Q{x1:.1f} {y1:.1f} {middle_x:.1f} {middle_y:.1f}"
        if at != wide:
            paths.append(_path(wide, way))
            way, wide = f"M{middle_x:.1f} {middle_y:.1f}", at
    x, y, _ = rest[-1]
    return "".join([*paths, _path(wide, way + f"L{x:.1f} {y:.1f}")])


def _width(pressure: float) -> float:
    """From a light touch to a firm one, in steps of a fifth of a pixel; 2.6 where the device knows no pressure."""
    return round((1.2 + 2.8 * pressure) * 5) / 5


def _path(width: float, way: str) -> str:
    return f'<path stroke-width="{width:.1f}" d="{way}"/>'


def _stroke(part: dict[str, Any]) -> Stroke:
    return tuple(_point(point) for point in part["points"])


def _point(raw: dict[str, Any]) -> Point:
    point = Point(float(raw["x"]), float(raw["y"]), int(raw.get("time", 0)), float(raw.get("pressure", 0.5)))
    if not all(math.isfinite(value) and abs(value) < 20_000 for value in (point.x, point.y)):
        raise ValueError("a point outside any canvas")
    if not 0 <= point.pressure <= 1:
        raise ValueError("pressure outside 0 to 1")
    return point


def _length(stroke: Stroke) -> float:
    return sum(math.dist((a.x, a.y), (b.x, b.y)) for a, b in pairwise(stroke))

"""The contact tree as a drawing: the first to be called on the left, those whom each calls to the right of them."""

from collections import defaultdict
from dataclasses import dataclass

from staffing.roster import Row

# In the drawing's own units; the paper scales the whole to its width.
WIDTH, HEIGHT, BESIDE, BELOW = 236, 104, 44, 14
# A drawing with fewer columns would be blown up otherwise.
LEAST_COLUMNS, LEAST_ROWS = 4, 5


@dataclass(frozen=True, slots=True)
class Box:
    """A contact at its place: `x`, `y` of the corner; `line` leads there from the caller, when there is one."""

    row: Row
    x: int
    y: int
    line: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    boxes: list[Box]
    width: int
    height: int


def drawing_of(rows: list[Row]) -> Drawing:
    """Each leaf has a line of its own; a caller stands in the middle of those whom they call."""
    below: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        below[row["above"]].append(row)
    heights = _heights(below)
    boxes = [_box(row, heights) for row in rows]
    deepest = max((row["depth"] for row in rows), default=0) + 1
    lines = max((y for y in heights.values()), default=0) // (HEIGHT + BELOW) + 1
    width = max(deepest, LEAST_COLUMNS) * (WIDTH + BESIDE) - BESIDE
    return Drawing(boxes, width, max(lines, LEAST_ROWS) * (HEIGHT + BELOW) - BELOW)


def _heights(below: dict[int, list[Row]]) -> dict[int, int]:
    """The upper edge of every box by its id."""
    heights: dict[int, int] = {}
    leaves = 0

    def place(row: Row) -> int:
        nonlocal leaves
        children = [place(child) for child in below[row["id"]]]
        if not children:
            children = [leaves * (HEIGHT + BELOW)]
            leaves += 1
        heights[row["id"]] = (children[0] + children[-1]) // 2
        return heights[row["id"]]

    for first in below[0]:
        place(first)
    return heights


def _box(row: Row, heights: dict[int, int]) -> Box:
    x, y = row["depth"] * (WIDTH + BESIDE), heights[row["id"]]
    if row["above"] not in heights:
        return Box(row, x, y)
    from_x, from_y = x - BESIDE, heights[row["above"]] + HEIGHT // 2
    middle, to_y = x - BESIDE // 2, y + HEIGHT // 2
    return Box(row, x, y, f"M{from_x} {from_y}H{middle}V{to_y}H{x}")

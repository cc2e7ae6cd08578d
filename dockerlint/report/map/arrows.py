"""The lines of the picture that lead from container to container: right ones, and broken ones with their numbers."""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.report.map.chart import Arrow, Chart
from dockerlint.report.map.layout import GAP, Box, Layout
from dockerlint.source.record import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A curve from `points[0]` over two handles to `points[3]`; `ends` are the places of the two nodes in the chart
    (-1: none). `number` is the fault's, 0 for a right one; its mark stands at `mark`."""

    points: tuple[Point, Point, Point, Point]
    ends: tuple[int, int]
    number: int
    mark: Point


def lines(chart: Chart, layout: Layout) -> Iterator[Line]:
    """Every pair of containers once, then every fault."""
    place = {node.name: number for number, node in enumerate(chart.nodes)}
    seen: set[tuple[int, int, bool]] = set()
    for arrow in chart.drawn:
        line = _right(arrow, place, layout)
        if line is not None and (*line.ends, arrow.browser) not in seen:
            seen.add((*line.ends, arrow.browser))
            yield line
    loose: dict[int, int] = {}
    between: dict[tuple[int, int], int] = {}
    for fault in chart.faults:
        source, target = place.get(fault.source, -1), place.get(fault.target or "", -1)
        if fault.browser and target >= 0:
            box = layout.boxes[target]
            nth = between[-1, target] = between.get((-1, target), 0) + 1
            yield _line(_from_browser(layout.browser, box, nth), (source, target), fault.number, 0.84)
        elif source >= 0 and target >= 0 and source != target:
            nth = between[source, target] = between.get((source, target), 0) + 1
            one, other = layout.boxes[source], layout.boxes[target]
            points = _between(one, other, nth)
            at = 0.5 if one.y == other.y else _near_start(points)
            yield _line(points, (source, target), fault.number, at)
        elif source >= 0:
            box = layout.boxes[source]
            nth = loose[source] = loose.get(source, 0) + 1
            y = box.y + 8 + 24 * nth
            end = (box.right + 18, y)
            yield Line(
                ((box.right, y), (box.right + 6, y), (box.right + 10, y), end),
                (source, source),
                fault.number,
                (end[0] + 13, y),
            )


def _right(arrow: Arrow, place: dict[str, int], layout: Layout) -> Line | None:
    if arrow.fault or arrow.end != "service" or arrow.target not in place:
        return None
    source, target = place.get(arrow.source, -1), place[arrow.target]
    if arrow.browser:
        return _line(_from_browser(layout.browser, layout.boxes[target], 0), (source, target), 0)
    if source < 0 or source == target:
        return None
    return _line(_between(layout.boxes[source], layout.boxes[target], 0), (source, target), 0)


def _line(points: tuple[Point, Point, Point, Point], ends: tuple[int, int], number: int, at: float = 0.5) -> Line:
    """A line with its mark at a part of its way."""
    return Line(points, ends, number, _on(points, at))


def _on(points: tuple[Point, Point, Point, Point], at: float) -> Point:
    """The place on a cubic curve after a part of its way, 0 to 1."""
    u, v = 1 - at, at
    parts = (u * u * u, 3 * u * u * v, 3 * u * v * v, v * v * v)
    x, y = (sum(part * point[axis] for part, point in zip(parts, points, strict=True)) for axis in (0, 1))
    return x, y


def _near_start(points: tuple[Point, Point, Point, Point]) -> float:
    """The part of the way after which a mark is clear of the card where the curve begins."""
    return next((step / 200 for step in range(1, 100) if abs(_on(points, step / 200)[1] - points[0][1]) >= 17), 0.5)


def _from_browser(start: Point, box: Box, nth: int) -> tuple[Point, Point, Point, Point]:
    """Down from the browser to the upper right of a card."""
    end = (box.right - 22 - 18 * nth, box.y)
    return start, (start[0], start[1] + 90), (end[0], end[1] - 110), end


def _between(one: Box, other: Box, nth: int) -> tuple[Point, Point, Point, Point]:
    """Neighbours by their sides, others of a row below it, rows by their upper and lower edges."""
    shift = 22.0 * nth
    if one.y == other.y:
        y = one.y + 34 + shift
        if 0 < other.x - one.right <= GAP:
            return (one.right, y), (one.right + 20, y), (other.x - 24, y), (other.x, y)
        if 0 < one.x - other.right <= GAP:
            y += 14
            return (one.x, y), (one.x - 20, y), (other.right + 24, y), (other.right, y)
        low = max(one.bottom, other.bottom) + 26 + 1.3 * shift
        start, end = (one.middle + 30 + shift, one.bottom), (other.middle - 30 - shift, other.bottom)
        return start, (start[0], low), (end[0], low), end
    if one.y < other.y:
        start, end = (one.middle + shift, one.bottom), (other.middle + 30 + shift, other.y)
        reach = max(50.0, (end[1] - start[1]) * 0.5)
        return start, (start[0], start[1] + reach), (end[0], end[1] - reach), end
    start, end = (one.middle - 30 - shift, one.y), (other.middle - 50 - shift, other.bottom)
    reach = max(50.0, (start[1] - end[1]) * 0.5)
    return start, (start[0], start[1] - reach), (end[0], end[1] + reach), end

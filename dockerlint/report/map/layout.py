"""Where everything stands in the picture. Lengths are pixels, y grows downwards.

Containers stand in rows under rails, one rail a network; a network's rails hang on one spine, which rises to the host's
eth0 unless the network is internal. Containers on the same networks stand together.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.report.map.card import CHIP_STEP, MONO, WIDTH, Card, card_of, fitted
from dockerlint.report.map.chart import Arrow, Chart, Node
from dockerlint.source.record import dataclass

GAP = 62  # between two cards
_ROW_GAP = 46
_RAIL, _LABELLED_RAIL = 13, 26
HOST_TOP, BAND_TOP = 92, 128
_MARGIN = 20
_MANY = 26  # arrows: more than these are no picture any more


@dataclass(frozen=True, slots=True)
class Box:
    card: Card
    x: float
    y: float

    @property
    def right(self) -> float:
        return self.x + WIDTH

    @property
    def bottom(self) -> float:
        return self.y + self.card.height

    @property
    def middle(self) -> float:
        return self.x + WIDTH / 2


@dataclass(frozen=True, slots=True)
class Rail:
    """A piece of a network above a row: from `left` to `right`, with a stub at (x, y of the card) for each card."""

    net: int
    y: float
    left: float
    right: float
    stubs: tuple[tuple[float, float], ...]
    label_x: float  # where its name stands; 0 where it has it elsewhere


@dataclass(frozen=True, slots=True)
class Spine:
    net: int
    x: float
    top: float
    bottom: float
    open: bool  # it reaches eth0


@dataclass(frozen=True, slots=True)
class Chip:
    """A published port on the band of eth0."""

    x: float
    y: float
    width: float
    text: str
    node: int
    bad: bool


@dataclass(frozen=True, slots=True)
class Layout:
    width: float
    height: float
    boxes: tuple[Box, ...]  # in the order of the chart's nodes
    rails: tuple[Rail, ...]
    spines: tuple[Spine, ...]
    band_bottom: float
    chips: tuple[Chip, ...]
    more_ports: str
    browser: tuple[float, float]  # the lower edge of the user's browser
    crowded: bool  # show the arrows of one container at a time


def layout_of(chart: Chart) -> Layout:
    """The places of everything on a chart."""
    columns = _columns(len(chart.nodes))
    left = _MARGIN + 30 + 14 * len(chart.nets)
    right = left + columns * WIDTH + (columns - 1) * GAP
    width = max(right + GAP + _MARGIN, 620)
    chips, band_bottom, more = _chips(chart, left, width - 2 * _MARGIN - 10)
    drawn = chart.drawn
    ways: dict[str, list[Arrow]] = {node.name: [] for node in chart.nodes}
    for arrow in drawn:
        ways.setdefault(arrow.source, []).append(arrow)
    cards = {node.name: card_of(chart, node, ways[node.name]) for node in chart.nodes}
    place = {net.key: number for number, net in enumerate(chart.nets)}
    boxes: dict[str, Box] = {}
    rails: list[Rail] = []
    named: set[int] = set()
    y = band_bottom + 26
    for nets, members in _groups(chart):
        for first in range(0, len(members), columns):
            row = members[first : first + columns]
            heads = []
            for key in nets:
                number = place[key]
                y += _RAIL if number in named else _LABELLED_RAIL
                heads.append((number, y, number not in named))
                named.add(number)
            y += 24
            for at, node in enumerate(row):
                boxes[node.name] = Box(cards[node.name], left + at * (WIDTH + GAP), y)
            for at, (number, rail_y, labelled) in enumerate(heads):
                stubs = tuple((boxes[node.name].x + 26 + 16 * at, y) for node in row)
                label_x = left + 34 + 16 * len(heads) if labelled else 0
                rails.append(Rail(number, rail_y, _spine_x(number), stubs[-1][0], stubs, label_x))
            y += max(cards[node.name].height for node in row) + _ROW_GAP
    for number in range(len(chart.nets)):
        if number not in named:
            rails.append(Rail(number, y, _spine_x(number), left + 120, (), left))
            y += _LABELLED_RAIL
    return Layout(
        width=width,
        height=y - (_ROW_GAP - 26 if boxes else -4),
        boxes=tuple(boxes[node.name] for node in chart.nodes),
        rails=tuple(rails),
        spines=tuple(_spines(chart, rails, band_bottom)),
        band_bottom=band_bottom,
        chips=tuple(chips),
        more_ports=more,
        browser=(width - 140, 62),
        crowded=len({(arrow.source, arrow.target, arrow.end) for arrow in drawn}) > _MANY,
    )


def _columns(count: int) -> int:
    return max(1, min(count, 3)) if count <= 9 else 4 if count <= 40 else 5


def _spine_x(number: int) -> float:
    return _MARGIN + 24 + 14 * number


def _spines(chart: Chart, rails: list[Rail], top: float) -> Iterator[Spine]:
    for number, net in enumerate(chart.nets):
        own = [rail.y for rail in rails if rail.net == number]
        if own:
            yield Spine(number, _spine_x(number), own[0] if net.internal else top, own[-1], not net.internal)


def _groups(chart: Chart) -> list[tuple[tuple[str, ...], list[Node]]]:
    """Containers on the same networks, those between two networks between those on one of them; callers first."""
    place = {net.key: number for number, net in enumerate(chart.nets)}
    depth = _depths(chart)
    found: dict[tuple[str, ...], list[Node]] = {}
    for node in sorted(chart.nodes, key=lambda node: depth[node.name]):
        nets = tuple(sorted((key for key in node.nets if key in place), key=place.__getitem__))
        found.setdefault(nets, []).append(node)
    middle = {nets: sum(place[key] for key in nets) / len(nets) if nets else len(place) for nets in found}
    return sorted(found.items(), key=lambda item: (middle[item[0]], item[0]))


def _depths(chart: Chart) -> dict[str, int]:
    """How far from the callers each container stands: 0 for one that nobody calls. Circles end where they began."""
    calls: dict[str, set[str]] = {node.name: set() for node in chart.nodes}
    for arrow in chart.drawn:
        if arrow.target in calls and arrow.source in calls and arrow.target != arrow.source:
            calls[arrow.source].add(arrow.target or "")
    for fault in chart.faults:
        if fault.target in calls and fault.source in calls and not fault.browser:
            calls[fault.source].add(fault.target or "")
    behind = {name: _behind(calls, name) for name in calls}
    depth = dict.fromkeys(calls, 0)
    for _ in range(len(calls)):
        moved = False
        for source in calls:
            for target in sorted(calls[source]):
                if depth[target] <= depth[source] < len(calls) - 1 and source not in behind[target]:
                    depth[target] = depth[source] + 1
                    moved = True
        if not moved:
            break
    return depth


def _behind(calls: dict[str, set[str]], start: str) -> set[str]:
    """Everything that is called from `start` on."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for target in calls[waiting.pop()]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def _chips(chart: Chart, left: float, right: float) -> tuple[list[Chip], float, str]:
    """The published ports on the band of eth0, its lower end, and a word on those that Docker chooses."""
    chips: list[Chip] = []
    x, y, chosen = left + 34, BAND_TOP + 8.0, 0
    for number, node in enumerate(chart.nodes):
        for port in node.published:
            if not port.port:
                chosen += 1
                continue
            text = fitted(f"{port.outside} → {node.name}:{port.inside}", 300, MONO)
            width = len(text) * MONO + 16
            if x + width > right and x > left + 34:
                x, y = left + 34, y + CHIP_STEP
            chips.append(Chip(x, y, width, text, number, port.fault > 0))
            x += width + 8
    more = ""
    if chosen:
        more = f"{'and ' if chips else ''}{chosen} at {'a port' if chosen == 1 else 'ports'} that Docker chooses"
        if x + len(more) * 6.3 > right and chips:
            y += CHIP_STEP
    elif not chips:
        more = "no port is published"
    return chips, y + CHIP_STEP + 4, more

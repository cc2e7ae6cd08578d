"""The map as a picture of its own: no script, nothing from elsewhere, dark or light as its reader likes it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from dockerlint.report.canvas import safe
from dockerlint.report.map.arrows import Line, lines
from dockerlint.report.map.card import CHIP_HEIGHT, PAD, SANS, WIDTH, Item, fitted
from dockerlint.report.map.chart import Chart
from dockerlint.report.map.layout import BAND_TOP, HOST_TOP, Box, Layout, Rail, layout_of

_COLORS = 6
_MIDDLE = ' text-anchor="middle"'
_SEVERITIES = ("error", "warning", "info", "style")
_ICONS = {
    "volume": "M1 3a4.5 2 0 0 0 9 0a4.5 2 0 0 0-9 0v5a4.5 2 0 0 0 9 0V3",
    "bind": "M1 2.5v7h9.5v-6H6L5 2.5z",
    "tmpfs": "M2 2h8v7H2zM4 2v7M8 2v7",
}


def render(chart: Chart, **_: object) -> str:
    """A whole SVG file, with the broken connections listed below."""
    layout = layout_of(chart)
    room = 30 + 40 * len(chart.faults) if chart.faults else 0
    box = f"0 0 {_n(layout.width)} {_n(layout.height + room + 12)}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="{box}" width="{_n(layout.width)}" role="img">'
    inner = [f"<title>{escape(f'Networks of {chart.name}')}</title>", f"<style>{style()}</style>"]
    inner.append(f'<rect class="page" width="100%" height="100%"/>{picture(chart, layout)}')
    inner.extend(_listed(chart, layout))
    return "\n".join([head, *inner, "</svg>"]) + "\n"


def style() -> str:
    """The style sheet of the picture."""
    return sheet("picture.css")


def sheet(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as stream:
        return stream.read()


def escape(text: str) -> str:
    """A text of the project inside an element or a quoted attribute; control characters become visible escapes."""
    shown = safe(text).encode("utf-8", "backslashreplace").decode()
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        shown = shown.replace(char, entity)
    return shown


def picture(chart: Chart, layout: Layout, links: bool = False) -> str:
    """Everything inside the svg element. With `links` a card is a link to ``#c<number>``."""
    arrows = list(lines(chart, layout))
    parts = [*_host(chart, layout), *(_rail(chart, rail) for rail in layout.rails), *_spines(chart, layout)]
    parts += [_arrow(line, layout) for line in arrows]
    parts += [_card(number, box, links) for number, box in enumerate(layout.boxes)]
    parts += [_mark(line) for line in arrows if line.number]
    return "\n".join(parts)


def _n(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")


def _text(x: float, y: float, text: str, tone: str, more: str = "") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" class="{tone}"{more}>{escape(text)}</text>'


def _chip(x: float, y: float, width: float, text: str, tone: str) -> str:
    rect = f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{CHIP_HEIGHT}" rx="5"/>'
    return f'<g class="chip {tone}">{rect}<text x="{_n(x + 7)}" y="{_n(y + 13)}">{escape(text)}</text></g>'


def _host(chart: Chart, layout: Layout) -> Iterator[str]:
    """The outside, the browser, the host with its interface and published ports."""
    right = layout.width - 20
    tall = _n(layout.height - HOST_TOP)
    yield f'<rect class="host" x="20" y="{HOST_TOP}" width="{_n(right - 20)}" height="{tall}" rx="12"/>'
    for x, width, words in ((44, 118, "the outside"), (layout.browser[0] - 50, 100, "browser")):
        yield f'<rect class="pill" x="{_n(x)}" y="28" width="{width}" height="34" rx="17"/>'
        yield _text(x + width / 2, 49, words, "title", _MIDDLE)
    yield f'<path class="wire" d="M103 62V{BAND_TOP}M{_n(layout.browser[0])} 62V{BAND_TOP}"/>'
    yield _text(right - 14, HOST_TOP + 23, "host", "title", ' text-anchor="end"')
    height = layout.band_bottom - BAND_TOP
    yield f'<rect class="band" x="32" y="{BAND_TOP}" width="{_n(right - 44)}" height="{_n(height)}" rx="8"/>'
    yield _text(44, BAND_TOP + 22, "eth0", "title")
    for chip in layout.chips:
        yield _chip(chip.x, chip.y, chip.width, chip.text, "bad" if chip.bad else "published")
    last = layout.chips[-1] if layout.chips else None
    x = last.x + last.width + 10 if last is not None and last.y > layout.band_bottom - 40 else 108
    if layout.more_ports:
        yield _text(x, layout.band_bottom - 14, layout.more_ports, "soft")


def _rail(chart: Chart, rail: Rail) -> str:
    net, color = chart.nets[rail.net], rail.net % _COLORS
    parts = [f'<path class="rail s{color}" d="M{_n(rail.left)} {_n(rail.y)}H{_n(rail.right)}"/>']
    for x, bottom in rail.stubs:
        parts.append(f'<path class="stub s{color}" d="M{_n(x)} {_n(rail.y)}V{_n(bottom)}"/>')
        parts.append(f'<circle class="veth f{color}" cx="{_n(x)}" cy="{_n(rail.y)}" r="5"/>')
    if rail.label_x:
        title = fitted(net.key, 300, 7)
        remark = fitted(net.traits if rail.stubs else f"{net.traits}, nobody is on it", 420, SANS)
        parts.append(
            f'<text x="{_n(rail.label_x)}" y="{_n(rail.y - 7)}">'
            f'<tspan class="net-name f{color}">{escape(title)}</tspan>'
            f'<tspan class="soft" dx="8">{escape(remark)}</tspan></text>'
        )
    return f'<g class="net">{"".join(parts)}</g>'


def _spines(chart: Chart, layout: Layout) -> Iterator[str]:
    for spine in layout.spines:
        color = spine.net % _COLORS
        if spine.bottom > spine.top:
            yield f'<path class="spine s{color}" d="M{_n(spine.x)} {_n(spine.top)}V{_n(spine.bottom)}"/>'
        if spine.open:
            yield f'<circle class="veth f{color}" cx="{_n(spine.x)}" cy="{_n(spine.top)}" r="5"/>'


def _arrow(line: Line, layout: Layout) -> str:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = line.points
    tone = "arrow bad" if line.number else "arrow crowd" if layout.crowded else "arrow"
    tip_tone = "bad-tip" if line.number else "tip crowd" if layout.crowded else "tip"
    data = f'data-from="{line.ends[0]}" data-to="{line.ends[1]}"'
    curve = f"M{_n(ax)} {_n(ay)}C{_n(bx)} {_n(by)} {_n(cx)} {_n(cy)} {_n(dx)} {_n(dy)}"
    return f'<path class="{tone}" d="{curve}" {data}/><path class="{tip_tone}" d="{_tip(line)}" {data}/>'


def _tip(line: Line) -> str:
    """A triangle at the end of the curve, in the direction from which it comes."""
    (cx, cy), (x, y) = line.points[2:]
    if abs(x - cx) >= abs(y - cy):
        back = -7 if x >= cx else 7
        return f"M{_n(x)} {_n(y)}l{back} -4v8z"
    back = -7 if y >= cy else 7
    return f"M{_n(x)} {_n(y)}l-4 {back}h8z"


def _mark(line: Line) -> str:
    x, y = line.mark
    ends = f'data-from="{line.ends[0]}" data-to="{line.ends[1]}"'
    inner = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="9"/>{_text(x, y + 3.5, str(line.number), "", _MIDDLE)}'
    return f'<g class="mark" {ends}>{inner}</g>'


def _card(number: int, box: Box, links: bool) -> str:
    node = box.card.node
    bad = " bad" if any(item.tone == "bad" for item in box.card.items) else ""
    rect = f'<rect class="box" width="{WIDTH}" height="{_n(box.card.height)}" rx="9"/>'
    parts = [rect, *(_item(item) for item in box.card.items)]
    if node.findings:
        worst = min((note.severity for note in node.findings), key=_SEVERITIES.index)
        count = len(node.findings)
        parts.append(
            f'<g class="badge {worst}"><circle cx="{WIDTH - PAD - 6}" cy="20" r="9"/>'
            f"{_text(WIDTH - PAD - 6, 23.5, str(count), '', _MIDDLE)}"
            f"<title>{count} {'finding' if count == 1 else 'findings'}</title></g>"
        )
    where = f'transform="translate({_n(box.x)} {_n(box.y)})" data-node="{number}"'
    inner = "".join(parts)
    if links:
        spoken = f'href="#c{number}" aria-label="{escape(_spoken(box))}"'
        return f'<a class="card{bad}" id="card{number}" {spoken} {where}>{inner}</a>'
    return f'<g class="card{bad}" {where}>{inner}</g>'


def _spoken(box: Box) -> str:
    """What a screen reader says of a card."""
    node = box.card.node
    count = len(node.findings)
    findings = f", {count} {'finding' if count == 1 else 'findings'}" if count else ""
    return f"container {node.name}, on {', '.join(node.nets) or 'no network'}{findings}"


def _item(item: Item) -> str:
    if item.chip:
        return _chip(item.x, item.y, item.width, item.text, item.tone)
    kind, _, icon = item.tone.partition(" ")
    if kind != "volume":
        return _text(item.x, item.y, item.text, item.tone)
    drawn = f'<path class="icon" transform="translate({_n(item.x)} {_n(item.y - 9)})" d="{_ICONS[icon]}"/>'
    return drawn + _text(item.x + 16, item.y, item.text, "volume")


def _listed(chart: Chart, layout: Layout) -> Iterator[str]:
    """The broken connections below the picture: number, who, rule, and what happens."""
    y = layout.height + 34
    for fault in chart.faults:
        who = f"{'browser of ' if fault.browser else ''}{fault.source} → {fault.address}"
        shown = fitted(who, 420, SANS)
        number = _text(34, y - 0.5, str(fault.number), "", _MIDDLE)
        yield f'<g class="mark"><circle cx="34" cy="{_n(y - 4)}" r="9"/>{number}</g>'
        yield (
            f'<text x="52" y="{_n(y)}"><tspan class="title">{escape(shown)}</tspan>'
            f'<tspan class="rule" dx="10">{escape(fault.note.rule)}</tspan></text>'
        )
        yield _text(52, y + 17, fitted(fault.note.message, layout.width - 80, SANS - 1), "soft")
        y += 40

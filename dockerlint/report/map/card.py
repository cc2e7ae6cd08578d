"""What stands on a container's card in the picture, and how much room it takes. Lengths are pixels."""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.report.canvas import display_width, safe
from dockerlint.report.map.chart import Arrow, Chart, Node
from dockerlint.source.record import dataclass

WIDTH = 248
PAD = 14
_INNER = WIDTH - 2 * PAD
_MOST_VOLUMES = 3
CHIP_HEIGHT, CHIP_STEP = 19, 24
# Pixels that one column of a text takes, a little too many: fonts differ.
MONO, SANS, BOLD = 6.5, 6.0, 8.6


@dataclass(frozen=True, slots=True)
class Item:
    """One text of a card at its place on the card; a chip where `chip` is set. `tone` is a class of the style sheet."""

    x: float
    y: float
    width: float
    text: str
    tone: str
    chip: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    node: Node
    items: tuple[Item, ...]
    height: float


def fitted(text: str, room: float, pixels: float) -> str:
    """A text without control characters, cut to the room that it has."""
    shown = safe(text)
    columns = max(1, int(room / pixels))
    if display_width(shown) <= columns:
        return shown
    while shown and display_width(shown) > columns - 1:
        shown = shown[:-1]
    return shown + "…"


def card_of(chart: Chart, node: Node, arrows: list[Arrow]) -> Card:
    """The card of a container, from which `arrows` start."""
    items: list[Item] = []
    badge = 26 if node.findings else 0
    items.append(Item(PAD, 25, _INNER, fitted(node.name, _INNER - badge, BOLD), "name"))
    y = 43.0
    also = list(dict.fromkeys(name for name, _ in node.names if name != node.name))
    for text, tone in (
        (_short_image(node.image), "image"),
        (f"also {', '.join(also)}" if also else "", "image"),
        (node.stack, "remark"),
    ):
        if text:
            items.append(Item(PAD, y, _INNER, fitted(text, _INNER, SANS), tone))
            y += 16
    y = _flow(items, list(_ports(node)), y - 6)
    for volume in node.volumes[:_MOST_VOLUMES]:
        source = volume.source or ("anonymous" if volume.kind == "volume" else volume.kind)
        tail = " (read only)" if volume.read_only else ""
        y += 16
        items.append(
            Item(
                PAD,
                y,
                _INNER,
                fitted(f"{source} → {volume.target}{tail}", _INNER - 16, MONO),
                f"volume {_icon(volume.kind)}",
            )
        )
    if len(node.volumes) > _MOST_VOLUMES:
        y += 16
        items.append(Item(PAD, y, _INNER, f"and {len(node.volumes) - _MOST_VOLUMES} more", "image"))
    y = _flow(items, list(_ways(chart, node, arrows)), y + (6 if node.volumes else 0))
    return Card(node, tuple(items), y + 12)


def _short_image(text: str) -> str:
    """An image without its registry where the room would not hold it."""
    for part in ("docker.io/library/", "docker.io/"):
        text = text.replace(part, "", 1)
    if display_width(text) * SANS <= _INNER:
        return text
    head = "built on " if text.startswith("built on ") else ""
    return head + text.rpartition("/")[2] if "/" in text else text


def _icon(kind: str) -> str:
    return kind if kind in ("volume", "bind", "tmpfs") else "bind"


def _ports(node: Node) -> Iterator[tuple[str, str]]:
    shown = set()
    for port in node.published:
        shown.add(port.target)
        broken = f"✗{port.fault} " if port.fault else ""
        outside = port.outside if port.port else "any"
        yield f"{broken}{outside} → {port.inside}", "bad" if port.fault else "published"
    for port_text, _ in node.listens:
        if port_text not in shown:
            yield f":{port_text}", "port"


def _ways(chart: Chart, node: Node, arrows: list[Arrow]) -> Iterator[tuple[str, str]]:
    """Where the container goes: the broken ways first."""
    for fault in chart.faults:
        if fault.source == node.name and not any(port.fault == fault.number for port in node.published):
            by = "browser → " if fault.browser else ""
            yield f"✗{fault.number} {by}{fault.target or fault.address}", "bad"
    seen = set()
    for arrow in arrows:
        if arrow.fault:
            continue
        text = {"service": arrow.target or "", "machine": "host"}.get(arrow.end, arrow.address)
        text = f"browser → {text}" if arrow.browser else f"→ {text}"
        if text not in seen:
            seen.add(text)
            yield text, "outward" if arrow.end in ("outside", "machine") else "way"


def _flow(items: list[Item], chips: list[tuple[str, str]], y: float) -> float:
    """Chips from left to right and on to the next line; gives the y of the end."""
    if not chips:
        return y
    x = float(PAD)
    y += 4
    for text, tone in chips:
        shown = fitted(text, _INNER - 14, MONO)
        width = display_width(shown) * MONO + 13
        if x > PAD and x + width > WIDTH - PAD:
            x = float(PAD)
            y += CHIP_STEP
        items.append(Item(x, y, width, shown, tone, True))
        x += width + 6
    return y + CHIP_HEIGHT + 2

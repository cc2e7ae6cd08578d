"""The map as a Mermaid flowchart, as GitHub renders it in Markdown (https://mermaid.js.org/syntax/flowchart.html).

Ids are made up and labels hold nothing but letters, digits and entity codes, so that no name of the project can be
read as Mermaid's own words or as HTML.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.report.map.chart import Chart, Net, Node, Published

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .:/-,")
_LONGEST = 60


def render(chart: Chart, **_: object) -> str:
    """A flowchart without the Markdown fence around it."""
    return "\n".join(_lines(chart)) + "\n"


def label(text: str) -> str:
    """A text inside a quoted label."""
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "".join(char if char in _PLAIN or (char > "\x7f" and char.isprintable()) else _code(char) for char in shown)


def _code(char: str) -> str:
    """``#60;`` for ``<``; a control character, which would be no entity either, becomes a sign for it."""
    return f"#{ord(char)};" if char.isprintable() else "#65533;"


def _lines(chart: Chart) -> Iterator[str]:
    ids = {node.name: f"c{number}" for number, node in enumerate(chart.nodes)}
    hubs = {net.key: f"n{number}" for number, net in enumerate(chart.nets)}
    yield "flowchart LR"
    yield '  www(["the outside"])'
    if any(arrow.browser for arrow in chart.drawn) or any(node.published for node in chart.nodes):
        yield '  browser(["browser"])'
    yield '  subgraph host["host"]'
    yield '    eth0{{"eth0"}}'
    for net in chart.nets:
        yield from _net(chart, net, ids, hubs)
    for node in chart.nodes:
        if not node.nets:
            yield f"    {ids[node.name]}{_card(node)}"
    yield "  end"
    yield "  www --- eth0"
    yield from _ties(chart, ids, hubs)
    yield from _arrows(chart, ids)
    yield "  classDef broken stroke:#d1242f,stroke-width:2px"
    yield "  classDef net stroke-dasharray:4 3"


def _net(chart: Chart, net: Net, ids: dict[str, str], hubs: dict[str, str]) -> Iterator[str]:
    """A subgraph with the containers whose first network it is."""
    hub = hubs[net.key]
    yield f'    subgraph {hub}s["{label(net.key)} #40;{label(net.traits)}#41;"]'
    yield f'      {hub}{{{{"{label(net.key)}"}}}}:::net'
    for node in chart.nodes:
        if node.nets and node.nets[0] == net.key:
            yield f"      {ids[node.name]}{_card(node)}"
    yield "    end"


def _card(node: Node) -> str:
    lines = [f"<b>{label(node.name)}</b>"]
    also = [name for name, _ in node.names if name != node.name]
    if also:
        lines.append(label("also " + ", ".join(also)))
    if node.listens:
        lines.append(label(" ".join(f":{port}" for port, _ in node.listens[:4])))
    if node.stack:
        lines.append(label(node.stack))
    kept = [volume.source for volume in node.volumes if volume.source]
    if kept:
        lines.append(label("keeps " + ", ".join(kept[:3])))
    return f'["{"<br/>".join(lines)}"]'


def _ties(chart: Chart, ids: dict[str, str], hubs: dict[str, str]) -> Iterator[str]:
    """Bridges to the host's interface, containers to their bridges, published ports."""
    for net in chart.nets:
        if not net.internal:
            yield f"  eth0 --- {hubs[net.key]}"
        for node in chart.nodes:
            if net.key in node.nets:
                yield f"  {hubs[net.key]} --- {ids[node.name]}"
    for node in chart.nodes:
        for port in node.published:
            yield f"  browser {_published(port)} {ids[node.name]}"


def _published(port: Published) -> str:
    text = label(f"{port.outside} to {port.inside}")
    return f'-. "{text} ✗ {port.fault}" .->' if port.fault else f'-. "{text}" .->'


def _arrows(chart: Chart, ids: dict[str, str]) -> Iterator[str]:
    """What the code reaches, each pair once, then what is broken with its rule."""
    seen = set()
    broken: dict[str, None] = {}
    for arrow in chart.drawn:
        start = "browser" if arrow.browser else ids.get(arrow.source)
        if arrow.end == "service":
            end = ids.get(arrow.target or "")
        else:
            end = {"machine": "eth0", "outside": "www"}.get(arrow.end)
        if arrow.fault or start is None or end is None or start == end or (start, end) in seen:
            continue
        seen.add((start, end))
        yield f"  {start} --> {end}"
    for fault in chart.faults:
        start = "browser" if fault.browser else ids.get(fault.source)
        if start is None:
            continue
        end = ids.get(fault.target or "")
        if end is None or end == start:
            end = f"x{fault.number}"
            yield f'  {end}(["{label(fault.address)}"])'
        yield f'  {start} -- "✗ {fault.number} {label(fault.note.rule)}" --x {end}'
        broken.setdefault(end)
    if broken:
        yield f"  class {','.join(broken)} broken"

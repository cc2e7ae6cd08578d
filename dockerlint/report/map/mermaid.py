"""The map as a Mermaid flowchart, as GitHub renders it in Markdown (https://mermaid.js.org/syntax/flowchart.html).

Ids are made up and labels hold nothing but letters, digits and entity codes, so that no name of the project can be
read as Mermaid's own words or as HTML.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.report.map.chart import Chart, Node

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .:/-,_()'=@+")
_LONGEST = 60
_MOST_ARROWS = 60  # with more, only the broken connections can be made out
_RED = "stroke:#d1242f,stroke-width:2px"


def render(chart: Chart, **_: object) -> str:
    """A flowchart without the Markdown fence around it."""
    ids = {node.name: f"c{number}" for number, node in enumerate(chart.nodes)}
    boxes = {net.key: f"n{number}" for number, net in enumerate(chart.nets)}
    links = [*_ties(chart, ids, boxes), *_ways(chart, ids)]
    red = [str(number) for number, (_, broken) in enumerate(links) if broken]
    lines = [*_places(chart, ids, boxes), *(f"  {link}" for link, _ in links)]
    if red:
        lines.append(f"  linkStyle {','.join(red)} {_RED}")
    return "\n".join([*lines, f"  classDef broken {_RED}"]) + "\n"


def label(text: str) -> str:
    """A text inside a quoted label."""
    return "".join(char if _is_plain(char) else _code(char) for char in _cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _is_plain(char: str) -> bool:
    return char in _PLAIN or (char > "\x7f" and char.isprintable())


def _code(char: str) -> str:
    """``#60;`` for ``<``; a control character, which would be no entity either, becomes a sign for it."""
    return f"#{ord(char)};" if char.isprintable() else "#65533;"


def _places(chart: Chart, ids: dict[str, str], boxes: dict[str, str]) -> Iterator[str]:
    """The host with its networks, each with the containers whose first network it is."""
    yield "flowchart LR"
    yield '  www(["the outside"])'
    yield '  browser(["browser"])'
    yield '  subgraph host["host"]'
    yield '    eth0{{"eth0"}}'
    for net in chart.nets:
        yield f'    subgraph {boxes[net.key]}["{label(f"{net.key} ({net.traits})")}"]'
        at_home = [node for node in chart.nodes if node.nets and node.nets[0] == net.key]
        for node in at_home:
            yield f"      {ids[node.name]}{_card(node)}"
        if not at_home:
            word = "see its lines" if any(net.key in node.nets for node in chart.nodes) else "nobody"
            yield f'      {boxes[net.key]}x(["{word}"])'
        yield "    end"
    for node in chart.nodes:
        if not node.nets:
            yield f"    {ids[node.name]}{_card(node)}"
    yield "  end"


def _card(node: Node) -> str:
    lines = [f"<b>{label(node.name)}</b>"]
    also = list(dict.fromkeys(name for name, _ in node.names if name != node.name))
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


def _ties(chart: Chart, ids: dict[str, str], boxes: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """Networks to the host's interface, containers to their further networks, published ports."""
    yield "www --- eth0", False
    yield "browser --- eth0", False
    for net in chart.nets:
        if not net.internal:
            yield f"eth0 --- {boxes[net.key]}", False
    for node in chart.nodes:
        for key in node.nets[1:]:
            yield f"{boxes[key]} --- {ids[node.name]}", False
        ports = [port for port in node.published if port.port or port.fault]
        for port in ports:
            text = label(f"{port.outside} to {port.inside}{f' ✗ {port.fault}' if port.fault else ''}")
            yield f'eth0 -. "{text}" .-> {ids[node.name]}', port.fault > 0


def _ways(chart: Chart, ids: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """What the code reaches, each pair once, then what is broken with its rule."""
    pairs: dict[tuple[str, str], None] = {}
    for arrow in chart.drawn:
        start = "browser" if arrow.browser else ids.get(arrow.source)
        end = ids.get(arrow.target or "") if arrow.end == "service" else _APART.get(arrow.end)
        if not arrow.fault and start is not None and end is not None and start != end:
            pairs.setdefault((start, end))
    if len(pairs) <= _MOST_ARROWS:
        yield from ((f"{start} --> {end}", False) for start, end in pairs)
    told = {port.fault for node in chart.nodes for port in node.published}
    for fault in chart.faults:
        start = "browser" if fault.browser else ids.get(fault.source)
        if start is None or fault.number in told:
            continue
        end = ids.get(fault.target or "")
        if end is None or end == start:
            end = f'x{fault.number}(["{label(fault.address)}"]):::broken'
        yield f'{start} -- "✗ {fault.number} {label(fault.note.rule)}" --x {end}', True


_APART = {"machine": "eth0", "outside": "www"}

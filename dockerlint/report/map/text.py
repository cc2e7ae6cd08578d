"""The map for the terminal: the way in and out, each network with its containers, who reaches whom, what is broken."""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.report.canvas import display_width, safe
from dockerlint.report.map.chart import Chart, Net, Node

_COLORS = {"error": "1;31", "warning": "1;33", "info": "1;36", "style": "1;35", "used": "1;32", "head": "1", "dim": "2"}
_SIGNS = {"self": "\\", "broken": "✗", "used": "→", "open": "·", "": " "}
_LONGEST = 28


def render(chart: Chart, *, color: bool = False) -> str:
    """The whole map; `color` for a terminal that shows it."""
    blocks = [_head(chart, color), *(_net(chart, net, color) for net in chart.nets)]
    apart = [node for node in chart.nodes if not node.nets]
    if apart:
        blocks.append("\n".join([_paint("head", "on no network", color), *_rows(apart, None, color)]))
    if len(chart.nodes) > 1:
        blocks.append("\n".join(_matrix(chart, color)))
    blocks.append("\n".join(_broken(chart, color)))
    return "\n\n".join(blocks) + "\n"


def _paint(name: str, text: str, color: bool) -> str:
    return f"\x1b[{_COLORS[name]}m{text}\x1b[0m" if color and text else text


def _head(chart: Chart, color: bool) -> str:
    lines = [_paint("head", f"{safe(chart.name)}: {_count(len(chart.nodes), 'container')}", color)]
    ports = [(port, node) for node in chart.nodes for port in node.published]
    lines.append("host (eth0) ── the outside")
    rows = []
    for port, node in ports:
        mark = _paint("error", f"  ✗ {port.fault}", color) if port.fault else ""
        if port.port or port.fault:
            rows.append(f"{safe(port.outside) if port.port else 'any'} → {safe(node.name)}:{safe(port.inside)}{mark}")
    chosen = dict.fromkeys(safe(node.name) for port, node in ports if not port.port and not port.fault)
    if chosen:
        rows.append(f"at ports that Docker chooses: {', '.join(chosen)}")
    rows = rows or ["no port is published"]
    lines += [f"  {'└' if at == len(rows) - 1 else '├'}─ {row}" for at, row in enumerate(rows)]
    return "\n".join(lines)


def _net(chart: Chart, net: Net, color: bool) -> str:
    members = [node for node in chart.nodes if net.key in node.nets]
    title = f"{_paint('head', safe(net.key), color)}{_paint('dim', f'  {safe(net.traits)}', color)}"
    return "\n".join([title, *_rows(members, net, color)] if members else [title, "  └─ nobody"])


def _rows(nodes: list[Node], net: Net | None, color: bool) -> Iterator[str]:
    """One line a container: name, ports, other names, image."""
    names = [_short(node.name) for node in nodes]
    ports = [_ports(node) for node in nodes]
    widest = max(map(display_width, names))
    wide = max(map(display_width, ports))
    for at, node in enumerate(nodes):
        corner = "" if net is None else "└─ " if at == len(nodes) - 1 else "├─ "
        also = [other for name, _ in node.names if (other := safe(name)) != safe(node.name)]
        others = [key for key in node.nets if net is not None and key != net.key]
        remarks = [f"also {', '.join(also)}"] if also else []
        remarks += [f"also on {', '.join(map(safe, others))}"] if others else []
        remarks += [safe(node.stack)] if node.stack else []
        tail = _paint("dim", "; ".join([safe(node.image), *remarks] if node.image else remarks), color)
        line = f"  {corner}{_pad(names[at], widest)}  {_pad(ports[at], wide)}  {tail}"
        yield line.rstrip()


def _ports(node: Node) -> str:
    shown = [f":{safe(port)}" for port, _ in node.listens]
    return " ".join([*shown[:3], "…"] if len(shown) > 3 else shown)


def _matrix(chart: Chart, color: bool) -> Iterator[str]:
    """Rows reach columns; columns are numbered as the rows are."""
    nodes, states = chart.nodes, chart.states()
    digits = len(str(len(nodes)))
    yield f"{_paint('head', 'who reaches whom', color)}  (a row reaches a column: → uses it, · could, ✗ broken)"
    widest = max(display_width(_short(node.name)) for node in nodes)
    lead = " " * (2 + digits + 1 + widest + 1)
    yield lead + "".join(f" {number:>{digits}}" for number in range(1, len(nodes) + 1))
    for number, node in enumerate(nodes, 1):
        fields = ""
        for other in nodes:
            state = "self" if other is node else states.get((node.name, other.name), "")
            sign = _SIGNS[state]
            tone = {"broken": "error", "used": "used"}.get(state, "dim")
            fields += " " * digits + (_paint(tone, sign, color) if sign.strip() else sign)
        outside = "" if node.outward else "  no way out"
        yield f"  {number:>{digits}} {_pad(_short(node.name), widest)} {fields}{outside}".rstrip()


def _broken(chart: Chart, color: bool) -> Iterator[str]:
    if not chart.faults:
        yield _paint("used", "No broken connection found.", color)
        return
    yield _paint("head", f"broken: {_count(len(chart.faults), 'connection')}", color)
    for fault in chart.faults:
        note = fault.note
        who = f"browser of {safe(fault.source)}" if fault.browser else safe(fault.source)
        yield f"  {fault.number}. {who} ✗ {safe(fault.address)}  {_paint(note.severity, safe(note.rule), color)}"
        yield f"     {safe(note.message)}"
        if note.help:
            yield f"     help: {safe(note.help)}"
        for place in fault.places:
            yield _paint("dim", f"     {safe(place)}", color)


def _short(text: str) -> str:
    shown = safe(text)
    while display_width(shown) > _LONGEST:
        shown = shown[:-2].rstrip("…") + "…"
    return shown


def _pad(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"

"""The page's words on each container: its findings, its connections, and its effective configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dockerlint.report.map.chart import Arrow, Chart, Fault, Node, Note
from dockerlint.report.map.svg import escape

_ENDS = {
    "self": "itself",
    "machine": "the host",
    "outside": "the outside",
    "not-shared": "out of reach",
    "nobody": "nobody has the name",
    "unknown": "not known here",
}


def overview(chart: Chart) -> str:
    """What stands beside the picture before a container is chosen."""
    parts = ['<section id="overview" tabindex="-1">']
    if chart.faults:
        parts.append("<h2>Broken connections</h2>")
        parts.append('<p class="quiet">Choose a container in the picture for its configuration.</p><ol>')
        parts.extend(_fault(chart, fault) for fault in chart.faults)
        parts.append("</ol>")
    else:
        parts.append("<h2>No broken connection found</h2>")
        parts.append('<p class="quiet">Choose a container in the picture for its configuration.</p>')
    return "\n".join([*parts, "</section>"])


def section(chart: Chart, number: int, node: Node) -> str:
    """Everything about one container."""
    image = f"<p class='quiet'>{escape(node.image)}</p>" if node.image else ""
    return "\n".join(
        (
            f'<section id="c{number}" tabindex="-1" aria-labelledby="h{number}">',
            f'<h2 id="h{number}">{escape(node.name)}</h2>{image}',
            f'<p class="place">{escape(node.place)} · <a href="#overview">overview</a></p>',
            *_findings(node),
            *_ways(chart, node),
            *_network(chart, node),
            *_listing("Volumes", [_volume(v.kind, v.source, v.target, v.read_only) for v in node.volumes]),
            *_environment(node),
            *_pairs(
                "Configuration",
                [(label, f'<span class="value">{escape(text)}</span>') for label, text in node.settings],
            ),
            "</section>",
        )
    )


def _fault(chart: Chart, fault: Fault) -> str:
    who = _link(chart, fault.source)
    reader = f"the browser of {who}" if fault.browser else who
    head = f'<p><span class="number">{fault.number}</span> {reader} → <code>{escape(fault.address)}</code></p>'
    return f'<li class="finding {fault.note.severity}">{head}{_said(fault.note)}{_places(fault.places)}</li>'


def _findings(node: Node) -> Iterator[str]:
    if node.findings:
        yield f"<h3>Findings</h3><ul>{''.join(_finding(note) for note in node.findings)}</ul>"


def _finding(note: Note) -> str:
    return f'<li class="finding {note.severity}">{_said(note)}{_places((note.place,))}</li>'


def _said(note: Note) -> str:
    remedy = f"<p>{escape(note.help)}</p>" if note.help else ""
    return (
        f'<p><span class="rule">{escape(note.rule)}</span> <span class="quiet">{note.severity}</span></p>'
        f"<p>{escape(note.message)}</p>{remedy}"
    )


def _places(places: Iterable[str]) -> str:
    return f'<p class="place">{"<br>".join(map(escape, places))}</p>'


def _ways(chart: Chart, node: Node) -> Iterator[str]:
    """Where it goes, who comes, and who could."""
    own = [arrow for arrow in chart.arrows if arrow.source == node.name]
    if own:
        yield f"<h3>Connections</h3><table><tbody>{''.join(_row(chart, arrow) for arrow in own)}</tbody></table>"
    callers = dict.fromkeys(
        arrow.source
        for arrow in chart.arrows
        if arrow.target == node.name and arrow.end == "service" and arrow.source != node.name and not arrow.idle
    )
    reach = [other.name for other in chart.nodes if (other.name, node.name) in chart.reach]
    pairs = []
    if callers:
        pairs.append(("used by", ", ".join(_link(chart, name) for name in callers)))
    if len(chart.nodes) > 1:
        all_others = len(reach) == len(chart.nodes) - 1
        shown = "every other container" if all_others else ", ".join(_link(chart, name) for name in reach) or "nobody"
        pairs.append(("reached by", shown))
    pairs.append(("the outside", "reachable" if node.outward else "no way out"))
    yield from _pairs("Reach", pairs)


def _row(chart: Chart, arrow: Arrow) -> str:
    where = _link(chart, arrow.target) if arrow.end == "service" and arrow.target else _ENDS.get(arrow.end, arrow.end)
    if arrow.fault:
        where = f'<span class="broken">✗ <span class="number">{arrow.fault}</span> {where}</span>'
    remarks = [
        arrow.origin,
        *(["in the browser"] if arrow.browser else []),
        *(["nothing reads it"] if arrow.idle else []),
    ]
    return (
        f"<tr><td><code>{escape(arrow.address)}</code><br>"
        f'<span class="place">{escape(", ".join(remarks))}<br>{escape(arrow.place)}</span></td><td>{where}</td></tr>'
    )


def _network(chart: Chart, node: Node) -> Iterator[str]:
    pairs = []
    for net in chart.nets:
        if net.key in node.nets:
            real = f", named <code>{escape(net.name)}</code>" if net.name and net.name != net.key else ""
            pairs.append(("on", f"<b>{escape(net.key)}</b> ({escape(net.traits)}){real}"))
    if node.stack:
        pairs.append(("stack", escape(node.stack)))
    pairs.extend((kind, f"<code>{escape(name)}</code>") for name, kind in node.names)
    for port in node.published:
        outside = escape(port.outside) if port.port else "a port that Docker chooses"
        broken = f' <span class="broken">✗ <span class="number">{port.fault}</span></span>' if port.fault else ""
        pairs.append(("published", f"<code>{outside} → {escape(port.inside)}</code>{broken}"))
    for port_text, program in node.listens:
        by = f" by {escape(program)}" if program else ""
        pairs.append(("port", f"<code>{escape(port_text)}</code>{by}"))
    yield from _pairs("Network", pairs)


def _volume(kind: str, source: str, target: str, read_only: bool) -> str:
    left = escape(source) or ("anonymous volume" if kind == "volume" else escape(kind))
    remark = f"{escape(kind)}{', read only' if read_only else ''}"
    return f'<code>{left} → {escape(target)}</code> <span class="place">{remark}</span>'


def _environment(node: Node) -> Iterator[str]:
    if not node.variables:
        return
    rows = "".join(
        f'<tr><th scope="row" class="value">{escape(v.name)}</th>'
        f'<td><span class="value">{"<i>not known here</i>" if v.value is None else escape(v.value)}</span></td>'
        f'<td class="place">{escape(v.origin)}</td></tr>'
        for v in node.variables
    )
    yield f"<h3>Environment</h3><table><tbody>{rows}</tbody></table>"


def _listing(title: str, rows: list[str]) -> Iterator[str]:
    if rows:
        yield f"<h3>{title}</h3><ul>{''.join(f'<li>{row}</li>' for row in rows)}</ul>"


def _pairs(title: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    """A list of labels with values that are HTML already."""
    if pairs:
        rows = "".join(f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in pairs)
        yield f"<h3>{title}</h3><dl>{rows}</dl>"


def _link(chart: Chart, name: str | None) -> str:
    number = next((number for number, node in enumerate(chart.nodes) if node.name == name), None)
    shown = escape(name or "the project")
    return shown if number is None else f'<a href="#c{number}">{shown}</a>'

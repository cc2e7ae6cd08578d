"""The map as one page: the picture, the broken connections, every container's configuration and findings, the matrix.

The page holds everything; its content security policy allows its own style and script and nothing else, so that it
never asks the network for anything and nothing from the project can run in it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from dockerlint.report.map.chart import Chart
from dockerlint.report.map.details import overview, section
from dockerlint.report.map.layout import layout_of
from dockerlint.report.map.svg import escape, picture, sheet

_SIGNS = {"self": "", "used": "→", "open": "·", "broken": "✗", "": ""}
_MOST_HINTS = 80  # containers: with more, the hints would be most of the page
_WORDS = {"self": "itself", "used": "uses it", "open": "could", "broken": "broken", "": "cannot"}


def render(chart: Chart, **_: object) -> str:
    """The whole page."""
    css, script = sheet("picture.css") + sheet("page.css"), sheet("page.js")
    policy = (
        f"default-src 'none'; style-src {_source(css)}; script-src {_source(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    title = escape(f"Networks of {chart.name}")
    return (
        "\n".join(
            (
                "<!DOCTYPE html>",
                '<html lang="en">',
                "<head>",
                '<meta charset="utf-8">',
                f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                '<meta name="referrer" content="no-referrer">',
                f"<title>{title}</title>",
                '<link rel="icon" href="data:,">',
                f"<style>{css}</style>",
                "</head>",
                "<body>",
                f"<header><h1>{title}</h1><p>{_counts(chart)}</p></header>",
                "<main>",
                *_picture(chart),
                '<aside class="sheet" aria-label="Details">',
                overview(chart),
                *(section(chart, number, node) for number, node in enumerate(chart.nodes)),
                "</aside>",
                "</main>",
                *_matrix(chart),
                f"<script>{script}</script>",
                "</body>",
                "</html>",
            )
        )
        + "\n"
    )


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _counts(chart: Chart) -> str:
    findings = sum(len(node.findings) for node in chart.nodes)
    parts = [_count(len(chart.nodes), "container"), _count(len(chart.nets), "network")]
    broken = _count(len(chart.faults), "broken connection")
    parts.append(f'<span class="broken">{broken}</span>' if chart.faults else broken)
    return " · ".join([*parts, _count(findings, "finding")])


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}" if number == 1 else f"{number or 'no'} {word}s"


def _picture(chart: Chart) -> Iterator[str]:
    layout = layout_of(chart)
    yield '<div class="sheet"><div class="picture">'
    yield (
        f'<svg class="map" viewBox="0 0 {layout.width:.0f} {layout.height + 20:.0f}" role="group" '
        f'aria-label="Picture of the networks">{picture(chart, layout, links=True)}</svg></div>'
    )
    many = " Choose a container to see its arrows." if layout.crowded else ""
    yield (
        '<p class="key">A container hangs on each of its networks by a dot, its virtual interface; a network leads to '
        "the outside over the host&#39;s eth0. Blue arrows are connections that the code makes, red ones are broken."
        f"{many} Keys: Tab and arrows move, Enter chooses, Escape goes back.</p></div>"
    )


def _matrix(chart: Chart) -> Iterator[str]:
    """Who reaches whom, as a table."""
    if len(chart.nodes) < 2:
        return
    states, hinted = chart.states(), len(chart.nodes) <= _MOST_HINTS
    heads = "".join(
        f'<th scope="col"><abbr title="{escape(node.name)}">{number}</abbr></th>'
        for number, node in enumerate(chart.nodes, 1)
    )
    yield '<div class="matrix sheet"><h2 id="matrix">Who reaches whom</h2>'
    yield '<p class="quiet">A row reaches a column: → uses it, · could, ✗ broken, empty cannot.</p>'
    yield f'<table aria-labelledby="matrix"><thead><tr><td></td>{heads}</tr></thead><tbody>'
    for number, node in enumerate(chart.nodes):
        fields = []
        for other in chart.nodes:
            state = "self" if other is node else states.get((node.name, other.name), "")
            hint = f' title="{escape(f"{node.name} → {other.name}: {_WORDS[state]}")}"' if hinted else ""
            fields.append(f'<td class="{state}"{hint}>{_SIGNS[state]}</td>')
        head = f'<th scope="row"><a href="#c{number}">{number + 1} {escape(node.name)}</a></th>'
        yield f"<tr>{head}{''.join(fields)}</tr>"
    yield "</tbody></table></div>"

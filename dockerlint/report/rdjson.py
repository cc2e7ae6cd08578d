"""reviewdog's format for whole reports (`reviewdog -f=rdjson`): the message DiagnosticResult of its reviewdog.proto.

Columns there count bytes of UTF-8 from 1, and the end of a range is the column behind it.
"""

from __future__ import annotations

from typing import Any

from dockerlint.report.canvas import safe
from dockerlint.report.jsontext import json_text
from dockerlint.report.words import told, without_links
from dockerlint.rulebook.finding import Finding, Report, Severity
from dockerlint.source.text import SourceFile, Span

SEVERITIES: dict[Severity, str] = {"error": "ERROR", "warning": "WARNING", "info": "INFO", "style": "INFO"}

Node = dict[str, Any]


def render(report: Report, **_: object) -> str:
    return json_text(
        {
            "source": {"name": "dockerlint"},
            "diagnostics": [_diagnostic(report, finding) for finding in report.findings],
        }
    )


def _diagnostic(report: Report, finding: Finding) -> Node:
    node: Node = {
        "message": _comment(told(finding)),
        "location": _location(report, finding.span),
        "severity": SEVERITIES[finding.severity],
        "code": {"value": finding.rule},
    }
    suggestions = _suggestions(finding)
    if suggestions:
        node["suggestions"] = suggestions
    if finding.related:
        node["related_locations"] = [
            {"message": _comment(safe(related.message)), "location": _location(report, related.span)}
            for related in finding.related
        ]
    return node


def _suggestions(finding: Finding) -> list[Node]:
    """The fix where it is one edit in the finding's own file: a suggestion names no file and is taken by itself."""
    edits = finding.fix.edits if finding.fix is not None else ()
    if len(edits) != 1 or edits[0].span.path != finding.span.path:
        return []
    return [{"range": _range(edits[0].span), "text": edits[0].text}]


def _comment(text: str) -> str:
    """The text of a review comment, in which reviewdog's services render Markdown: no element and no link."""
    return without_links(text).replace("<", "&lt;")


def _location(report: Report, span: Span) -> Node:
    return {"path": report.shown_path(span.file), "range": _range(span)}


def _range(span: Span) -> Node:
    return {"start": _position(span.file, span.start), "end": _position(span.file, span.end)}


def _position(file: SourceFile, offset: int) -> dict[str, int]:
    line, column = file.position(offset)
    before = file.text[offset - column + 1 : offset]
    return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}

"""SARIF 2.1.0 (OASIS, errata 01), for code scanning and editors.

Columns count characters, which SARIF calls Unicode code points; `endColumn` is the one behind the last. No line of a
file is quoted, for it may hold a secret. Braces in messages are not doubled, though the standard asks for it where
there are placeholders: there are none here, and viewers show the text as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dockerlint import __version__
from dockerlint.report.canvas import safe
from dockerlint.report.fingerprint import fingerprints
from dockerlint.report.jsontext import json_text
from dockerlint.report.words import told, without_links
from dockerlint.rulebook import shelf
from dockerlint.rulebook.finding import BASELINE, Finding, Fix, Report, Severity, Suppressed
from dockerlint.rulebook.rule import Rule
from dockerlint.source.text import SourceFile, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note", "style": "note"}

_ROOT = "%SRCROOT%"
_PROBLEM: dict[Severity, str] = {
    "error": "error", "warning": "warning", "info": "recommendation", "style": "recommendation",
}  # fmt: skip

Node = dict[str, Any]


def render(report: Report, **_: object) -> str:
    return json_text(document(report))


def document(report: Report) -> Node:
    """The log: one run. Suppressed findings are results with a suppression; where there are any, all others say []."""
    excuses: list[Suppressed | None] = [None] * len(report.findings)
    findings = [*report.findings, *(item.finding for item in report.suppressed)]
    excuses += report.suppressed
    rules = sorted({finding.rule for finding in findings})
    numbers = {rule: number for number, rule in enumerate(rules)}
    results = []
    for finding, excuse, fingerprint in zip(findings, excuses, fingerprints(findings), strict=True):
        result = _result(report, finding, numbers[finding.rule], fingerprint)
        if report.suppressed:
            result["suppressions"] = [_suppression(excuse)] if excuse is not None else []
        results.append(result)
    run = {
        "tool": {"driver": _driver(rules)},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which dockerlint was started."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def uri(path: str) -> str:
    """A shown path as a URI reference; an absolute one as a file URI. Bytes that are no text stand as they are."""
    from urllib.parse import quote

    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a character, which a name on Windows may hold
        data = path.encode("utf-8", "surrogatepass")
    if path[1:3] == ":/":
        return f"file:///{quote(data, safe='/:')}"
    return f"file://{quote(data)}" if path.startswith("/") else quote(data)


def _driver(rules: Iterable[str]) -> Node:
    known = shelf.rules()
    return {
        "name": "dockerlint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule, known.get(rule)) for rule in rules],
    }


def _rule(rule_id: str, rule: Rule | None) -> Node:
    node: Node = {"id": rule_id, "name": "".join(part.capitalize() for part in rule_id.split("-"))}
    if rule is None:
        return node
    instead = rule.instead or "What to write instead depends on the place; the finding says it."
    first = " ".join(instead.split("\n\n")[0].split())
    whole = rule.title if first.endswith(":") else f"{rule.title}. {first.rstrip('.')}"  # what follows a colon is code
    more = f"`dockerlint explain {rule_id}` shows the reasons and examples."
    return node | {
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{whole}."},
        "help": {
            "text": f"{rule.title}.\n\nInstead:\n\n{instead}\n\n{more.replace('`', '')}",
            "markdown": f"**{rule.title}**\n\n## Instead\n\n{instead}\n\n{more}",
        },
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [rule.group], "problem.severity": _PROBLEM[rule.severity]},
    }


def _result(report: Report, finding: Finding, number: int, fingerprint: str) -> Node:
    result: Node = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": LEVELS[finding.severity],
        "message": {"text": without_links(told(finding))},
        "locations": [{"physicalLocation": _place(report, finding.span)}],
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _place(report, related.span),
                "message": {"text": without_links(safe(related.message))},
            }
            for number, related in enumerate(finding.related, 1)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(report, finding.fix)]
    properties: Node = {"severity": finding.severity}
    for name, value in (("service", finding.service), ("stage", finding.stage), ("aliases", list(finding.aliases))):
        if value:
            properties[name] = value
    return result | {"partialFingerprints": {"dockerlint/v1": fingerprint}, "properties": properties}


def _suppression(item: Suppressed) -> Node:
    node: Node = {"kind": "external" if item.by == BASELINE else "inSource"}
    return node | {"justification": safe(item.reason)} if item.reason else node


def _invocation(report: Report) -> Node:
    node: Node = {"executionSuccessful": not report.failures}
    if report.failures:
        node["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": without_links(safe(failure))}} for failure in report.failures
        ]
    return node


def _fix(report: Report, fix: Fix) -> Node:
    changes: dict[SourceFile, list[Node]] = {}
    for edit in fix.edits:
        replacement: Node = {"deletedRegion": _region(edit.span)}
        if edit.text:
            replacement["insertedContent"] = {"text": edit.text}
        changes.setdefault(edit.span.file, []).append(replacement)
    return {
        "description": {"text": without_links(safe(fix.title))},
        "artifactChanges": [
            {"artifactLocation": _artifact(report, file), "replacements": replacements}
            for file, replacements in changes.items()
        ],
        "properties": {"safe": fix.safe},
    }


def _place(report: Report, span: Span) -> Node:
    return {"artifactLocation": _artifact(report, span.file), "region": _region(span)}


def _artifact(report: Report, file: SourceFile) -> Node:
    address = uri(report.shown_path(file))
    return {"uri": address} if address.startswith("file:") else {"uri": address, "uriBaseId": _ROOT}


def _region(span: Span) -> Node:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }

"""GitLab's code quality report: a list of violations after the form of Code Climate.

GitLab reads `lines`; `positions` holds the columns, which count characters from 1, for other readers of the form. Its
end is the last character.
"""

from __future__ import annotations

from typing import Any

from dockerlint.report.fingerprint import fingerprints
from dockerlint.report.jsontext import json_text
from dockerlint.report.words import told, without_links
from dockerlint.rulebook.finding import Finding, Report, Severity

SEVERITIES: dict[Severity, str] = {"error": "critical", "warning": "major", "info": "minor", "style": "info"}


def render(report: Report, **_: object) -> str:
    prints = fingerprints(report.findings)
    pairs = zip(report.findings, prints, strict=True)
    return json_text([_violation(report, finding, fingerprint) for finding, fingerprint in pairs])


def _violation(report: Report, finding: Finding, fingerprint: str) -> dict[str, Any]:
    span = finding.span
    last = span.file.position(max(span.start, span.end - 1))
    return {
        "type": "issue",
        "description": without_links(told(finding)),
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": SEVERITIES[finding.severity],
        "categories": ["Bug Risk"],
        "location": {
            "path": report.shown_path(span.file),
            "lines": {"begin": span.line, "end": last[0]},
            "positions": {
                "begin": {"line": span.line, "column": span.column},
                "end": {"line": last[0], "column": last[1]},
            },
        },
    }

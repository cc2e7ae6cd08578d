"""The report for programs. The shape is stable: `version` changes when a field changes its meaning or goes."""

from __future__ import annotations

from typing import Any

from dockerlint import __version__
from dockerlint.report.fingerprint import fingerprints
from dockerlint.report.jsontext import json_text
from dockerlint.rulebook.finding import SEVERITIES, Finding, Fix, Report


def render(report: Report, **_: object) -> str:
    return json_text(document(report))


def document(report: Report) -> dict[str, Any]:
    """The report as plain data. Lines and columns count from 1; `file` is relative to the working directory."""
    prints = fingerprints(report.findings)
    return {
        "version": 1,
        "tool": {"name": "dockerlint", "version": __version__},
        "findings": [
            _finding(report, finding, fingerprint) for finding, fingerprint in zip(report.findings, prints, strict=True)
        ],
        "summary": {
            "files": len(report.files),
            **{severity: report.count(severity) for severity in SEVERITIES},
            "suppressed": len(report.suppressed),
        },
    }


def _finding(report: Report, finding: Finding, fingerprint: str) -> dict[str, Any]:
    span = finding.span
    return {
        "rule": finding.rule,
        "aliases": list(finding.aliases),
        "severity": finding.severity,
        "message": finding.message,
        "file": report.shown_path(span.file),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "service": finding.service,
        "stage": finding.stage,
        "related": [
            {"file": report.shown_path(related.span.file), "line": related.span.line, "message": related.message}
            for related in finding.related
        ],
        "help": finding.help or None,
        "fix": _fix(report, finding.fix) if finding.fix else None,
        "fingerprint": fingerprint,
    }


def _fix(report: Report, fix: Fix) -> dict[str, Any]:
    return {
        "safe": fix.safe,
        "description": fix.title,
        "edits": [
            {
                "file": report.shown_path(edit.span.file),
                "start": [edit.span.line, edit.span.column],
                "end": [edit.span.end_line, edit.span.end_column],
                "text": edit.text,
            }
            for edit in fix.edits
        ],
    }

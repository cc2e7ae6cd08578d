"""The report for programs. The shape is stable: `version` changes when a field changes its meaning or goes."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from dockerlint import __version__
from dockerlint.rulebook.finding import SEVERITIES, Finding, Fix, Report
from dockerlint.source.text import SourceFile


def render(report: Report, **_: object) -> str:
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


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


def fingerprints(findings: tuple[Finding, ...]) -> list[str]:
    """What a finding can be known by again when lines move: rule, file, owner, subject and the text at its place.

    Equal ones are numbered in the order of the file. Nothing of the wording goes in.
    """
    counts: dict[tuple[str, ...], int] = {}
    prints = []
    for finding in findings:
        text = " ".join(finding.span.text.split())
        owner = (finding.service or "", finding.stage or "")
        key = (finding.rule, finding.case or "", finding.span.path, *owner, finding.subject, text)
        counts[key] = number = counts.get(key, 0) + 1
        joined = "\0".join((*key, str(number)))
        prints.append(sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16])
    return prints


def _finding(report: Report, finding: Finding, fingerprint: str) -> dict[str, Any]:
    span = finding.span
    return {
        "rule": finding.rule,
        "aliases": list(finding.aliases),
        "severity": finding.severity,
        "message": finding.message,
        "file": _path(report, span.file),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "service": finding.service,
        "stage": finding.stage,
        "related": [
            {"file": _path(report, related.span.file), "line": related.span.line, "message": related.message}
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
                "file": _path(report, edit.span.file),
                "start": [edit.span.line, edit.span.column],
                "end": [edit.span.end_line, edit.span.end_column],
                "text": edit.text,
            }
            for edit in fix.edits
        ],
    }


def _path(report: Report, file: SourceFile) -> str:
    """A path as text; bytes that are no text are written as escapes, so that the output stays UTF-8."""
    return report.shown_path(file).encode("utf-8", "backslashreplace").decode()

"""Workflow commands of GitHub Actions, which its runner turns into annotations on the lines of a pull request.

Columns count characters from 1. The runner takes `endColumn` for the last character, not the one behind it, and takes
no columns where an annotation spans several lines. In the log it prints only the message, so that begins with the
place. Escapes as in ActionCommand.cs of actions/runner.
"""

from __future__ import annotations

from dockerlint.report.words import shown, told
from dockerlint.rulebook.finding import Finding, Report, Severity

COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice", "style": "notice"}


def render(report: Report, **_: object) -> str:
    """One command a line; nothing where there are no findings."""
    return "".join(f"{_command(report, finding)}\n" for finding in report.findings)


def _command(report: Report, finding: Finding) -> str:
    span = finding.span
    path = shown(report, span.file)
    fields: dict[str, object] = {"file": path, "line": span.line, "endLine": span.end_line}
    if span.line == span.end_line:
        fields |= {"col": span.column, "endColumn": max(span.column, span.end_column - 1)}
    fields["title"] = finding.rule
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in fields.items())
    said = f"{path}:{span.line}:{span.column}: {finding.rule}: {told(finding)}"
    return f"::{COMMANDS[finding.severity]} {properties}::{_data(said)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

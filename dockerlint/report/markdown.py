"""Markdown (of GitHub and GitLab) for a job's summary or a comment: the counts, then a table for each file.

Columns count characters from 1. Whatever comes from a file is shown as its characters, never as a link, picture,
element, mention or end of the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dockerlint.report.canvas import safe
from dockerlint.report.words import shown
from dockerlint.rulebook.finding import SEVERITIES, Finding, Report

_SPECIAL = re.compile(r"[\\`*_\[\]<>~&|]")
_SITE = re.compile(r"(www)\.", re.IGNORECASE)
_TICKS = re.compile(r"`+")


def render(report: Report, *, statistics: bool = False, quiet: bool = False, verbose: bool = False, **_: object) -> str:
    """`quiet` leaves the counts out, `statistics` adds those of the rules, `verbose` what was suppressed."""
    blocks = ["## dockerlint"]
    if not quiet:
        blocks.append(_summary(report))
    if statistics and report.findings:
        blocks.append("\n".join(_statistics(report)))
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_file.setdefault(shown(report, finding.span.file), []).append(finding)
    for path, findings in by_file.items():
        blocks += [f"### {_code(path)}", "\n".join(_table(findings))]
    if verbose and report.suppressed:
        blocks += ["### Suppressed", "\n".join(_suppressed(report))]
    return "\n\n".join(blocks) + "\n"


def prose(text: str) -> str:
    """One line of text with `code` in it as Markdown for a cell: what stands between single backticks stays code.

    Both halves are harmless, so that a backtick in a file's name can only move the border between them.
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one without a partner is a character
        last = parts.pop()
        parts[-1] += f"`{last}"
    return "".join(
        _cell(part) if number % 2 and part.strip() else _plain(f"`{part}`" if number % 2 else part)
        for number, part in enumerate(parts)
    )


def _plain(text: str) -> str:
    """No address in it becomes a link, and a comment behind an `@` keeps it from calling a user of that name."""
    text = _SPECIAL.sub(r"\\\g<0>", text).replace("://", ":\\//").replace("@", "@<!-- -->")
    return _SITE.sub(r"\1\.", text)


def _code(text: str) -> str:
    """A code span, between more backticks than the text has in a row."""
    fence = "`" * (max((len(run) for run in _TICKS.findall(text)), default=0) + 1)
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _cell(text: str) -> str:
    """A code span for a cell, where a bar ends the cell even within code; whether it does after two backslashes is
    not the same everywhere, so such a text goes without the span."""
    return _plain(text) if "\\|" in text else _code(text).replace("|", "\\|")


def _summary(report: Report) -> str:
    files = _count(len(report.files), "file")
    excused = f"; {len(report.suppressed)} suppressed" if report.suppressed else ""
    if not report.findings:
        return f"No problems found in {files}{excused}."
    counts = [(severity, report.count(severity)) for severity in SEVERITIES]
    kinds = ", ".join(
        _count(number, severity) if severity in ("error", "warning") else f"{number} {severity}"
        for severity, number in counts
        if number
    )
    return f"**{kinds}** in {files}{excused}."


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _statistics(report: Report) -> Iterator[str]:
    counts: dict[tuple[str, str], int] = {}
    for finding in report.findings:
        key = (finding.rule, finding.severity)
        counts[key] = counts.get(key, 0) + 1
    yield "| findings | severity | rule |\n| ---: | --- | --- |"
    for (rule, severity), number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"| {number} | {severity} | {_cell(rule)} |"


def _table(findings: list[Finding]) -> Iterator[str]:
    yield "| line | severity | rule | finding |\n| ---: | --- | --- | --- |"
    for finding in findings:
        said = prose(safe(finding.message))
        if finding.help:
            said += f"<br>help: {prose(safe(finding.help))}"
        place = f"{finding.span.line}:{finding.span.column}"
        yield f"| {place} | {finding.severity} | {_cell(finding.rule)} | {said} |"


def _suppressed(report: Report) -> Iterator[str]:
    yield "| place | rule | reason |\n| --- | --- | --- |"
    for item in report.suppressed:
        span = item.finding.span
        place = f"{shown(report, span.file)}:{span.line}:{span.column}"
        yield f"| {_cell(place)} | {_cell(item.finding.rule)} | {prose(safe(item.reason))} |"

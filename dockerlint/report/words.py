"""What formats for programs say about a finding: the same words in each, and what plain text may not contain."""

from __future__ import annotations

from dockerlint.report.canvas import safe
from dockerlint.rulebook.finding import Finding, Report
from dockerlint.source.text import SourceFile


def told(finding: Finding) -> str:
    """The message and, on a second line, what to write instead. Nothing of a file begins a line of it."""
    message = safe(finding.message)
    return f"{message}\nhelp: {safe(finding.help)}" if finding.help else message


def shown(report: Report, file: SourceFile) -> str:
    """The path of a file without control characters, for places that cannot hold them."""
    return safe(report.shown_path(file))


def without_links(text: str) -> str:
    """Plain text in which no ``[words](address)`` is left: several formats make a link of it, wherever it came from.

    A space comes between; a backslash would not do, for the text may have one before it.
    """
    return text.replace("](", "] (")

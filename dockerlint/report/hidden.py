"""Lines of a file as a report may show them: without the secrets that the report is about."""

from __future__ import annotations

import re

from dockerlint.rulebook.finding import Report
from dockerlint.source.text import SourceFile

_ABOUT_SECRETS = "hardcoded-credentials"
_IN_ADDRESS = re.compile(r"""(?<=://)([^\s/:@"'`]*:)([^\s/@"'`$<>{}]+)(?=@)""")


class Hidden:
    """Knows where findings, excused ones too, say that a secret stands, and how a password stands in an address."""

    def __init__(self, report: Report) -> None:
        # By path, text and line: a file may be read twice.
        self._places: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
        for finding in (*report.findings, *(item.finding for item in report.suppressed)):
            if finding.rule == _ABOUT_SECRETS:
                span = finding.span
                for line in range(span.line, span.end_line + 1):
                    self._places.setdefault((span.path, span.file.text, line), []).append((span.start, span.end))

    def line(self, file: SourceFile, number: int) -> str:
        """The text of a line (from 1) with a star for each character of a secret, so that columns stay."""
        text = file.line_text(number)
        offset = file.offset(number)
        for start, end in self._places.get((file.path, file.text, number), ()):
            first, last = max(0, start - offset), min(len(text), end - offset)
            if first < last:
                text = text[:first] + "*" * (last - first) + text[last:]
        return _IN_ADDRESS.sub(lambda match: match[1] + "*" * len(match[2]), text)

"""What broke down in a run: each once as a finding, a sentence for the end and a traceback for --verbose."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from dockerlint.rulebook.finding import Finding
from dockerlint.rulebook.rule import Rule
from dockerlint.source.text import SourceFile

BROKEN = "internal-error"
_LONGEST = 300  # characters of an exception's own words
_Result = TypeVar("_Result")


class Breakdowns:
    """Collects exceptions. What stands in quotes in their words may come from a linted file, secrets too: it is cut."""

    def __init__(self, rule: Rule | None) -> None:
        self._rule = rule
        self.failures: list[str] = []
        self.notes: list[str] = []
        self.findings: list[Finding] = []

    def add(self, what: str, error: Exception, path: str = ".") -> None:
        """`what` broke down at the file `path`, or somewhere."""
        import traceback

        frames = traceback.extract_tb(error.__traceback__)
        place = f"{os.path.basename(frames[-1].filename)} line {frames[-1].lineno}" if frames else "place unknown"
        said = f"{type(error).__name__}: {_own_words(error)}"
        reason = f"{said} ({place})"
        failure = f"{what} broke down: {reason}"
        if failure in self.failures:
            return
        self.failures.append(failure)
        shown = frames if len(frames) <= 40 else [*frames[:10], *frames[-30:]]  # a recursion has a thousand
        self.notes.append("".join(["Traceback (most recent call last):\n", *traceback.format_list(shown), said]))
        if self._rule is not None:
            span = SourceFile(path, "").span(0, 0)
            self.findings.append(self._rule.finding(span, subject=what, what=what, reason=reason))

    def guard(self, what: str, do: Callable[[], _Result], otherwise: Callable[[], _Result]) -> _Result:
        """The answer of `do`, or where it breaks down that of `otherwise`."""
        try:
            return do()
        except Exception as error:
            self.add(what, error)
            return otherwise()


def _own_words(error: Exception) -> str:
    """The message without what it quotes, in one line."""
    try:
        words = " ".join(str(error).split())
    except Exception:
        return ""
    for quote in ('"', "'", "`"):
        parts = words.split(quote)
        parts[1::2] = ["…"] * len(parts[1::2])
        words = quote.join(parts)
    return words[:_LONGEST]

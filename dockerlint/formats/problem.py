"""What every format's reader may report besides its result."""

from __future__ import annotations

from dataclasses import dataclass

from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """The file's own program would refuse or ignore what stands at `span`."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: its text without the leading ``#``, and the place of the whole of it."""

    text: str
    span: Span

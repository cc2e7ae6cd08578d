"""What every format reports besides its content: what it cannot accept, and the comments it saw."""

from __future__ import annotations

from dockerlint.source.record import dataclass
from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that its real reader would refuse; `message` is one sentence without a place.

    `elsewhere` says that another file of the same project may supply what is missing here.
    """

    span: Span
    message: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: `text` without the sign that starts it, `span` with it."""

    text: str
    span: Span

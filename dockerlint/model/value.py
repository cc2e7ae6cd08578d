"""A value that is known, with its place, or that nobody can know before the build or run."""

from __future__ import annotations

from dockerlint.source.record import dataclass
from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class Known:
    """The value is `text`; `span` is where it is written (None: given from outside, a built-in default)."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The value depends on something that is not in the project; checks stay silent about it."""

    reason: str
    span: Span | None = None


Value = Known | Unknown


def text_of(value: Value | None) -> str | None:
    """The text of a known value, None for an unknown or absent one."""
    return value.text if isinstance(value, Known) else None

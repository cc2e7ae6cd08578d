"""A value that is known, with the place that wrote it, or unknown, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class Known:
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Unknown:
    reason: str
    span: Span | None


Value = Known | Unknown

"""Settings files of applications, read to dotted keys with their places."""

from __future__ import annotations

from dataclasses import dataclass

from dockerlint.source.text import SourceFile, Span


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One setting: its dotted key, its value without quotes, and the value's place.

    `template` says that the value has parts that are filled in later (``${X:default}``, ``<%= … %>``, ``{{ … }}``).
    """

    key: str
    value: str
    span: Span
    template: bool = False


def read_config(file: SourceFile) -> tuple[ConfigEntry, ...]:
    """The settings of a file, in its order; () for a file of no known kind. Never raises."""
    return ()

"""The facts of one application source file, whatever its language."""

from __future__ import annotations

from dockerlint.formats.sourcefacts import DotenvLoad, EnvRead, Listen, SourceFacts, Switch, Text
from dockerlint.source.text import SourceFile

__all__ = [
    "DotenvLoad",
    "EnvRead",
    "Listen",
    "SourceFacts",
    "Switch",
    "Text",
    "is_test_path",
    "language_of",
    "read_source",
]


def language_of(path: str) -> str:
    """The language that a path's name tells, "" where it is no source file that is read."""
    return ""


def read_source(file: SourceFile) -> SourceFacts:
    """The facts of a source file; no facts for one of no known language. Never raises."""
    return SourceFacts(file)


def is_test_path(path: str) -> bool:
    """Whether a path belongs to tests by its name: its settings are those of a test run."""
    return False

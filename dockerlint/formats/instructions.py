"""Dockerfile → located instructions."""

from __future__ import annotations

from dockerlint.formats.instructiontypes import Flag, Heredoc, Instruction, Pair, ParsedDockerfile, Word
from dockerlint.formats.problem import Comment, Problem
from dockerlint.source.text import SourceFile

__all__ = [
    "Comment",
    "Flag",
    "Heredoc",
    "Instruction",
    "Pair",
    "ParsedDockerfile",
    "Problem",
    "Word",
    "parse_dockerfile",
]


def parse_dockerfile(file: SourceFile) -> ParsedDockerfile:
    """Read a Dockerfile as BuildKit does; never raises."""
    raise NotImplementedError

"""What reading a project's compose files finds beside their content: files, faults, and where variables stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.formats.problem import Comment, Problem

if TYPE_CHECKING:
    from dockerlint.formats.yamlnodes import Node
    from dockerlint.formats.yamltree import ParsedYaml
    from dockerlint.model.service import Interpolation
    from dockerlint.source.text import SourceFile, Span


class Found:
    """Lists that fill while files are read; each thing once, in order."""

    def __init__(self) -> None:
        self.problems: dict[Problem, None] = {}
        self.absent: dict[Problem, None] = {}
        self.files: dict[str, SourceFile] = {}
        self.comments: dict[str, tuple[Comment, ...]] = {}
        self.interpolations: dict[tuple[SourceFile, int, str], Interpolation] = {}
        self.env_paths: list[str] = []
        self.service_keys: dict[str, list[Span]] = {}
        self.incomplete: set[str] = set()
        self.outside: dict[str, None] = {}  # files that are wanted but lie outside of the tree
        self.extends: dict[str, Node] = {}
        self.parsed: dict[str, ParsedYaml | None] = {}
        self.includes = 0

    def report(self, span: Span, message: str, elsewhere: bool = False) -> None:
        self.problems[Problem(span, message, elsewhere)] = None

    def miss(self, span: Span, message: str) -> None:
        self.absent[Problem(span, message)] = None

    def take_over(self, other: Found) -> None:
        """What was found elsewhere, behind what was found here."""
        self.problems.update(other.problems)
        self.absent.update(other.absent)
        self.files.update(other.files)
        self.comments.update(other.comments)
        self.interpolations = {**self.interpolations, **other.interpolations, **self.interpolations}
        self.env_paths.extend(path for path in other.env_paths if path not in self.env_paths)
        for name, spans in other.service_keys.items():
            self.service_keys.setdefault(name, []).extend(spans)
        self.incomplete |= other.incomplete
        self.outside.update(other.outside)
        self.extends = {**other.extends, **self.extends}
        self.parsed.update(other.parsed)
        self.includes += other.includes

"""What every kind of package manifest is read into."""

from __future__ import annotations

from typing import Literal

from dockerlint.formats.problem import Problem
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import Span

Ecosystem = Literal["node", "python", "php", "ruby", "go", "rust", "java", "elixir", "dotnet", ""]


@dataclass(frozen=True, slots=True)
class Located:
    """A text and where it is written."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest. What could not be read is empty, and `problems` say why.

    Dependencies map names to version requirements as written, "" where there is none; Java's are ``group:artifact``,
    Python's names are normalised (lower case, ``-``). `settings` holds what else decides how the project runs or where
    its packages go, under the names that each reader's docstring lists; `places` says where a setting or a dependency
    is written, under the same name.
    """

    path: str
    folder: str
    ecosystem: Ecosystem
    name: str | None = None
    version: str | None = None
    scripts: dict[str, Located] = field(default_factory=dict)
    dependencies: dict[str, str] = field(default_factory=dict)
    dev_dependencies: dict[str, str] = field(default_factory=dict)
    workspaces: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    places: dict[str, Span] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def depends_on(self, *names: str) -> bool:
        """Is one of the packages a dependency, for running or for development?"""
        return any(name in self.dependencies or name in self.dev_dependencies for name in names)

    def requirement(self, name: str) -> str | None:
        """The version requirement of a dependency as written; None where it is none."""
        return self.dependencies.get(name, self.dev_dependencies.get(name))

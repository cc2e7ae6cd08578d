"""What a run is asked to do. Plain data; the command line makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dockerlint.rulebook.finding import SEVERITIES, Severity
from dockerlint.source.record import dataclass, field


class UsageError(ValueError):
    """The user asked for something that cannot be; the message is for them (exit status 2)."""


@dataclass(frozen=True, slots=True)
class FileIgnore:
    """In files that a glob names, as a line of a `.gitignore` in `folder` (on disk) would, `names` are not reported."""

    folder: str
    glob: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """`select` and `ignore` hold rules, groups, aliases or ALL; `files` (compose files, base first) and `env_files` are
    paths as the user wrote them, in a loaded run paths of the tree.

    `exclude` are globs from the root of the tree, `excluded` pairs of a folder on disk and a glob from there. `options`
    are values per rule: {rule: {option: value}}. `baseline` is a path on disk; `fail_on` None means the default.
    `with_project`: the paths stand for the projects that they are part of.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_severity: Severity = "style"
    files: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    use_environment: bool = False
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    per_file_ignores: tuple[FileIgnore, ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    fail_on: str | None = None
    baseline: str | None = None
    with_project: bool = False


def reaches(severity: Severity, threshold: str) -> bool:
    """Is the severity at least the threshold? Nothing reaches "never"."""
    return threshold != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(threshold)

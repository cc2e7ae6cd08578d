"""What a run is asked to do. Plain data; the command line makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dockerlint.rulebook.finding import SEVERITIES, Severity
from dockerlint.source.record import dataclass, field


class UsageError(ValueError):
    """The user asked for something that cannot be; the message is for them (exit status 2)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`select` and `ignore` hold rules, groups, aliases or ALL; `files` (compose files, base first) and `env_files` are
    paths as the user wrote them, in a loaded run paths of the tree.

    `options` are values per rule: {rule: {option: value}}.
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


def reaches(severity: Severity, threshold: str) -> bool:
    """Is the severity at least the threshold? Nothing reaches "never"."""
    return threshold != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(threshold)

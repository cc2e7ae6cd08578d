"""What a rule says about one place, and the report that all formats print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dockerlint.source.text import Edit, Span

Severity = Literal["error", "warning", "info", "style"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info", "style")


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding rests on, and what is there."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits over one or more files. Safe: the author would want exactly this and nothing else changes."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong at one place.

    `subject` is what it is about (a variable, a path, a host): its identity together with rule, case and place, and
    never the wording. `help` is one sentence on what to write instead, "" where there is none.
    """

    rule: str
    case: str | None
    severity: Severity
    message: str
    help: str
    span: Span
    service: str | None = None
    stage: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    subject: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        return self.span.path


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that a comment excuses, and the reason that the comment gives ("" for none)."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run: sorted findings, what was excused, and the files that were read for it.

    `folder` leads from the working directory to the root that the findings' paths count from ("" where they are the
    same; it may start with "..", or be absolute).
    `failures` says which rules broke down, one sentence each: the exit status is 2 then. `notes` are for --verbose.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    files: tuple[str, ...] = ()
    folder: str = ""
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        return sum(1 for finding in self.findings if finding.severity == severity)

    def shown_path(self, path: str) -> str:
        """A path of the tree as seen from the working directory."""
        if not self.folder:
            return path
        parts = [part for part in self.folder.split("/") if part != "."]
        rest = path.split("/")
        if self.folder.startswith("/") or not rest[0]:
            return f"{self.folder}/{path}" if path else self.folder
        return "/".join(parts + rest)

"""What a rule says about one place, and the report that all formats print."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import relpath
from typing import Literal

from dockerlint.source.record import dataclass, field
from dockerlint.source.text import Edit, SourceFile, Span

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


COMMENT, BASELINE = "comment", "baseline"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that a comment or the baseline excuses, and the reason that the comment gives ("" for none)."""

    finding: Finding
    reason: str
    by: str = COMMENT


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run: sorted findings, what was excused, and the files that were read for it.

    `folder` is the root that the files' paths count from, "" for files in memory; `cwd` the folder from which paths are
    shown. Both are absolute, with slashes. `elsewhere` holds the folder of files that belong to another root.
    `failures` says which rules broke down, one sentence each: the exit status is 2 then. `notes` are for --verbose.
    `rules` are those that ran, `asked` the paths that they were asked about (absolute, "" for all files in memory).
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    files: tuple[str, ...] = ()
    folder: str = ""
    cwd: str = ""
    elsewhere: Mapping[SourceFile, str] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        return sum(1 for finding in self.findings if finding.severity == severity)

    def shown_path(self, file: SourceFile) -> str:
        """A file's path as seen from the working directory."""
        return shown_path(self.elsewhere.get(file, self.folder), file.path, self.cwd)


def shown_path(folder: str, path: str, cwd: str) -> str:
    """A path of the tree at `folder` as seen from `cwd`; absolute where there is no way (another Windows drive)."""
    full = f"{folder.rstrip('/')}/{path}" if folder else path
    if folder and cwd and folder[:2] == cwd[:2]:
        full = relpath(full, cwd)
    if full.isascii():
        return full
    try:  # under a locale that is not UTF-8, Python has the names' bytes as lone surrogates
        return full.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return full

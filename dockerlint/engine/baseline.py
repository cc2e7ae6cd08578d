"""Old findings that a project lives with: written to a file once, and left out of later runs.

A finding is known by its rule, file and subject, never by its wording or its line, so that moving and rewording change
nothing. Equal ones are counted; one more than the baseline has is a new finding. Of rules that a run did not ask and of
files outside of its paths it says nothing: what the baseline has of these stays.
"""

from __future__ import annotations

import json
import os
from collections import Counter

from dockerlint.engine.settings import UsageError
from dockerlint.rulebook.finding import BASELINE, Finding, Report, Suppressed, shown_path
from dockerlint.source.record import dataclass, replace

DEFAULT_FILE = ".dockerlint-baseline.json"
_VERSION = 1
_LARGEST = 1 << 28  # bytes
_FIELDS = ("rule", "file", "subject")

Known = tuple[str, ...]
"""What `_FIELDS` say of a finding; `file` counts from the folder of the baseline."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """`path` is the file as the user named it; `known` says how often each finding may occur."""

    path: str
    folder: str
    known: Counter[Known]


def read(path: str, cwd: str) -> Baseline:
    """The baseline in a file. Raises UsageError where it cannot be read or is none."""
    full = os.path.join(cwd, path)
    try:
        if os.path.exists(full) and not os.path.isfile(full):
            raise UsageError(f"{path} is no baseline: it is no regular file")
        if os.path.exists(full) and os.path.getsize(full) > _LARGEST:
            raise UsageError(f"{path} is larger than a baseline can be")
        with open(full, encoding="utf-8") as stream:
            document = json.load(stream)
    except OSError as error:
        hint = "; --write-baseline makes it" if isinstance(error, FileNotFoundError) else ""
        raise UsageError(f"{path}: {error.strerror}{hint}") from None
    except UsageError:
        raise
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no baseline: {error}") from None
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise UsageError(f"{path} is no baseline of this version of dockerlint; --write-baseline makes a new one")
    known: Counter[Known] = Counter()
    findings = document.get("findings")
    for item in findings if isinstance(findings, list) else [None]:
        count = item.get("count", 1) if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(count, int) or not isinstance(item.get("rule"), str):
            raise UsageError(f"{path} is no baseline: a finding is a mapping of {', '.join(_FIELDS)} and count")
        known[tuple(str(item.get(field) or "") for field in _FIELDS)] += count
    return Baseline(path, _folder(full), known)


def without_known(report: Report, baseline: Baseline) -> tuple[Report, int]:
    """The report without the findings of the baseline, and how many of these have gone since."""
    left = Counter(baseline.known)
    standing: list[Finding] = []
    excused = list(report.suppressed)
    for finding in report.findings:
        known = _known(report, finding, baseline.folder)
        if left[known] > 0:
            left[known] -= 1
            excused.append(Suppressed(finding, "", BASELINE))
        else:
            standing.append(finding)
    gone = sum(number for known, number in left.items() if number > 0 and _is_judged(report, known, baseline.folder))
    return replace(report, findings=tuple(standing), suppressed=tuple(excused)), gone


def write(report: Report, path: str, cwd: str) -> int:
    """Write the findings of a report to a file, sorted; how many they are with those that stay.

    Raises UsageError where it cannot, or where the file is something else.
    """
    full = os.path.join(cwd, path)
    counts = Counter(_known(report, finding, _folder(full)) for finding in report.findings)
    if os.path.lexists(full):
        for known, number in read(path, cwd).known.items():
            if not _is_judged(report, known, _folder(full)):
                counts[known] += number
    findings = []
    for known, number in sorted(counts.items()):
        entry: dict[str, object] = {field: value for field, value in zip(_FIELDS, known, strict=True) if value}
        findings.append(entry if number == 1 else {**entry, "count": number})
    text = json.dumps({"version": _VERSION, "findings": findings}, indent=2, ensure_ascii=False)
    partial = f"{full}.{os.getpid()}"
    try:
        with open(partial, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text + "\n")
        os.replace(partial, full)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    finally:
        if os.path.exists(partial):
            os.unlink(partial)
    return sum(counts.values())


def _known(report: Report, finding: Finding, folder: str) -> Known:
    place = report.elsewhere.get(finding.span.file, report.folder)
    file = shown_path(place, finding.file, folder)
    return finding.rule, file, finding.subject


def _is_judged(report: Report, known: Known, folder: str) -> bool:
    """Would this run have reported it?"""
    full = os.path.normpath(os.path.join(folder, known[1])).replace(os.sep, "/")
    return known[0] in report.rules and any(full == path or full.startswith(f"{path}/") for path in report.asked)


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path)).replace(os.sep, "/")

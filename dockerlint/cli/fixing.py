"""`--fix` and `--diff`: what is mended, written or shown as a patch, and what is said about it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from dockerlint.cli.saying import WrongUse, say
from dockerlint.engine.fix import Change, Lint, Outcome, mend
from dockerlint.engine.rewrite import CannotWrite, bytes_of, read, write
from dockerlint.rulebook.finding import shown_path
from dockerlint.source.record import replace

if TYPE_CHECKING:
    from dockerlint.cli.asking import Part
    from dockerlint.rulebook.finding import Report


def fix(lint: Lint, judge: Lint | None, options: dict[str, Any]) -> bool:
    """Mends the files on disk; False where one could not be written."""
    outcome = mend(lint, read, unsafe=options["unsafe_fixes"], judge=judge)
    cwd = os.getcwd()
    failed = set()
    for change in outcome.changes:
        try:
            write(change)
        except CannotWrite as error:
            failed.add(change.path)
            say(f"dockerlint: {_shown(change, cwd)} {error}; it was left as it is")
    if not options["quiet"]:
        _say("Fixed", outcome, failed, options)
    return not failed


def show_diff(lint: Lint, judge: Lint | None, options: dict[str, Any]) -> int:
    """Prints the patch and changes nothing. The exit status: 1 where there is one, 2 where something broke down."""
    from dockerlint.report.patch import Patched, patch

    outcome = mend(lint, read, unsafe=options["unsafe_fixes"], judge=judge)
    cwd = os.getcwd()
    files = []
    failed = set()
    for change in outcome.changes:
        try:
            found = bytes_of(change)
        except CannotWrite as error:
            failed.add(change.path)
            say(f"dockerlint: {_shown(change, cwd)} {error}")
            continue
        if b"\0" in found.after:
            failed.add(change.path)
            say(f"dockerlint: {_shown(change, cwd)} is UTF-16, which a patch cannot hold")
            continue
        if _shown(change, cwd).startswith("../"):
            failed.add(change.path)
            say(f"dockerlint: {_shown(change, cwd)} lies above this folder, where no patch reaches")
            continue
        files.append(Patched(_shown(change, cwd), found.before, found.after))
    _write(patch(files), options["output"])
    if not options["quiet"]:
        _say("Would fix", outcome, failed, options)
    for failure in outcome.report.failures:
        say(f"dockerlint: {failure}")
    return 2 if failed or outcome.report.failures else 1 if files else 0


def of_all_rules(part: Part) -> Part:
    """The same run for all default rules: a fix that the user selects must not break what another one watches."""
    return replace(part, settings=replace(part.settings, select=(), min_severity="style"))


def _write(data: bytes, output: str | None) -> None:
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        with open(output, "wb") as stream:
            stream.write(data)
    except OSError as error:
        raise WrongUse(f"cannot write {output}: {error.strerror}") from None


def _say(verb: str, outcome: Outcome, failed: set[str], options: dict[str, Any]) -> None:
    """ "Fixed 3 problems in 2 files; 1 more with --unsafe-fixes" """
    files = len(outcome.changes) - len(failed)
    fixed = [one for one in outcome.fixed if not failed.intersection(one.paths)]
    done = f"{verb} {_count(len(fixed), 'problem')} in {_count(files, 'file')}"
    if not files:
        done = "Nothing to fix"
    more = f"; {outcome.unsafe}{' more' * bool(files)} with --unsafe-fixes" if outcome.unsafe else ""
    if outcome.refused and not options["verbose"]:
        more += f"; {len(outcome.refused)} left out, --verbose says why"
    say(f"{done}{more}")
    if options["verbose"]:
        for refused in outcome.refused:
            place = _place(outcome.report, refused.finding.span.path, refused.finding.span.line)
            say(f"{place}: the fix of {refused.finding.rule} was left out: {refused.reason}")


def _place(report: Report, path: str, line: int) -> str:
    return f"{shown_path(report.folder, path, report.cwd)}:{line}"


def _shown(change: Change, cwd: str) -> str:
    start = f"{change.folder.rstrip('/')}/"
    return shown_path(change.folder, change.path.removeprefix(start), cwd.replace(os.sep, "/"))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"

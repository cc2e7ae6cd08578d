"""Mending: the fixes that findings offer are applied to texts in memory, and only what a second run approves stays.

A round takes every fix that fits with the ones before it, applies them and lints again. A fix is taken back where its
file does not parse any more, where its own finding still stands, or where it brings an error that was not there.
What did not fit has its turn in the next round, on the new text. Nothing is written here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from dockerlint.engine.settings import Settings
from dockerlint.rulebook.finding import Finding, Fix, Report
from dockerlint.source.record import dataclass
from dockerlint.source.text import Edit, SourceFile

ROUNDS = 10

Texts = dict[str, str]
Lint = Callable[[Mapping[str, str]], Report]
"""A run with texts (full path → text) in the place of what lies on disk."""
Read = Callable[[str], str | None]
"""The text of a file by its full path; None where there is none."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to be written: its full path, the folder of the run that it must stay in, and its texts.

    `before` is "" for a new file. A byte order mark is part of neither text.
    """

    path: str
    folder: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fix that was applied, and the full paths of the files that it changed."""

    finding: Finding
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A fix that was not applied, and why not, as the end of a sentence."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """`report` is what a run says after the changes; `unsafe` counts its fixes that nobody asked for."""

    changes: tuple[Change, ...]
    fixed: tuple[Fixed, ...]
    refused: tuple[Refused, ...]
    report: Report
    unsafe: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    finding: Finding
    identity: tuple[str, ...]
    edits: tuple[tuple[str, Edit], ...]  # with the full path of the file


def mend(lint: Lint, read: Read, *, unsafe: bool = False, judge: Lint | None = None) -> Outcome:
    """Applies the safe fixes, or all of them, until nothing changes or `ROUNDS` are over.

    `judge` is a run of more rules than the user asked for: new errors count there.
    """
    state = _State(lint, read, judge)
    for _ in range(ROUNDS):
        chosen = state.choose(unsafe)
        if not chosen:
            break
        state.apply(chosen)
    offered = [finding for finding in state.report.findings if finding.fix is not None and not finding.fix.safe]
    return Outcome(
        changes=state.changes(),
        fixed=tuple(state.fixed),
        refused=tuple(state.refused.values()),
        report=state.report,
        unsafe=0 if unsafe else len(offered),
    )


def fix_files(files: dict[str, str], settings: Settings | None = None, unsafe: bool = False) -> dict[str, str]:
    """Files in memory (path → text), mended: all of them, new ones included."""
    from dockerlint.engine.run import lint_files

    outcome = mend(lambda texts: lint_files({**files, **texts}, settings), files.get, unsafe=unsafe)
    return {**files, **{change.path: change.after for change in outcome.changes}}


class _State:
    """The texts so far, and what the last run says about them."""

    def __init__(self, lint: Lint, read: Read, judge: Lint | None) -> None:
        self._lint = lint
        self._read = read
        self._judge = judge
        self.report = lint({})
        self._judged = judge({}) if judge is not None else self.report
        self.fixed: list[Fixed] = []
        self.refused: dict[tuple[str, ...], Refused] = {}
        self._texts: Texts = {}
        self._before: Texts = {}
        self._folders: dict[str, str] = {}

    def changes(self) -> tuple[Change, ...]:
        return tuple(
            Change(path, self._folders[path], self._before[path], text)
            for path, text in sorted(self._texts.items())
            if text != self._before[path]
        )

    def choose(self, unsafe: bool) -> list[_Candidate]:
        """The fixes that can be applied together, in the order of the findings."""
        chosen: list[_Candidate] = []
        taken: dict[str, list[Edit]] = {}
        for finding in self.report.findings:
            fix = finding.fix
            if fix is None or not fix.edits or not (fix.safe or unsafe):
                continue
            candidate = _Candidate(finding, (*_identity(self.report, finding), fix.title), self._located(fix))
            if candidate.identity in self.refused:
                continue
            if not all(self._is_current(path, edit) for path, edit in candidate.edits):
                self.refused[candidate.identity] = Refused(finding, "it is about a text that is no file of its own")
            elif not _fits(candidate.edits, {}):
                self.refused[candidate.identity] = Refused(finding, "its edits overlap")
            elif _fits(candidate.edits, taken):
                chosen.append(candidate)
                for path, edit in candidate.edits:
                    taken.setdefault(path, []).append(edit)
        return chosen

    def apply(self, chosen: list[_Candidate]) -> None:
        """Takes over those of the fixes that keep what they promise; the others are refused for good."""
        kept: list[_Candidate] = []
        last: tuple[Texts, Report, Report] | None = None
        pending = [chosen]
        while pending:
            group = pending.pop(0)
            texts = self._with([*kept, *group])
            overlaid = {**self._texts, **texts}
            report = self._lint(overlaid)
            judged = self._judge(overlaid) if self._judge is not None else report
            reason = self._complaint([*kept, *group], texts, report, judged)
            if reason is None:
                kept += group
                last = texts, report, judged
            elif len(group) == 1:
                self.refused[group[0].identity] = Refused(group[0].finding, reason)
            else:
                middle = len(group) // 2
                pending[:0] = [group[:middle], group[middle:]]
        if last is not None:
            texts, self.report, self._judged = last
            self._texts.update(texts)
            self.fixed += [Fixed(one.finding, tuple(path for path, _ in one.edits)) for one in kept]

    def _located(self, fix: Fix) -> tuple[tuple[str, Edit], ...]:
        found = []
        for edit in fix.edits:
            file = edit.span.file
            path = _full_path(self.report, file)
            self._before.setdefault(path, file.text)
            self._folders.setdefault(path, self.report.elsewhere.get(file, self.report.folder))
            found.append((path, edit))
        return tuple(found)

    def _is_current(self, path: str, edit: Edit) -> bool:
        """Is the text that the edit speaks of the whole file, as it is now?"""
        text = self._texts.get(path)
        return edit.span.file.text == ((self._read(path) or "") if text is None else text)

    def _with(self, candidates: Iterable[_Candidate]) -> Texts:
        """The texts of the files that these fixes touch."""
        by_path: dict[str, list[Edit]] = {}
        for candidate in candidates:
            for path, edit in candidate.edits:
                edits = by_path.setdefault(path, [])
                if not any(_same(edit, other) for other in edits):
                    edits.append(edit)
        return {path: apply_edits(edits) for path, edits in by_path.items()}

    def _complaint(self, candidates: list[_Candidate], texts: Texts, report: Report, judged: Report) -> str | None:
        """Why these fixes must not stay; None where all is well."""
        for path, text in texts.items():
            if not _parses(path, text) and _parses(path, self._texts.get(path, self._before[path])):
                return "the file would not parse any more"
        if len(judged.failures) > len(self._judged.failures):
            return "a rule breaks down on the result"
        counts, after = _counts(self.report), _counts(report)
        gone = Counter(candidate.identity[:-1] for candidate in candidates)
        if any(after[identity] > counts[identity] - number for identity, number in gone.items()):
            return "the finding would still stand"
        for old, new in ((self.report, report), (self._judged, judged)):
            counts, after = _counts(old), _counts(new)
            for finding in new.findings:
                identity = _identity(new, finding)
                if finding.severity == "error" and after[identity] > counts[identity]:
                    return f"it would bring {finding.rule} at {new.shown_path(finding.span.file)}:{finding.span.line}"
        return None


def apply_edits(edits: list[Edit]) -> str:
    """The text of a file with edits that do not overlap; insertions at one place keep their order."""
    text = edits[0].span.file.text
    parts = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        parts += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join((*parts, text[at:]))


def _identity(report: Report, finding: Finding) -> tuple[str, ...]:
    file = _full_path(report, finding.span.file)
    return finding.rule, file, finding.service or "", finding.stage or "", finding.subject


def _full_path(report: Report, file: SourceFile) -> str:
    folder = report.elsewhere.get(file, report.folder)
    return f"{folder.rstrip('/')}/{file.path}" if folder else file.path


def _counts(report: Report) -> Counter[tuple[str, ...]]:
    return Counter(_identity(report, finding) for finding in report.findings)


def _fits(edits: tuple[tuple[str, Edit], ...], taken: Mapping[str, list[Edit]]) -> bool:
    """Can the edits be applied together with those that are taken? Identical ones count once."""
    mine: list[tuple[str, Edit]] = []
    for path, edit in edits:
        others = [*taken.get(path, ()), *(other for owner, other in mine if owner == path)]
        if not all(_same(edit, other) or _apart(other, edit) for other in others):
            return False
        mine.append((path, edit))
    return True


def _same(edit: Edit, other: Edit) -> bool:
    return (edit.span.start, edit.span.end, edit.text) == (other.span.start, other.span.end, other.text)


def _apart(first: Edit, second: Edit) -> bool:
    """Do the edits touch nowhere, or are they whole lines of one kind for the same place?"""
    a, b = first.span, second.span
    if a.end < b.start or b.end < a.start:
        return True
    return a.start == a.end == b.start == b.end and _commute(first, second)


def _commute(first: Edit, second: Edit) -> bool:
    """Lines for one list or mapping: equally deep, all items or all keys, and none in both."""
    mine, theirs = first.text.splitlines(), second.text.splitlines()
    whole = all(edit.text.endswith("\n") for edit in (first, second)) or (
        first.span.end == len(first.span.file.text)
        and all(edit.text[:1] in ("\r", "\n") for edit in (first, second))
        and not any(edit.text.endswith("\n") for edit in (first, second))
    )
    if not whole or set(mine).intersection(line for line in theirs if line):
        return False
    kinds = {(len(line) - len(line.lstrip()), line.lstrip().startswith("-")) for line in _first(mine) + _first(theirs)}
    return len(kinds) == 1


def _first(lines: list[str]) -> list[str]:
    return [line for line in lines if line][:1]


def _parses(path: str, text: str) -> bool:
    """YAML and JSON only: what else there is has no form that an edit could break."""
    if path.endswith((".yaml", ".yml")):
        from dockerlint.formats.yamltree import parse_yaml

        return not parse_yaml(SourceFile(path, text)).problems
    if path.endswith(".json"):
        from dockerlint.formats.jsontree import parse_json

        return not parse_json(SourceFile(path, text))[1]
    return True

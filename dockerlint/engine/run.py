"""A run: projects are built, rules asked, and their findings go through a short chain to a report.

The chain: rules of the selection → faults of what is missing only where every combination has them → each once →
comments that excuse → aliases and severities of the selection → sorted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dockerlint.engine.breakdowns import BROKEN, Breakdowns
from dockerlint.engine.everywhere import held_by_all, once
from dockerlint.engine.linted import comments_of, is_needless, scopes_of, strict_files
from dockerlint.engine.roots import Root, find_roots, folder_by_folder, root_of, tree_path, with_slashes
from dockerlint.engine.select import Selection, names_of, nearest, select
from dockerlint.engine.settings import Settings, UsageError, reaches
from dockerlint.engine.suppress import Excuse, Scopes, apply, may_excuse, read_excuses
from dockerlint.rulebook import shelf
from dockerlint.rulebook.finding import Finding, Report, Suppressed, shown_path
from dockerlint.rulebook.rule import Rule
from dockerlint.source.record import replace
from dockerlint.source.text import SourceFile
from dockerlint.source.tree import DictTree, FileTree, FolderTree

if TYPE_CHECKING:
    from dockerlint.formats.problem import Comment
    from dockerlint.model.project import Project

Progress = Callable[[int, int], None]
Loader = Callable[[FileTree, tuple[str, ...], Settings], "list[Project]"]

SAID_BY_ENGINE = "engine"  # in place of a card's check: these rules speak of the run itself
UNUSED, SYNTAX = "unused-suppression", "syntax-error"


def lint(
    paths: Iterable[str] = (".",),
    settings: Settings | None = None,
    *,
    cwd: str | None = None,
    root: str | None = None,
    progress: Progress | None = None,
    unsaved: Mapping[str, str] | None = None,
) -> Report:
    """Lints files and folders. `root` fixes the folder that counts as the project's whole. Raises UsageError.

    `unsaved` are texts (full path with slashes → text) that stand for what lies on disk.
    """
    cwd = os.path.abspath(cwd or os.getcwd())
    wanted = settings or Settings()
    if root is not None:
        disk = os.path.abspath(os.path.join(cwd, root))
        roots = [Root(disk, [tree_path(disk, os.path.join(cwd, path)) for path in paths])]
    else:
        roots = find_roots(tuple(paths), cwd)
    reports = []
    for place in roots:
        inside = _in_tree(wanted, place.disk, cwd)
        tree = FolderTree(place.disk, unsaved=_below(with_slashes(place.disk), unsaved) if unsaved else None)
        reports.append(lint_tree(tree, place.paths, inside, folder=place.disk, cwd=cwd, progress=progress))
    return join(reports)


def lint_text(data: bytes, name: str | None, settings: Settings, *, cwd: str | None = None) -> Report:
    """Lints one unsaved file. With a name it is read as the file of that name, among the files around it on disk.

    What stands in the files around it is not said.
    """
    from dockerlint.source.tree import decode

    try:
        text = decode(data)
    except UnicodeDecodeError:
        raise UsageError("standard input is not UTF-8 text") from None
    if name is None:
        return lint_files({_guess_name(text): text}, settings)
    cwd = os.path.abspath(cwd or os.getcwd())
    full = os.path.normpath(os.path.join(cwd, name))
    disk = root_of(full, cwd)
    path = tree_path(disk, full)
    tree = FolderTree(disk, unsaved={path: text})
    report = lint_tree(tree, [path], _in_tree(settings, disk, cwd), folder=disk, cwd=cwd)
    return replace(report, findings=tuple(finding for finding in report.findings if finding.file == path))


def _guess_name(text: str) -> str:
    """Dockerfile, or compose.yaml where a line opens the services."""
    return "compose.yaml" if text.startswith("services:") or "\nservices:" in text else "Dockerfile"


def lint_files(files: dict[str, str], settings: Settings | None = None) -> Report:
    """Lints files that are in memory: path → text."""
    return lint_tree(DictTree(files), [""], settings or Settings())


def lint_tree(
    tree: FileTree,
    paths: Iterable[str],
    settings: Settings,
    *,
    folder: str = "",
    cwd: str = "",
    progress: Progress | None = None,
    load: Loader | None = None,
) -> Report:
    """Lints `paths` of a tree. Raises UsageError for unknown rules and options."""
    paths = tuple(paths)
    rulebook = shelf.rules()
    selection = select(rulebook, settings)
    run = _Run(tree, selection, rulebook)
    projects = run.load(paths, settings, load or _load)
    for number, project in enumerate(projects):
        if progress is not None:
            progress(number, len(projects))
        run.ask(project)
    if progress is not None:
        progress(len(projects), len(projects))
    findings, suppressed = run.conclude(projects)
    findings = [finding for finding in findings if reaches(finding.severity, settings.min_severity)]
    if settings.per_file_ignores and folder:
        from dockerlint.engine.fileglobs import without_ignored

        findings = without_ignored(findings, settings.per_file_ignores, folder, rulebook)
    files = run.files(projects)
    broken = run.breakdowns
    return Report(
        findings=tuple(sorted([*findings, *broken.findings], key=_order)),
        suppressed=tuple(sorted(suppressed, key=lambda item: _order(item.finding))),
        files=tuple(sorted(files)),
        folder=with_slashes(folder),
        cwd=with_slashes(cwd),
        rules=tuple(selection.rules),
        asked=tuple(f"{with_slashes(folder)}/{path}".rstrip("/") for path in paths),
        failures=tuple(broken.failures),
        notes=tuple(dict.fromkeys((*broken.notes, *run.notes))),
    )


class _Run:
    """The state of one run over one tree."""

    def __init__(self, tree: FileTree, selection: Selection, rulebook: dict[str, Rule]) -> None:
        self._tree = tree
        self._selection = selection
        self._rulebook = rulebook
        self._checks: dict[str, Callable[..., Iterator[Finding]]] = {}
        self._asked: tuple[str, ...] = ()
        self._found: list[tuple[Project | None, Finding]] = []
        self.breakdowns = Breakdowns(rulebook.get(BROKEN))
        self.notes: list[str] = []

    def load(self, paths: tuple[str, ...], settings: Settings, load: Loader) -> list[Project]:
        """The projects. Where one breaks the reading of all, each folder is read by itself."""
        self._asked = paths
        for path in paths:
            if self._tree.kind(path) is None:
                self._tree.read(path)  # leaves its reason with the tree
        try:
            return load(self._tree, paths, settings)
        except UsageError:
            raise
        except Exception as error:
            first = error
        projects: list[Project] = []
        for together in [] if settings.files else folder_by_folder(self._tree, paths, settings.exclude):
            try:
                projects += load(self._tree, together, settings)
            except Exception as error:
                self.breakdowns.add("reading the project", error, together[0])
        if not self.breakdowns.failures:
            self.breakdowns.add("reading the project", first, (paths[0] if paths else "") or ".")
        return projects

    def ask(self, project: Project) -> None:
        """Every selected rule about one project; one that breaks down is a failure, and the others still speak."""
        for rule in self._selection.rules.values():
            if rule.check == SAID_BY_ENGINE:
                continue
            try:
                if is_needless(rule.reads, project):
                    continue
                for finding in self._check(rule)(project, rule):
                    self._found.append((project, finding))
            except Exception as error:
                self.breakdowns.add(f"the rule {rule.id}", error, _first_path(project))

    def conclude(self, projects: list[Project]) -> tuple[list[Finding], list[Suppressed]]:
        """What stands in the end, and what comments excuse. A step that breaks down is left out."""
        guard = self.breakdowns.guard
        self._found.extend((None, finding) for finding in self._unreadable())
        found = [finding for _, finding in self._found]
        findings = guard(
            "comparing combinations", lambda: once(held_by_all(self._found, projects, self._rulebook)), lambda: found
        )
        excuses = self._excuses(projects, findings)
        standing, suppressed = guard(
            "excusing findings", lambda: apply(findings, excuses, self._rulebook), lambda: (findings, [])
        )
        kept = [finding for finding in standing if self._selection.keeps(finding)]
        strict = guard(
            "reading directives", lambda: {path for each in projects for path in strict_files(each)}, set[str]
        )
        kept = [self._raised(finding) if finding.file in strict else finding for finding in kept]
        if UNUSED in self._selection.rules:
            unused, excused = guard(
                "excusing findings",
                lambda: apply(self._unused(excuses), excuses, self._rulebook),
                lambda: ([], []),
            )
            kept += unused
            suppressed += excused
        return kept, suppressed

    def _raised(self, finding: Finding) -> Finding:
        """An error, where the builder has a code for it."""
        codes = self._rulebook[finding.rule].aliases.get("buildkit", ())
        return finding if set(codes).isdisjoint(finding.aliases) else replace(finding, severity="error")

    def files(self, projects: list[Project]) -> set[str]:
        """Every file that the projects are made of."""
        paths = {problem.path for problem in self._tree.problems if self._must_be_readable(problem.path)}
        for project in projects:
            self.breakdowns.guard("listing files", lambda: paths.update(_paths(project)), lambda: None)  # noqa: B023
        return paths

    def _check(self, rule: Rule) -> Callable[..., Iterator[Finding]]:
        if rule.check not in self._checks:
            self._checks[rule.check] = resolve(rule.check)
        return self._checks[rule.check]

    def _excuses(self, projects: list[Project], findings: list[Finding]) -> dict[str, list[Excuse]]:
        excuses: dict[str, list[Excuse]] = {}
        for project in projects:
            for file, comments in comments_of(project):
                if file.path not in excuses:
                    excuses[file.path] = self._excuses_in(file, comments, project)
        for finding in findings:
            if finding.file not in excuses:
                excuses[finding.file] = self._excuses_in(finding.span.file, None, None)
        return excuses

    def _excuses_in(
        self, file: SourceFile, comments: Iterable[Comment] | None, project: Project | None
    ) -> list[Excuse]:
        try:
            scopes = scopes_of(project, file) if project is not None and may_excuse(file.text) else Scopes()
            return read_excuses(file, comments, scopes)
        except Exception as error:
            self.breakdowns.add("reading comments", error, file.path)
            return []

    def _unused(self, excuses: dict[str, list[Excuse]]) -> Iterator[Finding]:
        rule = self._rulebook[UNUSED]
        ran = names_of(self._selection.rules.values())
        known = {name.lower() for name in names_of(self._rulebook.values())}
        for excuse in (excuse for found in excuses.values() for excuse in found if excuse.ours):
            for code in excuse.codes:
                if code.name.lower() not in known:
                    hint = nearest(code.name, names_of(self._rulebook.values()))
                    yield rule.finding(code.span, case="unknown", subject=code.name, name=code.name, hint=hint)
                elif not code.used and code.name.lower() in {name.lower() for name in ran}:
                    yield rule.finding(code.span, case="unused", subject=code.name, name=code.name)

    def _must_be_readable(self, path: str) -> bool:
        """Has the file a name that counts, or was it asked for?"""
        from dockerlint.source.discover import is_compose, is_dockerfile

        return path in self._asked or is_compose(path) or is_dockerfile(path)

    def _unreadable(self) -> Iterator[Finding]:
        rule = self._selection.rules.get(SYNTAX)
        for problem in self._tree.problems:
            if rule is not None and self._must_be_readable(problem.path):
                span = SourceFile(problem.path, "").span(0, 0)
                yield rule.finding(span, case="unreadable", message=problem.message, name=problem.path)
            else:
                self.notes.append(f"{problem.path} {problem.message}")


def resolve(check: str) -> Callable[..., Iterator[Finding]]:
    """ "mounts.hides_dependencies" → the function of dockerlint/checks/mounts.py."""
    from importlib import import_module

    module, _, name = check.rpartition(".")
    found: Callable[..., Iterator[Finding]] = getattr(import_module(f"dockerlint.checks.{module}"), name)
    return found


def _load(tree: FileTree, paths: tuple[str, ...], settings: Settings) -> list[Project]:
    if settings.with_project:
        from dockerlint.engine.touched import projects_of_files

        return projects_of_files(tree, paths, settings)
    from dockerlint.model.loading import load_projects

    return load_projects(tree, paths, settings, shelf.facts())


def _first_path(project: Project) -> str:
    try:
        return next((file.path for file, _ in comments_of(project)), ".")
    except Exception:
        return "."


def _paths(project: Project) -> list[str]:
    return [file.path for file in project.files]


def _in_tree(settings: Settings, disk: str, cwd: str) -> Settings:
    """The settings with the paths of -f and --env-file, and the globs of a configuration, as those of the tree."""
    moved: dict[str, Any] = {}
    if settings.excluded:
        from dockerlint.engine.fileglobs import globs_of_root

        moved["exclude"] = (*settings.exclude, *globs_of_root(settings.excluded, disk))
    if not settings.files and not settings.env_files:
        return replace(settings, **moved) if moved else settings
    for name in ("files", "env_files"):
        moved[name] = tuple(_tree_file(path, disk, cwd) for path in getattr(settings, name))
    return replace(settings, **moved)


def _below(folder: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts of the files below a folder, by their paths from there."""
    start = f"{folder.rstrip('/')}/"
    return {path.removeprefix(start): text for path, text in texts.items() if path.startswith(start)}


def _tree_file(path: str, disk: str, cwd: str) -> str:
    full = os.path.normpath(os.path.join(cwd, path))
    if not os.path.lexists(full):
        raise UsageError(f"{path}: no such file")
    inside = tree_path(disk, full)
    if inside.startswith("../") or os.path.isabs(inside):
        raise UsageError(f"{path} lies outside of the project ({disk})")
    return inside


def _order(finding: Finding) -> tuple[object, ...]:
    span = finding.span
    return span.path, span.line, span.column, finding.rule, finding.case or "", finding.subject, finding.message


def join(reports: list[Report]) -> Report:
    """One report of several runs."""
    if len(reports) == 1:
        return reports[0]
    elsewhere: dict[SourceFile, str] = {}
    for report in reports:
        for finding in (*report.findings, *(item.finding for item in report.suppressed)):
            spans = [finding.span, *(related.span for related in finding.related)]
            spans += [edit.span for edit in finding.fix.edits] if finding.fix else []
            elsewhere.update((span.file, report.folder) for span in spans)
    joined = Report((), elsewhere=elsewhere, cwd=reports[0].cwd)
    findings = [finding for report in reports for finding in report.findings]
    return Report(
        findings=tuple(sorted(findings, key=lambda item: (joined.shown_path(item.span.file), *_order(item)[1:]))),
        suppressed=tuple(item for report in reports for item in report.suppressed),
        files=tuple(shown_path(report.folder, path, report.cwd) for report in reports for path in report.files),
        cwd=reports[0].cwd,
        rules=tuple({rule: None for report in reports for rule in report.rules}),
        asked=tuple(path for report in reports for path in report.asked),
        elsewhere=elsewhere,
        failures=tuple(failure for report in reports for failure in report.failures),
        notes=tuple(note for report in reports for note in report.notes),
    )

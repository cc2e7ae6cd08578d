from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from dockerlint.engine.run import lint, lint_text, lint_tree
from dockerlint.engine.settings import Settings, UsageError
from dockerlint.rulebook import shelf
from dockerlint.rulebook.card import rule_of
from dockerlint.rulebook.finding import Finding
from dockerlint.rulebook.rule import Rule
from dockerlint.source.tree import DictTree

TEXT = "services:\n  web: {}\n  db: {}\n"


def project(tree: DictTree, path: str = "compose.yaml", family: str = "", services: str = "web db") -> Any:
    """As much of a project as the engine looks at."""
    file = tree.read(path)
    assert file is not None
    span = file.span(0, 0)
    named = tuple(
        SimpleNamespace(name=name, key_spans=(span,), paths=(path,), profiles=()) for name in services.split()
    )
    compose = SimpleNamespace(files=(file,), comments={})
    return SimpleNamespace(
        family=family,
        services=named,
        dockerfiles=(),
        compose=compose,
        files=(file,),
        problems=(),
        file=file,
        stands_alone=False,
        workspace=SimpleNamespace(own=lambda path: path),
    )


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Rule:
    """The only rule of the rulebook; tests put its check into dockerlint.checks.fake."""
    raw = {"id": "fake", "title": "t", "group": "g", "severity": "warning", "default": True, "check": "fake.check"}
    cases = {"there": {"message": "{what} is there"}, "gone": {"message": "{what} is gone", "missing": True}}
    cases["half"] = {"message": "{what} has no other half", "missing": True, "written": True}
    made = rule_of({**raw, "cases": cases, "reads": ["compose"]})
    known = {"fake": made, "internal-error": shelf.rules()["internal-error"]}
    monkeypatch.setattr(shelf, "rules", lambda: known)
    return made


def with_check(monkeypatch: pytest.MonkeyPatch, check: Any) -> None:
    module = ModuleType("dockerlint.checks.fake")
    module.check = check  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "dockerlint.checks.fake", module)


def run(projects: list[Any], tree: DictTree) -> list[str]:
    report = lint_tree(tree, [""], Settings(), load=lambda *_: projects)
    assert not report.failures
    return [f"{finding.file}:{finding.span.line} {finding.message}" for finding in report.findings]


@pytest.mark.usefixtures("rule")
def test_sorted_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(project: Any, rule: Rule) -> Iterator[Finding]:
        for start in (20, 10, 10):
            yield rule.finding(project.file.span(start, start + 1), case="there", subject="s", what=str(start))

    with_check(monkeypatch, check)
    tree = DictTree({"compose.yaml": TEXT, "a/compose.yaml": TEXT})
    projects = [project(tree), project(tree, "a/compose.yaml"), project(tree)]
    assert run(projects, tree) == [
        "a/compose.yaml:2 10 is there",
        "a/compose.yaml:3 20 is there",
        "compose.yaml:2 10 is there",
        "compose.yaml:3 20 is there",
    ]


@pytest.mark.usefixtures("rule")
@pytest.mark.parametrize(
    ("path", "family", "services", "kept"),
    [
        ("compose.prod.yaml", "", "web", False),
        ("compose.prod.yaml", "", "db", True),
        ("compose.prod.yaml", "other", "web", True),
        ("compose.test.yaml", "", "web", True),
    ],
)
def test_what_is_missing_must_be_missing_in_every_combination(
    path: str, family: str, services: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = DictTree({"compose.yaml": TEXT, path: TEXT})
    base, other = project(tree, services="web"), project(tree, path, family, services)

    def check(project: Any, rule: Rule) -> Iterator[Finding]:
        if project is base:
            yield rule.finding(project.file.span(0, 1), case="gone", service="web", subject="s", what="it")

    with_check(monkeypatch, check)
    assert bool(run([base, other], tree)) is kept


@pytest.mark.usefixtures("rule")
@pytest.mark.parametrize(("path", "kept"), [("compose.prod.yaml", True), ("compose.yaml", False)])
def test_what_a_line_lacks_counts_only_where_the_line_is_read(
    path: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = DictTree({"compose.yaml": TEXT, path: TEXT})
    base, other = project(tree, services="web"), project(tree, path, "", "web")

    def check(project: Any, rule: Rule) -> Iterator[Finding]:
        if project is base:
            yield rule.finding(project.file.span(0, 1), case="half", service="web", subject="s", what="it")

    with_check(monkeypatch, check)
    assert bool(run([base, other], tree)) is kept


@pytest.mark.usefixtures("rule")
def test_a_combination_that_a_document_names_is_judged_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = DictTree({"compose.yaml": TEXT, "compose.prod.yaml": TEXT})
    base, other = project(tree, services="web"), project(tree, "compose.prod.yaml", "", "web")
    base.stands_alone = True

    def check(project: Any, rule: Rule) -> Iterator[Finding]:
        if project is base:
            yield rule.finding(project.file.span(0, 1), case="gone", service="web", subject="s", what="it")

    with_check(monkeypatch, check)
    assert run([base, other], tree) == ["compose.yaml:1 it is gone"]


@pytest.mark.usefixtures("rule")
def test_rule_is_not_asked_where_nothing_is_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with_check(monkeypatch, None)
    tree = DictTree({"compose.yaml": TEXT})
    assert run([project(tree, services="")], tree) == []


@pytest.mark.usefixtures("rule")
def test_rule_that_breaks_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(project: Any, rule: Rule) -> Iterator[Finding]:
        yield rule.finding(project.file.span(0, 1), case="there", what="it")
        raise ValueError("oh no")

    with_check(monkeypatch, check)
    tree = DictTree({"compose.yaml": TEXT})
    report = lint_tree(tree, [""], Settings(), load=lambda *_: [project(tree)])
    assert [finding.rule for finding in report.findings] == ["fake", "internal-error"]
    assert "the rule fake broke down: ValueError: oh no (test_run.py line" in report.failures[0]
    assert "Traceback" in report.notes[0]


def test_project_that_cannot_be_built() -> None:
    def load(*_: object) -> list[Any]:
        raise RecursionError("too deep")

    report = lint_tree(DictTree({"compose.yaml": TEXT}), [""], Settings(), load=load)
    assert [finding.rule for finding in report.findings] == ["internal-error"]
    assert report.failures


def test_roots(tmp_path: Path) -> None:
    for folder in ("one", "two/.git", "two/web"):
        (tmp_path / folder).mkdir(parents=True)
    for path in ("one/Dockerfile", "two/web/Dockerfile"):
        (tmp_path / path).write_text("RUNN x\n")
    report = lint(["one", "two/web"], cwd=str(tmp_path))
    assert [report.shown_path(finding.span.file) for finding in report.findings] == [
        *["one/Dockerfile"] * (len(report.findings) // 2),
        *["two/web/Dockerfile"] * (len(report.findings) // 2),
    ]
    assert report.files == ("one/Dockerfile", "two/web/Dockerfile")
    below = lint(["."], cwd=str(tmp_path / "two" / "web"))
    assert below.shown_path(below.findings[0].span.file) == "Dockerfile"
    inside = lint(["../two/web/Dockerfile"], cwd=str(tmp_path / "one"))
    assert inside.shown_path(inside.findings[0].span.file) == "../two/web/Dockerfile"
    assert inside.findings[0].file == "web/Dockerfile"


def test_repository_that_ignores_the_folder_is_not_its_root(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("tmp\n")
    (tmp_path / "tmp" / "p").mkdir(parents=True)
    (tmp_path / "tmp" / "p" / "Dockerfile").write_text("FROM a\nRUNN x\n")
    report = lint(["tmp/p"], cwd=str(tmp_path))
    assert [report.shown_path(finding.span.file) for finding in report.findings] == ["tmp/p/Dockerfile"]


def test_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing: no such file or folder"):
        lint(["nothing"], cwd=str(tmp_path))
    with pytest.raises(UsageError, match="no rule, group or alias"):
        lint(["."], Settings(select=("nothing",)), cwd=str(tmp_path))
    with pytest.raises(UsageError, match=r"x\.yaml: no such file"):
        lint(["."], Settings(files=("x.yaml",)), cwd=str(tmp_path))


def test_standard_input(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\n")
    report = lint_text(b"FROM a\nRUNN x\n", "Dockerfile", Settings(), cwd=str(tmp_path))
    assert [(finding.file, finding.rule) for finding in report.findings] == [("Dockerfile", "syntax-error")]
    assert [finding.file for finding in lint_text(b"FROM a\nRUNN x\n", None, Settings()).findings] == ["Dockerfile"]
    assert {finding.file for finding in lint_text(b"a: [\nservices:\n", None, Settings()).findings} == {"compose.yaml"}
    with pytest.raises(UsageError, match="not UTF-8"):
        lint_text(b"\xff\xff\xff", None, Settings())


def test_standard_input_speaks_of_its_own_file_only(tmp_path: Path) -> None:
    (tmp_path / "index.js").write_text('mongoose.connect("mongodb://max:tr0ub4dor3@db/shop")\n', encoding="utf-8")
    text = "FROM node:22\nRUNN x\nCOPY index.js .\n"
    (tmp_path / "Dockerfile").write_text(text, encoding="utf-8")
    around = {finding.file for finding in lint([str(tmp_path / "Dockerfile")], cwd=str(tmp_path)).findings}
    report = lint_text(text.encode(), "Dockerfile", Settings(), cwd=str(tmp_path))
    assert around == {"Dockerfile", "index.js"}
    assert {finding.file for finding in report.findings} == {"Dockerfile"}

"""A fault of dockerlint itself: one finding, status 2, and all the rest is reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dockerlint.engine import run
from dockerlint.engine.breakdowns import Breakdowns
from dockerlint.engine.run import lint_files
from dockerlint.formats import instructions
from dockerlint.model import loading
from dockerlint.rulebook.finding import Report

SECRET = "s3cr3t-of-the-file"
WRONG = "FROM alpine:3\nFOO x\n"
FILES = {
    "a/compose.yaml": "services:\n  web:\n    image: nginx:1.27\n    ports: ['80:80']\n    foo: 1\n",
    "b/Dockerfile": "# dockerlint: ignore-file=missing-user nobody minds\n" + WRONG,
    "c/compose.yaml": "services:\n  web:\n    image: nginx:1.27\n    bar: 1\n",
}


def broken(*_: Any, **__: Any) -> Any:
    raise KeyError(SECRET)


def said(report: Report) -> set[tuple[str, str, int, str]]:
    """What is found, without the comments that a broken step may leave unjudged."""
    found = (finding for finding in report.findings if finding.rule != "unused-suppression")
    return {(finding.rule, finding.file, finding.span.start, finding.message) for finding in found}


def rules(report: Report, path: str) -> set[str]:
    return {finding.rule for finding in report.findings if finding.file == path}


def only_failure(report: Report) -> str:
    (failure,) = report.failures
    (finding,) = (finding for finding in report.findings if finding.rule == "internal-error")
    assert finding.severity == "error"
    words = f"{failure} {finding.message} {report.notes[0]}"
    assert SECRET not in words and "KeyError" in words
    return failure


@pytest.mark.parametrize("step", ["scopes_of", "read_excuses", "apply", "strict_files", "held_by_all", "once"])
def test_every_step_behind_the_rules(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lint_files(FILES)
    monkeypatch.setattr(run, step, broken)
    monkeypatch.setattr(run, "may_excuse", lambda _: True)
    report = lint_files(FILES)
    assert "broke down" in only_failure(report)
    assert said(before) <= said(report)


def test_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = instructions.parse_dockerfile

    def picky(file: Any) -> Any:
        return broken() if "FOO" in file.text else parse(file)

    for module in (instructions, *(each for each in _holders("parse_dockerfile"))):
        monkeypatch.setattr(module, "parse_dockerfile", picky)
    report = lint_files(FILES)
    assert only_failure(report).startswith("reading the project broke down")
    assert rules(report, "b/Dockerfile") == {"internal-error"}
    assert "syntax-error" in rules(report, "a/compose.yaml") & rules(report, "c/compose.yaml")


def _holders(name: str) -> list[Any]:
    import sys

    return [module for key, module in sys.modules.items() if key.startswith("dockerlint.") and hasattr(module, name)]


@pytest.mark.parametrize("error", [RecursionError, MemoryError, ZeroDivisionError])
def test_model(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    load: Callable[..., Any] = loading.load

    def picky(tree: Any, files: tuple[str, ...], *rest: Any) -> Any:
        if files[0].startswith("c/"):
            raise error
        return load(tree, files, *rest)

    monkeypatch.setattr(loading, "load", picky)
    report = lint_files(FILES)
    assert len(report.failures) == 1 and error.__name__ in report.failures[0]
    assert rules(report, "c/compose.yaml") == {"internal-error"}
    assert "syntax-error" in rules(report, "a/compose.yaml") & rules(report, "b/Dockerfile")


def test_interrupt_is_no_breakdown(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "load", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lint_files(FILES)


def test_same_fault_is_said_once_and_its_quotes_are_cut() -> None:
    breakdowns = Breakdowns(None)
    for _ in range(2):
        breakdowns.add("x", ValueError("no base 10: 'hunter2' or\n\"hunter3\""))
    assert breakdowns.failures == ["""x broke down: ValueError: no base 10: '…' or "…" (place unknown)"""]


def test_recursion_is_told_shortly() -> None:
    def deep() -> None:
        deep()

    breakdowns = Breakdowns(None)
    breakdowns.guard("x", deep, lambda: None)
    assert len(breakdowns.notes[0].splitlines()) < 130


def test_format_that_breaks_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from dockerlint.cli.main import main
    from dockerlint.report import sarif

    (tmp_path / "Dockerfile").write_text(WRONG)
    monkeypatch.setattr(sarif, "render", broken)
    monkeypatch.setattr("sys.argv", ["dockerlint", "check", "--format", "sarif", str(tmp_path)])
    assert main() == 2
    said = capsys.readouterr().err
    assert "broke down: KeyError" in said and SECRET not in said and "Traceback" not in said

"""Whole projects: a full run over `broken` says what expected.txt holds; over `right` it says nothing.

After an intended change: pytest tests/test_projects.py --rewrite-expected, then read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dockerlint.engine.run import lint
from dockerlint.rulebook.finding import Report

PROJECTS = Path(__file__).parent / "fixtures" / "projects"
NAMES = sorted(path.name for path in PROJECTS.iterdir() if path.is_dir()) if PROJECTS.is_dir() else []


def lines(report: Report) -> str:
    return "".join(
        f"{finding.file}:{finding.span.line}:{finding.span.column} {finding.severity} {finding.rule}"
        f"{f' ({finding.service})' if finding.service else ''}: {finding.message}\n"
        for finding in report.findings
    )


def run(folder: Path) -> Report:
    assert folder.is_dir(), f"{folder} is missing"
    return lint(["."], cwd=str(folder), root=".")


@pytest.mark.parametrize("name", NAMES)
def test_broken_project_is_reported(name: str, request: pytest.FixtureRequest) -> None:
    report = run(PROJECTS / name / "broken")
    assert not report.failures
    expected = PROJECTS / name / "expected.txt"
    if request.config.getoption("--rewrite-expected"):
        expected.write_text(lines(report), encoding="utf-8")
    assert lines(report) == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_right_project_is_left_alone(name: str) -> None:
    report = run(PROJECTS / name / "right")
    assert not report.failures
    assert report.files, "nothing was found to lint"
    assert lines(report) == ""

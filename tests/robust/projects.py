"""Whole small projects to spoil, and what must hold of the report on any tree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from xml.etree import ElementTree

from dockerlint.engine.run import lint_files
from dockerlint.engine.settings import Settings
from dockerlint.report import renderer
from dockerlint.rulebook import shelf
from dockerlint.rulebook.finding import Report
from tests.robust.parsers import outline, seed_files

EVERYTHING = Settings(select=("ALL",))
FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown", "rdjson")


@lru_cache(maxsize=1)
def projects() -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Name and files of every fixture project, of the corpus's where there is one, and of every example of a card."""
    found: dict[str, dict[str, str]] = {}
    for path, text in seed_files():
        parts = path.split("/")
        top = "/".join(parts[:2])
        if len(parts) > 2:
            found.setdefault(top, {})["/".join(parts[2:])] = text
    for rule in shelf.rules().values():
        for number, example in enumerate(rule.examples):
            found[f"{rule.id} {number}"] = dict(example.files)
    return tuple(sorted(found.items()))


def main_files(files: Mapping[str, str]) -> list[str]:
    """The files that make a project one: the rest is spoilt less often."""
    ends = (".yml", ".yaml", "Dockerfile", ".dockerignore", ".env", "package.json", ".sh", ".conf")
    return [path for path in files if path.endswith(ends)] or list(files)


def check_project(files: Mapping[str, str]) -> Report:
    """Raises where a rule or a format breaks down, a place lies outside, or a second run says something else."""
    report = lint_files(dict(files), EVERYTHING)
    assert not report.failures, report.notes[-1] if report.notes else report.failures
    for span in _spans(report):
        assert 0 <= span.start <= span.end <= len(span.file.text), (span.file, span.start, span.end)
    for finding in report.findings:
        assert finding.message.strip() and "\n" not in finding.message
    first = {form: renderer(form)(report) for form in FORMATS}
    json.loads(first["json"])
    json.loads(first["sarif"])
    ElementTree.fromstring(first["junit"])
    ElementTree.fromstring(first["checkstyle"])
    again = lint_files(dict(files), EVERYTHING)
    assert outline(again.findings) == outline(report.findings)
    assert renderer("json")(again) == first["json"]
    return report


def _spans(report: Report) -> Iterator:  # type: ignore[type-arg]
    for finding in (*report.findings, *(item.finding for item in report.suppressed)):
        yield finding.span
        yield from (related.span for related in finding.related)
        if finding.fix is not None:
            yield from (edit.span for edit in finding.fix.edits)

"""All formats say the same, are whole documents, and let nothing of a file act."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from dockerlint.cli.check import FORMATS as OFFERED
from dockerlint.cli.check import check_command
from dockerlint.engine.run import lint, lint_files
from dockerlint.engine.settings import Settings
from dockerlint.report import FORMATS, renderer
from dockerlint.report.canvas import safe, show
from dockerlint.rulebook import shelf
from dockerlint.rulebook.finding import Finding, Report, Suppressed
from dockerlint.source.record import replace
from dockerlint.source.text import SourceFile
from tests.examples import run_example
from tests.reporthostile import HOSTILE, hostile
from tests.reportreaders import SEVERITIES, SHOW_ESCAPES, commands, expected, read

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
MACHINES = [form for form in FORMATS if form not in ("text", "markdown")]


@cache
def reports() -> tuple[Report, ...]:
    """Of every bad example and every whole project, and one over several projects at once."""
    cards = [shelf.whole_rule(rule_id) for rule_id in shelf.rule_ids()]
    found = [run_example(card, example, everything=False) for card in cards for example in card.examples if example.bad]
    found += [lint(["."], cwd=str(folder), root=".") for folder in sorted(PROJECTS.glob("*/broken"))]
    return (*found, lint(sorted(str(folder) for folder in PROJECTS.glob("*/broken"))[:4], cwd=str(PROJECTS)))


def test_the_same_formats_are_offered_and_there() -> None:
    assert OFFERED == FORMATS and set(FORMATS) == set(SEVERITIES)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_same(form: str) -> None:
    number = 0
    for report in reports():
        text = renderer(form)(report)
        assert read(text, form, report) == expected(report, form)
        number += len(report.findings)
    assert number > 300


def test_files_of_two_repositories_are_told_apart(tmp_path: Path) -> None:
    for name in ("one", "two #2"):
        (tmp_path / name / ".git").mkdir(parents=True)
        (tmp_path / name / "Dockerfile").write_text("FROM alpine:3.20\nENV DB_PASSWORD=hunter2\n", encoding="utf-8")
    report = lint(["one", "two #2"], cwd=str(tmp_path))
    assert {finding.file for finding in report.findings} == {"Dockerfile"}
    for form in FORMATS:
        found = read(renderer(form)(report), form, report)
        assert found == expected(report, form)
        assert {seen[0] for seen in found} == {"one/Dockerfile", "two #2/Dockerfile"}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("report", [Report(()), Report((), files=("a", "b"))])
def test_an_empty_report_is_a_whole_document(form: str, report: Report) -> None:
    text = renderer(form)(report)
    assert read(text, form, report) == []
    assert {
        "gitlab": text == "[]\n",
        "github": text == "",
        "junit": 'tests="1" failures="0"' in text and "<testcase" in text,
        "markdown": text.startswith("## dockerlint\n\nNo problems found in "),
    }.get(form, text)


@pytest.mark.parametrize("form", MACHINES)
def test_options_for_readers_leave_formats_for_programs_alone(form: str) -> None:
    report = reports()[-1]
    render = renderer(form)
    assert render(report, statistics=True, quiet=True, verbose=True, color=True) == render(report)


SECRETS = {"hunter2", "hunter3", "my_precious", "changeme", "your_jwt_secret", "RESTFULAPIs"}


@pytest.mark.parametrize("form", FORMATS)
def test_no_secret_is_told(form: str) -> None:
    card = shelf.whole_rule("hardcoded-credentials")
    quoted = {found.quote for example in card.examples for found in example.expect} - {"1234", "secret"}
    assert quoted > SECRETS
    for example in (example for example in card.examples if example.bad):
        report = run_example(card, example, everything=True)
        assert any(finding.rule == card.id for finding in report.findings)
        excused = replace(report, findings=(), suppressed=tuple(Suppressed(item, "") for item in report.findings))
        for told in (report, excused):
            text = renderer(form)(told, verbose=True, statistics=True)
            assert not [secret for secret in quoted if secret in text]


def test_a_secret_is_hidden_on_the_lines_of_other_findings_too() -> None:
    file = SourceFile("compose.yaml", "a: {PASSWORD: hunter2, image: x}\n")
    secret = Finding("hardcoded-credentials", None, "error", "m", "", file.span(14, 21))
    other = Finding("unpersisted-data", None, "error", "m", "", file.span(0, 32))
    text = renderer("text")(Report((other, secret)))
    assert text.count("1 | a: {PASSWORD: *******, image: x}\n") == 2 and "hunter2" not in text


def test_a_password_in_an_address_is_hidden_whatever_is_reported() -> None:
    file = SourceFile("f", "A=postgres://me:hunter2@db/x?y=http://b:80/@ redis://:${PW}@c amqp://d:hunter3@e\n")
    text = renderer("text")(Report((Finding("x", None, "error", "m", "", file.span(0, 2)),)))
    assert "1 | A=postgres://me:*******@db/x?y=http://b:80/@ redis://:${PW}@c amqp://d:*******@e\n" in text


def test_fingerprints_hold_nothing_of_the_files_text() -> None:
    """A password that is guessed could be proved by the hash of it."""
    prints = []
    for password in ("hunter2", "hunter3"):
        report = lint_files({"Dockerfile": f"FROM alpine:3.20\nENV DB_PASSWORD={password}\n"}, Settings())
        assert "hardcoded-credentials" in {finding.rule for finding in report.findings}
        prints.append([item["fingerprint"] for item in json.loads(renderer("gitlab")(report))])
    assert prints[0] == prints[1]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_of_a_file_acts(form: str, value: str) -> None:
    report = hostile(value)
    text = renderer(form)(report, verbose=True, statistics=True)
    text.encode("utf-8")
    assert all(char.isprintable() or char in "\n\u00a0" for char in text)
    if form == "github":
        assert [(name, properties["title"]) for name, properties, _ in commands(text)] == [
            ("warning", "missing-env"),
            ("notice", "missing-env"),
        ]
        for _, properties, data in commands(text):
            said = f"{safe(value)} and `{safe(value)}`"
            assert properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}
            assert data.split(": ", 2)[-1].endswith(f"{said}\nhelp: {said}") or ": " in value
    else:
        assert commands(text) == []
    if form == "rdjson" and "\n" in value:
        return  # what its reader counts on is tested with a plain name below
    if form in SHOW_ESCAPES or "\udcff" not in value or form == "sarif":
        assert read(text, form, report) == expected(report, form)


@pytest.mark.parametrize("value", HOSTILE)
def test_programs_read_the_very_texts(value: str) -> None:
    """Paths and edits are what they are, whatever they hold; only a byte that is no text is written as an escape."""
    report = hostile(value)
    plain = value.replace("\udcff", "\\xff")
    item = json.loads(renderer("json")(report))["findings"][0]
    assert (item["file"], item["message"]) == (plain, f"{plain} and `{plain}`")
    assert [edit["text"] for edit in item["fix"]["edits"]] == [plain, plain]
    (run,) = json.loads(renderer("sarif")(report))["runs"]
    (fix,) = run["results"][0]["fixes"]
    assert [change["replacements"][0]["insertedContent"]["text"] for change in fix["artifactChanges"]] == [plain] * 2
    assert json.loads(renderer("gitlab")(report))[0]["location"]["path"] == plain
    second = json.loads(renderer("rdjson")(report))["diagnostics"][1]
    assert second["location"]["path"] == plain and second["suggestions"][0]["text"] == plain


@pytest.mark.parametrize("form", FORMATS)
def test_a_hostile_project_is_told_whole(form: str) -> None:
    env = {f"API_PASSWORD{number}": f"{value}-x9" for number, value in enumerate(HOSTILE) if "\udcff" not in value}
    compose = json.dumps({"services": {"web": {"image": "nginx", "environment": env}}})
    report = lint_files({"a%0A::error::b,c #1 é|`/compose.yaml": compose})
    assert not report.failures and len(report.findings) > 10
    text = renderer(form)(report, verbose=True)
    assert read(text, form, report) == expected(report, form)
    assert len(commands(text)) == (len(report.findings) if form == "github" else 0)
    assert all(char.isprintable() or char == "\n" for char in text)


def test_lines_of_text_are_no_commands() -> None:
    assert safe("##[a]###[b]") == "##\\x5ba]###\\x5bb]"
    shown = show("##[a] x", 6, 7)
    assert (shown.text, shown.start) == ("##\\x5ba] x", 9)
    assert show("[a]#[", 0, 5).text == "[a]#["


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM alpine:3.20\nENV DB_PASSWORD=hunter2\n")
    for form in FORMATS:
        target = tmp_path / f"report.{form}"
        args = [str(tmp_path), "--format", form, "--output", str(target), "--quiet", "--statistics", "--verbose"]
        result = CliRunner().invoke(check_command, args)
        assert result.exit_code == 1 and result.stdout == ""
        assert re.search("hardcoded-credentials", target.read_text(encoding="utf-8"))

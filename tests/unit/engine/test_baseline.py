"""The baseline: what is known stays out, what is new stands, what has gone is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dockerlint.cli.app import app

COMPOSE = """\
services:
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: ${PASSWORD:?}
"""
SECOND = """\
  old:
    image: mongo:7
    command: --auth
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*words: str) -> Result:
    return CliRunner().invoke(app, ["check", *words])


def test_write_then_quiet(project: Path) -> None:
    assert "unpersisted-data" in check().stdout
    written = check("--write-baseline")
    assert (written.exit_code, written.stdout) == (0, "")
    assert written.stderr == "dockerlint: 1 finding written to .dockerlint-baseline.json\n"
    after = check("--baseline", ".dockerlint-baseline.json")
    assert (after.exit_code, after.stdout) == (0, "No problems found in 1 file; 1 in the baseline.\n")


def test_holds_no_wording_and_no_line(project: Path) -> None:
    check("--write-baseline")
    document = json.loads((project / ".dockerlint-baseline.json").read_text())
    assert document["version"] == 1
    assert [set(item) for item in document["findings"]] == [{"rule", "file", "subject"}]


def test_moved_lines_stay_known_and_a_new_finding_stands(project: Path) -> None:
    check("--write-baseline", "--baseline", "old.json")
    (project / "compose.yaml").write_text("# moved\n\n" + COMPOSE + SECOND)
    after = check("--baseline", "old.json", "--format", "json")
    document = json.loads(after.stdout)
    assert {item["service"] for item in document["findings"]} == {"old"}
    assert document["summary"]["suppressed"] == 1
    assert after.exit_code == 1


def test_what_is_mended_is_told(project: Path) -> None:
    check("--write-baseline", "--baseline", "old.json")
    (project / "compose.yaml").write_text(
        COMPOSE + "    volumes: [data:/var/lib/postgresql/data]\nvolumes: {data: {}}\n"
    )
    after = check("--baseline", "old.json")
    assert after.exit_code == 0
    assert after.stderr == "dockerlint: old.json: 1 finding of it has gone; --write-baseline drops them\n"
    assert check("--baseline", "old.json", "--quiet").stderr == ""


def test_an_equal_finding_more_is_new(project: Path) -> None:
    check("--write-baseline", "--baseline", "old.json")
    document = json.loads((project / "old.json").read_text())
    document["findings"][0]["subject"] = "another"
    (project / "old.json").write_text(json.dumps(document))
    assert check("--baseline", "old.json").exit_code == 1


def test_paths_count_from_the_baseline(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check("--write-baseline", "--baseline", "old.json")
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")
    assert check("..", "--baseline", "../old.json").exit_code == 0


def test_two_projects_of_one_baseline(project: Path) -> None:
    for name in ("a", "b"):
        (project / name).mkdir()
        (project / name / "compose.yaml").write_text(COMPOSE)
    check("--write-baseline", "--baseline", "old.json")
    part = check("a", "--baseline", "old.json")
    assert (part.exit_code, part.stderr) == (0, ""), "what stands in b has not gone"


def test_rules_that_were_not_asked_have_not_gone(project: Path) -> None:
    write(project)
    part = check("--baseline", "old.json", "--select", "network")
    assert (part.exit_code, part.stderr) == (0, "")
    assert check("--write-baseline", "--baseline", "old.json", "--select", "network").stderr.startswith(
        "dockerlint: 1 "
    )
    assert check("--baseline", "old.json").exit_code == 0


def test_files_that_were_not_asked_about_stay(project: Path) -> None:
    for name in ("a", "b"):
        (project / name).mkdir()
        (project / name / "compose.yaml").write_text(COMPOSE)
    write(project)
    (project / "a" / "compose.yaml").unlink()
    assert "1 finding of it has gone" in check("--baseline", "old.json").stderr
    check("a", "b", "--write-baseline", "--baseline", "old.json")
    assert check("--baseline", "old.json").stderr == ""
    assert check("--baseline", "old.json").exit_code == 0


def test_a_source_file_that_is_mended_is_told(project: Path) -> None:
    (project / "Dockerfile").write_text('FROM python:3.13\nCOPY app.py .\nCMD ["python", "app.py"]\n')
    (project / "app.py").write_text('API_KEY = "9f86d081884c7d659a2feaa0c55ad0159f86d081"\n')
    (project / "compose.yaml").write_text("services:\n  web:\n    build: .\n")
    write(project)
    assert check("--baseline", "old.json").exit_code == 0
    (project / "app.py").write_text("print(1)\n")
    assert "of it ha" in check("--baseline", "old.json").stderr


def test_one_path_alone_knows_what_the_whole_knew(project: Path) -> None:
    (project / "web").mkdir()
    (project / "web" / "Dockerfile").write_text("FROM node:22\nWORKDIR /app\nRUN npm ci\nCOPY . .\n")
    (project / "web" / "package.json").write_text('{"name": "web", "dependencies": {"express": "4"}}\n')
    (project / "compose.yaml").write_text("services:\n  web:\n    build: web\n")
    write(project)
    assert "dependencies-not-ignored" in (project / "old.json").read_text()
    assert check("web", "--baseline", "old.json").exit_code == 0


def test_another_file_is_not_written_over(project: Path) -> None:
    (project / "notes.json").write_text('{"mine": 1}')
    assert check("--write-baseline", "--baseline", "notes.json").exit_code == 2
    assert (project / "notes.json").read_text() == '{"mine": 1}'


def write(project: Path) -> None:
    assert check("--write-baseline", "--baseline", "old.json").exit_code == 0
    assert (project / "old.json").is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "--write-baseline makes it"),
        ("{", "is no baseline"),
        ('{"version": 9}', "of this version"),
        ('{"version": 1, "findings": [3]}', "a finding is a mapping of rule, file, subject and count"),
        ('{"version": 1, "findings": 3}', "a finding is a mapping"),
    ],
)
def test_what_is_no_baseline_is_wrong_use(project: Path, text: str | None, said: str) -> None:
    if text is not None:
        (project / "old.json").write_text(text)
    done = check("--baseline", "old.json")
    assert done.exit_code == 2
    assert said in done.stderr

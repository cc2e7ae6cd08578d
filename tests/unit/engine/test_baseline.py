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
    assert [set(item) for item in document["findings"]] == [{"rule", "file", "owner", "subject"}]


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "--write-baseline makes it"),
        ("{", "is no baseline"),
        ('{"version": 9}', "of this version"),
        ('{"version": 1, "findings": [3]}', "a finding is a mapping of rule, file, owner, subject and count"),
        ('{"version": 1, "findings": 3}', "a finding is a mapping"),
    ],
)
def test_what_is_no_baseline_is_wrong_use(project: Path, text: str | None, said: str) -> None:
    if text is not None:
        (project / "old.json").write_text(text)
    done = check("--baseline", "old.json")
    assert done.exit_code == 2
    assert said in done.stderr

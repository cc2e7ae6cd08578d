from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dockerlint.cli.app import app

GOOD = "FROM alpine:3.20\nUSER nobody\nCMD echo\n"
BAD = "FROM alpine:3.20\nRUNN x\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(app, list(args), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def rules(result: Result) -> list[str]:
    return [
        f"{finding['file']}:{finding['line']} {finding['rule']}" for finding in json.loads(result.stdout)["findings"]
    ]


def test_exit_status(folder: Path) -> None:
    (folder / "Dockerfile").write_text(GOOD)
    assert run("check").exit_code == 0
    (folder / "Dockerfile").write_text(BAD)
    assert run("check").exit_code == 1
    assert run(".").exit_code == 1
    assert run("Dockerfile").exit_code == 1
    assert run("check", "--fail-on", "never").exit_code == 0
    assert run("check", "--ignore", "syntax-error").exit_code == 0
    assert run("check", "nothing").exit_code == 2
    assert run("check", "--select", "nothing").exit_code == 2
    assert run("check", "--bogus").exit_code == 2


def test_severities(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM alpine:3.20\n# dockerlint: ignore=syntax-error\nCMD x\n")
    assert rules(run("--format", "json", ".")) == ["Dockerfile:2 unused-suppression"]
    assert run(".").exit_code == 0
    assert run(".", "--fail-on", "info").exit_code == 1
    assert rules(run(".", "--format", "json", "--min-severity", "warning")) == []


def test_output_goes_to_a_file(folder: Path) -> None:
    (folder / "Dockerfile").write_text(BAD)
    result = run("check", "--format", "json", "--output", "out.json")
    assert result.exit_code == 1 and result.stdout == ""
    assert json.loads((folder / "out.json").read_text())["summary"]["error"] == 1
    assert run("check", "--output", "no/such/folder").exit_code == 2


def test_standard_input(folder: Path) -> None:
    result = run("check", "-", "--stdin-filename", "web/Dockerfile", "--format", "json", stdin=BAD.encode())
    assert result.exit_code == 1 and rules(result) == ["web/Dockerfile:2 syntax-error"]
    assert run("check", "-", "Dockerfile", stdin=b"").exit_code == 2
    assert run("check", "-", stdin=b"\xff\xfe\xfd").exit_code == 2


def test_nothing_to_lint(folder: Path) -> None:
    result = run("check")
    assert result.exit_code == 0 and "no Dockerfile and no compose file" in result.stderr


def test_compose_files_by_name(folder: Path) -> None:
    (folder / "a.yaml").write_text("services:\n  web: {image: nginx:1.27}\n")
    (folder / "b.yaml").write_text("services:\n  web: {prots: []}\n")
    assert rules(run("check", "-f", "a.yaml", "--format", "json")) == []
    assert rules(run("check", "-f", "a.yaml", "-f", "b.yaml", "--format", "json")) == ["b.yaml:2 syntax-error"]


def test_exclude(folder: Path) -> None:
    (folder / "old").mkdir()
    (folder / "old" / "Dockerfile").write_text(BAD)
    assert rules(run("check", "--format", "json")) == ["old/Dockerfile:2 syntax-error"]
    assert rules(run("check", "--format", "json", "--exclude", "old/")) == []


@pytest.mark.parametrize("command", ["check", "explain", "rules", "model", "context", "new"])
def test_every_command_has_help(command: str) -> None:
    assert run(command, "--help").exit_code == 0


def test_explain() -> None:
    assert run("explain", "syntax-error").stdout.startswith("# syntax-error\n")
    result = run("explain", "sintax-error")
    assert result.exit_code == 2 and "did you mean syntax-error?" in result.stderr


def test_rules() -> None:
    listed = json.loads(run("rules", "--format", "json").stdout)
    assert "syntax-error" in [rule["id"] for rule in listed]
    assert "syntax-error" in run("rules").stdout


def test_bad_input(folder: Path) -> None:
    """Whatever is wrong with one file is said with its name, and the others are still linted."""
    outside = folder.parent / "outside"
    outside.write_text("SECRET x\n")
    (folder / "Dockerfile").mkdir()
    (folder / "good").mkdir()
    (folder / "good" / "Dockerfile").write_text(BAD)
    (folder / "Dockerfile.latin").write_bytes(b"FROM alpine\nRUN echo \xfc\n")
    (folder / "Dockerfile.big").write_bytes(b"# x\n" * 12_500_000)
    (folder / "Dockerfile.empty").write_text("")
    (folder / "Dockerfile.gone").symlink_to("nowhere")
    (folder / "Dockerfile.out").symlink_to(outside)
    (folder / "Dockerfile.loop").symlink_to("Dockerfile.loop")
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    (folder / "compose.yaml").write_text(bomb + "services: {web: {image: nginx, command: *a39}}\n")
    (folder / "compose.cycle.yaml").write_text("services:\n  a: {extends: b}\n  b: {extends: a}\n")
    result = run("check", "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)["findings"]
    assert {finding["rule"] for finding in found if "Dockerfile" in finding["file"]} == {"syntax-error"}
    assert {finding["file"] for finding in found} == {
        "Dockerfile",
        "Dockerfile.big",
        "Dockerfile.empty",
        "Dockerfile.gone",
        "Dockerfile.latin",
        "Dockerfile.loop",
        "Dockerfile.out",
        "compose.cycle.yaml",
        "compose.yaml",
        "good/Dockerfile",
    }
    assert "SECRET" not in result.stdout


def test_program(folder: Path) -> None:
    """The real process: colour never in a pipe, UTF-8 whatever the locale, `python -m dockerlint`."""
    (folder / "웹").mkdir()
    (folder / "웹" / "Dockerfile").write_text("FROM alpine:3.20\nRUNN 한국어\n", encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-m", "dockerlint", "."], capture_output=True, env=environment, check=False)
    assert done.returncode == 1, done.stderr.decode()
    text = done.stdout.decode("utf-8")
    assert "--> 웹/Dockerfile:2:1" in text and "\x1b" not in text

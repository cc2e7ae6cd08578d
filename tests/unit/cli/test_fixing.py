"""--fix, --unsafe-fixes and --diff: what is written or shown, what is said, and the exit status."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dockerlint.cli.app import app

COMPOSE = """\
services:
  web:
    build: ./web # the front end
    volumes:
      - ./web:/app

  api:
    image: example/api:1
    environment:
      REDIS_URL: redis://redsi:6379
      REDIS_HOST: cache
  redis:
    image: redis:7
"""
DOCKERFILE = """\
FROM node:22
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
CMD ["npm", "run", "dev"]
"""
PACKAGE = '{"name": "web", "scripts": {"dev": "vite --host"}, "devDependencies": {"vite": "^6.0.0"}}\n'
MENDED = COMPOSE.replace("./web:/app\n", "./web:/app\n      - /app/node_modules\n").replace("redsi", "redis")
SELECT = "--select=bind-mount-hides-dependencies,dependencies-not-ignored,unknown-service-host"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "web/Dockerfile").write_text(DOCKERFILE)
    (tmp_path / "web/package.json").write_text(PACKAGE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> Result:
    result = CliRunner().invoke(app, ["check", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_fix_writes_what_is_safe_and_reports_what_remains(folder: Path) -> None:
    marked = run(SELECT)
    assert marked.exit_code == 1
    assert marked.stdout.count(": [*] ") == 3
    assert marked.stdout.endswith("\n[*] 3 can be mended with --fix; 1 more with --fix --unsafe-fixes.\n")
    result = run(SELECT, "--fix")
    assert result.exit_code == 1
    assert result.stderr == "Fixed 3 problems in 2 files; 1 more with --unsafe-fixes\n"
    assert "unknown-service-host" in result.stdout
    assert contents(folder) == {
        "compose.yaml": MENDED,
        "web/Dockerfile": DOCKERFILE,
        "web/package.json": PACKAGE,
        "web/.dockerignore": "node_modules\n",
    }
    again = run(SELECT, "--fix")
    assert again.stderr == "Nothing to fix; 1 with --unsafe-fixes\n"
    assert contents(folder)["compose.yaml"] == MENDED


def test_unsafe_fixes_are_for_those_who_ask(folder: Path) -> None:
    result = run(SELECT, "--fix", "--unsafe-fixes")
    assert result.stderr == "Fixed 4 problems in 2 files\n"
    assert result.exit_code == 0
    assert contents(folder)["compose.yaml"] == MENDED.replace("REDIS_HOST: cache", "REDIS_HOST: redis")


def test_unsafe_fixes_alone_changes_nothing(folder: Path) -> None:
    result = run(SELECT, "--unsafe-fixes")
    assert result.exit_code == 1
    assert result.stdout.endswith("\n[*] 4 can be mended with --fix --unsafe-fixes.\n")
    assert contents(folder)["compose.yaml"] == COMPOSE


def test_diff_shows_a_patch_that_git_takes(folder: Path) -> None:
    result = run(SELECT, "--diff")
    assert result.exit_code == 1
    assert result.stderr == "Would fix 3 problems in 2 files; 1 more with --unsafe-fixes\n"
    assert contents(folder)["compose.yaml"] == COMPOSE
    assert "web/.dockerignore" not in contents(folder)
    if shutil.which("git") is None:
        pytest.skip("git is not here")
    subprocess.run(["git", "apply"], input=result.stdout_bytes, cwd=folder, check=True)
    assert contents(folder)["compose.yaml"] == MENDED
    again = run(SELECT, "--diff", "--quiet")
    assert (again.exit_code, again.output) == (0, "")


def test_diff_wins_over_fix_and_goes_to_a_file(folder: Path) -> None:
    assert run(SELECT, "--fix", "--diff", "--output", "../fix.patch").stdout == ""
    assert contents(folder)["compose.yaml"] == COMPOSE
    assert (folder / "../fix.patch").read_text().startswith("diff --git a/compose.yaml b/compose.yaml\n")
    assert run(SELECT, "--diff", "--output", "no/such/folder").exit_code == 2


def test_names_of_a_patch_count_from_the_working_directory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder / "web")
    assert "+++ b/.dockerignore\n" in run("--select=dependencies-not-ignored", "--diff", ".").stdout
    above = run("--select=bind-mount-hides-dependencies", "--diff", "..")
    assert above.exit_code == 2
    assert "dockerlint: ../compose.yaml lies above this folder, where no patch reaches\n" in above.stderr


def test_standard_input_is_not_mended(folder: Path) -> None:
    result = run("-", "--fix")
    assert result.exit_code == 2
    assert "name the file" in result.stderr


def test_a_file_that_cannot_be_written_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    result = run(SELECT, "--fix")
    assert result.exit_code == 2
    assert (
        "dockerlint: compose.yaml cannot be written: no space left on device; it was left as it is\n" in result.stderr
    )
    assert result.stderr.endswith("Nothing to fix; 1 with --unsafe-fixes\n")
    assert contents(folder)["compose.yaml"] == COMPOSE


def test_what_a_comment_or_the_baseline_excuses_is_left_alone(folder: Path) -> None:
    text = COMPOSE.replace("/app\n", "/app # dockerlint: ignore=bind-mount-hides-dependencies it is meant\n")
    (folder / "compose.yaml").write_text(text)
    run(SELECT, "--write-baseline")
    result = run(SELECT, "--fix", "--unsafe-fixes", "--baseline", ".dockerlint-baseline.json")
    assert result.stderr.startswith("Nothing to fix\n")
    assert contents(folder)["compose.yaml"] == text


def test_a_fix_that_another_rule_would_refuse_is_left_out(folder: Path) -> None:
    (folder / "web/Dockerfile").write_text(DOCKERFILE.replace("COPY . .", "COPY . .\nCOPY node_modules ./modules"))
    result = run("--select=dependencies-not-ignored", "--fix", "--verbose")
    assert "Nothing to fix\n" in result.stderr
    assert "the fix of dependencies-not-ignored was left out: it would bring ignored-file-copied" in result.stderr
    short = run("--select=dependencies-not-ignored", "--fix")
    assert short.stderr == "Nothing to fix; 1 left out, --verbose says why\n"

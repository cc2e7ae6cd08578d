"""The action, the GitLab template and the image: they use options that exist, and their shell steps do their work in a
repository made for it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from dockerlint.cli.app import app

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
INSTALL, BASE, LINT = ACTION["runs"]["steps"]
CHECK = app.get_command(click.Context(app), "check")
OPTIONS = {option for parameter in (CHECK.params if CHECK else ()) for option in parameter.opts}

BROKEN = "services:\n  web:\n    image: nginx:1.27\n    volumes: [./missing.conf:/etc/nginx/nginx.conf]\n"
WORSE = BROKEN + "  db:\n    build: ./nowhere\n"

needs_bash = pytest.mark.skipif(not shutil.which("bash") or not shutil.which("git"), reason="needs bash and git")


class Runner:
    """What a GitHub runner does with the action's steps, as far as they need it."""

    def __init__(self, workspace: Path, temp: Path) -> None:
        self.workspace = workspace
        self.temp = temp
        temp.mkdir()
        (temp / "bin").mkdir()
        program = temp / "bin" / "dockerlint"
        program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m dockerlint "$@"\n')
        program.chmod(0o755)

    def run(self, step: dict[str, Any], **values: str) -> tuple[int, str, dict[str, str], str]:
        """Exit status, output, outputs and job summary of a step; `values` are what its `${{ }}` stand for."""
        inputs = {f"inputs.{name}": str(given.get("default", "")) for name, given in ACTION["inputs"].items()}
        known = inputs | {"runner.temp": str(self.temp), **values}
        output, summary = self.temp / "output", self.temp / "summary"
        output.write_text("")
        summary.write_text("")
        environment = {
            **os.environ,
            "PATH": f"{self.temp / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            **{name: _filled(text, known) for name, text in step["env"].items()},
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace / _filled(step["working-directory"], known),
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return done.returncode, done.stdout + done.stderr, outputs, summary.read_text(encoding="utf-8")


def _filled(text: str, known: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        names = [name.strip() for name in found.group(1).split("||")]
        return next((known[name] for name in names if known.get(name)), "")

    return re.sub(r"\$\{\{(.*?)\}\}", value, text)


def git(folder: Path, *words: str) -> str:
    own = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *own, *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A clone whose base holds one finding, with a second one on its branch."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    origin.mkdir()
    git(origin, "init", "-q", "-b", "main")
    (origin / "compose.yaml").write_text(BROKEN)
    git(origin, "add", ".")
    git(origin, "commit", "-q", "-m", "First")
    git(tmp_path, "clone", "-q", str(origin), str(clone))
    git(clone, "switch", "-q", "-c", "topic")
    (clone / "compose.yaml").write_text("# moved\n" + WORSE)
    git(clone, "commit", "-q", "-a", "-m", "Second")
    return Runner(clone, tmp_path / "temp")


@needs_bash
def test_the_action_annotates_and_fails(runner: Runner) -> None:
    status, output, outputs, summary = runner.run(LINT, **{"inputs.sarif-file": "found.sarif"})
    assert (status, outputs) == (1, {"exit-status": "1"})
    assert "::error file=compose.yaml" in output
    assert "bind-source-missing" in output and "dockerfile-missing" in output
    assert "dockerfile-missing" in summary
    assert "dockerfile-missing" in (runner.workspace / "found.sarif").read_text(encoding="utf-8")


@needs_bash
def test_the_action_takes_options_and_odd_paths(runner: Runner) -> None:
    folder = runner.workspace / "two words"
    folder.mkdir()
    (folder / "compose.yaml").write_text(WORSE)
    values = {"inputs.paths": "two words\n", "inputs.args": "--select  dockerfile-missing\n --fail-on never"}
    status, output, outputs, _ = runner.run(LINT, **values)
    assert (status, outputs) == (0, {"exit-status": "0"})
    assert "two words/compose.yaml" in output and "bind-source-missing" not in output


@needs_bash
def test_the_action_says_wrong_use(runner: Runner) -> None:
    status, output, outputs, summary = runner.run(LINT, **{"inputs.args": "--select nosuchrule"})
    assert (status, outputs, summary) == (2, {"exit-status": "2"}, "")
    assert "nosuchrule" in output


@needs_bash
def test_annotations_and_summary_can_be_left_out(runner: Runner) -> None:
    values = {"inputs.annotations": "false", "inputs.summary": "false"}
    status, output, _, summary = runner.run(LINT, **values)
    assert (status, summary) == (1, "")
    assert "::error" not in output and "error[dockerfile-missing]" in output


@needs_bash
@pytest.mark.parametrize(
    "base", [{"inputs.base-ref": "main"}, {"github.base_ref": "main"}, {"github.event.before": ""}]
)
def test_changed_only_reports_what_the_base_lacks(runner: Runner, base: dict[str, str]) -> None:
    if "github.event.before" in base:
        base = {"github.event.before": git(runner.workspace, "rev-parse", "main")}
    status, output, outputs, _ = runner.run(BASE, **base)
    assert status == 0, output
    baseline = outputs["baseline"]
    status, output, _, _ = runner.run(LINT, **{"steps.base.outputs.baseline": baseline})
    assert status == 1
    assert "dockerfile-missing" in output and "bind-source-missing" not in output
    assert git(runner.workspace, "status", "--porcelain") == ""
    assert len(git(runner.workspace, "worktree", "list").splitlines()) == 1


@needs_bash
def test_changed_only_in_a_shallow_clone(tmp_path: Path, runner: Runner) -> None:
    git(runner.workspace, "push", "-q", "origin", "topic")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", "-b", "topic", (tmp_path / "origin").as_uri(), str(shallow))
    runner.workspace = shallow
    status, output, outputs, _ = runner.run(BASE, **{"github.base_ref": "main"})
    assert status == 0, output
    status, output, _, _ = runner.run(LINT, **{"steps.base.outputs.baseline": outputs["baseline"]})
    assert "dockerfile-missing" in output and "bind-source-missing" not in output


@needs_bash
def test_changed_only_in_a_folder_that_the_base_lacks(runner: Runner) -> None:
    (runner.workspace / "new").mkdir()
    (runner.workspace / "new" / "compose.yaml").write_text(WORSE)
    values = {"github.base_ref": "main", "inputs.working-directory": "new"}
    status, output, outputs, _ = runner.run(BASE, **values)
    assert (status, outputs) == (0, {})
    assert "all is reported" in output


@needs_bash
@pytest.mark.parametrize(("ref", "expected"), [("", 0), ("0" * 40, 0), ("--upload-pack=x", 0), ("nosuchbranch", 2)])
def test_changed_only_without_a_base(runner: Runner, ref: str, expected: int) -> None:
    status, output, outputs, _ = runner.run(BASE, **{"inputs.base-ref": ref})
    assert (status, outputs) == (expected, {})
    assert "dockerlint: " in output


def test_every_input_is_used_and_described() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    for name, given in ACTION["inputs"].items():
        assert f"inputs.{name}" in text and given["description"] and "default" in given
        assert f"`{name}`" in (ROOT / "docs" / "ci.md").read_text(encoding="utf-8"), name


def test_inputs_reach_the_shell_as_variables_alone() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]


@needs_bash
def test_the_gitlab_job_reports_and_fails(runner: Runner) -> None:
    job = GITLAB["dockerlint"]
    report = job["artifacts"]["reports"]["codequality"]
    step = {"run": "\n".join(job["script"]), "env": {k: str(v) for k, v in job["variables"].items()}}
    status, output, _, _ = runner.run(step | {"working-directory": "."})
    assert status == 1 and "error[dockerfile-missing]" in output
    found = yaml.safe_load((runner.workspace / report).read_text(encoding="utf-8"))
    assert {finding["check_name"] for finding in found} == {"bind-source-missing", "dockerfile-missing"}


@pytest.mark.parametrize("name", ["action.yml", "ci/gitlab.yml", "docs/ci.md", ".pre-commit-hooks.yaml"])
def test_every_option_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = [
        line for line in text.replace("\\\n", " ").splitlines() if re.search(r"dockerlint check|\blint --|args", line)
    ]
    for line in lines:
        after = re.split(r"dockerlint check|\blint(?= --)|args", line, maxsplit=1)[1]
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", after):
            assert option in OPTIONS, f"{name}: {option}"


@pytest.mark.parametrize("select", [(), ("--select", "ALL")])
def test_dockerlint_finds_nothing_in_its_own_files(select: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(app, ["check", "Dockerfile", *select])
    assert done.exit_code == 0 and "No problems found" in done.output, done.output


def test_the_image_is_built_from_what_the_wheel_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    monkeypatch.chdir(ROOT)
    sent = CliRunner().invoke(app, ["context", "."]).output
    for name in ("pyproject.toml", "build_cards.py", "dockerlint/cli/app.py", "rules/facts/secrets.yaml"):
        assert f" {name}\n" in sent
    for name in ("tests/", ".git/", "__pycache__"):
        assert name not in sent


def test_the_image_is_pinned_and_runs_as_nobody() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert all(re.fullmatch(r"python:\d+\.\d+-\w+", image) for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    assert re.search(r"^USER 65534", text, re.MULTILINE)

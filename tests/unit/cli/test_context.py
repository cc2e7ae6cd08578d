from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from dockerlint.cli.app import app
from dockerlint.cli.context import context_command


def lay(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def test_lists_the_largest_first_with_the_total(tmp_path: Path) -> None:
    lay(tmp_path, {".dockerignore": "*.log\n", "b": "12", "a": "12", "big/file": "x" * 2500, "c.log": "x" * 9000})
    result = CliRunner().invoke(context_command, [str(tmp_path)])
    assert result.output == (
        "   2.5 kB  big/file\n"
        "      6 B  .dockerignore\n"
        "      2 B  a\n"
        "      2 B  b\n"
        "   2.5 kB  in 4 files (ignore file: .dockerignore)\n"
    )


def test_json_and_a_dockerfile_elsewhere(tmp_path: Path) -> None:
    lay(tmp_path, {"app/a": "1", "app/b": "2", "docker/x.Dockerfile": "", "docker/x.Dockerfile.dockerignore": "b\n"})
    arguments = [str(tmp_path / "app"), "-f", str(tmp_path / "docker/x.Dockerfile"), "--format", "json"]
    assert json.loads(CliRunner().invoke(context_command, arguments).output) == {
        "version": 1,
        "ignore_file": "docker/x.Dockerfile.dockerignore",
        "files": [{"path": "a", "size": 1}],
        "summary": {"files": 1, "size": 1},
    }


def test_wrong_use_and_bad_patterns(tmp_path: Path) -> None:
    lay(tmp_path, {".dockerignore": "a\n[b\n"})
    result = CliRunner().invoke(context_command, [str(tmp_path)])
    assert result.exit_code == 2
    assert ".dockerignore:2: the builder refuses the pattern [b" in result.output
    for arguments in (["/nowhere"], [str(tmp_path), "-f", "nothing"], [str(tmp_path / ".dockerignore")]):
        assert CliRunner().invoke(app, ["context", *arguments]).exit_code == 2

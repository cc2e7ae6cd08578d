"""`dockerlint init`: what is taken over from other linters, what is said about the rest, and what is never touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dockerlint.cli.app import app
from dockerlint.engine import configuration
from dockerlint.engine.migration import Migration, Setting
from dockerlint.engine.starter import text_of

HADOLINT = """\
failure-threshold: error
ignored:
  - DL3008
  - DL3026
  - SC2086
override:
  warning: [dl3026, DL3042]
trustedRegistries:
  - docker.io
  - "*.gcr.io"
label-schema: {author: text}
format: sarif
colour: blue
"""
DCLINT = """\
{
\t"rules": {"no-version-field": 0, "no-duplicate-exported-ports": [1, {"a": 1}], "odd": true, "worse": {}},
\t"exclude": ["tests", "no"], "quiet": true, "debug": false
}
"""
COMPOSE_LINT = """\
x-why: &why "TICKET-1\\n  \\e[31mlocal\\t# only"
rules:
  CL-0020: {enabled: false, reason: *why}
  CL-0021: {severity: low, exclude_services: {db: because}}
  CL-0001: {exclude_services: [web], severity: awful}
fail_on: high
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def init(*words: str) -> Result:
    return CliRunner().invoke(app, ["init", *words])


def values(folder: Path) -> dict[str, object]:
    found = dict(configuration.load(str(folder / ".dockerlint.yaml"), str(folder)).values)
    if "exclude" in found:
        found["exclude"] = [glob for _, glob in found["exclude"]]
    return found


def test_hadolint(folder: Path) -> None:
    (folder / ".hadolint.yaml").write_text(HADOLINT)
    result = init()
    assert (result.exit_code, result.stdout) == (0, "")
    assert values(folder) == {
        "ignore": ["DL3026"],
        "severity": {"untrusted-registry": "warning"},
        "trusted-registries": ["docker.io", "*.gcr.io"],
        "fail-on": "error",
    }
    text = (folder / ".dockerlint.yaml").read_text()
    assert "# Made by `dockerlint init` from .hadolint.yaml." in text
    assert "  - DL3026  # .hadolint.yaml:4\n" in text
    assert "  untrusted-registry: warning  # .hadolint.yaml:7, DL3026\n" in text
    for said in (
        ".hadolint.yaml:3: DL3008, SC2086 off: dockerlint has no rules for them",
        ".hadolint.yaml:7: DL3042 as warning: dockerlint has no rule for DL3042",
        ".hadolint.yaml:11: label-schema: dockerlint has no rule about labels",
        ".hadolint.yaml:12: format: the format is asked for on the command line",
        ".hadolint.yaml:13: colour: hadolint documents no such setting",
    ):
        assert said in result.stderr


@pytest.mark.parametrize(
    ("text", "fail_on"),
    [
        ("failure-threshold: Info\n", "info"),
        ("failure-threshold: none\n", "style"),
        ("no-fail: true\n", "never"),
        ("no-fail: false\n", None),
        ("no-fail: true\nfailure-threshold: warning\n", "warning"),
        ("failure-threshold: loud\n", None),
    ],
)
def test_hadolint_fails_from(folder: Path, text: str, fail_on: str | None) -> None:
    (folder / ".hadolint.yml").write_text(text)
    assert init().exit_code == 0
    assert values(folder).get("fail-on") == fail_on


def test_dclint(folder: Path) -> None:
    (folder / ".dclintrc").write_text(DCLINT)
    result = init()
    assert values(folder) == {"severity": {"duplicate-published-port": "warning"}, "exclude": ["tests", "no"]}
    for said in (
        ".dclintrc:2: the options of no-duplicate-exported-ports: ",
        ".dclintrc:2: odd: a level of dclint is 0, 1 or 2",
        ".dclintrc:2: worse: a level of dclint is 0, 1 or 2",
        ".dclintrc:2: no-version-field off: dockerlint has no rule for it",
        ".dclintrc:3: quiet: it is asked for on the command line: `check --quiet`",
    ):
        assert said in result.stderr
    assert "debug" not in result.stderr


def test_dclint_in_package_json_and_as_a_program(folder: Path) -> None:
    (folder / "package.json").write_text('{"name": "x",\n "dclint": {\n  "rules": {"no-duplicate-exported-ports": 0}}}')
    (folder / "dclint.config.js").write_text("module.exports = {}")
    result = init()
    assert values(folder) == {"ignore": ["no-duplicate-exported-ports"]}
    assert "# package.json:3" in (folder / ".dockerlint.yaml").read_text()
    assert "dclint.config.js: all of it: it is a program" in result.stderr


def test_a_package_that_only_depends_on_dclint_says_nothing(folder: Path) -> None:
    (folder / "package.json").write_text('{"devDependencies": {"dclint": "3"}}')
    assert "no configuration of hadolint, dclint or compose-lint here" in init().stderr


def test_compose_lint(folder: Path) -> None:
    (folder / ".compose-lint.yml").write_text(COMPOSE_LINT)
    result = init()
    assert values(folder) == {"ignore": ["CL-0020"]}
    assert "- CL-0020  # .compose-lint.yml:3, TICKET-1 [31mlocal # only\n" in (folder / ".dockerlint.yaml").read_text()
    for said in (
        "CL-0021 as info: hardcoded-credentials says more than this",
        "CL-0021 in db: no setting names services; write `# dockerlint: ignore=CL-0021 reason`",
        "CL-0001 severity awful: compose-lint knows no such severity",
        "CL-0001 in web: dockerlint has no rule for CL-0001",
        "fail_on: compose-lint documents no such setting",
    ):
        assert said in result.stderr


def test_all_of_them_and_who_wins(folder: Path) -> None:
    (folder / ".hadolint.yaml").write_text("override: {error: [DL3026], info: [DL3026]}\nignored: [DL3026, DL3026]\n")
    (folder / ".dclintrc.yaml").write_text("exclude: [a]\n")
    (folder / ".compose-lint.yaml").write_text("rules:\n  CL-0020:\n    enabled: false\n")
    result = init()
    assert values(folder) == {
        "ignore": ["DL3026", "CL-0020"],
        "severity": {"untrusted-registry": "error"},
        "exclude": ["a"],
    }
    assert "severity info: .hadolint.yaml:1 says error" in result.stderr
    assert "from .hadolint.yaml, .dclintrc.yaml, .compose-lint.yaml" in result.stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (".hadolint.yaml", "ignored: [DL3026\nx: 1", ".hadolint.yaml:"),
        (".hadolint.yaml", "- a\n", ".hadolint.yaml:1: a configuration is a mapping"),
        (".hadolint.yaml", "x: 1\nignored: DL3026\n", ".hadolint.yaml:2: ignored must be a list of texts"),
        (".hadolint.yaml", "override: [a]\n", ".hadolint.yaml:1: override must be a mapping"),
        (".hadolint.yaml", "override:\n  info: {a: 1}\n", ".hadolint.yaml:2: override.info must be a list of texts"),
        (".dclintrc.json", '{"rules": []}', ".dclintrc.json:1: rules must be a mapping"),
        (".dclintrc", '{"exclude": [1]}', ".dclintrc:1: exclude must be a list of texts"),
        (".compose-lint.yml", "rules:\n  CL-0020: off\n", ".compose-lint.yml:2: rules.CL-0020 must be a mapping"),
    ],
)
def test_broken_files_are_named_and_nothing_is_written(folder: Path, name: str, text: str, said: str) -> None:
    (folder / name).write_text(text)
    result = init()
    assert result.exit_code == 2
    assert result.stderr.startswith(f"dockerlint: {said}") and len(result.stderr.splitlines()) == 1
    assert not (folder / ".dockerlint.yaml").exists()


def test_bytes_that_are_no_text(folder: Path) -> None:
    (folder / ".hadolint.yaml").write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8 text" in init().stderr


@pytest.mark.parametrize("text", ["", "# nothing\n", "ignored:\noverride:\ntrustedRegistries:\n"])
def test_an_empty_file_makes_an_empty_configuration(folder: Path, text: str) -> None:
    (folder / ".hadolint.yaml").write_text(text)
    assert init().exit_code == 0
    assert values(folder) == {}


def test_without_any_the_settings_are_shown_as_comments(folder: Path) -> None:
    result = init()
    assert result.exit_code == 0 and ".dockerlint.yaml written\n" in result.stderr
    assert values(folder) == {}
    lines = [line[2:] for line in (folder / ".dockerlint.yaml").read_text().splitlines() if ": " in line]
    (folder / ".dockerlint.yaml").write_text("\n".join(lines))
    assert set(values(folder)) == set(configuration.KEYS) - {"extends", "select", "options"}


@pytest.mark.parametrize("name", [".dockerlint.yaml", ".dockerlint.yml", ".dockerlint.toml", "pyproject.toml"])
def test_what_is_there_is_not_written_over(folder: Path, name: str) -> None:
    (folder / name).write_text("# [tool.dockerlint]\n")
    result = init()
    assert result.exit_code == 2
    assert result.stderr == f"dockerlint: {name} is there already; --force writes over it\n"
    result = init("--force")
    assert result.exit_code == 0
    assert ("counts from now on in place of" in result.stderr) == (name != ".dockerlint.yaml")
    assert ((folder / name).read_text() == "# [tool.dockerlint]\n") == (name != ".dockerlint.yaml")


def test_another_tools_pyproject_is_no_configuration(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.ruff]\n")
    assert init().exit_code == 0


def test_stdout_writes_nothing(folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "below" / ".hadolint.yaml").write_text("ignored: [DL3026]\n")
    (folder / "below" / ".dockerlint.yaml").write_text("ignore: []\n")
    result = init("below", "--stdout")
    assert "  - DL3026  # .hadolint.yaml:1\n" in result.stdout
    assert "below/.hadolint.yaml:1: ignore: DL3026" in result.stderr
    assert (folder / "below" / ".dockerlint.yaml").read_text() == "ignore: []\n"


def test_a_folder_that_is_not_there(folder: Path) -> None:
    result = init("nowhere")
    assert (result.exit_code, result.stderr) == (2, "dockerlint: nowhere is not a folder\n")


@pytest.mark.parametrize(
    "word", ["yes", "*.gcr.io", "1.5", "a: b", "a #b", "tab\t", "\x85\x7f", "\U0001f600", '"\\', ""]
)
def test_every_text_comes_back(folder: Path, word: str) -> None:
    setting = Setting("trusted-registries", word, "x:1", remark=word)
    (folder / ".dockerlint.yaml").write_text(text_of(Migration(("x",), (setting,), ())), encoding="utf-8")
    assert values(folder) == {"trusted-registries": [word]}

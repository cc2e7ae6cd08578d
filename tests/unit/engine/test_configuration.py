"""Configuration files: which one counts, what it may say, and what is said where it is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dockerlint.cli.app import app
from dockerlint.engine import configuration
from dockerlint.engine.configschema import schema
from dockerlint.engine.settings import Settings, UsageError

COMPOSE = """\
services:
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: ${PASSWORD:?}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*words: str) -> Result:
    return CliRunner().invoke(app, ["check", *words])


def write(project: Path, name: str, text: str) -> None:
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text(text)


def rules(*words: str) -> list[str]:
    return [item["rule"] for item in json.loads(check("--format", "json", *words).stdout)["findings"]]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".dockerlint.yaml", "ignore: [unpersisted-data]\n"),
        (".dockerlint.yml", "ignore:\n  - unpersisted-data\n"),
        (".dockerlint.toml", 'ignore = ["unpersisted-data"]\n'),
        ("pyproject.toml", '[project]\nname = "x"\n[tool.dockerlint]\nignore = ["unpersisted-data"]\n'),
    ],
)
def test_each_file_counts(project: Path, name: str, text: str) -> None:
    assert rules() == ["unpersisted-data"]
    write(project, name, text)
    assert rules() == []
    assert rules("--no-config") == ["unpersisted-data"]


def test_pyproject_of_others_does_not_count(project: Path) -> None:
    write(project, ".dockerlint.yaml", "ignore: [unpersisted-data]\n")
    write(project, "below/pyproject.toml", '[tool.other]\nx = "tool.dockerlint"\n')
    write(project, "below/compose.yaml", COMPOSE)
    assert rules("below") == []


def test_nearest_upward_counts_for_each_path(project: Path) -> None:
    write(project, ".dockerlint.yaml", "ignore: [unpersisted-data]\n")
    write(project, "a/compose.yaml", COMPOSE)
    write(project, "b/compose.yaml", COMPOSE)
    write(project, "b/.dockerlint.yaml", "severity: {unpersisted-data: style}\n")
    assert rules("a") == []
    assert rules("b") == ["unpersisted-data"]
    assert rules("a", "b") == ["unpersisted-data"]
    assert check("a", "b").exit_code == 0


def test_severity_and_fail_on(project: Path) -> None:
    assert check().exit_code == 1
    write(project, ".dockerlint.yaml", "severity:\n  unpersisted-data: info\n")
    assert check().exit_code == 0
    assert "info[unpersisted-data]" in check().stdout
    write(project, ".dockerlint.yaml", "fail-on: error\n")
    assert check().exit_code == 0
    assert check("--fail-on", "warning").exit_code == 1


def test_per_file_ignores_count_from_the_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, "a/compose.yaml", COMPOSE)
    write(project, "b/a/compose.yaml", COMPOSE)
    write(project, ".dockerlint.yaml", "per-file-ignores:\n  a/: [data]\n  /compose.yaml: [UNPERSISTED-DATA]\n")
    (project / ".git").mkdir()
    assert rules() == []
    write(project, ".dockerlint.yaml", "per-file-ignores:\n  /a/: [unpersisted-data]\n")
    assert len(rules()) == 2
    monkeypatch.chdir(project / "b")
    assert len(rules("..")) == 2


@pytest.mark.parametrize(
    ("glob", "left"),
    [("a/", 1), ("/a/", 2), ("b/a", 2), ("b/*", 2), ("**/a", 1), ("compose.yaml", 0), ("/compose.yaml", 2), ("!a", 3)],
)
def test_exclude_counts_from_the_file(project: Path, glob: str, left: int) -> None:
    write(project, "a/compose.yaml", COMPOSE)
    write(project, "b/a/compose.yaml", COMPOSE)
    write(project, ".dockerlint.yaml", f"exclude: ['{glob}']\n")
    assert len(rules()) == left


@pytest.mark.parametrize(
    ("glob", "left"), [("a/", 0), ("/a", 1), ("b/a/", 0), ("/b/*/", 0), ("/c/a", 1), ("**/a", 0), ("b/", 0)]
)
def test_exclude_of_a_folder_above_the_repository(project: Path, glob: str, left: int) -> None:
    write(project, "b/a/compose.yaml", COMPOSE)
    (project / "b" / ".git").mkdir()
    write(project, ".dockerlint.yaml", f"exclude: ['{glob}']\n")
    assert len(rules("b")) == left


def test_exclude_of_a_folder_below_the_repository(project: Path) -> None:
    (project / ".git").mkdir()
    write(project, "b/compose.yaml", COMPOSE)
    write(project, "b/a/compose.yaml", COMPOSE)
    write(project, "b/.dockerlint.yaml", "exclude: [/a]\n")
    assert len(rules("b")) == 1
    write(project, "b/.dockerlint.yaml", "exclude: [compose.yaml]\n")
    assert rules("b") == []


def test_select_on_the_command_line_makes_that_of_the_file_moot(project: Path) -> None:
    write(project, ".dockerlint.yaml", "ignore: [unpersisted-data]\n")
    assert rules("--select", "data") == ["unpersisted-data"]
    write(project, ".dockerlint.yaml", "select: [data]\n")
    assert rules("--ignore", "unpersisted-data") == []


def test_options_and_trusted_registries(project: Path) -> None:
    write(project, ".dockerlint.yaml", "trusted-registries: [registry.example.com]\n")
    assert "untrusted-registry" in rules()
    write(project, ".dockerlint.yaml", "options:\n  untrusted-registry:\n    trusted: [docker.io]\n")
    assert rules() == ["unpersisted-data"]


def test_baseline_counts_from_the_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, ".dockerlint.yaml", "baseline: ci/old.json\n")
    (project / "ci").mkdir()
    assert "--write-baseline makes it" in check().stderr
    check("--write-baseline")
    assert (project / "ci" / "old.json").is_file()
    monkeypatch.chdir(project / "ci")
    assert check("..").exit_code == 0


def test_extends(project: Path) -> None:
    write(
        project,
        "team/base.toml",
        'ignore = ["unpersisted-data"]\nfail-on = "never"\n[severity]\nmissing-env = "info"\n',
    )
    write(
        project,
        ".dockerlint.yaml",
        "extends: team/base.toml\nignore: [missing-env]\nseverity: {missing-reload: info}\n",
    )
    found = configuration.load(str(project / ".dockerlint.yaml"), str(project))
    assert found.values["ignore"] == ["unpersisted-data", "missing-env"]
    assert found.values["severity"] == {"missing-env": "info", "missing-reload": "info"}
    assert found.origin("severity", "missing-env") == "team/base.toml:4"
    assert found.origin("fail-on") == "team/base.toml:2"
    assert configuration.settings_of(found, Settings()).fail_on == "never"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ignroe: [x]\n", ":1: no setting is called 'ignroe'; did you mean ignore?"),
        (
            "# x\nignore:\n  - missing-evn\n",
            ":3: no rule, group or alias is called 'missing-evn'; did you mean missing-env?",
        ),
        ("severity:\n  missing-evn: info\n", ":2: no rule is called 'missing-evn'; did you mean missing-env?"),
        ("severity: {missing-env: loud}\n", ":1: a severity is one of error, warning, info, style, not 'loud'"),
        ("fail-on: loud\n", ":1: fail-on is one of error, warning, info, style, never, not 'loud'"),
        ("options: {untrusted-registry: {trust: [x]}}\n", ":1: untrusted-registry has no option 'trust'; did you mean"),
        ("options:\n  untrusted-registry:\n    trusted: 3\n", ":3: trusted must be a list"),
        ("select: data\n", ":1: select must be a list of texts"),
        ("per-file-ignores: [a]\n", ":1: per-file-ignores must be a mapping, glob: [rules]"),
        ("per-file-ignores:\n  a: [nothing]\n", ":2: no rule, group or alias is called 'nothing'"),
        ("baseline: 3\n", ":1: baseline is the name of a file"),
        ("extends: .dockerlint.yaml\n", ":1: .dockerlint.yaml extends itself"),
        ("- a\n", ":1: a configuration is a mapping of settings"),
        ("ignore: [\n", ":1: is not valid YAML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(project: Path, text: str, said: str) -> None:
    write(project, ".dockerlint.yaml", text)
    done = check()
    assert done.exit_code == 2
    assert done.stderr.startswith(f"dockerlint: .dockerlint.yaml{said}")
    assert done.stderr.count("\n") == 1


def test_what_is_extended_must_be_there(project: Path) -> None:
    write(project, ".dockerlint.yaml", "extends: nowhere.yaml\n")
    assert check().stderr == "dockerlint: nowhere.yaml: No such file or directory\n"


def test_what_is_wrong_in_toml_is_said_with_its_line(project: Path) -> None:
    write(project, "pyproject.toml", '[project]\nname = "fail-on"\n\n[tool.dockerlint]\nfail-on = "x"\n')
    assert check().stderr.startswith("dockerlint: pyproject.toml:5: fail-on is one of")
    write(project, "pyproject.toml", "[tool.dockerlint\n")
    assert check().stderr.startswith("dockerlint: pyproject.toml:1: ")


def test_show_settings(project: Path) -> None:
    write(project, ".dockerlint.yaml", "ignore: [missing-env]\nper-file-ignores:\n  a: [data]\n")
    shown = check("--show-settings", "--fail-on", "error", "--ignore", "missing-reload").stdout
    for key, origin in {
        "ignore = [missing-env]": ".dockerlint.yaml:1",
        "ignore = [missing-reload]": "command line",
        "per-file-ignores.a = [data]": ".dockerlint.yaml:3",
        "fail-on = error": "command line",
        "select = the default rules": "default",
    }.items():
        assert any(line.strip().startswith(key) and line.endswith(f"# {origin}") for line in shown.splitlines()), key
    assert "  missing-env (" not in shown
    assert "  unpersisted-data (" in shown


def test_other_folder_of_a_named_configuration(project: Path) -> None:
    write(project, "ci/strict.toml", 'ignore = ["unpersisted-data"]\n')
    assert rules("--config", "ci/strict.toml") == []
    assert check("--config", "ci/none.toml").exit_code == 2


def test_extends_in_a_circle_ends(project: Path) -> None:
    write(project, ".dockerlint.yaml", "extends: b.yaml\n")
    write(project, "b.yaml", "extends: .dockerlint.yaml\n")
    with pytest.raises(UsageError, match="extends itself"):
        configuration.load(str(project / ".dockerlint.yaml"), str(project))


def test_schema_is_what_the_rules_say(pytestconfig: pytest.Config) -> None:
    path = Path(configuration.__file__).with_name("configuration.schema.json")
    text = json.dumps(schema(), indent=1) + "\n"
    if pytestconfig.getoption("rewrite_expected"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text

"""Documents show what really happens: every command in them is run, and what they show is in the output."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from dockerlint.cli.app import app
from dockerlint.engine import configuration
from dockerlint.engine.settings import Settings
from dockerlint.model.loading import load_projects
from dockerlint.rulebook import shelf
from dockerlint.rulebook.card import parse_card, rule_of
from dockerlint.source.tree import DictTree
from tests.examples import fits

ROOT = Path(__file__).parent.parent
COMMANDS = app.list_commands(click.Context(app))
SAMPLE = ROOT / "tests" / "fixtures" / "projects" / "notes-course" / "broken"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^\$ dockerlint ([^\n]*)\n(.*?)(?=^\$ |\Z)", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`dockerlint ([a-z][^`\n]*)`")


def shown(text: str) -> Iterator[tuple[str, str]]:
    """Every `$ dockerlint …` of a document with the output that it shows."""
    for _, block in BLOCK.findall(text):
        yield from SHOWN.findall(block)


@pytest.mark.parametrize("name", NAMES)
def test_shown_output_is_real(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's commands run in the checkout, those of a page of docs/ in turn in a copy of the sample. … skips."""
    folder = ROOT
    if name != "README.md":
        folder = tmp_path / "shop"
        shutil.copytree(SAMPLE, folder)
    monkeypatch.chdir(folder)
    for command, output in shown((ROOT / name).read_text(encoding="utf-8")):
        assert output.strip(), f"{name}: show what `dockerlint {command}` prints"
        result = CliRunner().invoke(app, shlex.split(command))
        assert result.exit_code in (0, 1), f"{name}: `dockerlint {command}`: {result.output}"
        expected = re.escape(output.strip("\n")).replace("…\\\n", "…").replace("…", ".*")
        assert re.search(expected, result.output, re.DOTALL), f"{name}: `dockerlint {command}` prints something else"


@pytest.mark.parametrize("name", NAMES)
def test_named_commands_can_be_given(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in running text and in shell blocks are parsed, down to their options; away from the checkout, since
    what they name may write."""
    monkeypatch.chdir(tmp_path)
    text = (ROOT / name).read_text(encoding="utf-8")
    plain = BLOCK.sub("", text)
    lines = NAMED.findall(plain)
    for language, block in BLOCK.findall(text):
        if language in ("", "console"):
            lines += re.findall(r"^(?:\$ )?dockerlint ([^|&\n]*)", block, re.MULTILINE)
    for line in lines:
        words = [word for word in shlex.split(line) if not word.startswith(("…", "["))]
        if words and words[0] in COMMANDS:
            command = app.get_command(click.Context(app), words[0])
            assert command is not None
            given = words[1:] or ["x"] * sum(param.required for param in command.params)
            try:
                command.make_context(words[0], given, resilient_parsing=False)
            except click.exceptions.Exit:
                assert "--help" in given
            except click.ClickException as error:
                pytest.fail(f"{name}: `dockerlint {line}`: {error.format_message()}")
        else:
            assert line.startswith(("PATH", "FILE", "COMMAND", "--")) or words == [], f"{name}: `dockerlint {line}`"


def test_the_documents_show_output() -> None:
    for name in ("README.md", "docs/getting-started.md", "docs/commands.md", "docs/why.md"):
        assert list(shown((ROOT / name).read_text(encoding="utf-8"))), name


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = util.spec_from_file_location("docs_make", ROOT / "docs" / "make.py")
    assert spec is not None and spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NAMES)
def test_made_parts_are_up_to_date(name: str, maker: ModuleType) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert maker.filled(text) == text, f"{name}: run `make docs`"


def test_every_command_and_option_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        section = re.search(rf"^## {name}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        assert section is not None, name
        command = app.get_command(click.Context(app), name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert all(option in section.group(1) for option in parameter.opts), f"{name} {parameter.opts}"


def test_every_rule_has_a_row_and_a_page(maker: ModuleType) -> None:
    table = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| \[`([a-z-]+)`\]", table, re.MULTILINE)) == set(shelf.rule_ids())
    for rule_id in shelf.rule_ids():
        rule = shelf.whole_rule(rule_id)
        page = maker.rule_page(rule)
        assert page.startswith(f"# {rule_id}\n\n{rule.title}\n\n- group: {rule.group}\n- severity: {rule.severity}")
        assert page.count("](../../rules/") == 1


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)` \| [^`]", text, re.MULTILINE)) == set(configuration.KEYS)


def test_shown_configurations_are_right(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    examples = [(language, block) for language, block in BLOCK.findall(text) if language in ("yaml", "toml")]
    assert len(examples) >= 3
    for language, block in examples:
        path = tmp_path / ("pyproject.toml" if language == "toml" else ".dockerlint.yaml")
        path.write_text(block, encoding="utf-8")
        configuration.load(str(path), str(tmp_path))


@pytest.mark.parametrize("name", NAMES)
def test_shown_yaml_parses(name: str) -> None:
    for language, block in BLOCK.findall((ROOT / name).read_text(encoding="utf-8")):
        if language == "yaml":
            assert yaml.safe_load(block) is not None or block.startswith("#"), block


def test_linked_files_exist() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links {target}"


def test_linked_headings_exist() -> None:
    for path in DOCUMENTS:
        for target, heading in re.findall(r"\]\(([^)#:]*\.md)?#([^)]+)\)", path.read_text(encoding="utf-8")):
            text = (path.parent / target if target else path).read_text(encoding="utf-8")
            made = {
                re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-")
                for line in re.findall(r"^#+ (.*)", text, re.M)
            }
            assert heading in made, f"{path.name} links {target}#{heading}"


def test_the_shown_rule_works() -> None:
    """The card and the check of writing-a-rule.md: every example reports what it expects, and nothing else."""
    text = (ROOT / "docs" / "writing-a-rule.md").read_text(encoding="utf-8")
    (card,) = (block for language, block in BLOCK.findall(text) if language == "yaml")
    (check,) = (block for language, block in BLOCK.findall(text) if language == "python")
    rule = rule_of(parse_card(card, "privileged-container.yaml"))
    names: dict[str, Any] = {}
    exec(f"from __future__ import annotations\n{check}", names)
    found = {}
    for example in rule.examples:
        (project,) = load_projects(DictTree(dict(example.files)), [""], Settings(), shelf.facts())
        findings = list(names["privileged"](project, rule))
        found[example.name] = [any(fits(finding, expected) for finding in findings) for expected in example.expect]
        assert len(findings) == len(example.expect), example.name
    assert found == {"privileged for one device": [True], "the device alone": [], "it says no": []}

"""Documents show what really happens: every `$ dockerlint …` block is run, and what it shows must be in the output."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from dockerlint.cli.app import app
from dockerlint.rulebook import shelf

ROOT = Path(__file__).parent.parent
DOCUMENTS = [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if path.is_file()]
BLOCK = re.compile(r"^```\w*\n\$ dockerlint ([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[str, str, str]]:
    for path in DOCUMENTS:
        for command, shown in BLOCK.findall(path.read_text(encoding="utf-8")):
            yield path.name, command, shown


@pytest.mark.parametrize(("document", "command", "shown"), list(blocks()))
def test_shown_output_is_real(document: str, command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    output = CliRunner().invoke(app, shlex.split(command)).output
    for part in shown.split("…\n"):
        assert part.strip("\n") in output, f"{document}: `dockerlint {command}` prints something else"


def test_the_readme_shows_output() -> None:
    assert any(document == "README.md" for document, _, _ in blocks())


def test_linked_files_exist() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links {target}"


def test_the_readme_names_every_rule() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    said = set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))
    assert said == {rule.id for rule in shelf.rules().values() if rule.check != "engine"}

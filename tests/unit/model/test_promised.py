"""Which absent paths may lie in the author's folder."""

from __future__ import annotations

import pytest

from dockerlint.model.promised import is_whole, may_lie_there
from dockerlint.model.workspace import Workspace
from dockerlint.source.tree import DictTree


def workspace(**files: str) -> Workspace:
    return Workspace(DictTree({"Dockerfile": "FROM scratch\n", **files}), {})


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("Copy `app.yml.example` to `app.yml` first.", True),
        ("openssl rand -hex 8 > app.yml", True),
        ("├── app.yml", False),
        ("COPY app.yml /srv/", False),
        ("my-app.yml is created by hand", False),
        ("the settings are in app.yml", False),
    ],
)
def test_a_document_says_how_it_is_made(line: str, made: bool) -> None:
    assert may_lie_there(workspace(**{"README.md": f"# Shop\n\n{line}\n"}), "app.yml") is made


def test_naming_is_enough_for_settings() -> None:
    assert may_lie_there(workspace(**{"README.md": "Your settings are in `.env`.\n"}), ".env", told=True)


def test_build_outputs() -> None:
    assert may_lie_there(workspace(), "web/dist/index.html")
    assert may_lie_there(workspace(), "target/shop.jar")
    assert not may_lie_there(workspace(**{"dist/other.txt": ""}), "dist/index.html")


def test_a_part_of_a_project_is_not_judged() -> None:
    copies = "".join(f"COPY part{number} /srv/\n" for number in range(6))
    few = Workspace(DictTree({"Dockerfile": f"FROM scratch\n{copies}"}), {})
    assert not is_whole(few)
    assert may_lie_there(few, "part1")

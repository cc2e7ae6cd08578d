"""Which projects are linted for the files that a commit touches."""

from __future__ import annotations

import pytest

from dockerlint.engine.run import lint_tree
from dockerlint.engine.settings import Settings
from dockerlint.source.tree import DictTree

COMPOSE = "services:\n  api:\n    build: {context: ., dockerfile: api/Dockerfile}\n    env_file: env/api.env\n"
FILES = {
    "shop/compose.yaml": COMPOSE,
    "shop/compose.override.yaml": "services:\n  api:\n    volumes: ['../shared:/shared']\n",
    "shop/.dockerignore": ".git\n",
    "shop/.env": "A=1\n",
    "shop/env/api.env": "B=1\n",
    "shop/api/Dockerfile": "FROM alpine:3.20\n",
    "shop/api/package.json": "{}\n",
    "shop/tools/Dockerfile": "FROM alpine:3.20\n",
    "shared/notes.txt": "\n",
    "blog/compose.yaml": "services:\n  blog:\n    image: example/blog:1\n",
    "tools/Dockerfile": "FROM alpine:3.20\n",
    "tools/.dockerignore": ".git\n",
    "tools/other/Dockerfile": "FROM alpine:3.20\n",
    "README.md": "\n",
}
SHOP = {"shop/compose.yaml", "shop/compose.override.yaml", "shop/api/Dockerfile"}


def linted(*paths: str) -> set[str]:
    report = lint_tree(DictTree(FILES), paths, Settings(with_project=True))
    assert not report.failures
    return set(report.files)


@pytest.mark.parametrize(
    "path",
    [
        "shop/compose.yaml",
        "shop/compose.override.yaml",
        "shop/api/Dockerfile",
        "shop/.dockerignore",
        "shop/.env",
        "shop/env/api.env",
        "shop/api/package.json",
        "shared/notes.txt",
    ],
)
def test_a_file_of_a_compose_project(path: str) -> None:
    assert linted(path) == SHOP


def test_a_dockerfile_is_no_part_of_the_build_around_it() -> None:
    assert linted("shop/tools/Dockerfile") == {"shop/tools/Dockerfile"}


def test_a_dockerfile_that_no_project_builds() -> None:
    assert linted("tools/Dockerfile") == {"tools/Dockerfile"}
    assert linted("tools/.dockerignore") == {"tools/Dockerfile"}


def test_several_files_and_folders() -> None:
    assert linted("blog/compose.yaml", "tools/other/Dockerfile") == {"blog/compose.yaml", "tools/other/Dockerfile"}
    assert linted("shop") == {*SHOP, "shop/tools/Dockerfile"}
    assert linted("") == {path for path in FILES if path.endswith(("Dockerfile", "compose.yaml", "override.yaml"))}


def test_a_file_of_no_project() -> None:
    assert linted("README.md") == set()

from __future__ import annotations

import pytest

from dockerlint.source.discover import DEEPEST, is_compose, is_dockerfile, is_excluded, parse_globs, walk
from dockerlint.source.tree import DictTree, FolderTree


@pytest.mark.parametrize(
    ("name", "yes"),
    [
        ("Dockerfile", True),
        ("a/dockerfile", True),
        ("Dockerfile.dev", True),
        ("api.Dockerfile", True),
        ("api.dockerfile", True),
        ("Containerfile", True),
        ("Containerfile.prod", True),
        ("DOCKERFILE", True),
        ("Dockerfile.dockerignore", False),
        ("Dockerfile.j2", False),
        ("dockerfile.py", False),
        ("Dockerfiles", False),
        ("my-dockerfile", False),
    ],
)
def test_dockerfile_names(name: str, yes: bool) -> None:
    assert is_dockerfile(name) is yes


@pytest.mark.parametrize(
    ("name", "yes"),
    [
        ("compose.yaml", True),
        ("a/docker-compose.yml", True),
        ("docker-compose.override.yml", True),
        ("docker-compose.prod.yml", True),
        ("docker-compose-dev.yaml", True),
        ("compose.dev.yaml", True),
        ("Docker-Compose.YML", True),
        ("composer.yaml", False),
        ("compose.json", False),
        ("values.yaml", False),
        ("mkdocs-compose.yaml", False),
        ("dev.docker-compose.yml", True),
        (".github/workflows/test-docker-compose.yml", False),
    ],
)
def test_compose_names(name: str, yes: bool) -> None:
    assert is_compose(name) is yes


def test_walk_skips_what_is_no_part_of_the_project() -> None:
    tree = DictTree(
        {
            ".gitignore": "ignored\n",
            "Dockerfile": "",
            ".git/config": "",
            "node_modules/x/Dockerfile": "",
            "web/node_modules/x/Dockerfile": "",
            "web/Dockerfile": "",
            "vendor/Dockerfile": "",
            "ignored/Dockerfile": "",
            "old/Dockerfile": "",
        }
    )
    assert list(walk(tree)) == [".gitignore", "Dockerfile", "old/Dockerfile", "web/Dockerfile"]
    assert list(walk(tree, "web")) == ["web/Dockerfile"]
    assert "old/Dockerfile" not in list(walk(tree, "", parse_globs(("/old",))))


def test_walk_is_bounded() -> None:
    tree = DictTree({"a/" * (DEEPEST + 5) + "Dockerfile": "", "Dockerfile": ""})
    assert list(walk(tree)) == ["Dockerfile"]


def test_excluded() -> None:
    globs = parse_globs(("test/fixtures", "*.bak"))
    assert is_excluded("test/fixtures/a/Dockerfile", globs)
    assert is_excluded("x/Dockerfile.bak", globs)
    assert not is_excluded("x/test/fixtures/Dockerfile", globs)


def test_folder_with_the_name_of_a_file(tmp_path: object) -> None:
    import pathlib

    root = pathlib.Path(str(tmp_path))
    (root / "Dockerfile").mkdir()
    (root / "web" / "Dockerfile").mkdir(parents=True)
    (root / "web" / "Dockerfile" / "Dockerfile.dev").write_text("")
    tree = FolderTree(str(root))
    assert list(walk(tree)) == ["web/Dockerfile/Dockerfile.dev"]
    assert [problem.path for problem in tree.problems] == ["Dockerfile"]

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dockerlint.source.tree import DictTree, FileTree, FolderTree, join

FILES = {
    ".gitignore": "*.env\n/dist/\n!keep.env\n",
    "compose.yaml": "services: {}\n",
    "web/Dockerfile": "FROM node\n",
    "web/.gitignore": "local\n!local/kept\n",
    "web/local/kept": "x",
    "dist/app.js": "",
    "dist/keep.env": "",
    "a.env": "A=1\n",
    "keep.env": "",
}


@pytest.fixture(params=["memory", "disk"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> FileTree:
    if request.param == "memory":
        return DictTree(FILES)
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return FolderTree(str(tmp_path))


def test_read(tree: FileTree) -> None:
    file = tree.read("web/Dockerfile")
    assert file is not None and file.text == "FROM node\n" and file.path == "web/Dockerfile"
    assert tree.read("web/Dockerfile") is file
    assert tree.read("web/nothing") is None
    assert tree.problems == []


def test_kind_and_entries(tree: FileTree) -> None:
    assert tree.kind("web") == "folder" and tree.kind("") == "folder"
    assert tree.kind("compose.yaml") == "file"
    assert tree.kind("no") is None and tree.kind("../x") is None
    assert [(entry.name, entry.folder) for entry in tree.entries("web")] == [
        (".gitignore", False),
        ("Dockerfile", False),
        ("local", True),
    ]
    assert tree.entries("web")[1].size == 10
    assert tree.entries("nothing") == ()


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("a.env", True),
        ("keep.env", False),
        ("dist", True),
        ("dist/app.js", True),
        ("dist/keep.env", True),  # nothing comes back from below an ignored folder
        ("web/x.env", True),
        ("web/local", True),
        ("web/local/kept", True),
        ("web/Dockerfile", False),
        ("not/there.env", True),
    ],
)
def test_ignored(tree: FileTree, path: str, ignored: bool) -> None:
    assert tree.ignored(path) is ignored


@pytest.mark.parametrize(
    ("folder", "path", "joined"),
    [
        ("", ".", ""),
        ("a", "b", "a/b"),
        ("a", "./b/../c/", "a/c"),
        ("a/b", "../..", ""),
        ("a", "../..", None),
        ("a", "/etc", None),
        ("a", "C:\\x", None),
        ("", "a//b", "a/b"),
    ],
)
def test_join(folder: str, path: str, joined: str | None) -> None:
    assert join(folder, path) == joined


def _said(tree: FolderTree) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in tree.problems]


def test_what_cannot_be_read_has_its_reason(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "latin").write_bytes(b"ok\nf\xfcr\n")
    (root / "binary").write_bytes(b"\x7fELF\0\0")
    (root / "folder").mkdir()
    (root / "big").write_bytes(b"x" * 3000)
    (root / "gone").symlink_to("nowhere")
    (root / "out").symlink_to(outside)
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    tree = FolderTree(str(root), size_cap=1000)
    for name in ("latin", "binary", "folder", "big", "gone", "out", "pipe", "loop", "absent"):
        assert tree.read(name) is None, name
        assert tree.read(name) is None
    said = dict(_said(tree))
    assert set(said) == {"latin", "binary", "folder", "big", "gone", "out", "pipe", "loop"}
    assert len(tree.problems) == len(said)
    assert said["latin"] == "is not UTF-8 text: byte 0xfc on line 2 does not belong there"
    assert "folder" in said["folder"] and "does not exist" in said["gone"] and "out of the project" in said["out"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    (tmp_path / "x").chmod(0)
    tree = FolderTree(str(tmp_path))
    assert tree.read("x") is None
    assert _said(tree) == [("x", "cannot be read: permission denied")]


def test_links_inside_are_followed_and_outside_never(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "f").write_text("secret")
    root = tmp_path / "root"
    (root / "real").mkdir(parents=True)
    (root / "real" / "f").write_text("text")
    (root / "alias").symlink_to("real")
    (root / "escape").symlink_to("../elsewhere")
    (root / "around").symlink_to("../root/real")
    tree = FolderTree(str(root))
    assert tree.read("alias/f") is not None and tree.read("around/f") is not None
    assert tree.read("escape/f") is None and tree.kind("escape") is None and tree.entries("escape") == ()
    assert [(entry.name, entry.folder) for entry in tree.entries("")] == [
        ("alias", True),
        ("around", True),
        ("escape", False),
        ("real", True),
    ]


def test_byte_order_marks(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfFROM x")
    (tmp_path / "b").write_bytes("FROM é".encode("utf-16"))
    tree = FolderTree(str(tmp_path))
    assert [file.text for name in "ab" if (file := tree.read(name))] == ["FROM x", "FROM é"]


def test_unsaved_text_stands_for_the_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    tree = FolderTree(str(tmp_path), unsaved={"a": "new", "b": "only here"})
    assert [file.text for name in "ab" if (file := tree.read(name))] == ["new", "only here"]
    assert tree.kind("b") == "file"
    assert [entry.name for entry in tree.entries("")] == ["a", "b"]

from __future__ import annotations

from pathlib import Path

import pytest

from dockerlint.source.gitindex import tracked_paths
from dockerlint.source.tree import FolderTree

NAMES = ["a.env", "dist/app.js", "web/deep/file", "web/deep/file2"]


def index(version: int, hash_size: int = 20) -> bytes:
    """An index file as git writes it, without its checksum."""
    data = b"DIRC" + version.to_bytes(4, "big") + len(NAMES).to_bytes(4, "big")
    before = b""
    for name in (name.encode() for name in NAMES):
        entry = bytes(40 + hash_size) + len(name).to_bytes(2, "big")
        if version == 4:
            same = 0
            while same < min(len(before), len(name)) and before[same] == name[same]:
                same += 1
            entry += bytes([len(before) - same]) + name[same:] + b"\0"
            before = name
        else:
            entry += name
            entry += bytes(8 - len(entry) % 8)
        data += entry
    return data


@pytest.mark.parametrize("version", [2, 3, 4])
@pytest.mark.parametrize("hash_size", [20, 32])
def test_versions(tmp_path: Path, version: int, hash_size: int) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(index(version, hash_size))
    assert tracked_paths(str(tmp_path)) == {*NAMES, "dist", "web", "web/deep"}


@pytest.mark.parametrize("data", [b"", b"DIRC", b"DIRC\0\0\0\x09\0\0\0\1", index(2)[:70], b"x" * 100])
def test_broken_index_tracks_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(data)
    assert tracked_paths(str(tmp_path)) == frozenset()


def test_worktree(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "index").write_bytes(index(2))
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".git").write_text("gitdir: ../real\n")
    assert "dist/app.js" in tracked_paths(str(tmp_path / "work"))


def test_tracked_files_are_not_ignored(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(index(2))
    (tmp_path / ".gitignore").write_text("*.env\ndist\n")
    tree = FolderTree(str(tmp_path))
    assert not tree.ignored("a.env") and tree.ignored("b.env")
    assert not tree.ignored("dist") and not tree.ignored("dist/app.js") and tree.ignored("dist/other.js")

"""Which files git tracks, read from the index file itself; git is never run.

The format is https://git-scm.com/docs/index-format, versions 2 to 4. What is broken or foreign gives an empty set.
"""

from __future__ import annotations

import os

_LARGEST = 256 * 1024 * 1024


def tracked_paths(root: str) -> frozenset[str]:
    """Tracked files below `root` (a folder that holds `.git`), and every folder that holds one."""
    folder = _git_folder(root)
    if folder is None:
        return frozenset()
    index = os.path.join(folder, "index")
    try:
        if not os.path.isfile(index) or os.path.getsize(index) > _LARGEST:  # a pipe would never end
            return frozenset()
        with open(index, "rb") as stream:
            data = stream.read()
    except OSError:
        return frozenset()
    for hash_size in (20, 32):  # SHA-1 and SHA-256 repositories
        try:
            names = _names(data, hash_size)
        except (IndexError, ValueError):
            continue
        return _with_folders(names)
    return frozenset()


def _git_folder(root: str) -> str | None:
    path = os.path.join(root, ".git")
    if os.path.isdir(path):
        return path
    if not os.path.isfile(path):
        return None
    try:
        with open(path, encoding="utf-8") as stream:  # a worktree or submodule: "gitdir: …"
            line = stream.read(4096)
    except (OSError, ValueError):
        return None
    if not line.startswith("gitdir:"):
        return None
    return os.path.join(root, line[len("gitdir:") :].strip())


def _names(data: bytes, hash_size: int) -> list[str]:
    if data[:4] != b"DIRC":
        raise ValueError("not an index")
    version = int.from_bytes(data[4:8], "big")
    if version not in (2, 3, 4):
        raise ValueError("unknown version")
    count = int.from_bytes(data[8:12], "big")
    names: list[str] = []
    name = b""
    at = 12
    for _ in range(count):
        start = at
        flags_at = at + 40 + hash_size
        flags = int.from_bytes(data[flags_at : flags_at + 2], "big")
        at = flags_at + (4 if version >= 3 and flags & 0x4000 else 2)
        if version == 4:
            drop, at = _varint(data, at)
            end = data.index(b"\0", at)
            name = name[: len(name) - drop] + data[at:end]
            at = end + 1
        else:
            end = data.index(b"\0", at)
            name = data[at:end]
            at = start + ((end - start) // 8 + 1) * 8
        if not name or (flags & 0xFFF not in (len(name), 0xFFF)):
            raise ValueError("broken entry")
        names.append(name.decode("utf-8", "surrogateescape"))
    return names


def _varint(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    value = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = data[at]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, at + 1


def _with_folders(names: list[str]) -> frozenset[str]:
    paths = set()
    for name in names:
        path = name.rstrip("/")  # a sparse index names whole folders
        while path and path not in paths:
            paths.add(path)
            path = path.rpartition("/")[0]
    return frozenset(paths)

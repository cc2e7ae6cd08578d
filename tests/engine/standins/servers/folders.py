"""The data folders of a stand-in: where a row says that they are, and the identity that each one keeps."""

from __future__ import annotations

import os
from typing import Any

import container

Kept = tuple[str, str, bool]  # folder, identity, whether it was there before

_FILE = "standin-id"


def keep(row: dict[str, Any], words: list[str]) -> list[Kept]:
    """The data folders with their identities; makes one where none is. Stops where a folder cannot be written."""
    kept = []
    for folder in places(row, words):
        path = os.path.join(folder, _FILE)
        try:
            with open(path, encoding="ascii") as file:
                kept.append((folder, file.read().strip(), True))
            continue
        except FileNotFoundError:
            pass
        except OSError as error:
            container.stop(f"data folder {folder}: {error.strerror}")
        identity = os.urandom(6).hex()
        try:
            os.makedirs(folder, exist_ok=True)
            with open(path, "w", encoding="ascii") as file:
                file.write(f"{identity}\n")
        except OSError as error:
            container.stop(f"data folder {folder} cannot be written: {error.strerror}")
        kept.append((folder, identity, False))
    return kept


def places(row: dict[str, Any], words: list[str]) -> list[str]:
    """Where the data lies, moved by the environment or an option; nothing where the command keeps nothing."""
    for run in row.get("unpersisted") or ():
        if any(words[start : start + len(run)] == list(run) for start in range(len(words))):
            return []
    moved_by = row.get("moved_by") or {}
    moved = [os.environ[name] for name in moved_by.get("env") or () if os.environ.get(name)]
    for name in moved_by.get("options") or ():
        text = container.option(words, name)
        if text and not text.startswith("-"):
            moved.append(text.removeprefix("path="))
    standing = [_deepest(entry) for entry in row.get("data") or ()]
    if not moved:
        return standing
    first = [os.path.abspath(part.removeprefix("file://")) for part in moved[-1].split(",") if part]
    return [*first, *standing[1:]]


def _deepest(entry: Any) -> str:
    """The folder in which the data itself lies: a mount on any folder above it keeps it too."""
    if isinstance(entry, str):
        return entry
    path: str = entry["path"]
    inner: list[str] = entry.get("inner") or []
    elsewhere = [place for place in inner if not place.startswith(f"{path}/")]
    for place in elsewhere:
        if container.is_mounted(place):
            return place
    below = [place for place in inner if place.startswith(f"{path}/")]
    return max(below, key=len, default=path)

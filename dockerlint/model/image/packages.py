"""Members of a workspace: the packages that package.json or pnpm-workspace.yaml of a folder takes in."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockerlint.source.tree import FileTree


def member_folders(tree: FileTree, folder: str) -> Iterator[str]:
    """The folders of the members of the workspace at `folder`, as paths of the tree."""
    from dockerlint.formats.manifests import read_manifest
    from dockerlint.formats.packagesettings import package_settings

    file = tree.read(f"{folder}/package.json" if folder else "package.json")
    patterns = (
        *(read_manifest(file).workspaces if file is not None else ()),
        *package_settings(tree, folder).pnpm_packages,
    )
    for pattern in dict.fromkeys(patterns):
        if not pattern.startswith("!"):
            yield from _matching(tree, folder, pattern)


def _matching(tree: FileTree, folder: str, pattern: str) -> Iterator[str]:
    level = [folder]
    for part in pattern.strip("/").removeprefix("./").split("/"):
        if part == "**":
            part = "*"
        if not any(sign in part for sign in "*?["):
            level = [f"{path}/{part}" if path else part for path in level]
            continue
        level = [
            f"{path}/{entry.name}" if path else entry.name
            for path in level
            for entry in tree.entries(path)
            if entry.folder and entry.name != "node_modules" and fnmatchcase(entry.name, part)
        ]
    yield from (path for path in level if tree.kind(path) == "folder")

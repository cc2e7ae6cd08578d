"""Which folder is the root of a run, and where the given paths lie in it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from dockerlint.engine.settings import UsageError
from dockerlint.source.record import dataclass, field
from dockerlint.source.tree import FileTree, FolderTree, parent


@dataclass(slots=True)
class Root:
    """A folder on disk, and what was asked for in it (paths of its tree)."""

    disk: str
    paths: list[str] = field(default_factory=list)


def find_roots(paths: tuple[str, ...], cwd: str) -> list[Root]:
    """The roots of the given paths, in order of their first path. Raises UsageError for a path that does not exist."""
    roots: dict[str, Root] = {}
    for path in paths:
        full = os.path.normpath(os.path.join(cwd, path))
        if not os.path.lexists(full):
            raise UsageError(f"{path}: no such file or folder")
        disk = root_of(full, cwd)
        root = roots.setdefault(disk, Root(disk))
        root.paths.append(tree_path(disk, full))
    return list(roots.values())


def root_of(full: str, cwd: str) -> str:
    """The nearest folder upwards that holds `.git`, unless that repository ignores the path; else the folder itself.

    A file without a repository belongs to the working directory when it lies below it, else to its own folder.
    """
    is_folder = os.path.isdir(full)
    own = full if is_folder else os.path.dirname(full)
    at = own
    while True:
        if os.path.lexists(os.path.join(at, ".git")):
            if at == full or not FolderTree(at).ignored(tree_path(at, full)):
                return at
            break
        above = os.path.dirname(at)
        if above == at:
            break
        at = above
    if not is_folder and _inside(full, cwd):
        return cwd
    return own


def tree_path(root: str, full: str) -> str:
    """A path on disk as a path of the tree at `root`, below which it lies."""
    relative = os.path.relpath(full, root).replace(os.sep, "/")
    return "" if relative == "." else relative


def with_slashes(disk: str) -> str:
    """A path on disk as reports hold it."""
    return disk.replace(os.sep, "/")


def _inside(path: str, folder: str) -> bool:
    try:
        return os.path.commonpath((path, folder)) == folder
    except ValueError:
        return False


def folder_by_folder(tree: FileTree, paths: Iterable[str], exclude: Iterable[str]) -> list[tuple[str, ...]]:
    """The Dockerfiles and compose files below some paths, those of one folder together."""
    from dockerlint.source.discover import is_compose, is_dockerfile, parse_globs, walk

    folders: dict[str, list[str]] = {}
    excluded = parse_globs(tuple(exclude))
    for path in paths:
        found = [path] if tree.kind(path) == "file" else walk(tree, path, excluded)
        for each in found:
            if each == path or is_compose(each) or is_dockerfile(each):
                folders.setdefault(parent(each), []).append(each)
    return [tuple(found) for _, found in sorted(folders.items())]

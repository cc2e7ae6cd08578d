"""Sources of COPY and ADD that the build does not find, and those that point out of the context."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import TYPE_CHECKING

from dockerlint.model.promised import documents, may_lie_there
from dockerlint.source.nearness import comparable
from dockerlint.source.record import dataclass
from dockerlint.source.tree import join, parent

if TYPE_CHECKING:
    from dockerlint.model.image.context import Context
    from dockerlint.model.image.layout import Copy
    from dockerlint.model.project import Build
    from dockerlint.model.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AbsentSource:
    """A source that is not in the context. `near` is a source that was probably meant: relative to the context."""

    copy: Copy
    path: str
    near: str | None


@dataclass(frozen=True, slots=True)
class OutsideSource:
    """A source that leaves the context. `read` is what the builder takes instead, None where that is not there.

    `same`: that is what the path means as seen from the Dockerfile.
    """

    copy: Copy
    text: str
    read: str | None
    same: bool


def absent_sources(build: Build, workspace: Workspace) -> Iterator[AbsentSource]:
    """Silent where the file may lie in the author's folder, and where nobody knows the context for sure."""
    context = build.context
    if context is None or workspace.tree.kind(context.folder) != "folder":
        return
    found = [copy for copy in _from_context(build) if context.kind(copy.source.path) is None]
    found = [copy for copy in found if not _leaves(copy.source.text)]
    if not found or (build.spec is None and not _is_sure(build, context, found, workspace)):
        return
    for copy in found:
        path = copy.source.path
        # What the ignore file keeps out is another rule's.
        if not (context.includes(path) or context.reaches(path)) or may_lie_there(workspace, context.tree_path(path)):
            continue
        yield AbsentSource(copy, path, _near(build, context, path))


def outside_sources(build: Build, workspace: Workspace) -> Iterator[OutsideSource]:
    """``COPY ../x``: the builder reads it as ``/x`` of the context (tried on a real engine)."""
    context, tree = build.context, workspace.tree
    for copy in _from_context(build):
        if not _leaves(copy.source.text):
            continue
        path, folder = copy.source.path, parent(build.file.path)
        there = context is not None and context.kind(path) is not None
        if build.spec is None and (there or _above_has(workspace, folder, path)):
            continue  # nobody knows whether the context is this folder
        if there and context is not None:
            same = join(folder, copy.source.text.strip("\"'")) == context.tree_path(path)
            yield OutsideSource(copy, copy.source.text, path, same)
        elif context is None or not tree.ignored(context.tree_path(path)):
            yield OutsideSource(copy, copy.source.text, None, False)


def _above_has(workspace: Workspace, folder: str, path: str) -> bool:
    """Does a folder above, which may be the context, have such a path?"""
    while folder:
        folder = parent(folder)
        if workspace.tree.kind(f"{folder}/{path}".lstrip("/")) is not None:
            return True
    return False


def _from_context(build: Build) -> Iterator[Copy]:
    layout = build.layout
    if layout is None or build.stage is None:
        return
    stages = build.dockerfile.needed(build.stage)
    for stage in stages:
        for copy in layout.of(stage).copies:
            source = copy.source
            if copy.step.stage is not stage or not copy.from_context or source.wildcards or source.kind != "path":
                continue
            if source.path or _leaves(source.text):
                yield copy


def _leaves(text: str) -> bool:
    text = text.strip("\"'")
    return text.startswith("..") and normpath(text).startswith("..") and (text == ".." or text[2:3] in ("/", ""))


def _is_sure(build: Build, context: Context, absent: list[Copy], workspace: Workspace) -> bool:
    """Is the context of a Dockerfile that no compose file names beyond doubt?

    A document builds it there; or everything else that it copies by name lies there, and what is absent lies nowhere.
    """
    path = build.file.path
    calls = [call for call in workspace.mentions().builds if call.dockerfile == path]
    if calls:
        return True
    name = path.rpartition("/")[2]
    if any("docker build" in file.text and name in file.text for file in documents(workspace)):
        return parent(path) == context.folder and name == "Dockerfile"
    present = [copy for copy in _from_context(build) if copy not in absent and copy.source.path]
    if not present or parent(path) != context.folder:
        return False
    names = {copy.source.path.rpartition("/")[2] for copy in absent}
    return not any(other.rpartition("/")[2] in names for other in workspace.paths_below(""))


def _near(build: Build, context: Context, path: str) -> str | None:
    """The same path as seen from the Dockerfile's folder, or nearly the same name beside it."""
    folder = context.path_of(parent(build.file.path)) if build.file.path else None
    if folder and context.kind(f"{folder}/{path}") is not None:
        return f"{folder}/{path}"
    from difflib import get_close_matches

    from dockerlint.formats.manifests import is_manifest
    from dockerlint.formats.packagesettings import LOCK_FILES

    place, _, name = path.rpartition("/")
    if name in LOCK_FILES or is_manifest(name):
        return None  # package-lock.json is no slip for package.json
    names = [entry.name for entry in context.tree.entries(context.tree_path(place))]
    folded = {other.lower(): other for other in names}
    found = get_close_matches(name.lower(), comparable(name.lower(), folded), 1, 0.8)
    if not found:
        return None
    return f"{place}/{folded[found[0]]}" if place else folded[found[0]]

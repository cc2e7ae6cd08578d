"""Ignore files that look as if they counted for a build, and that no build of the tree reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.image.context import IGNORE_NAME, StrayIgnoreFile
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.model.project import Build
    from dockerlint.model.workspace import Workspace


def stray_ignore_files(build: Build, workspace: Workspace) -> Iterator[StrayIgnoreFile]:
    """Those beside the Dockerfile, in the context's root under another name, above the context, and below it in a
    folder that the build copies."""
    context = build.context
    if context is None:
        return
    read = workspace.ignore_files
    found = {stray.path: stray for stray in context.other_ignore_files}
    folder = context.folder
    while folder:
        folder = parent(folder)
        path = f"{folder}/{IGNORE_NAME}" if folder else IGNORE_NAME
        if workspace.tree.kind(path) == "file":
            found.setdefault(path, StrayIgnoreFile(path, "elsewhere"))
    for copy in build.layout.copies if build.layout is not None else ():
        if copy.from_context and copy.source.is_folder and copy.source.path:
            path = context.tree_path(f"{copy.source.path}/{IGNORE_NAME}")
            if workspace.tree.kind(path) == "file":
                found.setdefault(path, StrayIgnoreFile(path, "elsewhere"))
    yield from (stray for path, stray in found.items() if path not in read)

"""Which dependency folders of the author's machine a build copies into its image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.image.filled import image_installs
from dockerlint.model.image.hostfolders import HostFolder, host_folders
from dockerlint.model.image.installs import Install
from dockerlint.model.image.layout import Copy
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockerlint.formats.ignorefile import Pattern
    from dockerlint.model.image.context import Context
    from dockerlint.model.image.layout import Layout
    from dockerlint.model.project import Build
    from dockerlint.model.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Brought:
    """A COPY that takes a dependency folder along.

    `install` filled the same folder of the image before, `overwrites` says that the image that runs has the host's
    files in its place then. `near_miss` is a pattern that names such a folder at the context's root only.
    """

    copy: Copy
    folder: HostFolder
    install: Install | None
    overwrites: bool
    near_miss: Pattern | None


def brought_folders(build: Build, workspace: Workspace) -> tuple[Brought, ...]:
    """Every COPY of the stages that the image needs that brings a dependency folder; nothing where that is unknown."""
    return workspace.once("brought folders", build.layout, lambda: tuple(_brought_folders(build, workspace)))


def _brought_folders(build: Build, workspace: Workspace) -> Iterator[Brought]:
    context, layout = build.context, build.layout
    if context is None or not context.known or layout is None or build.stage is None:
        return
    stages = build.dockerfile.needed(build.stage)
    copies = [copy for stage in stages for copy in layout.of(stage).copies if copy.from_context]
    copies = [copy for copy in copies if copy.step.stage in stages]
    trees = [copy for copy in dict.fromkeys(copies) if copy.source.is_folder or copy.source.wildcards]
    if not trees:
        return
    folders = [folder for folder in host_folders(context, workspace) if context.includes(folder.path)]
    installs = {stage.index: image_installs(layout.of(stage), workspace) for stage in stages}
    every = [install for found in installs.values() for install in found]
    for copy in trees:
        for folder in folders:
            if not copy.source.brings(folder.path) or not copy.source.brings(folder.manifest):
                continue
            if not any(install.family == folder.family for install in every) and _lives_from(folder, layout, workspace):
                continue
            here = installs[copy.step.stage.index]
            install = _before(copy, folder, here)
            kept = copy.step.stage in build.stage.chain
            yield Brought(copy, folder, install, install is not None and kept, _near_miss(context, folder))


def _before(copy: Copy, folder: HostFolder, installs: Sequence[Install]) -> Install | None:
    """The install that filled the folder's place in the image before the copy."""
    target = copy.source.container_path(folder.path, is_folder=True)
    steps = copy.step.stage.steps
    order = {id(step): number for number, step in enumerate(steps)}
    for install in installs:
        step = install.copied or install.step
        if install.folder == target and step is not None and order.get(id(step), len(steps)) < order[id(copy.step)]:
            return None if install.built else install
    return None


def _lives_from(folder: HostFolder, layout: Layout, workspace: Workspace) -> bool:
    """Does an image that installs nothing run on the folder itself? Ignoring it would break the image then."""
    base = workspace.image(layout.stage.root.base) if layout.stage.root.base is not None else None
    if base is None:
        return True
    families = {"node": ("node", "bun"), "php": ("php", "composer"), "python": ("python",), "ruby": ("ruby",)}
    return base.name in families.get(folder.family, (base.name,))


def _near_miss(context: Context, folder: HostFolder) -> Pattern | None:
    """A pattern that keeps the folder's name out at the root, and not where this one lies."""
    name = folder.path.rpartition("/")[2]
    if "/" not in folder.path:
        return None
    pattern = context.why(name)
    return pattern if pattern is not None and not pattern.negated and not context.includes(name) else None

"""What the package managers of an image filled, and where those folders lie in the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.image.commands import RanCommand, ran_commands
from dockerlint.model.image.installs import Install, match_install
from dockerlint.model.image.layout import Layout, moved
from dockerlint.model.paths import absolute
from dockerlint.source.record import replace
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dockerlint.model.workspace import Workspace


def image_installs(layout: Layout, workspace: Workspace, depth: int = 0) -> tuple[Install, ...]:
    """What the image's package managers filled, folders that other stages hand over included."""
    return workspace.once("installs", (layout, depth), lambda: _image_installs(layout, workspace, depth))


def _image_installs(layout: Layout, workspace: Workspace, depth: int) -> tuple[Install, ...]:
    if depth > 8:
        return ()
    found: list[Install] = []
    configured: dict[str, str] = {}
    for command in ran_commands(layout, workspace.facts):
        name = command.words[0].rpartition("/")[2]
        if name in ("mv", "cp", "rm"):
            found = list(_moved_by_hand(name, command, found))
            continue
        configured.update(_configured(command, workspace.facts))
        install = match_install(
            command.words, command.workdir, command.environment, workspace.facts, configured, command.span
        )
        if install is not None:
            found.append(replace(install, step=command.step))
    for copy in layout.copies:
        if copy.origin is None:
            continue
        for install in image_installs(layout.of(copy.origin), workspace, depth + 1):
            target = moved(install.folder, copy) if install.folder is not None else None
            if target is not None:
                found.append(replace(install, folder=target, copied=copy.step))
    return tuple(_settled(found, layout, workspace))


def _configured(command: RanCommand, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    words = list(command.words)
    for row in facts.get("ecosystems", ()):
        for pattern in row.get("configures", ()):
            *fixed, last = pattern
            if last == "*":
                if words[: len(fixed)] == fixed and len(words) == len(fixed) + 1:
                    yield row["name"], words[-1].strip("'\"")
            elif words[: len(fixed)] == fixed:
                yield row["name"], last


def _moved_by_hand(name: str, command: RanCommand, found: list[Install]) -> Iterator[Install]:
    """``mv node_modules /`` takes the folder along, ``cp -r`` makes another, ``rm -rf`` removes it."""
    paths = [absolute(word, command.workdir) for word in command.words[1:] if not word.startswith("-")]
    sources, target = (paths, "") if name == "rm" else (paths[:-1], paths[-1] if paths else "")
    for install in found:
        if install.folder not in sources:
            yield install
            continue
        if name == "cp":
            yield install
        if name != "rm":
            base = install.folder.rpartition("/")[2]
            exact = target.rpartition("/")[2] == base and not command.words[-1].endswith("/")
            yield replace(install, folder=target if exact else absolute(base, target))


def _settled(found: list[Install], layout: Layout, workspace: Workspace) -> Iterator[Install]:
    """Apply what files of the context say of the folder, add workspace packages, drop what is filled twice."""
    seen: set[str | None] = set()
    for install in found:
        for settled in _of_context(install, layout, workspace):
            if settled.folder not in seen or settled.folder is None:
                seen.add(settled.folder)
                yield settled


def _of_context(install: Install, layout: Layout, workspace: Workspace) -> Iterator[Install]:
    from dockerlint.formats.packagesettings import package_settings

    host = _host_package(install, layout, workspace) if install.copied is None else None
    if host is None:
        yield install
        return
    settings = package_settings(workspace.tree, host)
    folder = install.folder
    if install.manager == "poetry" and settings.in_project_venv and folder is None:
        folder = absolute(".venv", install.package)
    elif install.manager == "bundler" and settings.bundle_path and folder is None:
        folder = absolute(settings.bundle_path, install.package)
    elif install.family == "node" and settings.modules_folder:
        folder = absolute(settings.modules_folder, install.package)
    elif install.manager == "yarn" and settings.plug_and_play:
        folder = None  # https://yarnpkg.com/features/pnp: packages stay in archives
    elif install.manager == "composer":
        manifest = workspace.manifest(f"{host}/composer.json" if host else "composer.json")
        own = manifest.settings.get("vendor-dir") if manifest is not None else None
        folder = absolute(own, install.package) if own else folder
    yield replace(install, folder=folder)
    if install.manager == "pnpm":
        from dockerlint.model.image.packages import member_folders

        for member in member_folders(workspace.tree, host):
            inner = member[len(host) + 1 :] if host else member
            yield replace(install, folder=absolute(f"{inner}/node_modules", install.package))


def _host_package(install: Install, layout: Layout, workspace: Workspace) -> str | None:
    """The folder of the tree that the package of an install lies in: where its manifest came from."""
    for row in workspace.facts.get("ecosystems", ()):
        if row["name"] == install.manager:
            for name in (*row["manifests"], *row["locks"]):
                path = layout.host_path(absolute(name, install.package)) if "*" not in name else None
                if path is not None:
                    return parent(path)
    return layout.host_path(install.package)

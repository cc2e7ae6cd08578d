"""What the package managers of an image filled, and where those folders lie in the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.containerfiles import workspace_folders
from dockerlint.model.imagecommands import RanCommand, ran_commands
from dockerlint.model.installs import Install, match_install
from dockerlint.model.layout import Layout, moved
from dockerlint.model.paths import absolute
from dockerlint.source.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dockerlint.model.workspace import Workspace


def image_installs(layout: Layout, workspace: Workspace, depth: int = 0) -> tuple[Install, ...]:
    """What the image's package managers filled, folders that other stages hand over included."""
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
    host = layout.host_path(install.package) if install.copied is None else None
    if host is None or install.folder is None:
        if install.manager == "poetry" and host is not None:
            settings = workspace.tree.read(f"{host}/poetry.toml" if host else "poetry.toml")
            if settings is not None and "in-project = true" in settings.text:
                yield replace(install, folder=absolute(".venv", install.package))
                return
        yield install
        return
    if install.manager == "yarn":
        folder = _yarn_folder(workspace, host)
        yield replace(install, folder=absolute(folder, install.package) if folder else None)
        return
    if install.manager == "composer":
        manifest = workspace.manifest(f"{host}/composer.json" if host else "composer.json")
        folder = manifest.settings.get("vendor-dir") if manifest is not None else None
        if folder:
            yield replace(install, folder=absolute(folder, install.package))
            return
    yield install
    if install.manager == "pnpm":
        yield from _pnpm_packages(install, host, workspace)


def _yarn_folder(workspace: Workspace, host: str) -> str | None:
    """``node_modules``, what .yarnrc says, or None for Plug'n'Play (https://yarnpkg.com/features/pnp)."""
    prefix = f"{host}/" if host else ""
    classic = workspace.tree.read(f"{prefix}.yarnrc")
    if classic is not None:
        for line in classic.text.splitlines():
            if "modules-folder" in line and len(line.split()) >= 2:
                return line.split()[1].strip("\"'")
    berry = workspace.tree.read(f"{prefix}.yarnrc.yml")
    if berry is not None and "nodeLinker" not in berry.text and "yarnPath" in berry.text:
        return None
    if berry is not None and any(
        line.replace(" ", "").startswith("nodeLinker:pnp") for line in berry.text.splitlines()
    ):
        return None
    return "node_modules"


def _pnpm_packages(install: Install, host: str, workspace: Workspace) -> Iterator[Install]:
    from dockerlint.formats.packagesettings import package_settings

    for folder in workspace_folders(workspace.tree, host, package_settings(workspace.tree, host).pnpm_packages):
        inner = folder[len(host) + 1 :] if host else folder
        yield replace(install, folder=absolute(f"{inner}/node_modules", install.package))

"""Dependency folders on the author's machine: what an install leaves beside a manifest, clone or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.formats.manifesttypes import Manifest
    from dockerlint.model.image.context import Context
    from dockerlint.model.workspace import Workspace

_VENV_COMMAND = pattern(r"(?:-m venv|virtualenv|uv venv)[ \t]+([\w./-]+)")
_MOST_MANIFESTS = 400


@dataclass(frozen=True, slots=True)
class HostFolder:
    """A folder that lies in a context on the author's machine. Paths are relative to the context.

    `family` is that of the package managers that fill it, `built` says that it holds build output.
    """

    path: str
    manifest: str
    family: str
    built: bool


def host_folders(context: Context, workspace: Workspace) -> Iterator[HostFolder]:
    """The dependency folders of every package in a context, as its author has them."""
    count = 0
    for path in workspace.paths_below(context.folder):
        inner = context.path_of(path)
        rows = _rows(path.rpartition("/")[2], workspace.facts)
        if inner is None or not rows:
            continue
        count += 1
        if count > _MOST_MANIFESTS:
            return
        yield from _of_manifest(path, inner, rows, context, workspace)


def _rows(name: str, facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The package managers whose manifest has this name, one a family."""
    found: dict[tuple[str, object], Mapping[str, Any]] = {}
    for row in facts.get("ecosystems", ()):
        if any(name == manifest or ("*" in manifest and fnmatchcase(name, manifest)) for manifest in row["manifests"]):
            found.setdefault((row["family"], row.get("folder")), row)
    return list(found.values())


def _of_manifest(
    path: str, inner: str, rows: list[Mapping[str, Any]], context: Context, workspace: Workspace
) -> Iterator[HostFolder]:
    folder = parent(inner)
    manifest = workspace.manifest(path) if rows[0]["family"] in ("node", "php") else None
    for row in rows:
        names = _names(row, path, manifest, workspace)
        for name in names:
            found = f"{folder}/{name}" if folder else name
            yield HostFolder(found, inner, row["family"], bool(row.get("built")))


def _names(row: Mapping[str, Any], path: str, manifest: Manifest | None, workspace: Workspace) -> tuple[str, ...]:
    folder = parent(path)
    if row["family"] == "node":
        return ("node_modules",) if manifest is not None and _installs_here(manifest, workspace) else ()
    if row["family"] == "python":
        return _venvs(row, folder, workspace)
    name = row.get("folder")
    if name is None:
        return ()
    if row["family"] == "php" and manifest is not None:
        name = manifest.settings.get("vendor-dir", name)
    if row.get("host") == "always" or _on_disk(f"{folder}/{name}" if folder else name, workspace):
        return (name, *row.get("outputs", ()))
    return ()


def _installs_here(manifest: Manifest, workspace: Workspace) -> bool:
    """Does an install fill a folder beside this package.json? Not for a marker, nor where a workspace hoists."""
    if not (manifest.dependencies or manifest.dev_dependencies or manifest.workspaces):
        return False
    return not _is_hoisted(manifest.path, workspace)


def _is_hoisted(path: str, workspace: Workspace) -> bool:
    """npm and yarn put the packages of a workspace's members into its root; pnpm gives every member a folder."""
    at = parent(path)
    while at:
        at = parent(at)
        if workspace.tree.kind(f"{at}/package.json" if at else "package.json") != "file":
            continue
        from dockerlint.model.image.packages import member_folders

        if parent(path) in member_folders(workspace.tree, at):
            prefix = f"{at}/" if at else ""
            return not any(workspace.tree.kind(f"{prefix}pnpm-{name}") for name in ("lock.yaml", "workspace.yaml"))
    return False


def _venvs(row: Mapping[str, Any], folder: str, workspace: Workspace) -> tuple[str, ...]:
    """Virtual environments beside a Python manifest: on disk, made by uv or in-project poetry, or documented."""
    prefix = f"{folder}/" if folder else ""
    found = [name for name in (".venv", "venv", "env") if workspace.tree.kind(f"{prefix}{name}/pyvenv.cfg") == "file"]
    if workspace.tree.kind(f"{prefix}uv.lock") == "file":
        found.append(".venv")
    settings = workspace.tree.read(f"{prefix}poetry.toml")
    if settings is not None and "in-project = true" in settings.text:
        found.append(".venv")
    for document in workspace.mentions().paths:
        file = workspace.tree.read(document)
        text = file.text if file is not None else ""
        near = parent(document) == folder or (folder and f"cd {folder.rpartition('/')[2]}" in text)
        if near or (parent(document) in ("", workspace.base) and _is_only_python(folder, workspace)):
            names = (match.group(1).removeprefix("./") for match in _VENV_COMMAND.finditer(text))
            found.extend(name for name in names if "/" not in name)
    return tuple(dict.fromkeys(found))


def _is_only_python(folder: str, workspace: Workspace) -> bool:
    """Is this the only folder with Python packages, so that a document can mean no other?"""
    names = ("requirements.txt", "pyproject.toml", "setup.py", "Pipfile")
    folders = {parent(path) for path in workspace.paths_below(workspace.base) if path.rpartition("/")[2] in names}
    return folders == {folder}


def _on_disk(path: str, workspace: Workspace) -> bool:
    return workspace.tree.kind(path) == "folder"

"""Env files and bind mount sources of a service that are not there and that nothing promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dockerlint.model.environment.effective import example_of
from dockerlint.model.paths import is_below, is_within
from dockerlint.model.promised import may_lie_there, moves_the_project
from dockerlint.source.nearness import comparable
from dockerlint.source.record import dataclass
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import EnvFileUse, Mount, Service


@dataclass(frozen=True, slots=True)
class AbsentEnvFile:
    """`example`: the path of the file beside it that shows what belongs in."""

    use: EnvFileUse
    example: str | None


def absent_env_files(project: Project, service: Service) -> Iterator[AbsentEnvFile]:
    """Required env files without which Compose does not start."""
    if project.partial:
        return
    for use in service.env_files:
        path = use.path
        if use.present or not use.required or path is None or project.tree.kind(path) is not None:
            continue
        if not may_lie_there(project.workspace, path, told=True) and not _is_moved(project, path):
            yield AbsentEnvFile(use, example_of(project.tree, path))


@dataclass(frozen=True, slots=True)
class AbsentSource:
    """A bind mount of what is not there. `kind`: "file", "code" (its target is the program's folder), "config" (the
    container only reads it) or "refused" (Docker makes no folder of it)."""

    mount: Mount
    path: str
    kind: str
    near: str | None


def absent_bind_sources(
    project: Project, service: Service, tables: Mapping[str, Sequence[str]]
) -> Iterator[AbsentSource]:
    """Only what must be there beforehand: a file, the program's folder, settings that are only read."""
    if project.partial or not service.mounts:
        return
    workspace, tree = project.workspace, project.tree
    for mount in service.mounts:
        path = mount.host_path_in_tree
        if mount.kind != "bind" or not path or mount.target is None or tree.kind(path) is not None:
            continue
        kind = _kind(project, service, mount, path, tables)
        if kind is None or may_lie_there(workspace, path, told=kind == "file") or _is_moved(project, path):
            continue
        yield AbsentSource(mount, path, kind, _near(project, path))


def _is_moved(project: Project, path: str) -> bool:
    folder = project.compose.folder if project.compose is not None else ""
    return moves_the_project(project.workspace, folder, path)


def _kind(
    project: Project, service: Service, mount: Mount, path: str, tables: Mapping[str, Sequence[str]]
) -> str | None:
    name = path.rpartition("/")[2].lower()
    if mount.long_syntax and not mount.create_host_path and "create_host_path" in mount.span.text:
        return "refused"
    if _is_file(name, tables):
        return "file"
    words = set(name.replace("-", " ").replace("_", " ").replace(".", " ").split())
    if not words.isdisjoint(tables["made_by_programs"]) or _is_data(project, service, mount):
        return None
    assert mount.target is not None
    if any(is_within(mount.target, folder) for folder in tables["read_only_folders"]):
        return "config"
    if mount.read_only and not _is_written_elsewhere(project, path):
        return "config"
    return "code" if _hides_program(project, service, mount) else None


def _is_file(name: str, tables: Mapping[str, Sequence[str]]) -> bool:
    stem, dot, ending = name.rpartition(".")
    return name in tables["file_names"] or (bool(dot and stem) and ending in tables["file_endings"])


def _is_data(project: Project, service: Service, mount: Mount) -> bool:
    base = project.base_of(service)
    folders = [folder.path for folder in (base.data_folders or ())] if base is not None else []
    volumes = list(base.volumes or ()) if base is not None else []
    target = mount.target or ""
    return any(is_within(target, folder) or is_within(folder, target) for folder in (*folders, *volumes))


def _is_written_elsewhere(project: Project, path: str) -> bool:
    """Does another mount of the same place let a container write it?"""
    for service in project.services:
        for mount in service.mounts:
            other = mount.host_path_in_tree
            if mount.kind != "bind" or other is None or mount.read_only:
                continue
            if is_within("/" + path, "/" + other) or is_below("/" + other, "/" + path):
                return True
    return False


def _hides_program(project: Project, service: Service, mount: Mount) -> bool:
    """Does the mount cover the working folder, into which the image copied the program?"""
    layout, target = project.layout_of(service), mount.target
    workdir = project.workdir_of(service)
    if layout is None or target is None or workdir is None or workdir == "/":
        return False
    copied = any(copy.source.target is not None and is_within(copy.source.target, target) for copy in layout.copies)
    return is_within(workdir, target) and copied


def _near(project: Project, path: str) -> str | None:
    """What lies beside it under nearly the same name."""
    from difflib import get_close_matches

    folder, _, name = path.rpartition("/")
    names = {entry.name.lower(): entry.name for entry in project.tree.entries(parent(path))}
    found = get_close_matches(name.lower(), comparable(name.lower(), names), 1, 0.75)
    example = example_of(project.tree, path)
    if example is not None:
        return example
    if not found:
        return None
    return f"{folder}/{names[found[0]]}" if folder else names[found[0]]

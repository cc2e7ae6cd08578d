"""The projects that some files are part of: what a commit hook lints, which is told files and no projects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dockerlint.model.loading import load_projects
from dockerlint.model.project import Project
from dockerlint.rulebook import shelf
from dockerlint.source.tree import parent

if TYPE_CHECKING:
    from dockerlint.engine.settings import Settings
    from dockerlint.model.project import Build
    from dockerlint.source.tree import FileTree


def projects_of_files(tree: FileTree, paths: Iterable[str], settings: Settings) -> list[Project]:
    """The projects of the whole tree that hold one of the paths, with the other ways to run the same services."""
    projects = load_projects(tree, ("",), settings, shelf.facts())
    makers = {file.path for project in projects for file in project.files}
    touched = frozenset(paths)
    folders = [path for path in touched if tree.kind(path) == "folder"]
    touched |= {path for path in makers if _any_below(folders, (path,))}
    families = {
        project.family for project in projects if project.compose is not None and _holds(project, touched, makers)
    }
    kept = []
    for project in projects:
        if project.compose is not None:
            if project.family in families:
                kept.append(project)
            continue
        builds = tuple(
            build
            for build in project.builds
            if build.file.path in touched or _any_below(_contexts((build,)), touched - makers)
        )
        if builds:
            kept.append(Project(project.workspace, None, builds, project.family))
    return kept


def _holds(project: Project, touched: frozenset[str], makers: set[str]) -> bool:
    """Is one of them a file that makes the project, or one that it reads?

    A Dockerfile or compose file is part of what it makes alone, though it may lie in the folder of another build.
    """
    if any(file.path in touched for file in project.files):
        return True
    others = touched - makers
    compose = project.compose
    if compose is None or not others:
        return False
    if any(parent(path) == compose.folder for path in others) or not others.isdisjoint(compose.env_paths):
        return True
    read = {each.path for service in project.services for each in service.env_files}
    mounted = (mount.host_path_in_tree for service in project.services for mount in service.mounts)
    return not others.isdisjoint(read) or _any_below((*_contexts(project.builds), *mounted), others)


def _contexts(builds: Iterable[Build]) -> Iterator[str]:
    for build in builds:
        context = build.context
        if context is not None:
            yield context.folder


def _any_below(places: Iterable[str | None], paths: Iterable[str]) -> bool:
    """Does a path lie in one of the folders, or is it one of these files?"""
    found = {place for place in places if place is not None}
    return any(place in ("", path) or path.startswith(f"{place}/") for place in found for path in paths)

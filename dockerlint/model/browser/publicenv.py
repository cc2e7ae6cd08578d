"""The variables that client code reads, and that a build or a development server writes into the bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.model.browser.frontend import FrontEnd, client_files
from dockerlint.model.environment.effective import example_names
from dockerlint.model.image.commands import ran_commands
from dockerlint.model.running.hidden import is_build

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import EnvRead
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

_MODES = ("development", "production")


def missing_public(project: Project, service: Service) -> dict[str, list[EnvRead]]:
    """By name, the reads of client code that nothing answers: no argument, no environment, no env file that is read.

    Silent wherever an env file that only the author has may answer.
    """
    uses = project.sources_of(service)
    clients = client_files(uses, project.workspace)
    if not clients:
        return {}
    facts = {use.path: use.facts for use in uses}
    reads: dict[str, list[tuple[EnvRead, FrontEnd]]] = {}
    coped = {read.name for path in clients for read in facts[path].env_reads if read.has_default}
    for path, front in clients.items():
        if _is_output(path, front):
            continue
        for read in facts[path].env_reads:
            public = read.name.startswith(front.prefixes) and read.name not in front.prefixes
            if public and front.name != "bundled" and read.name not in coped:
                reads.setdefault(read.name, []).append((read, front))
    if not reads or not _bundles(project, service):
        return {}
    environment = project.environment_of(service)
    known = {*environment.settings, *_build_names(project, service)}
    if not environment.closed:
        return {}
    answers: dict[str, tuple[str, ...] | None] = {}
    found: dict[str, list[EnvRead]] = {}
    for name, places in reads.items():
        front = places[0][1]
        if front.folder not in answers:
            answers[front.folder] = _from_files(project, service, front)
        given = answers[front.folder]
        if given is None or name in given or name in known or _is_named(project, front, name, clients):
            continue
        found[name] = [read for read, _ in places]
    return found


def _is_output(path: str, front: FrontEnd) -> bool:
    inner = path[len(front.folder) :].lstrip("/")
    return inner.startswith(tuple(f"{folder}/" for folder in front.row.get("output", ())))


def _bundles(project: Project, service: Service) -> bool:
    """Does the container or the image's build write the bundle?"""
    command = project.command_of(service)
    rows = project.workspace.facts.get("frontends", ())
    wanted = [words for row in rows for key in ("serves", "builds") for words in row.get(key, ())]
    for program in command.programs if command is not None and command.complete else ():
        argv = [program.name, *program.argv[1:]]
        if is_build(program.argv) or any(argv[: len(words)] == words for words in wanted):
            return True
    build = project.build_of(service)
    if build is None or build.stage is None or build.layout is None:
        return False
    return any(
        is_build(ran.words)
        for stage in build.dockerfile.needed(build.stage)
        for ran in ran_commands(build.layout.of(stage), project.workspace.facts)
    )


def _build_names(project: Project, service: Service) -> set[str]:
    build = project.build_of(service)
    names = set(service.build.args) if service.build is not None else set()
    for stage in build.dockerfile.needed(build.stage) if build is not None and build.stage is not None else ():
        names.update(stage.variables)
    return names


def _from_files(project: Project, service: Service, front: FrontEnd) -> tuple[str, ...] | None:
    """The names in the env files that the framework reads; None where one that nobody sees may hold others."""
    names: list[str] = []
    there = False
    absent: list[str] = []
    for template in front.row.get("env_files", ()):
        for mode in _MODES if "{mode}" in template else ("",):
            name = template.replace("{mode}", mode)
            path = f"{front.folder}/{name}" if front.folder else name
            parsed = project.workspace.env(path) if project.tree.kind(path) == "file" else None
            if parsed is not None:
                there = True
                if reaches(project, service, path):
                    names.extend(entry.name for entry in parsed.entries)
            else:
                absent.append(path)
    for path in absent:
        examples = example_names(project.tree, path)
        if examples is not None:
            names.extend(examples)
        elif not there and project.tree.ignored(path) and reaches(project, service, path):
            return None
    return tuple(names)


def reaches(project: Project, service: Service, path: str) -> bool:
    """Does a file of the tree get into the container, or into a stage that its image needs?"""
    if next(project.files_of(service).paths_of(path), None) is not None:
        return True
    build = project.build_of(service)
    inner = build.context.path_of(path) if build is not None and build.context is not None else None
    if build is None or build.stage is None or build.layout is None or inner is None:
        return False
    stages = build.dockerfile.needed(build.stage)
    return any(next(build.layout.of(stage).container_paths(inner), None) is not None for stage in stages)


def _is_named(project: Project, front: FrontEnd, name: str, clients: dict[str, FrontEnd]) -> bool:
    """Does a tool's file, a script or a page of the package speak of the variable as well, and may set it?"""
    for path in project.workspace.paths_below(front.folder):
        last = path.rpartition("/")[2]
        if path in clients or last.lower().endswith((".md", ".d.ts", ".example", ".sample")) or last.startswith(".env"):
            continue
        file = project.tree.read(path)
        if file is not None and len(file.text) < 200_000 and name in file.text:
            return True
    return False

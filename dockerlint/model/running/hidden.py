"""What bind mounts hide of an image: dependency folders, folders of other stages, the program that the command runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dockerlint.model.image.commands import ran_commands
from dockerlint.model.image.installs import Install, command_installs
from dockerlint.model.paths import absolute, is_below, is_within, relative
from dockerlint.model.running.mounts import winning_mount
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.running.command import EffectiveCommand, Program
    from dockerlint.model.service import Mount, Service

_INTERPRETERS = frozenset({"node", "java", "dotnet", "python", "python3", "ruby", "php", "deno", "bun", "nodemon"})
# Words that, in this order, begin a command which compiles.
_BUILDS = tuple(
    tuple(line.split())
    for line in (
        "npm run build,npm run-script build,yarn build,yarn run build,pnpm build,pnpm run build,bun run build,tsc,"
        "nest build,vite build,next build,ng build,webpack,esbuild,rollup,tsup,babel,turbo build,turbo run build,"
        "nx build,go build,go install,cargo build,mvn,./mvnw,gradle,./gradlew,dotnet publish,dotnet build,javac,make,"
        "gcc,g++,mix release"
    ).split(",")
)
_BUILDERS = frozenset(build[0] for build in _BUILDS)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A container path that the image fills and a bind mount covers.

    `kind` is "dependencies", "handed-over" or "program".

    `filled` is the step that fills it; `manager` fills a dependency folder ("" otherwise).
    """

    kind: str
    mount: Mount
    path: str
    manager: str
    filled: Span


def hidden_by_mounts(project: Project, service: Service) -> Iterator[Hidden]:
    """Everything that the mounts of a service hide and nothing puts back."""
    command = project.command_of(service)
    if project.layout_of(service) is None:
        return
    yield from _written_script(project, service, command)
    if command is not None and not command.complete:
        return
    yield from _dependencies(project, service, command)
    yield from _handed_over(project, service, command)
    yield from _program(project, service, command)


def _dependencies(project: Project, service: Service, command: EffectiveCommand | None) -> Iterator[Hidden]:
    again = command_installs(command, project.workspace.facts) if command is not None else ()
    for install in project.installs_of(service):
        if install.folder is None or install.built:
            continue
        mount = covering_folder_mount(project, service, install.folder)
        if mount is None or _on_host(project, mount, install.folder) or _installs(again, install):
            continue
        yield Hidden("dependencies", mount, install.folder, install.manager, install.place)


def _installs(again: Sequence[Install], install: Install) -> bool:
    return any(other.family == install.family and other.folder in (install.folder, None) for other in again)


def _handed_over(project: Project, service: Service, command: EffectiveCommand | None) -> Iterator[Hidden]:
    layout = project.layout_of(service)
    main = command.main if command is not None else None
    needed = program_file(main) if main is not None else None
    installed = {install.folder for install in project.installs_of(service)}
    for copy in layout.copies if layout is not None else ():
        target = copy.source.target
        if copy.origin is None or target is None or target in installed or _builds_again(command):
            continue
        if needed is None or not is_within(needed, target):
            continue
        mount = covering_folder_mount(project, service, target)
        below = mount is not None and mount.target is not None and is_below(target, mount.target)
        if mount is not None and below and not _on_host(project, mount, target):
            yield Hidden("handed-over", mount, target, "", copy.step.instruction.span)


def _program(project: Project, service: Service, command: EffectiveCommand | None) -> Iterator[Hidden]:
    layout = project.layout_of(service)
    main = command.main if command is not None else None
    if layout is None or main is None or _builds_again(command):
        return
    path = program_file(main)
    if path is None:
        return
    mount = covering_folder_mount(project, service, path)
    if mount is None or _on_host(project, mount, path):
        return
    handed = [c for c in layout.copies if c.origin is not None and c.source.context_path(path) is not None]
    if handed:
        return  # already said of the folder
    for ran in ran_commands(layout, project.workspace.facts):
        if is_build(ran.words):
            yield Hidden("program", mount, path, "", ran.span)
            return


def _written_script(project: Project, service: Service, command: EffectiveCommand | None) -> Iterator[Hidden]:
    """A script that RUN wrote and the command starts."""
    layout, workdir = project.layout_of(service), project.workdir_of(service)
    if layout is None or command is None or workdir is None:
        return
    written = project.files_of(service).written
    for word in command.words[:3]:
        path = absolute(word, workdir)
        mount = covering_folder_mount(project, service, path) if path in written else None
        if mount is None or _on_host(project, mount, path):
            continue
        name = path.rpartition("/")[2]
        for step in layout.stage.steps:
            if step.instruction.keyword != "WORKDIR" and name in step.instruction.text:
                yield Hidden("program", mount, path, "", step.instruction.span)
                return


def program_file(program: Program) -> str | None:
    """The container path of the file that a program is, or that an interpreter is told to run."""
    words = program.argv
    if program.workdir is None or not words:
        return None
    name = program.name
    if name in _INTERPRETERS:
        for index, word in enumerate(words[1:], 1):
            if word in ("-m", "-c", "-e", "run", "-r", "--require"):
                return None
            if not word.startswith("-") and ("." in word or "/" in word) and "$" not in word and "=" not in word:
                return absolute(word, program.workdir) if index < 6 else None
        return None
    return absolute(words[0], program.workdir) if "/" in words[0] and "$" not in words[0] else None


def is_build(words: Sequence[str]) -> bool:
    """Does a command compile or bundle?"""
    head = [words[0] if words[0].startswith("./") else words[0].rpartition("/")[2], *words[1:]]
    plain = [word for word in head if not word.startswith("-")]
    if not plain or plain[0] not in _BUILDERS:
        return False
    return any(plain[: len(build)] == list(build) or _named_build(plain, build) for build in _BUILDS)


def _named_build(plain: list[str], build: tuple[str, ...]) -> bool:
    """``npm run build:prod`` builds as well."""
    return (
        build[-1] == "build"
        and len(plain) >= len(build)
        and plain[: len(build) - 1] == list(build[:-1])
        and (plain[len(build) - 1].startswith(("build:", "build-")))
    )


def _builds_again(command: EffectiveCommand | None) -> bool:
    return command is not None and any(is_build(program.argv) for program in command.programs)


def covering_folder_mount(project: Project, service: Service, path: str) -> Mount | None:
    """The bind mount of a folder that decides what lies at a container path; None where something else does."""
    mount = winning_mount(project.mounts_of(service), path)
    if mount is None or mount.kind != "bind" or not mount.source_known:
        return None
    if mount.host_path_in_tree is not None and project.tree.kind(mount.host_path_in_tree) == "file":
        return None
    return mount


def _on_host(project: Project, mount: Mount, path: str) -> bool:
    """Does the mounted folder hold this path as part of the repository?"""
    if mount.host_path_in_tree is None or mount.target is None:
        return False
    rest = relative(path, mount.target) or ""
    found = "/".join(part for part in (mount.host_path_in_tree, rest) if part)
    return project.tree.kind(found) is not None and not project.tree.ignored(found)

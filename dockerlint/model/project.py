"""A project: compose files that run together, the images that they build, and what each container will be.

Everything is derived once and read only. What depends on something that is not in the tree is None or empty, and
checks stay silent about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from dockerlint.model.environment.effective import Environment, effective_environment
from dockerlint.model.image.layout import Layout, layout_of
from dockerlint.model.paths import absolute
from dockerlint.model.running.command import EffectiveCommand, start_line
from dockerlint.model.running.containerfiles import MountedFiles
from dockerlint.model.service import BuildSpec, Compose, Mount, Service
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import SourceFile, Span

if TYPE_CHECKING:
    from dockerlint.formats.problem import Problem
    from dockerlint.formats.sourcefacts import SourceFacts
    from dockerlint.model.image.context import Context
    from dockerlint.model.image.dockerfile import Dockerfile, Stage
    from dockerlint.model.image.facts import ImageFacts
    from dockerlint.model.image.installs import Install
    from dockerlint.model.network.connections import Connection
    from dockerlint.model.network.listening import Listening
    from dockerlint.model.running.servers import ServerUse
    from dockerlint.model.workspace import Workspace
    from dockerlint.source.tree import FileTree

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Build:
    """One image that the project builds: a stage of a Dockerfile in a context.

    `service` is the one that asks for it, None for a Dockerfile that no compose file names. `context` is None where it
    is remote, outside of the tree or unknown. `stage` is None where the Dockerfile has no such stage.
    """

    dockerfile: Dockerfile
    stage: Stage | None
    context: Context | None
    service: Service | None
    spec: BuildSpec | None
    layout: Layout | None

    @property
    def file(self) -> SourceFile:
        return self.dockerfile.parsed.file


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A source file that takes part in a container: `path` in the tree, `container_path` where the program finds it.

    `container_path` is None for a file that only a build stage sees.
    """

    path: str
    container_path: str | None
    facts: SourceFacts


@dataclass(frozen=True, eq=False)
class Project:
    """One combination of compose files, or the Dockerfiles that none names.

    `family` is the same for combinations that are ways to run the same services; `named` says that a document of the
    project spells this combination out; `partial` that it only works with files that nobody names, so that nothing can
    be said of what it lacks.
    """

    workspace: Workspace
    compose: Compose | None
    builds: tuple[Build, ...]
    family: str
    named: bool = False
    partial: bool = False
    _cache: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)

    @property
    def tree(self) -> FileTree:
        return self.workspace.tree

    @cached_property
    def services(self) -> tuple[Service, ...]:
        return tuple(self.compose.services.values()) if self.compose is not None else ()

    @cached_property
    def dockerfiles(self) -> tuple[Dockerfile, ...]:
        """Every Dockerfile once, in the order of the builds."""
        return tuple({build.file.path: build.dockerfile for build in self.builds}.values())

    @cached_property
    def files(self) -> tuple[SourceFile, ...]:
        """The compose files and Dockerfiles that make the project."""
        composed = self.compose.files if self.compose is not None else ()
        return (*composed, *(dockerfile.parsed.file for dockerfile in self.dockerfiles))

    @property
    def stands_alone(self) -> bool:
        """Does a document name this combination, and does Compose take it as it is?"""
        return self.named and self.compose is not None and not self.compose.problems

    @property
    def problems(self) -> Iterator[Problem]:
        """What the readers of its files would refuse."""
        if self.compose is not None:
            yield from (p for p in self.compose.problems if not (p.elsewhere and self.partial))
        for dockerfile in self.dockerfiles:
            yield from dockerfile.problems
        for build in self.builds:
            if build.context is not None:
                yield from build.context.problems

    def build_of(self, service: Service) -> Build | None:
        """The build of its image: its own, or that of the service whose ``build`` makes the image that it names."""
        return self.once("build", service, lambda: _build(self, service))

    def stage_of(self, service: Service) -> Stage | None:
        build = self.build_of(service)
        return build.stage if build is not None else None

    def layout_of(self, service: Service) -> Layout | None:
        build = self.build_of(service)
        return build.layout if build is not None else None

    def base_of(self, service: Service) -> ImageFacts | None:
        """What is known of the image that runs, or of the one that the built image stands on."""
        stage = self.stage_of(service)
        if stage is not None:
            return self.workspace.image(stage.root.base) if stage.root.base is not None else None
        if service.build is not None or service.image is None or service.image.value is None:
            return None
        return self.workspace.image(service.image.value)

    def workdir_of(self, service: Service) -> str | None:
        """The folder in which the command starts; None where nobody knows it."""
        layout = self.layout_of(service)
        base = self.base_of(service)
        start = layout.workdir if layout is not None else base.workdir or "/" if base is not None else None
        if service.working_dir is None:
            return start
        given = service.working_dir.value
        return absolute(given, start or "/") if given is not None else None

    def mounts_of(self, service: Service) -> tuple[Mount, ...]:
        """The mounts of the container, with the anonymous volumes that the image declares."""
        return self.once("mounts", service, lambda: _with_declared(self, service))

    def files_of(self, service: Service) -> MountedFiles:
        """What lies at the paths of the container."""
        return self.once(
            "files",
            service,
            lambda: MountedFiles(
                self.tree, self.mounts_of(service), self.layout_of(service), _written(self.layout_of(service))
            ),
        )

    def environment_of(self, service: Service) -> Environment:
        return self.once(
            "environment",
            service,
            lambda: effective_environment(service, self.stage_of(service), self.base_of(service), self.tree),
        )

    def command_of(self, service: Service) -> EffectiveCommand | None:
        """The effective command, None where nobody knows it."""
        return self.once("command", service, lambda: _command(self, service))

    def servers_of(self, service: Service) -> tuple[ServerUse, ...]:
        """The servers and workers that the container certainly starts, in order; () where nobody knows."""
        return self.once("servers", service, lambda: _servers(self, service))

    def connections_of(self, service: Service) -> tuple[Connection, ...]:
        """What the container uses to reach others (and itself), each with its origin."""
        return self.once("connections", service, lambda: _connections(self, service))

    def listening_of(self, service: Service) -> Listening:
        """On which ports the programs of the container listen (see model/listening.py for its whole network stack)."""
        return self.once("listening", service, lambda: _listening(self, service))

    def installs_of(self, service: Service) -> tuple[Install, ...]:
        """What the package managers of the service's image filled."""
        build = self.build_of(service)
        return self.once("installs", service, lambda: build_installs(build, self.workspace))

    def sources_of(self, service: Service) -> tuple[SourceUse, ...]:
        """The application source that the container runs or that its image is built from."""
        return self.once("sources", service, lambda: tuple(_sources(self, service)))

    def takes_part(self, service: Service, path: str) -> bool:
        """Is a file of the tree in the container, or in a stage that its image needs?"""
        build = self.build_of(service)
        return next(self.files_of(service).paths_of(path), None) is not None or in_build(build, path)

    def once(self, what: str, service: Service, make: Callable[[], T]) -> T:
        """A fact about a service, made when it is first asked for. `what` is its name, which no other fact has."""
        key = (what, service.name)
        if key not in self._cache:
            self._cache[key] = make()
        found: T = self._cache[key]
        return found

    def once_for_all(self, what: str, make: Callable[[], T]) -> T:
        """A fact about the project as a whole, made when it is first asked for."""
        key = (what, "")
        if key not in self._cache:
            self._cache[key] = make()
        found: T = self._cache[key]
        return found


def _build(project: Project, service: Service) -> Build | None:
    builds = project.once_for_all("builds", lambda: _builds_by_service(project))
    own = builds.get(service.name)
    if own is not None or service.build is not None or service.image is None:
        return own
    image = service.image.value
    return next((build for build in project.builds if _tags(build.service, image)), None) if image is not None else None


def _builds_by_service(project: Project) -> dict[str, Build]:
    found: dict[str, Build] = {}
    for build in project.builds:
        if build.service is not None:
            found.setdefault(build.service.name, build)
    return found


def _tags(service: Service | None, image: str) -> bool:
    """Does the build of a service give its image this name? ``x`` and ``x:latest`` are one."""
    made = service.image.value if service is not None and service.image is not None else None
    return made is not None and made.removesuffix(":latest") == image.removesuffix(":latest")


def build_installs(build: Build | None, workspace: Workspace) -> tuple[Install, ...]:
    """The folders that package managers filled in an image; () where it is not built here."""
    from dockerlint.model.image.filled import image_installs

    return image_installs(build.layout, workspace) if build is not None and build.layout is not None else ()


def make_build(
    workspace: Workspace,
    dockerfile: Dockerfile,
    stage: Stage | None,
    context: Context | None,
    service: Service | None = None,
) -> Build:
    """A build with the layout of its stage."""
    layout = _layout(workspace, dockerfile, stage, context) if stage is not None else None
    return Build(dockerfile, stage, context, service, service.build if service is not None else None, layout)


def _layout(workspace: Workspace, dockerfile: Dockerfile, stage: Stage, context: Context | None) -> Layout:
    key = (dockerfile, stage.index, context.folder if context is not None else None)
    return workspace.once("layout", key, lambda: layout_of(stage, dockerfile, context, _base_workdirs(workspace)))


def _base_workdirs(workspace: Workspace) -> Callable[[Stage], str]:
    def of(stage: Stage) -> str:
        base = workspace.image(stage.root.base) if stage.root.base is not None else None
        return (base.workdir if base is not None else None) or "/"

    return of


def _written(layout: Layout | None) -> dict[str, SourceFile]:
    if layout is None:
        return {}
    from dockerlint.model.image.writtenfiles import written_files

    return written_files(layout)


def _with_declared(project: Project, service: Service) -> tuple[Mount, ...]:
    """Docker puts an anonymous volume on every declared VOLUME that no mount has as its exact target."""
    taken = {mount.target for mount in service.mounts}
    stage, base = project.stage_of(service), project.base_of(service)
    span = service.image.span if service.image is not None else service.span
    declared: list[tuple[str, Span]] = [(path, span) for path in (base.volumes or () if base is not None else ())]
    if stage is not None:
        declared.extend(stage.volumes)
    found = list(service.mounts)
    for path, place in declared:
        target = absolute(path)
        if target not in taken:
            taken.add(target)
            found.append(_anonymous(target, place))
    return tuple(found)


def _anonymous(target: str, span: Span) -> Mount:
    return Mount(
        kind="volume",
        source=None,
        source_text=None,
        source_known=True,
        target=target,
        read_only=False,
        subpath=None,
        create_host_path=False,
        span=span,
        source_span=None,
        target_span=span,
        host_path_in_tree=None,
        declared=True,
    )


def _command(project: Project, service: Service) -> EffectiveCommand | None:
    stage, base = project.stage_of(service), project.base_of(service)
    if service.build is not None and stage is None and (service.command is None and service.entrypoint is None):
        return None
    line = start_line(service, stage, base)
    if line is None:
        return None
    from dockerlint.model.running.following import Follower, follow_start

    entrypoint = base.entrypoint if base is not None and base.entrypoint else ()
    follower = Follower(project.files_of(service), project.environment_of(service), project.workspace.facts, entrypoint)
    fallback = service.image.span if service.image is not None else service.span
    return follow_start(line, project.workdir_of(service), follower, fallback)


def _servers(project: Project, service: Service) -> tuple[ServerUse, ...]:
    command = project.command_of(service)
    if command is None:
        return ()
    from dockerlint.model.running.servers import goes_on, server_of

    environment, files = project.environment_of(service), project.files_of(service)
    found = []
    for program in command.programs:
        if not program.certain:
            continue
        use = server_of(program, environment, files, project.workspace.facts)
        if use is None and program is command.main:
            from dockerlint.model.running.compiled import compiled_use

            use = compiled_use(project, service, program)
        if use is not None and goes_on(use, command.programs):
            found.append(use)
    return tuple(found)


def _connections(project: Project, service: Service) -> tuple[Connection, ...]:
    from dockerlint.model.network.connections import find_connections

    return tuple(find_connections(project, service))


def _listening(project: Project, service: Service) -> Listening:
    from dockerlint.model.network.listening import find_listening

    return find_listening(project, service)


def _sources(project: Project, service: Service) -> Iterator[SourceUse]:
    files = project.files_of(service)
    build = project.build_of(service)
    folders = [mount.host_path_in_tree for mount in service.mounts if mount.kind == "bind"]
    if build is not None and build.context is not None:
        folders.insert(0, build.context.folder)
    seen: set[str] = set()
    for folder in folders:
        if folder is None:
            continue
        for path in project.workspace.sources_below(folder):
            if path in seen:
                continue
            seen.add(path)
            container = next(files.paths_of(path), None)
            if container is None and not in_build(build, path):
                continue
            facts = project.workspace.source(path)
            if facts is not None:
                yield SourceUse(path, container, facts)


def in_build(build: Build | None, path: str) -> bool:
    """Does any stage that the image needs see this file of the tree?"""
    if build is None or build.layout is None or build.stage is None or build.context is None:
        return False
    inner = build.context.path_of(path)
    if inner is None:
        return False
    for stage in build.dockerfile.needed(build.stage):
        if next(build.layout.of(stage).container_paths(inner), None) is not None:
            return True
    return False

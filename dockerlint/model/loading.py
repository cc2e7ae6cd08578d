"""From a tree and the paths that were asked for to the projects in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from dockerlint.model.compose.combinations import Combination, combinations, default_files
from dockerlint.model.compose.loader import Begun
from dockerlint.model.compose.reader import Compose, Options, load
from dockerlint.model.image.dockerfile import Dockerfile
from dockerlint.model.mentions import Mentions
from dockerlint.model.project import Build, Project, make_build
from dockerlint.model.service import BuildSpec, Service
from dockerlint.model.value import Value
from dockerlint.model.workspace import Workspace
from dockerlint.source.discover import is_compose, is_dockerfile, is_excluded, parse_globs, walk
from dockerlint.source.record import replace
from dockerlint.source.text import SourceFile
from dockerlint.source.tree import FileTree, join, parent


class Wishes(Protocol):
    """What the user may ask of reading a project; paths are of the tree."""

    @property
    def files(self) -> Sequence[str]: ...

    @property
    def env_files(self) -> Sequence[str]: ...

    @property
    def profiles(self) -> Sequence[str]: ...

    @property
    def exclude(self) -> Sequence[str]: ...

    @property
    def use_environment(self) -> bool: ...


def load_projects(tree: FileTree, paths: Iterable[str], wishes: Wishes, facts: Mapping[str, Any]) -> list[Project]:
    """Every project below the given files and folders; with `wishes.files`, the one that these make."""
    paths = tuple(paths)
    workspace = Workspace(tree, facts, _common_folder(tree, paths))
    options = Options(env_files=tuple(wishes.env_files), environment=_environment(wishes))
    if wishes.files:
        compose = load(tree, tuple(wishes.files), options)
        return [_with_profiles(_project(workspace, compose, wishes.files[0]), wishes.profiles)]
    composes, dockerfiles = _found(tree, paths, wishes)
    mentions = workspace.mentions(sorted({workspace.base, *(parent(path) for path in (*composes, *dockerfiles))}))
    projects: list[Project] = []
    for combination, compose in _composed(tree, composes, mentions, options):
        project = _project(workspace, compose, combination.files[0], combination.named, combination.partial)
        projects.append(project)
    used = {build.file.path for project in projects for build in project.builds}
    alone = [path for path in dockerfiles if path not in used]
    lone = tuple(build for path in alone for build in _lone_builds(workspace, path, mentions))
    if lone:
        projects.append(Project(workspace, None, lone, ""))
    return [_with_profiles(project, wishes.profiles) for project in projects]


def project_of(tree: FileTree, compose: Compose, facts: Mapping[str, Any]) -> Project:
    """The project that a compose project makes with the images that it builds."""
    return _project(Workspace(tree, facts, compose.folder), compose, compose.files[0].path if compose.files else "")


def _project(workspace: Workspace, compose: Compose, path: str, named: bool = False, partial: bool = False) -> Project:
    return Project(workspace, compose, tuple(_builds(workspace, compose)), parent(path), named, partial)


def _with_profiles(project: Project, profiles: Sequence[str]) -> Project:
    """The services that start with these profiles; all of them where none is given, so that nothing goes unread.

    https://docs.docker.com/compose/how-tos/profiles/
    """
    compose = project.compose
    if not profiles or compose is None:
        return project
    services = {
        name: service
        for name, service in compose.services.items()
        if not service.profiles or not {"*", *service.profiles}.isdisjoint(profiles)
    }
    builds = tuple(build for build in project.builds if build.service is None or build.service.name in services)
    kept = replace(compose, services=services)
    return Project(project.workspace, kept, builds, project.family, project.named, project.partial)


def _common_folder(tree: FileTree, paths: Sequence[str]) -> str:
    """The deepest folder that holds everything that was asked for."""
    folders = [path if tree.kind(path) == "folder" else parent(path) for path in paths]
    common = folders[0].split("/") if folders and folders[0] else []
    for folder in folders[1:]:
        parts = folder.split("/")
        common = [part for part, other in zip(common, parts, strict=False) if part == other]
        while common and folder != "/".join(common) and not folder.startswith("/".join(common) + "/"):
            common.pop()
    return "/".join(common)


def _environment(wishes: Wishes) -> Mapping[str, str] | None:
    if not wishes.use_environment:
        return None
    import os

    return dict(os.environ)


def _found(tree: FileTree, paths: Iterable[str], wishes: Wishes) -> tuple[list[str], list[str]]:
    """Compose files and Dockerfiles. A file that was asked for by name counts whatever it is called."""
    composes: dict[str, None] = {}
    dockerfiles: dict[str, None] = {}
    excluded = parse_globs(tuple(wishes.exclude))
    for path in paths:
        if tree.kind(path) == "file":
            yaml = path.lower().endswith((".yml", ".yaml"))
            if not is_excluded(path, excluded):
                (composes if yaml else dockerfiles)[path] = None
            continue
        for found in walk(tree, path, excluded):
            if is_compose(found):
                composes[found] = None
            elif is_dockerfile(found):
                dockerfiles[found] = None
    return list(composes), list(dockerfiles)


def _composed(
    tree: FileTree, paths: list[str], mentions: Mentions, options: Options
) -> list[tuple[Combination, Compose]]:
    """The combinations with what Compose makes of them. Files are read once for each way to read them."""
    read: dict[tuple[tuple[str, ...], tuple[str, ...]], Compose] = {}
    begun: Begun = {}

    def composed(files: tuple[str, ...], env_files: tuple[str, ...]) -> Compose:
        key = (files, env_files)
        if key not in read:
            read[key] = load(tree, files, replace(options, env_files=env_files), begun)
        return read[key]

    def complete(files: tuple[str, ...]) -> bool:
        return not composed(files, options.env_files).problems

    # What a project includes or extends is a part of it; it is not tried as a project of its own.
    parts: set[str] = set()
    for folder in dict.fromkeys(parent(path) for path in paths):
        files = default_files(tree, folder)
        if files and not parts.issuperset(files):
            parts.update(_parts(files, composed(files, options.env_files)))
    found = combinations(tree, [path for path in paths if path not in parts], mentions.compose, complete)
    made = [(each, composed(each.files, each.env_files or options.env_files)) for each in found]
    parts.update(path for each, compose in made for path in _parts(each.files, compose))
    return [(each, compose) for each, compose in made if each.named or not parts.issuperset(each.files)]


def _parts(files: tuple[str, ...], compose: Compose) -> set[str]:
    return {file.path for file in compose.files if file.path not in files}


def _builds(workspace: Workspace, compose: Compose) -> Iterator[Build]:
    for service in compose.services.values():
        if service.build is not None:
            build = _service_build(workspace, service, service.build)
            if build is not None:
                yield build


def _service_build(workspace: Workspace, service: Service, spec: BuildSpec) -> Build | None:
    path, file = dockerfile_of(workspace.tree, spec)
    if file is None:
        return None
    context = workspace.context(spec.context, path) if spec.context is not None else None
    dockerfile = workspace.dockerfile(file, spec.args)
    stage = dockerfile.stage(spec.target) if spec.target_known else None
    return make_build(workspace, dockerfile, stage, context, service)


def dockerfile_of(tree: FileTree, spec: BuildSpec) -> tuple[str | None, SourceFile | None]:
    """The Dockerfile of a build: its path in the tree (None for an inline one) and its text."""
    if spec.inline is not None:
        return None, spec.inline
    path = spec.dockerfile_path
    if path is not None and tree.kind(path) is None and path.rpartition("/")[2] == "Dockerfile":
        # The builder takes a file in lower case for the one it does not find (tried on a real engine).
        path = join(parent(path), "dockerfile")
    return path, tree.read(path) if path is not None and tree.kind(path) == "file" else None


def _lone_builds(workspace: Workspace, path: str, mentions: Mentions) -> Iterator[Build]:
    """A Dockerfile that no compose file names: built as a document says, else where its sources lie."""
    file = workspace.tree.read(path)
    if file is None:
        return
    nothing: dict[str, Value] = {}
    dockerfile = workspace.dockerfile(file, nothing)
    calls = [call for call in mentions.builds if call.dockerfile == path]
    for folder, target in dict.fromkeys((call.context, call.target) for call in calls):
        yield make_build(workspace, dockerfile, dockerfile.stage(target), workspace.context(folder, path))
    if not calls:
        stage = dockerfile.stage(None)
        folder = _likely_context(workspace.tree, path, dockerfile)
        yield make_build(workspace, dockerfile, stage, workspace.context(folder, path))


def _likely_context(tree: FileTree, path: str, dockerfile: Dockerfile) -> str:
    """The folder, from the Dockerfile's own upwards, in which most of what it copies lies."""
    wanted: list[str] = []
    for instruction in dockerfile.parsed.instructions:
        if instruction.keyword in ("COPY", "ADD") and instruction.flag("from") is None:
            names = [word.value for word in instruction.words[:-1]]
            wanted.extend(name for name in names if not any(sign in name for sign in "$*?[:<") and name != ".")
    folder = parent(path)
    best, most = folder, -1
    while True:
        found = [join(folder, name.lstrip("/")) for name in wanted]
        count = sum(1 for name in found if name is not None and tree.kind(name) is not None)
        if count > most:
            best, most = folder, count
        if not folder:
            return best
        folder = parent(folder)

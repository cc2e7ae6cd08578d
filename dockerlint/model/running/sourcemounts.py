"""Which bind mounts and watches bring live source to the program of a service, and which miss it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.formats.sourcecode import is_test_path, language_of
from dockerlint.model.image.commands import ran_commands
from dockerlint.model.paths import absolute, is_below, is_within, relative, under
from dockerlint.model.running.hidden import is_build
from dockerlint.model.running.mounts import winning_mount
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.running.servers import ServerUse
    from dockerlint.model.service import Service

_MOST = 3000
_NO_SOURCE = frozenset(
    "public static assets media uploads upload data logs log tmp temp docs migrations alembic seeds seeders fixtures"
    " config conf configs certs ssl secrets backups backup node_modules scripts locales i18n nginx sql templates"
    " build dist out coverage notebooks".split()
)
_SYNCS = frozenset({"sync"})


@dataclass(frozen=True, slots=True)
class LiveSource:
    """What appears in the container as it is edited: `host` of the tree. `watched`: develop.watch copies it."""

    host: str
    target: str
    source_text: str
    span: Span
    watched: bool
    single: bool


def live_sources(project: Project, service: Service) -> Iterator[LiveSource]:
    """What `service` mounts or watches of the tree; single files that cannot be written are configuration."""
    for mount in service.mounts:
        if mount.kind != "bind" or not mount.source_known or mount.target is None or mount.host_path_in_tree is None:
            continue
        single = project.tree.kind(mount.host_path_in_tree) == "file"
        if (single and mount.read_only) or project.tree.kind(mount.host_path_in_tree) is None:
            continue
        text = mount.source_text or mount.source or ""
        yield LiveSource(mount.host_path_in_tree, mount.target, text, mount.span, False, single)
    workdir = project.workdir_of(service)
    for watch in service.watch:
        if (
            watch.action not in _SYNCS
            or watch.path is None
            or not watch.target
            or project.tree.kind(watch.path) is None
        ):
            continue
        if not watch.target.startswith("/") and workdir is None:
            continue
        single = project.tree.kind(watch.path) == "file"
        target = absolute(watch.target, workdir or "/")
        yield LiveSource(watch.path, target, watch.path_text, watch.path_span or watch.span, True, single)


def bringing(project: Project, service: Service, use: ServerUse) -> LiveSource | None:
    """What brings the source that the program runs into the container; None where nothing does."""
    if use.root is None:
        return None
    lives = [live for live in live_sources(project, service) if _wins(project, service, live)]
    if use.row.get("runs") in ("package", "folder") or not use.entries:
        if not use.entries and use.expected is not None and not _made(project, service, use):
            return None
        folder = use.entries[0] if use.row.get("runs") == "package" and use.entries else use.root
        for live in sorted(lives, key=lambda live: len(live.target), reverse=True):
            if is_within(folder, live.target) and has_source(project, _host(live, folder), use.language):
                return live
    for path in use.entries:
        for live in sorted(lives, key=lambda live: len(live.target), reverse=True):
            if is_within(path, live.target):
                return live if project.tree.kind(_host(live, path)) == "file" else None
    return next((live for live in lives if _part(project, live, use)), None)


def _wins(project: Project, service: Service, live: LiveSource) -> bool:
    """Is it what lies at its target? (A volume with the same target may win.)"""
    mount = winning_mount(project.mounts_of(service), live.target)
    return (live.watched and mount is None) or (mount is not None and mount.span == live.span)


def _part(project: Project, live: LiveSource, use: ServerUse) -> bool:
    """Does it bring a folder of source below the one that the program works in?"""
    if live.single or use.root is None or not is_below(live.target, use.root):
        return False
    names = (relative(live.target, use.root) or "").split("/")
    if any(name.lower() in _NO_SOURCE for name in names) or is_test_path(live.target.lstrip("/") + "/x"):
        return False
    return has_source(project, live.host, use.language)


def has_source(project: Project, folder: str, language: str) -> bool:
    """Does a folder of the tree hold source of this language ("": of any)?"""
    for count, path in enumerate(project.workspace.paths_below(folder)):
        if count > _MOST:
            return False
        found = "rust" if path.endswith(".rs") else language_of(path)
        if (
            found
            and found != "shell"
            and (not language or found == language)
            and not is_test_path(project.workspace.own(path))
        ):
            return True
    return False


def _host(live: LiveSource, path: str) -> str:
    rest = relative(path, live.target) or ""
    return "/".join(part for part in (live.host, rest) if part)


def _made(project: Project, service: Service, use: ServerUse) -> bool:
    """Does a build step of the image or of the command make what the program runs, where it is not hidden?"""
    command = project.command_of(service)
    if command is not None and any(is_build(program.argv) for program in command.programs):
        return True
    layout = project.layout_of(service)
    if layout is None or use.expected is None or winning_mount(service.mounts, use.expected) is not None:
        return False
    stages = layout.dockerfile.needed(layout.stage)
    return any(
        is_build(ran.words) for stage in stages for ran in ran_commands(layout.of(stage), project.workspace.facts)
    )


@dataclass(frozen=True, slots=True)
class Missed:
    """Live source that the program never reads. `read` is the container path at which it has its own copy."""

    live: LiveSource
    use: ServerUse
    read: str
    copied: Span | None


def missed_sources(project: Project, service: Service) -> Iterator[Missed]:
    """Mounts of source that the image holds a copy of elsewhere, where the program works."""
    uses, layout, command = project.servers_of(service), project.layout_of(service), project.command_of(service)
    if layout is None or command is None or not command.complete or not uses or layout.stage.workdir is None:
        return
    roots = [use.root for use in uses]
    if not layout.stage.workdir.startswith("/") or any(root is None for root in roots):
        return
    for live in live_sources(project, service):
        if live.single or live.target == "/" or any(_reads(project, service, use, live) for use in uses):
            continue
        found = _copy_of(project, service, live, uses[-1])
        if found is None or _is_named(project, service, live.target):
            continue
        yield Missed(live, uses[-1], *found)


def _reads(project: Project, service: Service, use: ServerUse, live: LiveSource) -> bool:
    """May the program read the mounted folder? Not where it runs another copy of that very folder, beside or above."""
    target = live.target
    if use.root == "/" and not use.entries:
        return True
    places = (use.root or "/", *use.entries, *((use.expected,) if use.expected else ()))
    if any(is_within(place, target) for place in places):
        return True
    hosts = [host for path in use.entries if (host := project.files_of(service).host_path(path)) is not None]
    if hosts and all(project.tree.kind(host) == "file" and _holds(live.host, host) for host in hosts):
        return False
    return any(is_within(target, place) for place in places if place != "/")


def _holds(folder: str, path: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _copy_of(project: Project, service: Service, live: LiveSource, use: ServerUse) -> tuple[str, Span | None] | None:
    """Where the image has its copy of the mounted source, in the folder that the program works in."""
    layout = project.layout_of(service)
    if layout is None or layout.context is None or use.root is None:
        return None
    for count, path in enumerate(project.workspace.paths_below(live.host)):
        if count > _MOST:
            return None
        if (
            not language_of(path)
            or is_test_path(project.workspace.own(path))
            or (use.language and language_of(path) != use.language)
        ):
            continue
        inner = layout.context.path_of(path)
        for place in layout.container_paths(inner) if inner is not None else ():
            rest = relative("/" + path, "/" + live.host if live.host else "/") or ""
            if not is_within(place, use.root) or winning_mount(service.mounts, place) is not None:
                continue
            if not place.endswith("/" + rest):
                continue
            folder = place[: -len(rest) - 1] or "/"
            if under(folder, rest) == place:
                return folder, _copying(project, service, place)
    return None


def _copying(project: Project, service: Service, path: str) -> Span | None:
    layout = project.layout_of(service)
    for copy in reversed(layout.copies) if layout is not None else ():
        if not copy.foreign and copy.source.context_path(path) is not None:
            return copy.step.instruction.span
    return None


def _is_named(project: Project, service: Service, target: str) -> bool:
    """Does anything else of the container name the folder: a variable, an argument, a script, the source?"""
    for setting in project.environment_of(service).settings.values():
        if setting.value and target in setting.value:
            return True
    command = project.command_of(service)
    if command is None or any(target in word for program in command.programs for word in program.argv):
        return True
    layout = project.layout_of(service)
    for step in layout.stage.steps if layout is not None else ():
        if step.instruction.keyword == "RUN" and target in step.instruction.text:
            return True
    return any(text.value.startswith(target) for source in project.sources_of(service) for text in source.facts.texts)

"""Rules about bind mounts: what they hide, and what they miss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.paths import is_below
from dockerlint.model.running.hidden import Hidden, hidden_by_mounts
from dockerlint.rulebook.finding import Finding, Fix, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.running.sourcemounts import LiveSource
    from dockerlint.model.service import Mount, Service


def hides_dependencies(project: Project, rule: Rule) -> Iterator[Finding]:
    """A bind mount covers what the image holds and the program needs."""
    for service in project.services:
        said: set[tuple[object, str]] = set()
        for hidden in hidden_by_mounts(project, service):
            key = (hidden.mount.span, hidden.manager or hidden.path)
            if key in said:
                continue
            said.add(key)
            yield _hidden(project, service, hidden, rule)


def _hidden(project: Project, service: Service, hidden: Hidden, rule: Rule) -> Finding:
    mount, folder = hidden.mount, hidden.path
    related = [Related(hidden.filled, _filled_words(hidden))]
    command = project.command_of(service)
    if command is not None and command.span is not None:
        related.append(Related(command.span, "and this command does not put it back"))
    failed = _failed_protection(service, mount, folder) if hidden.kind == "dependencies" else None
    case = {"dependencies": "unprotected", "handed-over": "handed-over", "program": "program"}[hidden.kind]
    if failed is not None:
        case = "wrong-path"
        related.insert(0, Related(failed.span, "this volume protects nothing"))
    return rule.finding(
        mount.span,
        case=case,
        service=service.name,
        related=related,
        fix=_volume_for(hidden, failed),
        subject=folder,
        source=mount.source_text or mount.source or "",
        target=mount.target or "",
        hidden=folder,
        volume=failed.target if failed is not None else "",
    )


def _volume_for(hidden: Hidden, failed: Mount | None) -> Fix | None:
    """The volume that protects the folder. Unsafe for what the image built: a volume keeps an old build."""
    from dockerlint.model.edits.composefile import add_beside, replace_text

    folder = hidden.path
    if failed is not None:
        edit = replace_text(failed.target_span or failed.span, folder)
        safe = failed.anonymous and _is_useless(failed.target or "", hidden)
        return Fix(f"Move the volume to {folder}", (edit,), safe) if edit is not None else None
    edit = add_beside(hidden.mount.span, folder) if hidden.kind != "program" else None
    return Fix(f"Add a volume for {folder}", (edit,), hidden.kind == "dependencies") if edit is not None else None


def _is_useless(volume: str, hidden: Hidden) -> bool:
    """Does a volume protect nothing else either: is it misspelt, or not below the mount at all?"""
    misspelt = volume.rpartition("/")[2] != hidden.path.rpartition("/")[2]
    return misspelt or not is_below(volume, hidden.mount.target or "/")


def _filled_words(hidden: Hidden) -> str:
    if hidden.kind == "dependencies":
        return f"the image installs into {hidden.path} here"
    return f"the image gets {hidden.path} here"


def _failed_protection(service: Service, mount: Mount, folder: str) -> Mount | None:
    """A volume that was meant to protect the folder: it has nearly its name and lies elsewhere."""
    name = _plain(folder)
    for other in service.mounts:
        if other.kind != "volume" or other.target is None or other is mount:
            continue
        if _plain(other.target) == name or (is_below(folder, other.target) and mount.target == other.target):
            return other
    return None


def _plain(path: str) -> str:
    return path.rpartition("/")[2].replace("-", "").replace("_", "").replace(".", "").lower()


def misses_source(project: Project, rule: Rule) -> Iterator[Finding]:
    """Source is mounted where the running program never looks."""
    from dockerlint.model.running.sourcemounts import missed_sources

    for service in project.services:
        if not service.mounts and not service.watch:
            continue
        for missed in missed_sources(project, service):
            live, use = missed.live, missed.use
            related = [Related(use.program.span, f"{use.name} starts here, in {use.root}")]
            if missed.copied is not None:
                related.insert(0, Related(missed.copied, f"the image has its own copy in {missed.read}"))
            yield rule.finding(
                live.span,
                case="sync" if live.watched else "mount",
                service=service.name,
                related=related,
                fix=_mount_at(service, live, missed.read),
                subject=live.target,
                source=live.source_text,
                target=live.target,
                name=use.name,
                read=missed.read,
            )


def _mount_at(service: Service, live: LiveSource, folder: str) -> Fix | None:
    """Unsafe: the mount covers what the image holds in the folder, also what only its build made."""
    from dockerlint.model.edits.datavolumes import move_mount

    mount = next((mount for mount in service.mounts if mount.span == live.span), None)
    edits = move_mount(service, mount, folder) if mount is not None and not live.watched else None
    return Fix(f"Move the mount to {folder}", edits, safe=False) if edits is not None else None

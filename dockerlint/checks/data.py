"""Rules about data that must outlive its container."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dockerlint.model.data.datafolders import DataUse, Keeping, data_use, keeping
from dockerlint.model.data.sqlitefiles import SqliteFile, sqlite_files
from dockerlint.model.intent import is_for_tests, runs_once
from dockerlint.model.paths import is_within
from dockerlint.model.running.mounts import winning_mount
from dockerlint.rulebook.finding import Finding, Fix, Related
from dockerlint.rulebook.rule import Rule
from dockerlint.source.text import Edit, Span

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Mount, Service


def unpersisted(project: Project, rule: Rule) -> Iterator[Finding]:
    """What a server or a SQLite file keeps goes with the container, because no volume holds it."""
    for service in project.services:
        if is_for_tests(project, service) or service.volumes_from or not service.complete:
            continue
        if any(mount.target is None for mount in service.mounts):
            continue
        use = data_use(project, service)
        if use is not None:
            yield from _of_server(project, service, use, rule)
        elif project.base_of(service) is None or service.build is not None:
            yield from _of_sqlite(project, service, rule)


def _kept_elsewhere(project: Project, file: SqliteFile) -> bool:
    """Does another container of the same source keep the file that this literal names?"""
    return any(
        other.span == file.span and not _is_lost(project.mounts_of(service), other.path)
        for service in project.services
        for other in sqlite_files(project, service)
    )


def _is_lost(mounts: Sequence[Mount], path: str) -> bool:
    winner = winning_mount(mounts, path)
    return winner is None or winner.declared or winner.anonymous


def _of_server(project: Project, service: Service, use: DataUse, rule: Rule) -> Iterator[Finding]:
    facts = use.facts
    stopping = _refused(service, use)
    if stopping is not None:
        case = "old-path-latest" if facts.assumed_latest else "old-path"
        yield _at_mount(project, service, use, rule, case, stopping, use.folders[0].path)
        return
    mounts = project.mounts_of(service)
    states = [keeping(mounts, folder) for folder in use.folders]
    lost = [state for state in states if state.state == "lost"]
    for state in states:
        if state.state == "anonymous" and state.mount is not None and facts.persistence == "expected":
            yield _at_mount(project, service, use, rule, "anonymous", state.mount, state.folder.path)
    if not lost or _is_template(service, facts.kind, use):
        return
    misplaced = _misplaced(project, service, use, lost)
    if misplaced is not None:
        mount, case = misplaced
        movable = case == "wrong-path" and not use.moved and facts.moved_by_environment
        if movable and not project.environment_of(service).closed:
            return  # an env file that only the author has may move the data there
        if case == "wrong-path" and facts.assumed_latest and facts.data_varies and not use.moved:
            case = "wrong-path-latest"
        yield _at_mount(project, service, use, rule, case, mount, lost[0].folder.path)
    elif facts.persistence == "expected":
        yield _at_image(project, service, use, rule, states, lost)


def _of_sqlite(project: Project, service: Service, rule: Rule) -> Iterator[Finding]:
    if runs_once(project, service):
        return
    mounts = project.mounts_of(service)
    for file in sqlite_files(project, service):
        if not _is_lost(mounts, file.path) or (file.in_source and _kept_elsewhere(project, file)):
            continue
        folder = file.path.rpartition("/")[0] or "/"
        from dockerlint.model.data.datamounts import may_hold_data

        missing = next((m for m in service.mounts if may_hold_data(project, m)), None) if not file.in_source else None
        case = "sqlite-in-source" if file.in_source else "sqlite" if missing is None else "sqlite-wrong-path"
        yield rule.finding(
            missing.span if missing is not None else file.span,
            case=case,
            service=service.name,
            related=[Related(file.span, f"the SQLite file is {file.path}")] if missing is not None else (),
            subject=file.path,
            path=file.path,
            folder=folder,
            source=_source(missing) if missing is not None else "",
            target=(missing.target or "") if missing is not None else "",
            name=file.path.rpartition("/")[2],
        )


def _refused(service: Service, use: DataUse) -> Mount | None:
    """The mount with which the image does not start: it looks for it only where nothing moved the data."""
    if use.moved:
        return None
    return next((mount for mount in service.mounts if mount.target in use.facts.refused_mounts), None)


def _is_template(service: Service, kind: str, use: DataUse) -> bool:
    """Is it an application whose folder the project fills by itself: an image of its own, or mounts below it?"""
    if kind != "application":
        return False
    paths = [folder.path for folder in use.folders]
    return service.build is not None or any(
        mount.target is not None and (is_within(mount.target, path) or is_within(path, mount.target))
        for mount in service.mounts
        for path in paths
    )


def _misplaced(project: Project, service: Service, use: DataUse, lost: list[Keeping]) -> tuple[Mount, str] | None:
    shadowed = next((state.mount for state in lost if state.mount is not None), None)
    if shadowed is not None:
        return shadowed, "shadowed"
    if len(lost) < len(use.folders):
        return None  # one of its folders is kept: the others are missing, not misplaced
    from dockerlint.model.data.datamounts import misplaced_mounts

    found = next(misplaced_mounts(project, service, use), None)
    return (found, "wrong-path") if found is not None else None


def _at_mount(
    project: Project, service: Service, use: DataUse, rule: Rule, case: str, mount: Mount, folder: str
) -> Finding:
    place = _image_place(service)
    words = f"{use.facts.name} {_version(use)}".strip() if use.facts.version else use.facts.name
    related = [Related(place, f"{words} keeps its data in {folder}")] if place is not None else []
    return rule.finding(
        mount.span,
        case=case,
        service=service.name,
        related=related,
        fix=_mended_mount(project, service, use, case, mount, folder),
        subject=folder,
        source=_source(mount),
        target=mount.target or "",
        folder=folder,
        image=_image_name(service, use),
        version=_version(use),
        loses=_loses(use),
        written=_written(service, mount, folder, use),
    )


def _at_image(
    project: Project, service: Service, use: DataUse, rule: Rule, states: list[Keeping], lost: list[Keeping]
) -> Finding:
    folders = [state.folder.path for state in lost]
    half = len(lost) < len(states)
    name = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in service.name)
    names = [f"{name}-data"] + [f"{name}-{path.rpartition('/')[2]}" for path in folders[1:]]
    return rule.finding(
        _image_place(service) or service.span,
        case="half" if half else "no-mount",
        service=service.name,
        fix=_named_volumes(project, service, folders, half),
        subject=folders[0],
        folder=" and ".join(folders),
        image=_image_name(service, use),
        loses=_loses(use),
        lines=" and ".join(f"`- {name}:{path}`" for name, path in zip(names, folders, strict=True)),
        names=" and ".join(f"`{name}:`" for name in names),
    )


def _named_volumes(project: Project, service: Service, folders: list[str], half: bool) -> Fix | None:
    """Unsafe: what the container has stored so far does not come along."""
    from dockerlint.model.edits.datavolumes import mount_volumes

    edits = mount_volumes(project.compose, service, folders, half) if project.compose is not None else None
    return Fix(f"Mount a named volume on {' and '.join(folders)}", edits, safe=False) if edits is not None else None


def _mended_mount(project: Project, service: Service, use: DataUse, case: str, mount: Mount, folder: str) -> Fix | None:
    """Safe only where nothing has run yet: else the data that the container has stored does not come along."""
    from dockerlint.model.edits.datavolumes import move_mount, name_volume

    if project.compose is None:
        return None
    if case == "anonymous":
        edits, title = name_volume(project.compose, service, mount), f"Name the volume on {folder}"
    elif _moving_variable(use, mount):
        edits, title = _moved_data(service, use, mount), f"Let the server keep its data in {mount.target}"
    else:
        edits, title = move_mount(service, mount, folder), f"Move the mount to {folder}"
    return Fix(title, edits, safe=case == "old-path") if edits is not None else None


def _moved_data(service: Service, use: DataUse, mount: Mount) -> tuple[Edit, ...] | None:
    from dockerlint.model.edits.composefile import add_setting

    edit = add_setting(service.span, "environment", _moving_variable(use, mount), mount.target or "")
    return (edit,) if edit is not None else None


def _moving_variable(use: DataUse, mount: Mount) -> str:
    """The variable that moves the data onto the mount, where the image declares that folder but does not use it."""
    names = use.facts.moved_by_environment
    return names[0] if not use.moved and names and mount.target in (use.facts.volumes or ()) else ""


def _image_place(service: Service) -> Span | None:
    """The line that chooses the image: what is built stands before the name it gets."""
    for key in ("build", "image"):
        entry = service.node.entry(key)
        if entry is not None and (key == "image" or service.image is None):
            return entry.key.span if key == "build" else service.image.span if service.image else entry.key.span
    return None


def _image_name(service: Service, use: DataUse) -> str:
    if service.image is not None and service.image.value is not None and service.build is None:
        return service.image.value
    return use.facts.name


def _version(use: DataUse) -> str:
    return ".".join(str(number) for number in use.facts.version[:1]) if use.facts.version else ""


def _loses(use: DataUse) -> str:
    return {"queue": "its messages", "cache": "what it saved"}.get(use.facts.loses or "", "its data")


def _source(mount: Mount) -> str:
    if mount.source_text:
        return mount.source_text
    return mount.source_span.text if mount.source_span is not None else "a volume"


def _written(service: Service, mount: Mount, folder: str, use: DataUse) -> str:
    source = _source(mount) if not mount.anonymous else f"{service.name}-data"
    variable = _moving_variable(use, mount)
    if variable:
        return f"set `{variable}: {mount.target}`"
    if mount.long_syntax and not mount.anonymous:
        return f"write `target: {folder}`"
    return f"write `- {source}:{folder}`"

"""Named volumes for folders that hold data, and mounts that move to such folders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockerlint.model.edits.composefile import add_to_list, declare_volume, replace_text
from dockerlint.source.text import Edit, Span

if TYPE_CHECKING:
    from dockerlint.model.service import Compose, Mount, Service

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")


def mount_volumes(compose: Compose, service: Service, folders: list[str], more: bool) -> tuple[Edit, ...] | None:
    """A named volume for each folder, mounted in the service and declared in the same file.

    `more` says that the service has a volume for data already: each is called after its folder then, else the first one
    is the service's data. A declared volume of such a name that nobody mounts is taken, not declared once more.
    """
    place = _key_of(compose, service)
    edits: list[Edit] = []
    taken: set[str] = set()
    for index, folder in enumerate(folders):
        last = "data" if not more and index == 0 else folder.rpartition("/")[2]
        name, declared = _volume_name(compose, service, last, taken)
        mounted = add_to_list(place, "volumes", f"{name}:{folder}")
        declaring = None if declared else declare_volume(place.file, name)
        if not _NAME.fullmatch(name) or mounted is None or (declaring is None and not declared):
            return None
        taken.add(name)
        edits += [mounted] if declaring is None else [mounted, declaring]
    return _joined(edits)


def name_volume(compose: Compose, service: Service, mount: Mount) -> tuple[Edit, ...] | None:
    """A name, which is declared, for a volume that is written as its target alone."""
    if mount.long_syntax or mount.target is None or mount.span.text.strip("\"'").rstrip("/") != mount.target:
        return None
    name, declared = _volume_name(compose, service, "data", set())
    edit = replace_text(mount.span, f"{name}:{mount.target}")
    declaring = None if declared else declare_volume(mount.span.file, name)
    if not _NAME.fullmatch(name) or edit is None or (declaring is None and not declared):
        return None
    return (edit,) if declaring is None else (edit, declaring)


def move_mount(service: Service, mount: Mount, folder: str) -> tuple[Edit, ...] | None:
    """Another target for a mount of a service, options and source as they are.

    None where something else is mounted there, and where a variable is part of the old target.
    """
    written = mount.target_span
    if any(other.target == folder for other in service.mounts):
        return None
    if written is None or written.text.strip("\"'").rstrip("/") != mount.target or mount.target == "":
        return None
    edit = replace_text(written, folder)
    return (edit,) if edit is not None else None


def _key_of(compose: Compose, service: Service) -> Span:
    """Where the service is written first: what it always needs belongs there, not into an override."""
    files = [file.path for file in compose.files]
    return next((span for span in service.key_spans if span.path in files), service.span)


def _volume_name(compose: Compose, service: Service, last: str, taken: set[str]) -> tuple[str, bool]:
    """A name that nothing else has, in the manner of the names that are there, and whether it is declared."""
    known = [*compose.volumes, *taken]
    used = {mount.source for other in compose.services.values() for mount in other.mounts if mount.kind == "volume"}
    for key, volume in compose.volumes.items():
        if _plain(key) == _plain(service.name + last) and key not in used and not volume.external:
            return key, True
    sign = "_" if sum("_" in name for name in known) > sum("-" in name for name in known) else "-"
    name = f"{service.name}{sign}{last}"
    number = 1
    while name in known or name in used:
        number += 1
        name = f"{service.name}{sign}{last}{sign}{number}"
    return name, False


def _plain(name: str) -> str:
    return re.sub(r"[-_.]", "", name).lower()


def _joined(edits: list[Edit]) -> tuple[Edit, ...] | None:
    """Edits of one place as a single one; None where they are no lines, which could not be put behind each other."""
    found: dict[tuple[str, int, int], Edit] = {}
    for edit in edits:
        key = (edit.span.path, edit.span.start, edit.span.end)
        first = found.get(key)
        if first is not None and not first.text.endswith("\n"):
            return None
        found[key] = edit if first is None else Edit(edit.span, first.text + edit.text.removeprefix(_head(first, edit)))
    return tuple(found.values())


def _head(first: Edit, second: Edit) -> str:
    """The key that both begin with, where both make the list or the section."""
    head = ""
    for one, other in zip(first.text.splitlines(True), second.text.splitlines(True), strict=False):
        if one != other:
            break
        head += one
    return head

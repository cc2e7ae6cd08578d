"""Which mount of a container wins at a path: the deepest one, in whatever order they are written.

Docker sorts the mounts of a container by the depth of their targets before it makes them.
"""

from __future__ import annotations

from collections.abc import Iterable

from dockerlint.model.paths import is_within
from dockerlint.model.service import Mount


def winning_mount(mounts: Iterable[Mount], path: str) -> Mount | None:
    """The mount that decides what a container path holds, None where the image does."""
    best: Mount | None = None
    for mount in mounts:
        if mount.target is None or not is_within(path, mount.target):
            continue
        if best is None or best.target is None or len(mount.target) >= len(best.target):
            best = mount
    return best

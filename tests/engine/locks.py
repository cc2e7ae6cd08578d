"""Who may run beside whom: projects that want the same host port or name wait for one another."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.engine.probes import Laid


@contextmanager
def alone(laid: Laid) -> Iterator[None]:
    """Holds what the project would share with another one on this engine: ports, container names, fixed networks."""
    folder = laid.engine.home / "locks"
    folder.mkdir(exist_ok=True)
    with ExitStack() as held:
        for wanted in sorted(set(_wanted(laid))):
            held.enter_context(_held(folder / hashlib.sha256(wanted.encode()).hexdigest()[:20]))
        yield


@contextmanager
def _held(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _wanted(laid: Laid) -> Iterable[str]:
    if not any(laid.folder.glob("*compose*")):
        return
    shown = laid.compose("--profile", "*", "config", "--format", "json")
    if shown.status:
        yield "unreadable"
        return
    # Warnings stand before the document.
    config: dict[str, Any] = json.loads(shown.output[shown.output.index("\n{") if shown.output[0] != "{" else 0 :])
    for service in config.get("services", {}).values():
        if service.get("container_name"):
            yield f"name {service['container_name']}"
        if service.get("network_mode") == "host":
            yield "host network"
        if service.get("build") and service.get("image"):
            yield f"image {service['image']}"
        for port in service.get("ports") or ():
            if port.get("published"):
                yield f"port {port['published']}"
    for kind in ("networks", "volumes"):
        for name, value in (config.get(kind) or {}).items():
            value = value or {}
            if value.get("ipam") or value.get("external") or value.get("name", "") != f"{laid.name}_{name}":
                yield f"{kind} {value.get('ipam') or value.get('name')}"

"""Where an image stops instead of starting, as its row says."""

from __future__ import annotations

import os
from typing import Any

import container


def refuse(row: dict[str, Any]) -> None:
    """Stop where the row says that the image stops."""
    for path in row.get("refused_mounts") or ():
        if container.is_mounted(path):
            container.stop(f"Error: there is a mount at {path}, with which this image does not start")
    for entry in row.get("refused_env") or ():
        if is_set(entry):
            container.stop(f"[ERROR] [Entrypoint]: {entry} is refused")
    for group in row.get("joint_env") or ():
        given = [entry for entry in group if any(is_set(name) for name in entry.split("|"))]
        if given and len(given) < len(group):
            missing = [entry.replace("|", " or ") for entry in group if entry not in given]
            container.stop(f"error: {', '.join(given)} is set without {', '.join(missing)}: they go together")
    for group in row.get("required_env") or ():
        if not any(is_set(entry) for entry in group):
            text = f"You need to specify one of the following as an environment variable: {', '.join(group)}"
            if not row.get("warns_only"):
                container.stop(f"error: {text}")
            container.say(f"WARNING: {text}; everybody may in")


def is_set(entry: str) -> bool:
    """NAME: set and not empty; NAME=value: set to just that."""
    name, equals, value = entry.partition("=")
    given = os.environ.get(name, "")
    return given == value if equals else bool(given)

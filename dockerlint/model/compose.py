"""Read a compose project: files, .env, include, extends, merging, checking, and the services that come of it."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockerlint.model.service import (
    BuildSpec,
    CommandSpec,
    Compose,
    Dependency,
    EnvFileUse,
    EnvSetting,
    ExtraHost,
    Grant,
    Healthcheck,
    Interpolation,
    Located,
    Mount,
    NetworkUse,
    Port,
    Resource,
    Service,
    Watch,
)

if TYPE_CHECKING:
    from dockerlint.source.tree import FileTree

__all__ = [
    "BuildSpec",
    "CommandSpec",
    "Compose",
    "Dependency",
    "EnvFileUse",
    "EnvSetting",
    "ExtraHost",
    "Grant",
    "Healthcheck",
    "Interpolation",
    "Located",
    "Mount",
    "NetworkUse",
    "Options",
    "Port",
    "Resource",
    "Service",
    "Watch",
    "load",
]


@dataclass(frozen=True, slots=True)
class Options:
    """How a project is read.

    `env_files` replace ``.env``; `environment` is the machine's environment, where the user asked for it;
    `blank_unset` reads an unset variable as empty, as Compose does, and not as unknown; `root` is the tree's
    absolute path, where paths shall be printed; `name` is the project's name where the user gave it.
    """

    env_files: tuple[str, ...] = ()
    environment: Map[str, str] | None = None
    blank_unset: bool = False
    root: str | None = None
    name: str | None = None


def load(tree: FileTree, files: tuple[str, ...], options: Options = Options()) -> Compose:
    """Read the project that `files` (paths in the tree, base first) make. Never raises on any input."""
    raise NotImplementedError

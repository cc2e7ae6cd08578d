"""The environment in which a container's program runs, in Docker's order of precedence.

The image's own variables, ENV of the Dockerfile, env files, ``environment:`` of compose
(https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dockerlint.model.value import Known
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span
from dockerlint.source.tree import FileTree, join, parent

if TYPE_CHECKING:
    from dockerlint.formats.dotenv import ParsedEnv
    from dockerlint.model.image.dockerfile import Stage
    from dockerlint.model.image.facts import ImageFacts
    from dockerlint.model.service import Service


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable. `value` is None where it is set to something nobody knows.

    `origin` is "base" (the base image), "image" (ENV), "env_file", "example" (the example beside an env file that only
    the author has) or "compose".
    """

    name: str
    value: str | None
    span: Span | None
    origin: str


@dataclass(frozen=True, slots=True)
class Environment:
    """All variables by name. `closed` is False where others may be set that nobody can see."""

    settings: Mapping[str, Setting]
    closed: bool

    def __contains__(self, name: str) -> bool:
        return name in self.settings

    def get(self, name: str) -> Setting | None:
        return self.settings.get(name)

    def text(self, name: str) -> str | None:
        """The value where it is known, None where it is unknown or absent."""
        setting = self.settings.get(name)
        return setting.value if setting else None


def effective_environment(
    service: Service | None, stage: Stage | None, base: ImageFacts | None, tree: FileTree
) -> Environment:
    """What the program of `service` (or a container of `stage` alone) finds in its environment."""
    settings: dict[str, Setting] = {}
    if base is not None:
        for name, text in (base.environment or {}).items():
            settings[name] = Setting(name, text, None, "base")
    if stage is not None:
        for name, value in stage.environment.items():
            settings[name] = Setting(name, value.text if isinstance(value, Known) else None, value.span, "image")
    if service is None:
        return Environment(settings, True)
    closed = True
    for use in service.env_files:
        if use.present:
            continue
        names = example_names(tree, use.path)
        if names is None:
            closed = False
        else:
            for name in names:
                settings[name] = Setting(name, None, use.span, "example")
    for name, entry in service.environment_full.items():
        origin = "compose" if name in service.environment else "env_file"
        if entry.passed and entry.value is None and name in settings:
            # A bare name passes nothing on where the machine has no such variable.
            settings[name] = Setting(name, None, entry.span, origin)
            continue
        settings[name] = Setting(name, entry.value if entry.known else None, entry.span, origin)
    return Environment(settings, closed)


_EXAMPLE_WORDS = ("example", "sample", "dist", "template", "tmpl", "default", "defaults", "skel")


def example_paths(path: str) -> Iterator[str]:
    """Where people keep the example of an env file: ``.env.example``, ``env.sample``, ``.example.env`` …"""
    folder, name = parent(path), path.rpartition("/")[2]
    bare = name.lstrip(".")
    for word in _EXAMPLE_WORDS:
        for candidate in (f"{name}.{word}", f"{name}-{word}", f"{name}_{word}", f"{bare}.{word}", f"{word}.{bare}"):
            yield f"{folder}/{candidate}" if folder else candidate
        stem, dot, suffix = name.rpartition(".")
        for candidate in (f".{word}.{bare}", f"{stem}.{word}{dot}{suffix}", f"{bare}-{word}", f"{word}{name}"):
            yield f"{folder}/{candidate}" if folder else candidate


def example_of(tree: FileTree, path: str) -> str | None:
    """The path of the example beside an env file, None where there is none."""
    return next((candidate for candidate in example_paths(path) if tree.kind(candidate) == "file"), None)


def example_names(tree: FileTree, path: str | None) -> tuple[str, ...] | None:
    """The names in the example of an env file that is not in the tree; None where nothing tells them."""
    example = example_of(tree, path) if path is not None else None
    parsed = read_env(tree, example) if example else None
    return tuple(entry.name for entry in parsed.entries) if parsed else None


def read_env(tree: FileTree, path: str) -> ParsedEnv | None:
    """An env file of the tree, parsed; None where it cannot be read."""
    from dockerlint.formats.dotenv import parse_dotenv

    file = tree.read(path)
    return parse_dotenv(file) if file else None


def beside(path: str, name: str) -> str | None:
    """The path of `name` in the folder of `path`."""
    return join(parent(path), name)

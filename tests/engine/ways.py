"""The ways in which people start a project, and what such a project needs to be started by somebody else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dockerlint.model.compose.combinations import combinations
from dockerlint.model.compose.reader import Compose, Options, load
from dockerlint.model.environment.effective import example_of
from dockerlint.model.loading import project_of
from dockerlint.model.project import Project
from dockerlint.model.workspace import Workspace
from dockerlint.rulebook import shelf
from dockerlint.source.discover import is_compose, walk
from dockerlint.source.tree import FolderTree, parent
from tests.engine.daemon import Engine

_HOME = "/home/somebody"


@dataclass(frozen=True)
class Way:
    """One way to start a project: compose files that go together. Paths are of the tree at `root`."""

    root: Path
    files: tuple[str, ...]
    env_files: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.root.parent.name}/{self.root.name}: {' '.join(self.files)}"


def ways_of(root: Path) -> list[Way]:
    """The ways to start what lies in a folder; not those that only work with files that nobody names."""
    tree = FolderTree(str(root))
    paths = [path for path in walk(tree) if is_compose(path)]
    mentions = Workspace(tree, shelf.facts()).mentions(sorted({"", *map(parent, paths)}))
    found = combinations(tree, paths, mentions.compose, lambda files: not load(tree, files).problems)
    parts = {
        file.path for each in found for file in load(tree, each.files).files if file.path not in each.files
    }  # what another project includes or extends
    return [
        Way(root, each.files, each.env_files)
        for each in found
        if not each.partial and (each.named or not parts.issuperset(each.files))
    ]


def families(roots: list[Path]) -> list[tuple[Way, ...]]:
    """The ways of all folders, those together that are variants of one project."""
    found: dict[tuple[Path, str], list[Way]] = {}
    for root in roots:
        for way in ways_of(root):
            found.setdefault((root, parent(way.files[0])), []).append(way)
    return [tuple(ways) for ways in found.values()]


def modelled(way: Way, place: Path, name: str, environment: Mapping[str, str]) -> Project:
    """The model of the project laid at `place`, told of the machine what compose is told."""
    tree = FolderTree(str(place))
    options = Options(
        env_files=way.env_files,
        environment=environment,
        blank_unset=True,
        root=str(place),
        home=environment["HOME"],
        pwd=environment["PWD"],
        name=name,
    )
    return project_of(tree, load(tree, way.files, options), shelf.facts())


def linted(way: Way, place: Path, name: str) -> Project:
    """The model of the same project as a lint has it: of the machine nothing is known but the project's name."""
    tree = FolderTree(str(place))
    return project_of(tree, load(tree, way.files, Options(env_files=way.env_files, name=name)), shelf.facts())


def complete(engine: Engine, way: Way, place: Path, name: str) -> dict[str, str]:
    """Lays what only the author has, empty, and returns the shell's environment with the variables that must be set."""
    environment = {
        "HOME": _HOME,
        "PWD": str(place / parent(way.files[0])),
        **{name: engine.environment[name] for name in ("PATH", "DOCKER_CONFIG", "DOCKER_HOST")},
    }
    _with_env_file(place, way)
    for _ in range(3):  # what is added may ask for more
        compose = modelled(way, place, name, environment).compose
        assert compose is not None
        _with_demanded(compose, environment)
        _with_dummies(compose, place)
    return environment


def _with_env_file(place: Path, way: Way) -> None:
    """The `.env` that people make of the example beside it."""
    folder = parent(way.files[0])
    path = f"{folder}/.env" if folder else ".env"
    if not (place / path).exists() and not way.env_files:
        example = example_of(FolderTree(str(place)), path)
        if example is not None:
            shutil.copy(place / example, place / path)


def _with_demanded(compose: Compose, environment: dict[str, str]) -> None:
    """A value for each variable without which compose refuses (`${X:?}`) or an image has no name (`db:${TAG}`)."""
    for number, use in enumerate(compose.interpolations):
        if not use.value and (use.operator in (":?", "?") or (use.operator is None and use.path[-1:] == ("image",))):
            environment.setdefault(use.name, str(8100 + number))  # a port may have it too


def _with_dummies(compose: Compose, place: Path) -> None:
    """Empty files and folders: env files, secrets, configs, sources of bind mounts."""
    wanted: list[tuple[str | None, bool]] = []
    for service in compose.services.values():
        wanted += [(use.path, False) for use in service.env_files if use.required and not use.present]
        wanted += [(m.host_path_in_tree, True) for m in service.mounts if m.kind == "bind" and not m.create_host_path]
    wanted += [(resource.file, False) for resource in (*compose.secrets.values(), *compose.configs.values())]
    wanted += [(_named_env(problem.message), False) for problem in compose.absent]
    for path, is_folder in wanted:
        if path is None or (place / path).exists():
            continue
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        if is_folder:
            (place / path).mkdir()
        else:
            (place / path).touch()


def _named_env(message: str) -> str | None:
    """The env file that an `include` asks for and that is not there."""
    found = re.search(r"(\S*\.env\S*) does not exist", message)
    return found.group(1) if found else None

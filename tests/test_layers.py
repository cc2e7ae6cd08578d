"""Imports point one way, and a library is known in one place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "dockerlint"
MAY_IMPORT = {
    "source": set(),
    "formats": {"source"},
    "rulebook": {"source", "formats"},
    "model": {"source", "formats"},
    "checks": {"source", "formats", "model", "rulebook"},
    "engine": {"source", "formats", "model", "rulebook", "checks"},
    "report": {"source", "formats", "rulebook"},
    "cli": {"source", "formats", "model", "rulebook", "checks", "engine", "report"},
}
ONLY_IN = {
    "click": ("cli/",),
    "yaml": ("formats/yamltree.py", "rulebook/card.py"),
    "dockerfile_parse": ("formats/instructions.py",),
    "dataclasses": ("source/record.py",),  # too slow to start with
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Every module that a file imports anywhere, also for types alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
            if node.module == "dockerlint":
                found.update(f"dockerlint.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    inside = path.relative_to(PACKAGE).as_posix()
    package = inside.split("/")[0] if "/" in inside else None
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "dockerlint" and len(parts) > 1 and package is not None and parts[1] in MAY_IMPORT:
            assert parts[1] == package or parts[1] in MAY_IMPORT[package], f"{inside} imports {name}"
        places = ONLY_IN.get(parts[0])
        assert places is None or inside.startswith(places), f"{inside} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_modules_are_small_and_named_after_what_they_hold(path: Path) -> None:
    assert path.stem not in VAGUE
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_every_package_says_what_it_does_not_know() -> None:
    for package in MAY_IMPORT:
        assert ast.get_docstring(ast.parse((PACKAGE / package / "__init__.py").read_text(encoding="utf-8"))), package

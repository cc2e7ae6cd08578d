"""Cargo.toml (https://doc.rust-lang.org/cargo/reference/manifest.html)."""

from __future__ import annotations

from dockerlint.formats.jsontree import Node
from dockerlint.formats.manifesttypes import Manifest
from dockerlint.formats.tomltree import parse_toml
from dockerlint.source.text import SourceFile, Span


def read_cargo(file: SourceFile) -> Manifest:
    """Settings: ``bin``, the names of the programs that it builds, joined by newlines: those of ``[[bin]]``,
    else the package itself."""
    root, problems = parse_toml(file)
    places: dict[str, Span] = {}
    name = root.text("package", "name")
    table = root.get("bin")
    listed = table.value if table is not None and isinstance(table.value, list) else []
    programs = [each for each in (item.text("name") for item in listed) if each] or ([name] if name else [])
    return Manifest(
        path=file.path,
        folder=file.path.rpartition("/")[0],
        ecosystem="rust",
        name=name,
        version=root.text("package", "version"),
        dependencies=_requirements(root.get("dependencies"), places),
        dev_dependencies=_requirements(root.get("dev-dependencies"), places),
        workspaces=root.texts("workspace", "members"),
        settings={"bin": "\n".join(programs)} if programs else {},
        places=places,
        problems=problems,
    )


def _requirements(node: Node | None, places: dict[str, Span]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in node.entries() if node is not None else ():
        found[name] = value.value if isinstance(value.value, str) else value.text("version") or ""
        places.setdefault(name, value.span)
    return found

"""composer.json (https://getcomposer.org/doc/04-schema.md)."""

from __future__ import annotations

from dockerlint.formats.jsontree import Node, parse_json
from dockerlint.formats.manifesttypes import Located, Manifest
from dockerlint.source.text import SourceFile, Span


def read_composer(file: SourceFile) -> Manifest:
    """Settings: ``vendor-dir`` and ``bin-dir`` of ``config``, ``type``. A script that is a list counts joined by &&."""
    root, problems = parse_json(file)
    folder = file.path.rpartition("/")[0]
    if root is None:
        return Manifest(file.path, folder, "php", problems=problems)
    settings: dict[str, str] = {}
    places: dict[str, Span] = {}
    for key, path in (
        ("vendor-dir", ("config", "vendor-dir")),
        ("bin-dir", ("config", "bin-dir")),
        ("type", ("type",)),
    ):
        node = root.get(*path)
        if node is not None and isinstance(node.value, str):
            settings[key] = node.value
            places[key] = node.span
    return Manifest(
        path=file.path,
        folder=folder,
        ecosystem="php",
        name=root.text("name"),
        version=root.text("version"),
        scripts={name: Located(_script(root, name, node), node.span) for name, node in root.entries("scripts")},
        dependencies=_requirements(root, "require", places),
        dev_dependencies=_requirements(root, "require-dev", places),
        settings=settings,
        places=places,
    )


def _script(root: Node, name: str, node: Node) -> str:
    return node.value if isinstance(node.value, str) else " && ".join(root.texts("scripts", name))


def _requirements(root: Node, section: str, places: dict[str, Span]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, node in root.entries(section):
        found[name] = node.value if isinstance(node.value, str) else ""
        places.setdefault(name, node.span)
    return found

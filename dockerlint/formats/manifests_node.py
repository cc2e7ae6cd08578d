"""package.json (https://docs.npmjs.com/cli/configuring-npm/package-json)."""

from __future__ import annotations

from dockerlint.formats.jsontree import Node, parse_json
from dockerlint.formats.manifesttypes import Located, Manifest
from dockerlint.source.text import SourceFile, Span

_SETTINGS = ("type", "main", "module", "packageManager", "proxy", "homepage", "bin")


def read_package_json(file: SourceFile) -> Manifest:
    """Settings: type, main, module, packageManager, proxy, homepage, bin where they are strings, ``engines.NAME``,
    ``proxy.PATH`` for each target of a proxy object, ``nodemonConfig.exec`` and ``nodemonConfig.script``."""
    root, problems = parse_json(file)
    folder = file.path.rpartition("/")[0]
    if root is None:
        return Manifest(file.path, folder, "node", problems=problems)
    settings, places = _settings(root)
    dependencies: dict[str, str] = {}
    for section in ("peerDependencies", "optionalDependencies", "dependencies"):
        dependencies.update(_requirements(root, section, places))
    return Manifest(
        path=file.path,
        folder=folder,
        ecosystem="node",
        name=root.text("name"),
        version=root.text("version"),
        scripts={
            name: Located(node.value, node.span)
            for name, node in root.entries("scripts")
            if isinstance(node.value, str)
        },
        dependencies=dependencies,
        dev_dependencies=_requirements(root, "devDependencies", places),
        workspaces=root.texts("workspaces") or root.texts("workspaces", "packages"),
        settings=settings,
        places=places,
    )


def _settings(root: Node) -> tuple[dict[str, str], dict[str, Span]]:
    settings: dict[str, str] = {}
    places: dict[str, Span] = {}

    def keep(name: str, node: Node | None) -> None:
        if node is not None and isinstance(node.value, str):
            settings[name] = node.value
            places[name] = node.span

    for name in _SETTINGS:
        keep(name, root.get(name))
    for name, node in root.entries("engines"):
        keep(f"engines.{name}", node)
    for path, node in root.entries("proxy"):
        keep(f"proxy.{path}", node if isinstance(node.value, str) else node.get("target"))
    for name in ("exec", "script"):
        keep(f"nodemonConfig.{name}", root.get("nodemonConfig", name))
    return settings, places


def _requirements(root: Node, section: str, places: dict[str, Span]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, node in root.entries(section):
        found[name] = node.value if isinstance(node.value, str) else ""
        places.setdefault(name, node.span)
    return found

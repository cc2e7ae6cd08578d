"""pyproject.toml (PEP 621, Poetry, PEP 735 groups, uv), requirements files and Pipfile.

Sources: https://packaging.python.org/en/latest/specifications/pyproject-toml/, https://python-poetry.org/docs/pyproject/,
https://pip.pypa.io/en/stable/reference/requirements-file-format/.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.formats.jsontree import Node
from dockerlint.formats.manifesttypes import Located, Manifest
from dockerlint.formats.tomltree import parse_toml
from dockerlint.source.pattern import pattern
from dockerlint.source.text import SourceFile, Span

_REQUIREMENT = pattern(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^;#]*)")
_RUNS = pattern(r"[-_.]+")


def read_python(file: SourceFile) -> Manifest:
    """Settings: ``tool`` ("poetry", "uv", "pdm", "hatch": the table that is there), ``build-backend``,
    ``requires-python``, ``package-mode``; for a requirements file ``includes``, its ``-r`` files joined by newlines."""
    name = file.path.rpartition("/")[2]
    if name == "pyproject.toml":
        return _pyproject(file)
    return _pipfile(file) if name == "Pipfile" else _requirements(file)


def normalised(name: str) -> str:
    """A distribution's name as all spellings of it compare (PEP 503)."""
    return _RUNS.sub("-", name).lower()


def _pyproject(file: SourceFile) -> Manifest:
    root, problems = parse_toml(file)
    places: dict[str, Span] = {}
    project = root.get("project") or Node({}, root.span)
    poetry = root.get("tool", "poetry")
    dependencies = _listed(project.get("dependencies"), places)
    development: dict[str, str] = {}
    for _, group in (*project.entries("optional-dependencies"), *root.entries("dependency-groups")):
        development.update(_listed(group, places))
    development.update(_listed(root.get("tool", "uv", "dev-dependencies"), places))
    if poetry is not None:
        dependencies.update(_table(poetry.get("dependencies"), places))
        development.update(_table(poetry.get("dev-dependencies"), places))
        for _, group in poetry.entries("group"):
            development.update(_table(group.get("dependencies"), places))
    dependencies.pop("python", None)
    scripts = {
        key: Located(node.value, node.span)
        for table in (project, poetry)
        for key, node in (table.entries("scripts") if table is not None else ())
        if isinstance(node.value, str)
    }
    settings: dict[str, str] = {}
    for key, path in (
        ("build-backend", ("build-system", "build-backend")),
        ("requires-python", ("project", "requires-python")),
        ("package-mode", ("tool", "poetry", "package-mode")),
    ):
        node = root.get(*path)
        if node is not None and isinstance(node.value, (str, bool)):
            settings[key] = str(node.value).lower() if isinstance(node.value, bool) else node.value
            places[key] = node.span
    tool = next((each for each in ("poetry", "uv", "pdm", "hatch") if root.get("tool", each) is not None), None)
    if tool is not None:
        settings["tool"] = tool
    return Manifest(
        path=file.path,
        folder=file.path.rpartition("/")[0],
        ecosystem="python",
        name=project.text("name") or root.text("tool", "poetry", "name"),
        version=project.text("version") or root.text("tool", "poetry", "version"),
        scripts=scripts,
        dependencies=dependencies,
        dev_dependencies=development,
        workspaces=root.texts("tool", "uv", "workspace", "members"),
        settings=settings,
        places=places,
        problems=problems,
    )


def _listed(node: Node | None, places: dict[str, Span]) -> dict[str, str]:
    """PEP 508 strings: ``["fastapi[standard]>=0.110"]``."""
    found: dict[str, str] = {}
    for item in node.value if node is not None and isinstance(node.value, list) else ():
        match = _REQUIREMENT.match(item.value) if isinstance(item.value, str) else None
        if match is not None:
            name = normalised(match.group(1))
            found[name] = match.group(2).strip()
            places.setdefault(name, item.span)
    return found


def _table(node: Node | None, places: dict[str, Span]) -> dict[str, str]:
    """Poetry's and Pipenv's tables: ``flask = "^3"`` or ``flask = {version = "^3", extras = [...]}``."""
    found: dict[str, str] = {}
    for key, value in node.entries() if node is not None else ():
        name = normalised(key)
        found[name] = value.value if isinstance(value.value, str) else value.text("version") or ""
        places.setdefault(name, value.span)
    return found


def _pipfile(file: SourceFile) -> Manifest:
    root, problems = parse_toml(file)
    places: dict[str, Span] = {}
    return Manifest(
        path=file.path,
        folder=file.path.rpartition("/")[0],
        ecosystem="python",
        scripts={
            key: Located(node.value, node.span) for key, node in root.entries("scripts") if isinstance(node.value, str)
        },
        dependencies=_table(root.get("packages"), places),
        dev_dependencies=_table(root.get("dev-packages"), places),
        settings={"tool": "pipenv"},
        places=places,
        problems=problems,
    )


def _requirements(file: SourceFile) -> Manifest:
    dependencies: dict[str, str] = {}
    places: dict[str, Span] = {}
    includes: list[str] = []
    for start, line in _logical_lines(file.text):
        text = line.split(" #", 1)[0].strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("-"):
            option, _, value = text.partition("=" if "=" in text.split()[0] else " ")
            if option in ("-r", "--requirement") or (option.startswith("-r") and not option.startswith("--")):
                includes.append(value.strip() or option[2:])
            elif option in ("-e", "--editable") and "#egg=" in value:
                dependencies[normalised(value.split("#egg=", 1)[1].split("&")[0].split("[")[0])] = ""
            continue
        match = _REQUIREMENT.match(text)
        if match is None or "://" in text.partition("@")[0] or text.startswith((".", "/")):
            continue
        name = normalised(match.group(1))
        dependencies[name] = match.group(2).split(" --", 1)[0].strip()
        at = start + len(line) - len(line.lstrip())
        places.setdefault(name, Span(file, at, at + len(text)))
    return Manifest(
        path=file.path,
        folder=file.path.rpartition("/")[0],
        ecosystem="python",
        dependencies=dependencies,
        settings={"includes": "\n".join(includes)} if includes else {},
        places=places,
    )


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their offset; one that ends with a backslash goes on in the next."""
    start = at = 0
    held: list[str] = []
    for line in text.splitlines(keepends=True):
        at += len(line)
        bare = line.rstrip("\r\n")
        if bare.endswith("\\"):
            held.append(bare[:-1])
            continue
        yield start, "".join((*held, bare))
        held = []
        start = at
    if held:
        yield start, "".join(held)

"""Development servers whose configuration file says where they listen: Vite, webpack, Angular, Vue, Nuxt, Astro."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dockerlint.model.network.listening import UNKNOWN, Listener, Listening
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import SourceFacts
    from dockerlint.model.project import Project
    from dockerlint.model.running.servers import Bind, ServerUse
    from dockerlint.model.service import Service
    from dockerlint.source.text import SourceFile, Span

_ENDINGS = ("ts", "js", "mts", "mjs", "cjs")
_FAMILY = {"vite": ("vite", "react-router", "vitepress", "svelte-kit"), "vite preview": ("vite",)}
_JSON = (".json",)


@dataclass(frozen=True, slots=True)
class _Found:
    value: str | None  # None: something says it, and nobody knows what
    span: Span


def configured(project: Project, service: Service, use: ServerUse, row: Mapping[str, Any]) -> Listening:
    """What options, variables, the configuration and the version's defaults say."""
    from dockerlint.model.network.programlisteners import label, normal, place

    if use.root is None or (use.name in _FAMILY and use.argv[0] not in _FAMILY[use.name]):
        return UNKNOWN
    if use.name == "webpack serve" and not use.argv[0].startswith("webpack"):
        return UNKNOWN
    if use.name == "ng serve" and use.argv[0] != "ng":
        return UNKNOWN
    if project.files_of(service).read(f"{use.root.rstrip('/')}/package.json") is None:
        return UNKNOWN
    files = list(_files(project, service, use, row))
    version = requirement(project, service, use.root, row["package"]) if row.get("package") else None
    host, host_span = _part(project, service, use, use.host, "host", files, row, version)
    port, _ = _part(project, service, use, use.port, "port", files, row, version)
    if port is None or not port.isdigit():
        return UNKNOWN
    span = host_span or place(project, service, use, use.host)
    how = use.host.how if host_span is None else host_span.path.rpartition("/")[2]
    return Listening((Listener(port, normal(host), label(use), how, span, service.name),), True)


def _part(
    project: Project,
    service: Service,
    use: ServerUse,
    bind: Bind,
    part: str,
    files: list[SourceFile],
    row: Mapping[str, Any],
    version: tuple[int, ...] | None,
) -> tuple[str | None, Span | None]:
    if bind.how not in ("", "default"):
        return bind.value, None
    from dockerlint.model.network.programlisteners import _defaults

    found = [one for file in files for one in _said(project, file, row[part], part)]
    if found:
        values = {one.value for one in found}
        return (found[0].value, found[0].span) if len(values) == 1 else (None, None)
    if not _defaults(project, service, use, part):
        return None, None
    rows = row.get(f"{part}s")
    if rows is None:
        return bind.value, None
    if version is None or not version:
        return None, None
    for one in rows:
        if one.get("from", 0) <= version[0] < one.get("below", 1000):
            return str(one[part]), None
    return None, None


def _files(project: Project, service: Service, use: ServerUse, row: Mapping[str, Any]) -> Iterator[SourceFile]:
    """The configuration files that the server may read."""
    files = project.files_of(service)
    root = (use.root or "").rstrip("/")
    if row["names"] == ["webpack"]:
        for folder in ("", "/config", "/build", "/webpack"):
            host = files.host_path(f"{root}{folder}")
            for entry in project.tree.entries(host) if host is not None else ():
                if "webpack" in entry.name or (folder == "/webpack" and entry.name.endswith(".js")):
                    file = files.read(f"{root}{folder}/{entry.name}")
                    if file is not None and not entry.name.endswith(".json"):
                        yield file
        return
    for name in row["names"]:
        for path in (name,) if name.endswith(_JSON) else tuple(f"{name}.{ending}" for ending in _ENDINGS):
            file = files.read(f"{root}/{path}")
            if file is not None:
                yield file
    from dockerlint.model.running.serverargs import option_value

    given = option_value(use.argv[1:], ("-c", "--config", "--config-file"))
    file = files.read(f"{root}/{given}") if given else None
    if file is not None:
        yield file


def _said(project: Project, file: SourceFile, keys: list[str], part: str) -> Iterator[_Found]:
    """What a configuration file says; a mention that is not understood is unknown."""
    if file.path.endswith(_JSON):
        pattern = re.compile(rf'"{part}"\s*:\s*"?([\w.:-]+)"?')
        for match in pattern.finditer(file.text):
            from dockerlint.source.text import Span

            yield _Found(match.group(1), Span(file, *match.span(1)))
        return
    source = project.workspace.source(file.path) if file.path else None
    if source is None:
        return
    found = list(_entries(source, keys))
    yield from found
    if found:
        return
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", file.text, flags=re.DOTALL)
    block = "devServer" in code or re.search(r"\bserver\b\s*[:=(,]", code) or "preview" in code
    if block and re.search(rf"\b{part}\b", code) and not _elsewhere(source, part):
        from dockerlint.source.text import Span

        yield _Found(None, Span(file, 0, 0))


def _entries(source: SourceFacts, keys: list[str]) -> Iterator[_Found]:
    for text in source.texts:
        if _fits(text.path, keys):
            yield _Found(None if text.template or text.joined or text.fallback_of else text.value, text.span)
    for switch in source.switches:
        if _fits(switch.path, keys):
            value = {"true": "0.0.0.0", "false": "localhost"}.get(switch.value.lower())
            yield _Found(value, switch.span)


def _fits(path: str, keys: list[str]) -> bool:
    return any(path == key or path.endswith(f".{key}") for key in keys)


def _elsewhere(source: SourceFacts, part: str) -> bool:
    """Does every mention stand in a place of its own, such as the host of a proxy's target?"""
    paths = [text.path for text in source.texts if text.path.rpartition(".")[2] == part]
    return (
        bool(paths)
        and all("proxy" in path or "hmr" in path for path in paths)
        and source.file.text.count(part) <= len(paths)
    )


def requirement(project: Project, service: Service, root: str | None, package: str) -> tuple[int, ...] | None:
    """The version of a package that the manifest asks for: () for any version, None where nothing asks for it."""
    folder = root if root is not None else project.workdir_of(service)
    if folder is None:
        return None
    files = project.files_of(service)
    host = files.host_path(f"{folder.rstrip('/')}/package.json")
    manifest = project.workspace.manifest(host) if host is not None else None
    text = manifest.requirement(package) if manifest is not None else None
    if text is None:
        return None
    digits = re.match(r"[\^~>=v\s]*(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in digits.groups() if part) if digits else ()

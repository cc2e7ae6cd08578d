"""Proxies of development servers, which run in the container: Vite, webpack, Create React App, Next, Angular, Nuxt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.connections import Found
from dockerlint.model.network.endpoints import read_endpoints

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import Text
    from dockerlint.model.project import Project, SourceUse
    from dockerlint.model.service import Service

_SERVES = {
    "vite": ("vite.config.",),
    "webpack": ("webpack.", "vue.config.", "setupproxy."),
    "webpack-dev-server": ("webpack.",),
    "vue-cli-service": ("vue.config.",),
    "react-scripts": ("setupproxy.",),
    "craco": ("setupproxy.", "craco.config."),
    "react-app-rewired": ("setupproxy.", "config-overrides."),
    "next": ("next.config.",),
    "nuxt": ("nuxt.config.",),
    "nuxi": ("nuxt.config.",),
    "ng": ("proxy.conf.", "proxy."),
    "quasar": ("quasar.config.", "quasar.conf."),
    "astro": ("astro.config.",),
    "rsbuild": ("rsbuild.config.",),
}
_BUILDS = frozenset(("build", "test", "lint", "generate", "export"))
_SCHEMES = ("http://", "https://", "ws://", "wss://")
_KEYS = frozenset(("target", "destination", "proxy", "router", "ws"))


def in_development_proxies(project: Project, service: Service) -> Iterator[Found]:
    """What the development servers of the effective command pass on to."""
    command = project.command_of(service)
    prefixes: set[str] = set()
    reacts = False
    for program in command.programs if command is not None else ():
        words = [word.rpartition("/")[2] for word in program.argv]
        if not _BUILDS.isdisjoint(words[1:3]):
            continue
        for word in words[:3]:
            prefixes.update(_SERVES.get(word.removesuffix(".js"), ()))
            reacts = reacts or word in ("react-scripts", "craco", "react-app-rewired")
    if not prefixes:
        return
    given = _Given(project, service)
    for use in project.sources_of(service):
        name = use.path.rpartition("/")[2].lower()
        if name.startswith(tuple(prefixes)):
            for text in use.facts.texts:
                if _is_target(text, name):
                    yield from _found(text, use, given)
    if "proxy.conf." in prefixes:
        yield from _angular(project, service)
    if reacts:
        yield from _package(project, service)


class _Given:
    """Whether a variable is set for the server: by Docker, or by an env file that it reads itself."""

    def __init__(self, project: Project, service: Service) -> None:
        self._environment = project.environment_of(service)
        self._files = [
            entry.name
            for use in project.sources_of(service)
            if use.path.rpartition("/")[2]
            .lower()
            .startswith(("vite.config.", "next.config.", "vue.config.", "package"))
            for name in (".env", ".env.local", ".env.development", ".env.development.local")
            if (env := project.workspace.env(_beside(use.path, name))) is not None
            for entry in env.entries
        ]

    def has(self, name: str) -> bool | None:
        if name in self._environment or name in self._files:
            return True
        return False if self._environment.closed else None


def _beside(path: str, name: str) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}/{name}" if folder else name


def _is_target(text: Text, name: str) -> bool:
    if text.kind != "string" or text.compared or not text.value.startswith(_SCHEMES):
        return False
    path = text.path.lower()
    if text.call is None and text.path.isidentifier() and _is_passed_on(text):
        return True
    call = (text.call or "").lower()
    if name.startswith("setupproxy."):
        return "proxy" in call or text.name == "target" or text.fallback_of is not None
    if name.startswith("proxy."):
        return True
    if name.startswith("next.config."):
        return text.name == "destination" or text.fallback_of is not None
    return (
        "proxy" in path or text.name in _KEYS or (text.fallback_of is not None and "proxy" in text.fallback_of.lower())
    )


def _is_passed_on(text: Text) -> bool:
    """Is it a constant that a proxy of the same file is given: ``proxy: { '/api': api }``, ``{ target: api }``?"""
    whole = text.span.file.text
    proxy = whole.find("proxy", text.span.end)
    if proxy < 0:
        return False
    return re.search(rf"(?:\btarget|\bproxy|['\"])\s*:\s*{text.path}\b(?!\s*[.(\[])", whole[proxy:]) is not None


def _found(text: Text, use: SourceUse, given: _Given) -> Iterator[Found]:
    used: bool | None = True
    if text.fallback_of is not None:
        has = given.has(text.fallback_of)
        if has:
            return
        used = None if has is None else True
    for end in read_endpoints(text.value):
        if not text.joined or end.path or end.port:
            yield Found("proxy", end, text.span, name=text.fallback_of, kind="http", used=used, use=text.span)


def _angular(project: Project, service: Service) -> Iterator[Found]:
    """``proxy.conf.json`` of ``ng serve``."""
    build = project.build_of(service)
    folders = [mount.host_path_in_tree for mount in service.mounts if mount.kind == "bind"]
    folders += [build.context.folder] if build is not None and build.context is not None else []
    for folder in dict.fromkeys(folders):
        for path in project.workspace.paths_below(folder) if folder is not None else ():
            name = path.rpartition("/")[2].lower()
            if not name.startswith("proxy") or not name.endswith(".json"):
                continue
            if next(project.files_of(service).paths_of(path), None) is None:
                continue
            for entry in project.workspace.config(path):
                if entry.key.rpartition(".")[2] == "target" or "target" in entry.key.split("."):
                    for end in read_endpoints(entry.value):
                        yield Found("proxy", end, entry.span, name="target", kind="http", used=True, use=entry.span)


def _package(project: Project, service: Service) -> Iterator[Found]:
    """``"proxy"`` of package.json, which react-scripts reads."""
    from dockerlint.formats.manifests import read_manifest

    command = project.command_of(service)
    for program in command.programs if command is not None else ():
        path = f"{program.workdir}/package.json" if program.workdir not in (None, "/") else "/package.json"
        host = project.files_of(service).host_path(path)
        file = project.tree.read(host) if host is not None else None
        if file is None or '"proxy"' not in file.text or not read_manifest(file).depends_on("react-scripts"):
            continue
        key = file.text.find('"proxy"')
        colon = file.text.find(":", key)
        start = file.text.find('"', colon) + 1
        stop = file.text.find('"', start)
        if 0 < start < stop and file.text[colon + 1 : start - 1].strip() == "":
            span = file.span(start, stop)
            for end in read_endpoints(span.text):
                yield Found("proxy", end, span, name="proxy", kind="http", used=True, use=span)
            return

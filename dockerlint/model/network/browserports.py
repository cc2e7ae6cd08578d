"""Addresses of the user's machine that client code asks for, at ports that nothing of the project publishes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import EnvRead, Text
    from dockerlint.model.browser.frontend import FrontEnd
    from dockerlint.model.project import Project, SourceUse
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class BrowserPort:
    """Client code asks the machine for a port that nothing publishes. `published`: service, port and place;
    `variable` holds the address where it is no literal."""

    service: Service
    url: str
    port: str
    span: Span
    published: tuple[tuple[str, str, Span], ...]
    variable: str | None = None


_URL = re.compile(r"(?:https?|wss?)://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d{2,5})(?![\d])")


def browser_ports(project: Project) -> Iterator[BrowserPort]:
    """Addresses in client code whose port nothing of the project publishes."""
    from dockerlint.model.browser.frontend import client_files

    published: list[tuple[str, str, Span]] = []
    for service in project.services:
        mode = service.network_mode
        if mode is not None and (mode.value is None or mode.value == "host"):
            return
        for port in service.ports:
            if not port.published_known or (port.published is not None and not port.published.isdigit()):
                return
            if port.published is not None and port.target is not None:
                published.append((service.name, port.published, port.span))
    ports = {number for _, number, _ in published}
    seen: set[tuple[str, int]] = set()
    servers = {name for name, _, _ in published if not _is_store(project, name)}
    for service in project.services:
        uses = project.sources_of(service)
        clients = client_files(uses, project.workspace)
        build = project.build_of(service)
        context = build.context.folder if build is not None and build.context is not None else None
        for use in uses:
            code = use.facts.file.text
            if use.path not in clients or not ("localhost:" in code or "127.0.0.1:" in code):
                continue
            # A client that lies in the folder of a server is served by it.
            own = clients[use.path].folder == context
            others = tuple(one for one in published if one[0] in servers and not (own and one[0] == service.name))
            for text in use.facts.texts:
                match = _URL.match(text.value)
                if match is None or match.group(1) in ports or text.fallback_of or text.compared or not others:
                    continue
                key = (use.path, text.span.start)
                if key not in seen and _is_asked(text, uses):
                    seen.add(key)
                    yield BrowserPort(service, text.value, match.group(1), text.span, others)
        for name, value, span, reads in _variables(project, service, clients):
            match = _URL.match(value)
            others = tuple(one for one in published if one[0] in servers and one[0] != service.name)
            if match is None or match.group(1) in ports or not others:
                continue
            key = (span.path, span.start)
            if key not in seen and any(_is_read(read, clients, uses) for read in reads):
                seen.add(key)
                yield BrowserPort(service, value, match.group(1), span, others, name)


_CALLS = frozenset(
    "fetch get post put delete patch request axios create ajax WebSocket EventSource io connect getJSON ky got"
    " useFetch useSWR HttpLink createHttpLink GraphQLWsLink createUploadLink head open sendBeacon".split()
)


def _is_asked(text: Text, uses: tuple[SourceUse, ...]) -> bool:
    """Does a request go there? Seen at its call, or where the name that holds it is called."""
    from dockerlint.model.browser.clientcalls import name_called

    if text.call is not None:
        return text.call.rpartition(".")[2] in _CALLS or text.path in ("axios.defaults.baseURL",)
    if text.name is None:
        return False
    last = text.path.rpartition(".")[2] or text.name
    if text.path == "axios.defaults.baseURL":
        return True
    return len(last) > 3 and any(last in use.facts.file.text and name_called(use.facts.file.text, last) for use in uses)


def _is_store(project: Project, name: str) -> bool:
    """Is it a database or its like, which no browser asks?"""
    service = next(one for one in project.services if one.name == name)
    base = project.base_of(service)
    return base is not None and base.kind in ("database", "cache", "queue", "search", "storage", "monitoring")


def _variables(
    project: Project, service: Service, clients: Mapping[str, FrontEnd]
) -> Iterator[tuple[str, str, Span, list[EnvRead]]]:
    """The addresses that certainly get into the bundle, with the reads of client code."""
    from dockerlint.model.browser.given import public_variables, writes_bundle

    if not clients:
        return
    closed = project.environment_of(service).closed
    served = writes_bundle(project, service)
    found: dict[str, list[tuple[str, Span, str]]] = {}
    for variable in public_variables(project, service, clients):
        found.setdefault(variable.name, []).append((variable.value, variable.span, variable.origin))
    for name, places in found.items():
        value, span, origin = places[0]
        # Which of several env files counts depends on the mode.
        if len(places) > 1 or not closed:
            continue
        if origin in ("environment", "env_file", "args") and served is not (origin != "args"):
            continue
        if origin == "file" and (span.path.rpartition("/")[2] != ".env" or not _gets_in(project, service, span.path)):
            continue
        reads = [
            read
            for path in clients
            if (facts := project.workspace.source(path)) is not None
            for read in facts.env_reads
            if read.name == name
        ]
        if reads:
            yield name, value, span, reads


def _gets_in(project: Project, service: Service, path: str) -> bool:
    from dockerlint.model.browser.publicenv import reaches

    return reaches(project, service, path)


def _is_read(read: EnvRead, clients: Mapping[str, FrontEnd], uses: tuple[SourceUse, ...]) -> bool:
    """Does a request of client code go where the variable says?"""
    from dockerlint.model.browser.clientcalls import is_called

    for use in uses:
        if use.path == read.span.path and use.path in clients:
            return is_called(use.facts, read, (one for one in uses if one.path in clients))
    return False

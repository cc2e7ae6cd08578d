"""Where applications of Spring Boot and ASP.NET listen.

Spring: https://docs.spring.io/spring-boot/appendix/application-properties/#application-properties.server ; Kestrel:
https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.listening import ANY, UNKNOWN, Listener, Listening

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.running.servers import ServerUse
    from dockerlint.model.service import Service

_SPRING = ("spring-boot-starter-web", "spring-boot-starter-webflux")
_BUILDS = ("pom.xml", "build.gradle", "build.gradle.kts")
_KEYS = ("server.port", "management.server.port")


def spring_listening(project: Project, service: Service, use: ServerUse) -> Listening:
    environment = project.environment_of(service)
    if not environment.closed or "-jar" not in use.argv or not _is_spring(project, service):
        return UNKNOWN
    for word in use.argv:
        if word.startswith(("--server.port=", "-Dserver.port=")):
            return _one(word.partition("=")[2], use, service)
    for name in ("SERVER_PORT", "server.port"):
        setting = environment.get(name)
        if setting is not None:
            return _one(setting.value, use, service)
    if any(
        name in environment for name in ("SPRING_APPLICATION_JSON", "SPRING_CONFIG_LOCATION", "SPRING_CONFIG_IMPORT")
    ):
        return UNKNOWN
    ports: list[str] = []
    own = False
    for path in _below(project, service):
        name = path.rpartition("/")[2]
        if not name.startswith(("application", "bootstrap")) or not name.endswith((".yml", ".yaml", ".properties")):
            continue
        if "/test/" in f"/{path}":
            continue
        for entry in project.workspace.config(path):
            if entry.key.lower() not in _KEYS:
                continue
            value = _filled(project, service, entry.value)
            if value is None:
                return UNKNOWN
            ports.append(value)
            own = own or (entry.key == "server.port" and name.startswith("application."))
    if not own:
        ports.append("8080")
    listeners = tuple(Listener(port, ANY, use.program.text, "server.port", service=service.name) for port in ports)
    return Listening(listeners, all(port.isdigit() for port in ports), False)


def _one(value: str | None, use: ServerUse, service: Service) -> Listening:
    if value is None or not value.isdigit():
        return UNKNOWN
    return Listening((Listener(value, ANY, use.program.text, "server.port", service=service.name),), True, False)


def _is_spring(project: Project, service: Service) -> bool:
    found = False
    for path in _below(project, service):
        if path.rpartition("/")[2] in _BUILDS:
            file = project.tree.read(path)
            if file is not None and any(word in file.text for word in _SPRING):
                found = True
            if file is not None and "spring-cloud-starter-config" in file.text:
                return False
    return found


def _below(project: Project, service: Service) -> Iterator[str]:
    build = project.build_of(service)
    if build is not None and build.context is not None:
        yield from project.workspace.paths_below(build.context.folder)


def _filled(project: Project, service: Service, text: str) -> str | None:
    match = re.fullmatch(r"\$\{([\w.]+)(?::([^}]*))?\}", text.strip())
    if match is None:
        return text.strip() if text.strip().isdigit() else None
    setting = project.environment_of(service).get(match.group(1))
    return setting.value if setting is not None else match.group(2)


def kestrel_listening(project: Project, service: Service, use: ServerUse) -> Listening:
    environment = project.environment_of(service)
    base = project.base_of(service)
    if base is None or base.name != "dotnet/aspnet" or not environment.closed or base.version is None:
        return UNKNOWN
    for path in _below(project, service):
        name = path.rpartition("/")[2].lower()
        if name.endswith(".cs") or (name.startswith(("appsettings", "hostsettings")) and name.endswith(".json")):
            file = project.tree.read(path)
            if file is None or any(
                word in file.text
                for word in (
                    "UseUrls",
                    "Kestrel",
                    "ListenAnyIP",
                    "ListenLocalhost",
                    '"Urls"',
                    '"urls"',
                    ".Urls",
                    'app.Run("',
                )
            ):
                return UNKNOWN
    texts: list[str] = []
    for index, word in enumerate(use.argv):
        if word == "--urls" and index + 1 < len(use.argv):
            texts.append(use.argv[index + 1])
        elif word.startswith("--urls="):
            texts.append(word[7:])
    names = [name for name in ("ASPNETCORE_URLS", "DOTNET_URLS", "URLS") if name in environment]
    if not texts:
        for name in names[:1]:
            text = environment.text(name)
            if text is None:
                return UNKNOWN
            texts.append(text)
    ports: list[tuple[str, str]] = []
    for text in texts:
        for url in text.split(";"):
            scheme, _, rest = url.strip().partition("://")
            host, colon, port = rest.rstrip("/").rpartition(":")
            if not rest:
                continue
            if not colon:
                host, port = rest, "443" if scheme == "https" else "80"
            if not port.isdigit():
                return UNKNOWN
            ports.append((ANY if host in ("+", "*", "0.0.0.0", "[::]") else host, port))
    if not texts:
        for name in ("ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "HTTP_PORTS", "HTTPS_PORTS"):
            if name in environment:
                text = environment.text(name)
                if text is None:
                    return UNKNOWN
                ports.extend((ANY, port.strip()) for port in text.split(";") if port.strip())
    if not ports:
        return UNKNOWN
    setting = environment.get(names[0]) if names else None
    span = setting.span if setting is not None else None
    return Listening(
        tuple(
            Listener(port, host, "Kestrel", names[0] if names else "image", span, service.name) for host, port in ports
        ),
        True,
        False,
    )

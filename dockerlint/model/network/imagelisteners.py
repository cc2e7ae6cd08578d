"""What listens in a container that runs the image's own server: databases, brokers and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.model.network.listening import ANY, UNKNOWN, Listener, Listening
from dockerlint.model.running.serverargs import option_value

if TYPE_CHECKING:
    from dockerlint.model.image.facts import ImageFacts
    from dockerlint.model.project import Project
    from dockerlint.model.running.command import EffectiveCommand
    from dockerlint.model.service import Service

_LISTENERS = frozenset({"KAFKA_LISTENERS", "KAFKA_CFG_LISTENERS"})
# Where configuration lies that may make the server listen elsewhere.
_CONFIGURED = ("/etc", "/usr/local/etc", "/usr/share", "/opt", "/config", "/mosquitto/config", "/docker-entrypoint.d")


def runs_image(project: Project, service: Service, command: EffectiveCommand | None) -> bool:
    """Does the container run the server that its known image is there for?"""
    base = project.base_of(service)
    if base is None or base.name not in project.workspace.facts["listening"]["whole"]["names"]:
        return False
    stage = project.stage_of(service)
    own = service.command is None and service.entrypoint is None
    if own and (stage is None or (stage.cmd is None and stage.entrypoint is None)):
        return True
    if command is None or not command.complete or len(command.programs) != 1:
        return False
    name = command.programs[0].name
    first = command.programs[0].argv[0]
    return name in base.servers or name == base.name.rpartition("/")[2] or first.startswith("-")


def image_listening(project: Project, service: Service, command: EffectiveCommand | None) -> Listening:
    base = project.base_of(service)
    if base is None or not base.ports:
        return UNKNOWN
    environment = project.environment_of(service)
    for name in base.port_environment:
        if name in _LISTENERS and name in environment:
            return _broker(project, service, base, name)
    ports: list[str] | None = [str(port) for port in base.ports]
    for name in base.port_environment:
        setting = environment.get(name)
        if setting is not None and ports is not None:
            number = _number(setting.value)
            ports = [number, *ports[1:]] if number else None
    words = command.programs[0].argv if command is not None and command.programs else ()
    for option in base.port_options:
        given = option_value(words, (option,)) if option.startswith("-") else _inside(words, option)
        if given is not None and ports is not None:
            number = _number(given)
            ports = [number, *ports[1:]] if number else None
    if ports is None:
        return UNKNOWN
    configured = (
        _has_settings(service)
        or not environment.closed
        or project.stage_of(service) is not None
        or any(word.endswith((".conf", ".cnf", ".yml", ".yaml", ".ini")) for word in words)
    )
    listeners = tuple(Listener(port, ANY, base.name, "image", service=service.name) for port in ports)
    return Listening(listeners, not configured, False)


def _inside(words: tuple[str, ...], option: str) -> str | None:
    return next((word[len(option) :] for word in words if word.startswith(option)), None)


def _number(text: str | None) -> str | None:
    last = (text or "").rstrip("/").rpartition(":")[2]
    return last if last.isdigit() else None


def _has_settings(service: Service) -> bool:
    """Is configuration mounted?"""
    return any(
        mount.kind not in ("volume", "tmpfs")
        and (mount.target is None or mount.target.startswith(_CONFIGURED) or "conf" in mount.target)
        for mount in service.mounts
    ) or bool(service.configs)


def _broker(project: Project, service: Service, base: ImageFacts, name: str) -> Listening:
    """``INSIDE://:29092,OUTSIDE://localhost:9092`` (https://kafka.apache.org/documentation/#brokerconfigs_listeners)."""
    setting = project.environment_of(service).get(name)
    if setting is None or setting.value is None:
        return UNKNOWN
    listeners = []
    for part in setting.value.split(","):
        scheme, mark, place = part.strip().partition("://")
        host, colon, port = place.rpartition(":")
        if not mark or not colon or not port.isdigit():
            return UNKNOWN
        where = ANY if host in ("", ANY, "[::]") else host
        listeners.append(Listener(port, where, base.name, name, setting.span, service.name))
        del scheme
    return Listening(tuple(listeners), True, False)

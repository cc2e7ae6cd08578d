"""On which ports and addresses of a container something listens.

What listens is decided by the program, never by EXPOSE: https://docs.docker.com/reference/dockerfile/#expose
Containers of one network stack (``network_mode: service:x``) share their ports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.names import LOOPBACK, namespace_of, peers_of
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.running.command import EffectiveCommand, Program
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

ANY = "0.0.0.0"


@dataclass(frozen=True, slots=True)
class Listener:
    """One port that a program listens on. `host` is ANY, an address or name, or None where nobody knows it.

    `how` is the option, variable or file that decides the address ("default": the program's own), `span` its place,
    `program` what listens, as messages call it.
    """

    port: str
    host: str | None
    program: str
    how: str = ""
    span: Span | None = None
    service: str = ""

    @property
    def loopback(self) -> bool:
        """Does nobody outside of the container reach it?"""
        return self.host is not None and self.host != ANY and (self.host in LOOPBACK or self.host.startswith("127."))


@dataclass(frozen=True, slots=True)
class Listening:
    """What certainly listens. `complete`: nothing else does, as far as the project tells.

    `strict` says that every program's ports are known from outside of its source, so that a number that stands
    somewhere in the source does not matter. `sockets` are the places where a program opens a socket file by mistake.
    """

    listeners: tuple[Listener, ...] = ()
    complete: bool = False
    strict: bool = True
    sockets: tuple[tuple[str, Span], ...] = ()

    def on(self, port: str) -> tuple[Listener, ...]:
        return tuple(one for one in self.listeners if one.port == port)

    @property
    def ports(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.port for one in self.listeners))


UNKNOWN = Listening()


def joined(parts: Iterable[Listening]) -> Listening:
    """What listens in one network stack."""
    listeners: list[Listener] = []
    sockets: list[tuple[str, Span]] = []
    complete = strict = True
    for part in parts:
        listeners.extend(part.listeners)
        sockets.extend(part.sockets)
        complete = complete and part.complete
        strict = strict and part.strict
    return Listening(tuple(listeners), complete, strict, tuple(sockets))


def listening_of(project: Project, service: Service) -> Listening:
    """What listens in the network stack of a service's container."""
    space = namespace_of(project, service)
    if space.kind in ("host", "none", "unknown"):
        return UNKNOWN
    return joined(own_listening(project, one) for one in peers_of(project, service))


def own_listening(project: Project, service: Service) -> Listening:
    """What the container itself starts; made once."""
    return project.listening_of(service)


def find_listening(project: Project, service: Service) -> Listening:
    """Makes it; `own_listening` keeps it."""
    from dockerlint.model.network.imagelisteners import image_listening, runs_image

    command = project.command_of(service)
    if not service.complete or (service.image is not None and service.image.value is None and service.build is None):
        return UNKNOWN
    if runs_image(project, service, command):
        return image_listening(project, service, command)
    if command is None:
        return UNKNOWN
    found = joined(_of_programs(project, service, command))
    if not command.complete:
        return Listening(found.listeners, False, found.strict, found.sockets)
    return found


def _of_programs(project: Project, service: Service, command: EffectiveCommand) -> Iterator[Listening]:
    from dockerlint.model.network.programlisteners import use_listening
    from dockerlint.model.network.webservers import web_listening

    uses = {id(use.program): use for use in project.servers_of(service)}
    served = False
    for program in command.programs:
        if ends(project, program):
            continue
        if not program.certain:
            yield UNKNOWN
            continue
        served = True
        web = web_listening(project, service, program)
        if web is not None:
            yield web
            continue
        use = uses.get(id(program))
        yield use_listening(project, service, use) if use is not None else UNKNOWN
    if not served:
        yield UNKNOWN


_QUIET = frozenset(
    "echo cd set export source . true : printf mkdir rm cp mv ln chmod chown touch ls cat env test [ sleep wait trap"
    " if umask exit tail id whoami date pwd sed grep awk find envsubst curl wget nc pg_isready psql mysqladmin"
    " mysql".split()
)


def ends(project: Project, program: Program) -> bool:
    """Is it a command that ends and serves nobody?"""
    from dockerlint.model.running.serverargs import folded, row_of

    if program.name in _QUIET:
        return True
    found = row_of(folded(program.argv), project.workspace.facts)
    if found is not None:
        return bool(found[0]["kind"] == "once")
    words = program.argv[1:3]
    return any(
        word in ("install", "ci", "build", "migrate", "generate", "collectstatic", "seed") for word in words
    ) or (
        bool(words) and ("migrat" in words[0] or words[0].startswith(("db:", "cache:", "config:", "key:", "storage:")))
    )

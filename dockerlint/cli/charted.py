"""A project's networks and the findings of a run, joined to the chart that the formats of `dockerlint map` print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.chart import Container, Link, Network
from dockerlint.model.network.names import SERVICE
from dockerlint.report.map.chart import Arrow, Chart, Fault, Net, Node, Note, Published, Told, Variable, Volume, Way
from dockerlint.source.record import replace

if TYPE_CHECKING:
    from dockerlint.model.network import ways as model
    from dockerlint.model.project import Project
    from dockerlint.model.service import Port, Service
    from dockerlint.rulebook.finding import Finding, Report
    from dockerlint.source.text import Span

# The rules that say of a connection that it is broken.
BREAKING = frozenset(
    (
        "localhost-in-container", "unreachable-service", "unknown-service-host", "published-port-between-services",
        "unreachable-port", "browser-container-url", "hardcoded-container-ip",
    )
)  # fmt: skip
_ORIGINS = {
    "environment": "environment",
    "env_file": "env file",
    "image": "ENV of the image",
    "dotenv": ".env of the program",
    "source": "source code",
    "config": "settings file",
    "proxy": "proxy",
    "command": "command",
    "healthcheck": "health check",
}
_SET_BY = {
    "base": "base image",
    "image": "Dockerfile",
    "env_file": "env file",
    "example": "env file, by its example",
    "compose": "compose",
}
_STACKS = {"host": "host network", "none": "no network", "bridge": "default bridge", "unknown": "network unknown"}
HIDDEN = "•••"


def chart_of(project: Project, network: Network, report: Report, name: str) -> Chart:
    """The chart of a project; `name` is what to call it where the project has no name of its own."""
    broken = _Broken(network, report)
    return Chart(
        name=network.name or name,
        nets=tuple(Net(b.key, b.name, b.kind, b.driver, b.internal, b.external, b.subnets) for b in network.bridges),
        nodes=tuple(_node(project, container, report, broken) for container in network.containers),
        arrows=tuple(_arrow(link, report, broken.of(link.source, link.connection.span)) for link in network.links),
        faults=broken.faults,
        reach=network.reach,
        told=tuple(told for container in network.containers for told in _told(container)),
        ways=tuple(_way(way) for way in network.ways),
    )


def _told(container: Container) -> Iterator[Told]:
    for answer in container.told:
        yield Told(
            source=container.name,
            name=answer.name,
            how=answer.how,
            network=answer.network,
            services=tuple(dict.fromkeys(running.service.name for running in answer.containers)),
            containers=tuple(running.name for running in answer.containers),
            address=answer.address,
            own=answer.own,
        )


def _way(way: model.Way) -> Way:
    doors = tuple((door.port, door.target, door.program) for door in way.doors)
    return Way(way.source, way.target, way.by, way.network, way.names, way.addresses, doors)


class _Broken:
    """The faults, numbered in the order of the report, and which place belongs to which."""

    def __init__(self, network: Network, report: Report) -> None:
        self._spans: list[tuple[int, str | None, list[Span]]] = []
        found: dict[tuple[object, ...], Fault] = {}
        for finding in report.findings:
            if finding.rule not in BREAKING:
                continue
            fault = _fault(len(found) + 1, finding, network, report)
            key = (finding.rule, finding.message, fault.source, fault.target, fault.address)
            known = found.get(key)
            found[key] = replace(known, places=(*known.places, *fault.places)) if known is not None else fault
            self._spans.append((found[key].number, finding.service, _spans(finding)))
        self.faults = tuple(found.values())

    def of(self, service: str, span: Span) -> int:
        """The number of the fault that stands at a place and speaks of the service; 0 for none."""
        for number, owner, spans in self._spans:
            if owner == service and _touch(spans[0], span):
                return number
        for number, _, spans in self._spans:
            if self.faults[number - 1].source == service and any(_touch(one, span) for one in spans):
                return number
        return 0


def _fault(number: int, finding: Finding, network: Network, report: Report) -> Fault:
    """A finding as a broken connection: the link that stands at its place, or at one that it points at."""
    spans = _spans(finding)
    own = (link for link in network.links if link.source == finding.service and _touch(spans[0], link.connection.span))
    any_link = (link for link in network.links if any(_touch(one, link.connection.span) for one in spans))
    link = next(own, None) or next(any_link, None)
    target = None
    if link is not None:
        target = link.target if link.target not in (None, link.source) else _meant(finding, network, link.source)
    return Fault(
        number=number,
        source=link.source if link is not None else finding.service or "",
        target=target,
        address=link.connection.shown if link is not None else finding.span.text.strip().strip("\"'")[:80],
        note=_note(finding, report),
        browser=link.browser if link is not None else finding.rule == "browser-container-url",
        places=(_place(finding.span, report),),
    )


def _meant(finding: Finding, network: Network, source: str) -> str | None:
    """The container that a finding points at as the one that was meant."""
    for related in finding.related:
        for container in network.containers:
            if container.name != source and _touch(related.span, container.service.span):
                return container.name
    return None


def _spans(finding: Finding) -> list[Span]:
    return [finding.span, *(related.span for related in finding.related)]


def _touch(one: Span, other: Span) -> bool:
    return one.path == other.path and one.start < other.end and other.start < one.end


def _note(finding: Finding, report: Report) -> Note:
    return Note(finding.rule, finding.severity, finding.message, finding.help, _place(finding.span, report))


def _place(span: Span, report: Report) -> str:
    return f"{report.shown_path(span.file)}:{span.line}"


def _arrow(link: Link, report: Report, fault: int) -> Arrow:
    connection = link.connection
    origin = _ORIGINS.get(connection.origin, connection.origin)
    return Arrow(
        source=link.source,
        end=link.end,
        target=link.target,
        address=connection.shown,
        origin=f"{connection.name} ({origin})" if connection.name else origin,
        place=_place(connection.span, report),
        # A server's variable that only looks like a browser's: what is wrong for a browser would be a fault.
        browser=link.browser and (fault > 0 or connection.target.outcome != SERVICE),
        idle=connection.used is False and not fault,
        fault=fault,
    )


def _node(project: Project, container: Container, report: Report, broken: _Broken) -> Node:
    service = container.service
    stack = _STACKS.get(container.stack, "")
    if container.leader is not None:
        stack = f"in the network stack of {container.leader}"
    return Node(
        name=service.name,
        image=container.image,
        nets=container.bridges,
        stack=stack,
        names=tuple(
            (name, f"{_kind(how)}{f' on {net}' if net and len(container.bridges) > 1 else ''}")
            for name, how, net in container.names
        ),
        listens=container.listens,
        published=tuple(_published(port, broken.of(service.name, port.span)) for port in service.ports),
        volumes=tuple(
            Volume(mount.kind, mount.source_text or "", mount.target or "?", mount.read_only)
            for mount in container.mounts
        ),
        variables=tuple(_variables(project, service)),
        settings=tuple(_settings(project, service)),
        findings=tuple(_note(finding, report) for finding in report.findings if finding.service == service.name),
        outward=container.outward,
        place=_place(service.span, report),
        containers=tuple(running.name for running in container.running),
        addresses=container.addresses,
        closed=container.closed,
    )


def _kind(how: str) -> str:
    return {"container_name": "container name", "hostname": "host name"}.get(how, how)


def _published(port: Port, fault: int) -> Published:
    shown = port.published or ("" if port.published_known else "?")
    return Published(port.host_ip or "", shown, port.target or "?", port.protocol, fault)


def _variables(project: Project, service: Service) -> Iterator[Variable]:
    words = project.workspace.secret_words()
    for name, setting in sorted(project.environment_of(service).settings.items()):
        value = setting.value
        if value:
            value = HIDDEN if words.strength(name) else without_password(value)
        yield Variable(name, value, _SET_BY.get(setting.origin, setting.origin))


def without_password(text: str) -> str:
    """A text with the password of every ``scheme://user:password@host`` hidden."""
    at = 0
    while (start := text.find("://", at)) >= 0:
        at = start + 3
        stop = next((i for i in range(at, len(text)) if text[i] in " \t\n\"',;"), len(text))
        sign, colon = text.rfind("@", at, stop), text.find(":", at, stop)
        if at <= colon < sign:
            text = f"{text[: colon + 1]}{HIDDEN}{text[sign:]}"
            at = colon + len(HIDDEN) + 2
    return text


def _settings(project: Project, service: Service) -> Iterator[tuple[str, str]]:
    """What else decides how the container runs."""
    if service.image is not None and service.image.value:
        yield "image", service.image.value
    if service.build is not None:
        stage = project.stage_of(service)
        yield (
            "built from",
            " ".join(
                part
                for part in (
                    service.build.context or service.build.remote or ".",
                    f"({service.build.dockerfile})",
                    f"on {stage.root.base}" if stage is not None and stage.root.base else "",
                )
                if part
            ),
        )
    command = project.command_of(service)
    if command is not None and command.words:
        yield "command", _shown_words(project, command.words)
    for label, value in (("working folder", project.workdir_of(service)), ("user", _user(project, service))):
        if value:
            yield label, value
    if service.depends_on:
        yield "starts after", ", ".join(service.depends_on)
    if service.healthcheck is not None and service.healthcheck.test is not None and not service.healthcheck.disabled:
        yield "health check", _shown_words(project, service.healthcheck.test.words)
    if service.profiles:
        yield "profiles", ", ".join(service.profiles)
    if service.extra_hosts:
        yield "extra hosts", ", ".join(f"{host.name} = {host.address or '?'}" for host in service.extra_hosts)
    if service.restart is not None and service.restart.value:
        yield "restart", service.restart.value


def _user(project: Project, service: Service) -> str | None:
    if service.user is not None:
        return service.user.value
    stage, base = project.stage_of(service), project.base_of(service)
    return (stage.user if stage is not None else None) or (base.user if base is not None else None)


def _shown_words(project: Project, words: tuple[str, ...]) -> str:
    """A command line without the values of options that hold secrets."""
    lexicon = project.workspace.secret_words()
    shown, hide = [], False
    for word in words:
        name, equals, _ = word.partition("=")
        if hide:
            shown.append(HIDDEN)
        elif equals and lexicon.strength(name.lstrip("-")):
            shown.append(f"{name}={HIDDEN}")
        else:
            shown.append(without_password(word))
        hide = not hide and word.startswith("-") and not equals and lexicon.strength(word.lstrip("-")) == "strong"
    return " ".join(shown)

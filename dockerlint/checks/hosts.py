"""Rules about the host names and ports by which containers reach each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.connections import Connection, connections, default_port, is_real
from dockerlint.model.network.hostnames import (
    GATEWAY,
    MACHINE,
    is_container_address,
    is_misspelt_machine,
    is_only_slip,
    is_slip,
    nearest_name,
    owner_of_address,
)
from dockerlint.model.network.knownports import container_ports, publishing
from dockerlint.model.network.localhost import Misplaced, is_kind, misplaced
from dockerlint.model.network.names import MACHINE as ON_MACHINE
from dockerlint.model.network.names import (
    MACHINE_NAMES,
    NOBODY,
    NOT_SHARED,
    OUTSIDE,
    SELF,
    SERVICE,
    names_of,
    namespace_of,
    networks_of,
)
from dockerlint.rulebook.finding import Finding, Fix, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import Edit


def localhost_in_container(project: Project, rule: Rule) -> Iterator[Finding]:
    """A container is told to reach localhost for what runs elsewhere."""
    found = [
        (service, wrong)
        for service, connection in connections(project)
        if (wrong := misplaced(project, service, connection)) is not None
    ]
    # A file that several services run is told once, for the one that is closest to it.
    found.sort(key=lambda one: len(project.sources_of(one[0])))
    for service, wrong in found:
        connection = wrong.connection
        related = _read_here(connection)
        unset = connection.origin == "source" and connection.name is not None
        if wrong.owner is not None:
            related.append(Related(wrong.owner.span, f"{wrong.owner.name} runs in a container of its own"))
        yield rule.finding(
            connection.span,
            case=("other" if wrong.owner is not None else "elsewhere") + ("-unset" if unset else ""),
            service=service.name,
            related=related,
            fix=_to_owner(project, service, wrong, unset),
            subject=connection.name or connection.shown,
            address=connection.address,
            host=connection.host,
            what=_what(connection),
            owner=wrong.owner.name if wrong.owner is not None else "",
            name=connection.name or "",
            better=_address(*_better(project, service, wrong)),
        )


def _better(project: Project, service: Service, wrong: Misplaced) -> tuple[str, str | None]:
    """Host and port to write in place of localhost."""
    if wrong.owner is None:
        return MACHINE, wrong.port
    from dockerlint.model.network.brokers import advertised_address

    return advertised_address(project, service, wrong.owner) or (wrong.owner.name, wrong.port)


def _to_owner(project: Project, service: Service, wrong: Misplaced, unset: bool) -> Fix | None:
    """The owner's name in the address, or the variable that says it. Safe where the text is of this container alone."""
    if wrong.owner is None:
        return None
    from dockerlint.model.edits.addresses import other_address, with_variable

    connection = wrong.connection
    host, port = _better(project, service, wrong)
    asked = default_port(project, connection) or ""
    edits = other_address(connection, host, port if port and port != asked else "")
    if edits is None:
        return None
    if unset:
        edits = with_variable(service.span, connection, edits)
        return Fix(f"Set {connection.name} for {service.name}", edits, False) if edits is not None else None
    others = [one for one in project.services if one not in (service, wrong.owner)]
    alone = not any(asked in container_ports(project, one) or publishing(one, asked) for one in others)
    safe = alone and connection.origin in ("environment", "command") and _is_yaml(edits[0])
    better = _address(host, port if connection.port else None)
    return Fix(f"Write {better} in place of {connection.address}", edits, safe)


def missing_host_gateway(project: Project, rule: Rule) -> Iterator[Finding]:
    """A container uses the machine's name, which Linux does not know by itself, or misspells it."""
    for service, connection in connections(project):
        if connection.browser or connection.used is False:
            continue
        host = connection.host.lower()
        outcome = connection.target.outcome
        if outcome in (NOBODY, OUTSIDE) and is_misspelt_machine(host):
            case = "misspelt"
        elif outcome == ON_MACHINE and host in MACHINE_NAMES and connection.target.how != "extra_host":
            case = "missing"
        else:
            continue
        related = _read_here(connection)
        if case == "missing":
            related.insert(0, Related(connection.span, "the name stands here"))
        holder = namespace_of(project, service).leader
        yield rule.finding(
            connection.span if case == "misspelt" else service.span,
            case=case,
            service=service.name,
            related=related,
            fix=_gateway(holder, host) if case == "missing" else _other_host(connection, MACHINE, True),
            subject=host,
            host=connection.host,
            holder=holder.name,
        )


def unreachable_service(project: Project, rule: Rule) -> Iterator[Finding]:
    """A service names another one that it cannot reach."""
    for service, connection in connections(project):
        other, reason = connection.target.service, connection.target.reason
        if connection.target.outcome != NOT_SHARED or other is None or not is_real(project, service, connection):
            continue
        related = _read_here(connection)
        related.append(_networks(project, service))
        related.append(_networks(project, other))
        # A service with `network_mode` cannot be given networks beside it; one in another's stack has that one's.
        holder, there = namespace_of(project, service).leader, namespace_of(project, other).leader
        if reason == "networks" and holder.network_mode is None and there.network_mode is not None:
            holder, there = there, holder
        barred = holder.network_mode is not None
        own = () if barred else tuple(holder.networks)
        theirs = tuple((networks_of(project, there) or {}).values())
        yield rule.finding(
            connection.span,
            case="barred" if reason == "networks" and barred else reason,
            service=service.name,
            related=related,
            subject=f"{service.name} {other.name}",
            host=connection.host,
            other=other.name,
            holder=holder.name,
            mode=holder.network_mode.value if holder.network_mode is not None else "",
            network_list=f"networks: [{', '.join(dict.fromkeys((*own, *theirs[:1])))}]",
        )


def unknown_service_host(project: Project, rule: Rule) -> Iterator[Finding]:
    """A bare host name that nobody in the project has."""
    for service, connection in connections(project):
        # A variable of its own that nothing reads is as wrong, and the next one who reads it is misled.
        own = connection.origin == "environment" and not connection.browser and connection.kind not in ("", "http")
        if connection.target.outcome != NOBODY or not (own or is_real(project, service, connection)):
            continue
        host = connection.host
        if is_misspelt_machine(host) or host.lower() in rule.tables["placeholders"] or not connection.kind:
            continue
        near = nearest_name(project, service, host) or _by_kind(project, service, connection)
        if near is None and connection.kind == "http" and connection.origin in ("source", "environment", "env_file"):
            continue
        slip = near is not None and is_slip(host, near)
        yield rule.finding(
            connection.span,
            case="slip" if slip else "near" if near is not None else "none",
            service=service.name,
            related=_read_here(connection),
            fix=_other_host(connection, near, slip and is_only_slip(project, service, host)) if near else None,
            subject=connection.name or host,
            host=host,
            near=near or "",
        )


def hardcoded_container_ip(project: Project, rule: Rule) -> Iterator[Finding]:
    """An address that Docker gave a container stands where its name should be."""
    for service, connection in connections(project):
        host = connection.host
        owner = owner_of_address(project, host)
        if connection.used is False or connection.browser or (owner is None and not is_container_address(host)):
            continue
        if owner is service:
            continue
        yield _address_finding(project, rule, service, connection.span, host, owner, _read_here(connection))
    for service in project.services:
        for extra in service.extra_hosts:
            owner = owner_of_address(project, extra.address or "")
            if extra.address and (owner is not None or is_container_address(extra.address)):
                yield _address_finding(project, rule, service, extra.span, extra.address, owner, [])


def published_port_between_services(project: Project, rule: Rule) -> Iterator[Finding]:
    """A service asks another at the port that only the host publishes."""
    for service, connection in connections(project):
        other, port = connection.target.service, connection.port
        if connection.target.outcome not in (SERVICE, SELF) or other is None or not port or not port.isdigit():
            continue
        own = connection.target.outcome == SELF
        if connection.browser or connection.used is False or (own and connection.origin != "healthcheck"):
            continue
        mapping = publishing(other, port)
        if mapping is None or not mapping.target or port in container_ports(project, other):
            continue
        if connection.origin == "source" and connection.used is None:
            continue
        host, target = connection.host, mapping.target
        if not own:
            from dockerlint.model.network.brokers import advertised_address

            host, target = advertised_address(project, service, other) or (host, target)
        yield rule.finding(
            connection.port_span or connection.span,
            case="own" if own else "other",
            service=service.name,
            related=[*_read_here(connection), Related(mapping.span, f"the host publishes {port} here")],
            fix=_other_port(connection, host, target),
            subject=f"{connection.name or ''} {connection.address}".strip(),
            host=host,
            other=other.name,
            port=port,
            target=target,
        )


def _gateway(holder: Service, host: str) -> Fix | None:
    """The line of extra_hosts. Another name of the machine is none that should be kept."""
    from dockerlint.model.edits.composefile import add_setting

    edit = add_setting(holder.span, "extra_hosts", MACHINE, "host-gateway", ":") if host == MACHINE else None
    return Fix(f"Give {holder.name} the host {MACHINE}", (edit,), True) if edit is not None else None


def _other_host(connection: Connection, host: str, safe: bool) -> Fix | None:
    """Another host in the address. Unsafe in source code, which may run elsewhere too."""
    from dockerlint.model.edits.words import replace_host

    edit = replace_host(connection.host_span or connection.span, connection.host, host)
    safe = safe and connection.origin != "source"
    return Fix(f"Write {host} in place of {connection.host}", (edit,), safe) if edit is not None else None


def _other_port(connection: Connection, host: str, port: str) -> Fix | None:
    """The container port in an address. Unsafe in a program or image, which may run elsewhere too."""
    from dockerlint.model.edits.addresses import other_address

    edits = other_address(connection, host, port)
    if edits is None:
        return None
    safe = _is_yaml(edits[0]) or connection.origin in ("proxy", "env_file", "dotenv")
    return Fix(f"Write {_address(host, port)} in place of {connection.address}", edits, safe)


def _is_yaml(edit: Edit) -> bool:
    return edit.span.path.endswith((".yaml", ".yml"))


def _read_here(connection: Connection) -> list[Related]:
    if connection.use is None or connection.use == connection.span:
        return []
    return [Related(connection.use, "the program reads it here")]


def _what(connection: Connection) -> str:
    """What is asked, for people."""
    if connection.kind in ("", "http"):
        return f"the server of port {connection.port}" if connection.port else "it"
    return {"sql": "a database", "smtp": "a mail server", "any": "a server"}.get(connection.kind, connection.kind)


def _address(host: str, port: str | None) -> str:
    return f"{host}:{port}" if port else host


def _networks(project: Project, service: Service) -> Related:
    """Where the networks of a service are said."""
    if service.network_mode is not None:
        return Related(service.network_mode.span, f"{service.name} has network_mode: {service.network_mode.value}")
    keys = ", ".join(service.networks) or "none"
    use = next((use for key, use in service.networks.items() if key != "default"), None)
    return Related(use.span if use is not None else service.span, f"{service.name} is on: {keys}")


def _by_kind(project: Project, service: Service, connection: Connection) -> str | None:
    """The name of the only service that speaks the protocol."""
    found = []
    for other in project.services:
        base = project.base_of(other)
        if other is not service and base is not None and is_kind(connection.kind, base.name):
            found.append(other.name)
    return found[0] if len(found) == 1 and connection.kind != "http" else None


def _address_finding(
    project: Project,
    rule: Rule,
    service: Service,
    span: object,
    host: str,
    owner: Service | None,
    related: list[Related],
) -> Finding:
    case = "known" if owner is not None else "gateway" if host.endswith(".0.1") else "any"
    if owner is not None:
        place = next((name.span for name in names_of(project, owner) if name.text == host), None)
        related = [*related, Related(place or owner.span, f"{owner.name} has this address now")]
    return rule.finding(
        span,  # type: ignore[arg-type]
        case=case,
        service=service.name,
        related=related,
        subject=host,
        host=host,
        owner=owner.name if owner is not None else "",
        machine=MACHINE,
        gateway=GATEWAY,
    )

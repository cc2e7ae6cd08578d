"""The map for programs. The shape is stable: `version` changes when a field changes its meaning or goes.

Beside what the pictures show it holds two relations between services, which are what Docker does and no guess:

``resolves``: {"from", "name", "how", "network", "services", "containers", "address", "own"}: a container of `from` that
asks for `name` is told the addresses of `containers` (of `services`) on `network`, or `address` where its hosts file
gives one ("host-gateway": the machine's). `own`: each container is told its own, too. `how` is "service", "alias",
"container_name", "hostname", "link" or "extra_host". A name that is not there has no answer; only where a container's
`all_names` is false may it have one from outside of the project (an external network, say). Every container knows
``localhost`` as well, and each name also as ``name.network`` with the real name of the network; a machine with Docker
Desktop adds ``host.docker.internal``. The aliases of links keep capital letters apart, all other names do not.

``reaches``: {"from", "to", "by", "network", "names", "addresses", "ports"}: one way on which `from` can call `to`, at
each of the `names` and fixed `addresses`. `by` is "stack" (they share localhost), "network", "bridge" (from the
machine's own stack, by address only), "published" (at the machine's ports) or "machine" (`to` lives in the machine's
stack); the last two without a name need the machine's address. `ports` are {"port", "target", "program"}: the port to
call (null: Docker chooses it), the container's, and what certainly listens there (null: the project only exposes or
publishes it).
"""

from __future__ import annotations

import json
from typing import Any

from dockerlint import __version__
from dockerlint.report.map.chart import Arrow, Chart, Fault, Net, Node, Note, Published, Told, Way


def render(chart: Chart, **_: object) -> str:
    text = json.dumps(_whole(document(chart)), indent=2, ensure_ascii=False)
    # Signs that turn the direction of a text and the like stay data, but as escapes.
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text) + "\n"


def document(chart: Chart) -> dict[str, Any]:
    """The chart as plain data. Passwords are hidden in it; what nobody knows is null."""
    return {
        "version": 1,
        "tool": {"name": "dockerlint", "version": __version__},
        "project": chart.name,
        "networks": [
            {
                "key": net.key,
                "name": net.name,
                "kind": net.kind,
                "driver": net.driver,
                "internal": net.internal,
                "external": net.external,
                "subnets": list(net.subnets),
                "containers": [node.name for node in chart.nodes if net.key in node.nets],
            }
            for net in chart.nets
        ],
        "containers": [_node(node) for node in chart.nodes],
        "connections": [_arrow(arrow) for arrow in chart.arrows],
        "broken": [_fault(fault) for fault in chart.faults],
        "host": {
            "services": [node.name for node in chart.nodes if any(net.kind == "host" for net in _nets(chart, node))],
            "published": [
                {**_published(port), "service": node.name} for node in chart.nodes for port in node.published
            ],
        },
        "resolves": [_told(told) for told in chart.told],
        "reaches": [_way(way) for way in chart.ways],
    }


def _node(node: Node) -> dict[str, Any]:
    return {
        "service": node.name,
        "image": node.image,
        "networks": list(node.nets),
        "stack": node.stack or None,
        "names": [{"name": name, "kind": kind} for name, kind in node.names],
        "ports": [{"port": port, "program": program or None} for port, program in node.listens],
        "published": [_published(port) for port in node.published],
        "volumes": [
            {"kind": v.kind, "source": v.source or None, "target": v.target, "read_only": v.read_only}
            for v in node.volumes
        ],
        "containers": list(node.containers),
        "addresses": [{"network": network, "address": address} for network, address in node.addresses],
        "all_names": node.closed,
        "outside": node.outward,
        "place": node.place,
        "findings": [_note(note) for note in node.findings],
    }


def _published(port: Published) -> dict[str, Any]:
    return {
        "host_ip": port.host_ip or None,
        "port": port.port or None,
        "target": port.target,
        "protocol": port.protocol,
        "broken": port.fault or None,
    }


def _nets(chart: Chart, node: Node) -> list[Net]:
    return [net for net in chart.nets if net.key in node.nets]


def _told(told: Told) -> dict[str, Any]:
    return {
        "from": told.source,
        "name": told.name,
        "how": told.how,
        "network": told.network,
        "services": list(told.services),
        "containers": list(told.containers),
        "address": told.address,
        "own": told.own,
    }


def _way(way: Way) -> dict[str, Any]:
    return {
        "from": way.source,
        "to": way.target,
        "by": way.by,
        "network": way.network,
        "names": list(way.names),
        "addresses": list(way.addresses),
        "ports": [{"port": port, "target": target, "program": name or None} for port, target, name in way.doors],
    }


def _arrow(arrow: Arrow) -> dict[str, Any]:
    return {
        "from": arrow.source,
        "by": "browser" if arrow.browser else "container",
        "end": arrow.end,
        "to": arrow.target,
        "address": arrow.address,
        "origin": arrow.origin,
        "place": arrow.place,
        "read": not arrow.idle,
        "broken": arrow.fault or None,
    }


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "number": fault.number,
        "from": fault.source or None,
        "to": fault.target,
        "by": "browser" if fault.browser else "container",
        "address": fault.address,
        **_note(fault.note),
        "places": list(fault.places),
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "rule": note.rule,
        "severity": note.severity,
        "message": note.message,
        "help": note.help or None,
        "place": note.place,
    }


def _whole(value: Any) -> Any:
    """The data with texts that UTF-8 can hold: the bytes of a file name that are no text become escapes."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return {key: _whole(item) for key, item in value.items()} if isinstance(value, dict) else value

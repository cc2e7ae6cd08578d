"""The address that a Kafka broker tells clients in other containers.

A broker has listeners for different clients and sends each the address that it advertises:
https://kafka.apache.org/documentation/#brokerconfigs_advertised.listeners
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.model.network.names import SERVICE, resolve

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

_ADVERTISED = ("KAFKA_ADVERTISED_LISTENERS", "KAFKA_CFG_ADVERTISED_LISTENERS")


def advertised_address(project: Project, service: Service, broker: Service) -> tuple[str, str] | None:
    """Host and port of the listener that leads `service` back to the broker; None where none is known to do so."""
    environment = project.environment_of(broker)
    for name in _ADVERTISED:
        for part in (environment.text(name) or "").split(","):
            host, colon, port = part.strip().partition("://")[2].rpartition(":")
            if not colon or not port.isdigit():
                continue
            target = resolve(project, service, host)
            if target.outcome == SERVICE and target.service is broker:
                return host, port
    return None

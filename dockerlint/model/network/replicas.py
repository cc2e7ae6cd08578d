"""How many containers a service has, and which services run at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.formats.yamlnodes import Scalar

if TYPE_CHECKING:
    from dockerlint.formats.yamlnodes import Node
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

# Keys of ``deploy`` that Compose ignores and a swarm obeys (https://docs.docker.com/reference/compose-file/deploy/).
_SWARM = ("placement", "update_config", "rollback_config", "endpoint_mode", "mode")


def _count(service: Service) -> Node | None:
    scale = service.node.get("scale")
    return scale if scale is not None else service.deploy.get("replicas") if service.deploy is not None else None


def replicas_of(service: Service) -> int | None:
    """``scale`` or ``deploy.replicas``; 1 without, None where nobody knows."""
    node = _count(service)
    if node is None:
        return 1
    if not isinstance(node, Scalar):
        return None
    return int(node.text) if node.text.isdigit() else None


def replicas_place(service: Service) -> Span | None:
    node = _count(service)
    return node.span if node is not None else None


def run_together(first: Service, second: Service) -> bool:
    """May both run at once? Not where each waits for a profile of its own."""
    if not first.profiles or not second.profiles:
        return True
    return bool(set(first.profiles) & set(second.profiles))


def is_for_swarm(project: Project, service: Service) -> bool:
    """Is it written for ``docker stack deploy``, which shares one published port among the containers?"""
    if any(
        other.deploy is not None and any(other.deploy.get(key) is not None for key in _SWARM)
        for other in project.services
    ):
        return True
    networks = project.compose.networks.values() if project.compose is not None else ()
    if any(network.driver == "overlay" for network in networks):
        return True
    names = [path.lower() for path in service.paths]
    return any(word in name for name in names for word in ("stack", "swarm"))

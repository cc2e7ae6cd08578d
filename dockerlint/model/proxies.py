"""Connections that proxies hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockerlint.model.connections import Found
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service


def in_proxies(project: Project, service: Service) -> Iterator[Found]:
    """Nothing yet."""
    yield from ()

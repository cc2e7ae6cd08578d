from __future__ import annotations

import pytest

from dockerlint.engine.settings import Settings
from dockerlint.model.loading import load_projects
from dockerlint.source.tree import DictTree

COMPOSE = """\
services:
  web:
    image: nginx:1.27
  debug:
    image: adminer:4
    profiles: [tools]
"""


@pytest.mark.parametrize(
    ("profiles", "services"),
    [((), ["web", "debug"]), (("tools",), ["web", "debug"]), (("other",), ["web"]), (("*",), ["web", "debug"])],
)
def test_services_of_profiles(profiles: tuple[str, ...], services: list[str]) -> None:
    (project,) = load_projects(DictTree({"compose.yaml": COMPOSE}), [""], Settings(profiles=profiles), {})
    assert [service.name for service in project.services] == services

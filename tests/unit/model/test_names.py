"""Who answers to a host name."""

from __future__ import annotations

import pytest

from dockerlint.engine.settings import Settings
from dockerlint.model.loading import load_projects
from dockerlint.model.network.connections import default_port
from dockerlint.model.network.names import namespace_of, peers_of, resolve
from dockerlint.model.project import Project
from dockerlint.model.service import Service
from dockerlint.rulebook import shelf
from dockerlint.source.tree import DictTree

TEXT = """
services:
  web:
    image: example/web
    networks: [front]
    links: ["api:linked"]
    extra_hosts: ["box:10.0.0.9", "host.docker.internal:host-gateway"]
  api:
    image: example/api
    container_name: the-api
    hostname: api-host
    networks:
      front:
        aliases: [alias]
      back:
  db:
    image: postgres:17
    networks:
      back:
        ipv4_address: 10.5.0.5
  host:
    image: example/host
    network_mode: host
  side:
    image: example/side
    network_mode: service:api
  lone:
    image: example/lone
    network_mode: none
  old:
    image: example/old
    network_mode: bridge
networks:
  front:
  back:
name: shop
"""


def project_of(text: str) -> Project:
    (project,) = load_projects(DictTree({"compose.yaml": text}), ("",), Settings(), shelf.facts())
    return project


def service_of(project: Project, name: str) -> Service:
    return next(service for service in project.services if service.name == name)


@pytest.mark.parametrize(
    ("asker", "host", "outcome", "who"),
    [
        ("web", "api", "service", "api"),
        ("web", "ALIAS", "service", "api"),
        ("web", "the-api", "service", "api"),
        ("web", "api-host", "service", "api"),
        ("web", "linked", "service", "api"),
        ("web", "shop-api-1", "service", "api"),
        ("db", "alias", "not-shared", "api"),
        ("web", "db", "not-shared", "db"),
        ("web", "10.5.0.5", "not-shared", "db"),
        ("api", "10.5.0.5", "service", "db"),
        ("web", "localhost", "self", "web"),
        ("web", "web", "self", "web"),
        ("host", "localhost", "machine", None),
        ("host", "api", "not-shared", "api"),
        ("web", "host", "not-shared", "host"),
        ("web", "side", "not-shared", "side"),
        ("side", "web", "service", "web"),
        ("side", "api", "self", "api"),
        ("lone", "api", "not-shared", "api"),
        ("web", "old", "not-shared", "old"),
        ("web", "box", "outside", None),
        ("web", "host.docker.internal", "machine", None),
        ("web", "example.com", "outside", None),
        ("web", "nobody", "nobody", None),
        ("web", "${X}", "unknown", None),
    ],
)
def test_resolves(asker: str, host: str, outcome: str, who: str | None) -> None:
    project = project_of(TEXT)
    target = resolve(project, service_of(project, asker), host)
    assert target.outcome == outcome
    if who is not None:
        assert target.service is not None and target.service.name == who


def test_network_stacks() -> None:
    project = project_of(TEXT)
    assert namespace_of(project, service_of(project, "side")).leader.name == "api"
    assert {one.name for one in peers_of(project, service_of(project, "api"))} == {"api", "side"}


def test_a_stack_that_goes_in_circles_is_unknown() -> None:
    project = project_of(
        "services:\n  a: {image: x, network_mode: 'service:b'}\n  b: {image: x, network_mode: 'service:a'}\n"
    )
    assert namespace_of(project, project.services[0]).kind == "unknown"


def test_connections_of_variables() -> None:
    project = project_of(
        "services:\n  web:\n    image: x/web\n    environment:\n      DB_HOST: db\n      DB_PORT: '5433'\n"
        "      DB_USER: app\n      DB_PASSWORD: s3cret\n      REDIS_URL: redis://:pw@cache\n      HOST: 0.0.0.0\n"
        "      CORS_ORIGIN: http://localhost:3000\n  db: {image: 'postgres:17'}\n  cache: {image: 'redis:7'}\n"
    )
    found = {one.name: one for one in project.connections_of(service_of(project, "web"))}
    assert set(found) == {"DB_HOST", "REDIS_URL", "CORS_ORIGIN"}
    database, cache = found["DB_HOST"], found["REDIS_URL"]
    assert (database.host, database.port, database.user, database.password) == ("db", "5433", "app", "s3cret")
    assert (cache.password, cache.user, default_port(project, cache)) == ("pw", "", "6379")
    assert "pw" not in cache.shown
    assert cache.host_span is not None and cache.host_span.text == "cache"
    assert found["CORS_ORIGIN"].browser

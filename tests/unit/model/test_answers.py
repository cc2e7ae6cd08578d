"""Which containers answer to a name. Each case is what a real engine said in tests/engine/test_reach.py."""

from __future__ import annotations

import pytest

from dockerlint.engine.settings import Settings
from dockerlint.model.loading import load_projects
from dockerlint.model.network.answers import answer
from dockerlint.model.network.names import NOBODY, NOT_SHARED, SELF, SERVICE, UNKNOWN, namespace_of, resolve
from dockerlint.model.project import Project
from dockerlint.model.service import Service
from dockerlint.rulebook import shelf
from dockerlint.source.tree import DictTree

TEXT = """
name: shop
services:
  web:
    image: x
    networks: {zoo: {aliases: [both, db]}, ark: }
    hostname: Web.Host
    links: ["api:Linked", "far:lost", "api:taken"]
    extra_hosts: ["pinned:10.9.8.7", "web.host:10.9.8.6"]
  api: {image: x, networks: {zoo: {aliases: [both]}, ark: {aliases: [only-ark]}}, scale: 1}
  db: {image: x, networks: [ark, zoo], container_name: The-DB}
  taken: {image: x, networks: [zoo]}
  many: {image: x, networks: [ark], deploy: {replicas: 2}}
  gone: {image: x, networks: [ark], scale: 0}
  first: {image: x, networks: {inner: {aliases: [turn]}}}
  second: {image: x, networks: {zoo: {aliases: [turn]}}}
  both-ends: {image: x, networks: [inner, zoo]}
  far: {image: x, networks: [inner]}
  side: {image: x, network_mode: "service:web"}
  late: {image: x, network_mode: "container:shop-api-1"}
  old: {image: x, network_mode: bridge, links: ["older:elder"], hostname: antique}
  older: {image: x, network_mode: bridge, hostname: box}
  none: {image: x, network_mode: none, hostname: nothing}
  host: {image: x, network_mode: host, hostname: machine}
networks: {zoo: , ark: , inner: {internal: true, name: aaa}}
"""


@pytest.fixture(scope="module")
def project() -> Project:
    (found,) = load_projects(DictTree({"compose.yaml": TEXT}), ("",), Settings(), shelf.facts())
    return found


def service_of(project: Project, name: str) -> Service:
    return next(service for service in project.services if service.name == name)


@pytest.mark.parametrize(
    ("asker", "name", "network", "containers"),
    [
        ("web", "both", "zoo", "shop-web-1 shop-api-1"),  # two services have the alias
        ("api", "db", "ark", "The-DB"),  # shop_ark comes before shop_zoo, where web has the alias too
        ("taken", "DB", "zoo", "shop-web-1 The-DB"),
        ("web", "only-ARK", "ark", "shop-api-1"),
        ("db", "web.host", "ark", "shop-web-1"),
        ("web", "Linked", "ark", "shop-api-1"),
        ("web", "linked", None, ""),  # the aliases of links keep letters apart
        ("web", "api-1", "ark", "shop-api-1"),
        ("web", "taken", "ark", "shop-api-1"),  # a link hides who has the name
        ("web", "Taken", "zoo", "shop-taken-1"),
        ("web", "lost", None, ""),
        ("side", "Linked", "ark", "shop-api-1"),  # by the links of the stack it lives in
        ("side", "pinned", None, ""),
        ("late", "many", "ark", "shop-many-1 shop-many-2"),
        ("late", "shop-many-2", "ark", "shop-many-2"),
        ("late", "shop-many-3", None, ""),
        ("api", "shop-db-1", None, ""),  # the container has another name
        ("api", "shop_web_1", None, ""),
        ("api", "gone", None, ""),
        ("api", "late", None, ""),
        ("both-ends", "turn", "zoo", "shop-second-1"),  # aaa would come first, but is internal
        ("both-ends", "turn.aaa", "inner", "shop-first-1"),
        ("both-ends", "turn.inner", None, ""),
        ("old", "elder", None, "shop-older-1"),
        ("old", "older-1", None, "shop-older-1"),
        ("old", "BOX", None, "shop-older-1"),
        ("old", "antique", None, "shop-old-1"),
        ("old", "old", None, ""),
        ("older", "elder", None, ""),
        ("none", "nothing", None, ""),
        ("none", "none", None, ""),
        ("host", "machine", None, ""),
    ],
)
def test_answers(project: Project, asker: str, name: str, network: str | None, containers: str) -> None:
    found = answer(project, service_of(project, asker), name)
    assert found is None or found.network == network
    assert [one.name for one in (found.containers if found is not None else ())] == containers.split()


def test_the_hosts_file_comes_first(project: Project) -> None:
    pinned, both = (answer(project, service_of(project, "web"), name) for name in ("pinned", "web.host"))
    assert pinned is not None and (pinned.how, pinned.address, pinned.own) == ("extra_host", "10.9.8.7", False)
    assert both is not None and (both.address, both.own) == ("10.9.8.6", True)


@pytest.mark.parametrize(
    ("asker", "name", "outcome", "who"),
    [
        ("side", "linked", NOBODY, None),
        ("side", "Linked", SERVICE, "api"),
        ("side", "side", NOT_SHARED, "side"),
        ("web", "lost", NOT_SHARED, "far"),
        ("web", "taken", SERVICE, "api"),
        ("web", "web.host", SELF, "web"),
        ("both-ends", "turn", SERVICE, "second"),
        ("late", "localhost", SELF, "late"),
        ("late", "many", SERVICE, "many"),
        ("late", "shop-many-2", SERVICE, "many"),
        ("api", "shop_web_1", UNKNOWN, None),
        ("api", "shop-db-1", UNKNOWN, None),
        ("api", "turn.shop_zoo", SERVICE, "second"),
        ("old", "elder", SERVICE, "older"),
        ("none", "none", UNKNOWN, "none"),
        ("host", "host", UNKNOWN, "host"),
    ],
)
def test_the_rules_are_told_the_same(project: Project, asker: str, name: str, outcome: str, who: str | None) -> None:
    found = resolve(project, service_of(project, asker), name)
    assert (found.outcome, found.service.name if found.service is not None else None) == (outcome, who)


def test_a_container_is_called_as_compose_calls_it(project: Project) -> None:
    assert namespace_of(project, service_of(project, "late")).leader.name == "api"

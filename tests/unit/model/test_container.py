"""What Docker makes of a service: compose over image. tests/engine/test_model.py asks an engine the same."""

from __future__ import annotations

import pytest

from dockerlint.engine.settings import Settings
from dockerlint.model.describe import image_describer
from dockerlint.model.loading import load_projects
from dockerlint.model.project import Project
from dockerlint.model.running.container import (
    Health,
    aliases_of,
    every_mount_of,
    health_of,
    restart_of,
    start_words_of,
    user_of,
)
from dockerlint.model.service import Service
from dockerlint.rulebook import shelf
from dockerlint.source.tree import DictTree

DOCKERFILE = """
FROM alpine
USER app
ENTRYPOINT ["enter"]
CMD ["run"]
HEALTHCHECK --interval=5s CMD check it
"""


def made(service: str, rest: str = "", dockerfile: str = DOCKERFILE) -> tuple[Project, Service]:
    files = {"compose.yaml": f"name: shop\nservices:\n  web: {{build: ., {service}}}\n{rest}", "Dockerfile": dockerfile}
    (project,) = load_projects(DictTree(files), [""], Settings(), shelf.facts())
    return project, next(each for each in project.services if each.name == "web")


@pytest.mark.parametrize(
    ("service", "entrypoint", "command"),
    [
        ("", ("enter",), ("run",)),
        ("command: []", ("enter",), ("run",)),
        ('command: ""', ("enter",), ("run",)),
        ("command: other", ("enter",), ("other",)),
        ("entrypoint: other", ("other",), ()),
        ("entrypoint: []", (), ("run",)),
        ('entrypoint: ""', (), ("run",)),
        ("entrypoint: [], command: [other]", (), ("other",)),
    ],
)
def test_an_empty_list_takes_the_entry_point_away_but_no_command(
    service: str, entrypoint: tuple[str, ...], command: tuple[str, ...]
) -> None:
    project, web = made(service)
    words = start_words_of(project, web)
    assert (words.entrypoint, words.command) == (entrypoint, command)
    effective = project.command_of(web)
    assert effective is not None
    assert effective.words == entrypoint + command


def test_nobody_knows_the_words_of_an_image_that_is_not_known() -> None:
    project, web = made("", dockerfile="FROM example.org/who")
    assert start_words_of(project, web).command is None
    assert user_of(project, web) is None


@pytest.mark.parametrize(
    ("service", "restart"),
    [
        ("", "no"),
        ("restart: unless-stopped", "unless-stopped"),
        ("restart: on-failure:4", "on-failure:4"),
        ("deploy: {restart_policy: {condition: on-failure, max_attempts: 3}}", "on-failure:3"),
        ("deploy: {restart_policy: {condition: any}}", "always"),
        ("deploy: {restart_policy: {condition: none}}", "no"),
        ("restart: always, deploy: {restart_policy: {delay: 5s}}", "no"),
        ("restart: always, deploy: {restart_policy: {condition: on-failure}}", "on-failure"),
        ("restart: '${WHEN}'", None),
    ],
)
def test_a_policy_of_deploy_goes_over_restart(service: str, restart: str | None) -> None:
    assert restart_of(made(service)[1]) == restart


def test_user() -> None:
    assert user_of(*made("")) == "app"
    assert user_of(*made('user: ""')) == "app"
    assert user_of(*made('user: "1000:50"')) == "1000:50"
    assert user_of(*made("", dockerfile="FROM scratch\nCMD x")) == "root"


def test_health_takes_what_it_lacks_from_the_image() -> None:
    assert health_of(*made("")) == Health(("CMD-SHELL", "check it"), "5s", None, None, None)
    assert health_of(*made("healthcheck: {test: [CMD, own], retries: 7}")) == Health(
        ("CMD", "own"), "5s", None, None, "7"
    )
    assert health_of(*made("healthcheck: {interval: 0s}")) == Health(("CMD-SHELL", "check it"), "5s", None, None, None)
    assert health_of(*made("healthcheck: {disable: true}")) is False


def test_aliases() -> None:
    networks = "networks: {front: {}}\n"
    project, web = made("container_name: fixed, networks: {front: {aliases: [www, www]}}", networks)
    assert aliases_of(project, web) == {"shop_front": ("web", "fixed", "www")}
    assert aliases_of(*made("network_mode: host")) == {}


def test_brackets_are_no_part_of_an_address() -> None:
    _, web = made("extra_hosts: ['six=[2001:db8::2]']")
    assert [(host.name, host.address) for host in web.extra_hosts] == [("six", "2001:db8::2")]


def test_granted_and_borrowed_mounts() -> None:
    rest = "  db: {image: x, volumes: ['/data']}\nsecrets: {pw: {file: pw.txt}}\nconfigs: {site: {file: site.conf}}\n"
    project, web = made("secrets: [pw], configs: [{source: site, target: /etc/s}], volumes_from: ['db:ro']", rest)
    assert [(mount.target, mount.source, mount.read_only) for mount in every_mount_of(project, web)] == [
        ("/data", None, False),
        ("/etc/s", "site.conf", True),
        ("/run/secrets/pw", "pw.txt", True),
    ]


def test_described() -> None:
    project, _ = made('command: ["x"], restart: always')
    assert project.compose is not None
    described = image_describer(project.tree, project.compose, shelf.facts())("web")
    assert described is not None
    container = described["container"]
    assert (container["command"], container["restart"], container["user"]) == (["x"], "always", "app")

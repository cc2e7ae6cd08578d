"""The address that a Kafka broker tells other containers, and the addresses on which a server listens."""

from __future__ import annotations

import pytest

from dockerlint.engine.settings import Settings
from dockerlint.model.data.authentication import exposure_of, option_words
from dockerlint.model.loading import load_projects
from dockerlint.model.network.brokers import advertised_address
from dockerlint.model.project import Project
from dockerlint.model.service import Service
from dockerlint.rulebook import shelf
from dockerlint.source.tree import DictTree

TEXT = """
services:
  worker:
    image: example/worker
  kafka:
    image: confluentinc/cp-kafka:7.6.0
    environment:
      KAFKA_ADVERTISED_LISTENERS: EXTERNAL://localhost:9094,INTERNAL://kafka:29092
  other:
    image: confluentinc/cp-kafka:7.6.0
    environment:
      KAFKA_ADVERTISED_LISTENERS: EXTERNAL://localhost:9095,BROKEN
  web:
    image: example/web
    ports: ["8000:8000", "127.0.0.1:6379:6379"]
  store:
    image: redis:7
    network_mode: service:web
  bound:
    image: redis:7
    command: redis-server --bind 127.0.0.1 -::1 --save ""
    ports: ["6380:6379"]
  open:
    image: redis:7
    command: redis-server --bind 127.0.0.1 0.0.0.0
    ports: ["6381:6379"]
"""


@pytest.fixture(scope="module")
def project() -> Project:
    tree = DictTree({"compose.yaml": TEXT})
    (project,) = load_projects(tree, ("",), Settings(), shelf.facts())
    return project


def _service(project: Project, name: str) -> Service:
    return next(one for one in project.services if one.name == name)


def test_advertised_address(project: Project) -> None:
    worker = _service(project, "worker")
    assert advertised_address(project, worker, _service(project, "kafka")) == ("kafka", "29092")
    assert advertised_address(project, worker, _service(project, "other")) is None
    assert advertised_address(project, worker, _service(project, "web")) is None


@pytest.mark.parametrize(
    ("name", "reach"), [("store", "host"), ("bound", "itself"), ("open", "everywhere"), ("web", "everywhere")]
)
def test_exposure(project: Project, name: str, reach: str) -> None:
    assert exposure_of(project, _service(project, name)).reach == reach


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("redis-server", "--bind", "127.0.0.1", "-::1", "--save", ""), ("127.0.0.1", "-::1")),
        (("mongod", "--bind=localhost,10.0.0.1"), ("localhost", "10.0.0.1")),
        (("redis-server", "--bind"), ()),
        (("redis-server",), ()),
    ],
)
def test_option_words(words: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert option_words(words, "--bind") == found

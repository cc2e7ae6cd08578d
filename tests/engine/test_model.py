"""The model against the engine: what dockerlint says of a container is what `docker inspect` shows of it.

Every service of the fixture projects, of the folders that DOCKERLINT_CORPUS names (with `:` between them) and of
containers/, whose services each have one thing that is easily got wrong.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dockerlint.source.tree import FolderTree
from tests.engine import agreement, images
from tests.engine.agreement import FIELDS, UNDECIDED
from tests.engine.daemon import Engine
from tests.engine.inspected import inspected
from tests.engine.named import FIXTURES, images_of, named_images
from tests.engine.ways import Way, families

pytestmark = pytest.mark.engine
Record = Callable[[str, object], None]

_BY_HAND = Path(__file__).with_name("containers")
_STARTED = "compose.nested.yaml"
_WINNER = "the mount that wins at a path"
_LEAST = 0.99
_INSPECT = "`docker compose up --no-start`, then `docker inspect`"
_MOUNT_TABLE = "started with mounts within mounts, then /proc/1/mountinfo"
_THREADS = 1 if "PYTEST_XDIST_WORKER" in os.environ else 2

_NOT_GIVEN = "an ARG without a value is unknown to the model, because whoever builds may give one; here nobody did"
# Differences that are right as they are: (project, service, field) → why.
EXPLAINED: Mapping[tuple[str, str, str], str] = {
    ("engine/containers: compose.yaml", "configured-by-nobody", "environment"): _NOT_GIVEN,
    ("corpus/laradock+laradock: docker-compose.yml", "jenkins", "environment"): _NOT_GIVEN,
    ("engine/containers: compose.yaml", "declared-and-tmpfs", "mounts"): (
        "for a tmpfs on `/cache/` Docker makes the declared volume `/cache` too, hidden below it; the model leaves the"
        " hidden one out"
    ),
}
# Projects that compose or the engine refuses: title → part of its message.
REFUSED: Mapping[str, str] = {
    "extends-and-include/broken: compose.loadtest.yaml": 'service "job" not found',
    "laravel-mariadb/broken: compose.yaml": "unknown instruction: libzip-dev",
    "notes-course/broken: docker-compose.yaml": "unknown instruction: //",
    "corpus/jessfraz+dockerfiles: openvpn/docker-compose.yml": "additional properties 'vpn' not allowed",
}
# Services that cannot be made, the rest of their project is compared: (project, service) → why.
LEFT_OUT: Mapping[tuple[str, str], str] = {
    ("corpus/laradock+laradock: docker-compose.yml", "aerospike"): "a mount's target is no absolute path",
    ("corpus/laradock+laradock: docker-compose.yml docker-compose.multi-php.yml", "aerospike"): (
        "a mount's target is no absolute path"
    ),
    ("corpus/docker+awesome-compose: wasmedge-kafka-mysql/compose.yml", "etl"): "the stand-ins are not for wasi/wasm",
    ("corpus/docker+awesome-compose: wasmedge-mysql-nginx/compose.yml", "backend"): (
        "the stand-ins are not for wasi/wasm"
    ),
}


def _corpus() -> list[Path]:
    named = [Path(name) for name in os.environ.get("DOCKERLINT_CORPUS", "").split(":") if name]
    return [folder for name in named for folder in sorted(name.iterdir()) if folder.is_dir()]


def _folders() -> list[Path]:
    fixtures = [folder for folder in sorted(FIXTURES.glob("*/*")) if folder.is_dir()]
    return [*_corpus(), _BY_HAND, *fixtures]


@pytest.fixture(scope="module")
def compared(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """One record a way to start a project, see `_compared`. Several processes share the work and the result."""
    own = tmp_path_factory.getbasetemp()
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "model"
    place.mkdir(exist_ok=True)
    todo = sorted(families(_folders()), key=len, reverse=True)
    with _locked(place / "images", wait=True):
        if not (place / "images.done").exists():
            images.provide(engine, named_images() | {n for root in _corpus() for n in images_of(FolderTree(str(root)))})
            (place / "images.done").touch()

    def work(number: int, wait: bool) -> list[dict[str, Any]] | None:
        done = place / f"{number}.json"
        with _locked(place / str(number), wait) as mine:
            if mine and not done.exists():
                done.write_text(json.dumps(_compared(engine, todo[number])))
        return json.loads(done.read_text()) if mine else None

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(lambda number: work(number, False), range(len(todo))))
    return [record for number in range(len(todo)) for record in work(number, True) or ()]


@contextmanager
def _locked(path: Path, wait: bool) -> Iterator[bool]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def _compared(engine: Engine, ways: tuple[Way, ...]) -> list[dict[str, Any]]:
    """By way: its title, why it is refused, whom it leaves out, and by service and field what both say."""
    seen: set[str] = set()
    records = []
    for way in ways:
        with inspected(engine, way, seen, start=_STARTED in way.files) as found:
            services = {name: agreement.compare(found, name) for name in found.services}
            for name in found.mounted:
                services[name][_WINNER] = agreement.winners(found, name)
            linted = {name: agreement.compare_linted(found, name) for name in found.services}
            records.append(
                {
                    "title": way.title,
                    "refused": found.refused,
                    "left_out": found.left_out,
                    "services": services,
                    "linted": linted,
                }
            )
    return records


@pytest.mark.parametrize("field", [*FIELDS, _WINNER])
def test_field(field: str, compared: list[dict[str, Any]], record_property: Record) -> None:
    """The model that is told of the machine what compose is told: what it does not know counts as a difference."""
    pairs = _pairs(compared, "services", field)
    differing = {place: pair for place, pair in pairs.items() if pair[0] not in (pair[1], UNDECIDED)}
    undecided = sum(said == UNDECIDED for said, _ in pairs.values())
    decided = len(pairs) - undecided
    share = (decided - len(differing)) / decided if decided else 0.0
    left = f"; {undecided} more rest on images of which nothing is claimed" if undecided else ""
    result = f"{decided - len(differing)} of {decided} services ({share:.1%}){left}"
    print(f"\n{field:32} {result}")
    record_property("about", "model")
    record_property("claim", f"dockerlint knows of every container: {field}")
    record_property("experiment", _MOUNT_TABLE if field == _WINNER else _INSPECT)
    record_property("result", result)
    explained = {(title, name) for title, name, of in EXPLAINED if of == field} & set(pairs)
    unexplained = {place: pair for place, pair in differing.items() if place not in explained}
    assert not unexplained, "\n".join(_told(place, *pair) for place, pair in unexplained.items())
    assert explained <= set(differing), "these do not differ any more"
    assert share >= _LEAST, result


@pytest.mark.parametrize("field", FIELDS)
def test_what_a_lint_takes_for_known(field: str, compared: list[dict[str, Any]], record_property: Record) -> None:
    """The model that a check sees, which knows nothing of the machine: what it knows is so."""
    pairs = _pairs(compared, "linted", field)
    differing = {place: pair for place, pair in pairs.items() if pair[0] not in (pair[1], UNDECIDED)}
    known = sum(said != UNDECIDED for said, _ in pairs.values())
    print(f"\n{field:32} {known} of {len(pairs)} known")
    record_property("about", "model")
    record_property("claim", f"what a check takes for known of a container is so: {field}")
    record_property("experiment", f"{_INSPECT}; without the shell's variables, the home folder and the tree's place")
    record_property("result", f"{known - len(differing)} of {known} services; {len(pairs) - known} are unknown to it")
    explained = {(title, name) for title, name, of in EXPLAINED if of == field}
    unexplained = {place: pair for place, pair in differing.items() if place not in explained}
    assert not unexplained, "\n".join(_told(place, *pair) for place, pair in unexplained.items())
    assert known > len(pairs) / 3


def _pairs(compared: list[dict[str, Any]], kind: str, field: str) -> dict[tuple[str, str], tuple[Any, Any]]:
    """By project and service: what dockerlint says of a field, and what the engine says."""
    return {
        (record["title"], name): tuple(fields[field])
        for record in compared
        for name, fields in record[kind].items()
        if field in fields
    }


def test_projects_are_taken(compared: list[dict[str, Any]], record_property: Record) -> None:
    """Nothing is left out in silence: who is refused, and who cannot be made, is written above."""
    titles = {record["title"] for record in compared}
    refused = {record["title"]: record["refused"] for record in compared if record["refused"]}
    assert set(refused) == set(REFUSED) & titles, refused
    for title, message in refused.items():
        assert REFUSED[title] in message
    left_out = {(r["title"], name): why for r in compared for name, why in r["left_out"].items()}
    assert left_out == {place: why for place, why in LEFT_OUT.items() if place[0] in titles}
    count = sum(len(record["services"]) for record in compared)
    record_property("about", "model")
    record_property("claim", "the services that are compared are those that people start")
    record_property("experiment", "`docker compose create` of every way to start every project")
    record_property(
        "result",
        f"{count} different services in {len(compared) - len(refused)} of {len(compared)} ways to start a project;"
        f" {len(refused)} are refused as they should be, {len(left_out)} services cannot be made",
    )
    assert count > 320


def test_corpus_is_there() -> None:
    if not _corpus():
        pytest.skip("DOCKERLINT_CORPUS names no folder of real projects: only fixtures and containers/ were compared")


def _told(place: tuple[str, ...], said: Any, has: Any) -> str:
    if isinstance(said, dict) and isinstance(has, dict):
        keys = [key for key in {**said, **has} if said.get(key, "absent") != has.get(key, "absent")]
        said, has = ({key: side.get(key, "absent") for key in keys} for side in (said, has))
    return f"{' '.join(place)}\n  dockerlint: {said}\n  the engine: {has}"

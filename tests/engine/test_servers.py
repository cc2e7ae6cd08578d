"""The stand-in servers do what the documentation of their images says; on them rest the experiments."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.engine import images
from tests.engine.daemon import Engine

pytestmark = pytest.mark.engine

_NETWORK = "servers-test"
_IMAGES = (
    "postgres:16",
    "postgres:18",
    "mysql:8",
    "mariadb:11",
    "redis:7",
    "nginx:1.27",
    "mongo:7",
    "elasticsearch:8.15.0",
    "couchdb:3",
    "memcached:1.6",
    "php:8.3-apache",
)


class Bench:
    """Containers on a network of their own, which go when the test ends."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.names: list[str] = []

    def start(self, name: str, *words: str) -> str:
        """Starts a container in the background; `words` are options, image and command."""
        name = f"{_NETWORK}-{name}"
        self.names.append(name)
        done = self.engine.docker("run", "-d", "--network", _NETWORK, "--name", name, *words)
        assert done.returncode == 0, done.stdout
        return name

    def run(self, *words: str) -> tuple[int, str]:
        """Status and output of a container that ends by itself."""
        done = self.engine.docker("run", "--rm", "--network", _NETWORK, *words, timeout=30)
        return done.returncode, done.stdout

    def inside(self, name: str, *words: str) -> tuple[int, str]:
        done = self.engine.docker("exec", name, *words, timeout=30)
        return done.returncode, done.stdout

    def wait(self, name: str, *words: str, seconds: float = 15) -> None:
        """Until a command in the container succeeds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status, output = self.inside(name, *words)
            if status == 0:
                return
            time.sleep(0.1)
        raise AssertionError(f"{words} in {name}: {output}\n{self.engine.docker('logs', name).stdout[-2000:]}")

    def probe(self, *words: str, stdin: bytes | None = None) -> tuple[int, str]:
        options = ("--rm", "-i", "--network", _NETWORK, "--entrypoint", "/opt/standin/bin/probe")
        done = self.engine.docker("run", *options, images.BASE, *words, stdin=stdin)
        return done.returncode, done.stdout.strip()

    def says(self, name: str, question: str, port: int) -> str:
        """What the generic server answers a line with."""
        code = (
            f"import socket; s = socket.create_connection(('127.0.0.1', {port}), 3); "
            f"s.sendall({question + chr(10)!r}.encode()); print(s.recv(4096).decode())"
        )
        return self.inside(name, "/opt/standin/bin/python3", "-c", code)[1].strip()

    def clean(self) -> None:
        if self.names:
            self.engine.docker("rm", "-fv", *self.names)
        self.names.clear()


@pytest.fixture(scope="module")
def network(engine: Engine) -> Iterator[None]:
    images.provide(engine, _IMAGES)
    engine.docker("network", "create", _NETWORK)
    yield
    engine.docker("network", "rm", _NETWORK)


@pytest.fixture
def bench(engine: Engine, network: None) -> Iterator[Bench]:
    bench = Bench(engine)
    yield bench
    bench.clean()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["postgres:16"], "superuser password is not specified"),
        (["mysql:8"], "MYSQL_ROOT_PASSWORD"),
        (["mariadb:11"], "MARIADB_ROOT_PASSWORD"),
        (["couchdb:3"], "COUCHDB_USER"),
        (["-e", "MYSQL_ROOT_PASSWORD=x", "-e", "MYSQL_USER=root", "mysql:8"], 'MYSQL_USER="root"'),
        (["-e", "MONGO_INITDB_ROOT_USERNAME=root", "mongo:7"], "MONGO_INITDB_ROOT_PASSWORD"),
        (["-e", "POSTGRES_PASSWORD=x", "-v", "/var/lib/postgresql/data", "postgres:18"], "/var/lib/postgresql/data"),
    ],
)
def test_what_an_image_refuses_stops_it(bench: Bench, words: list[str], message: str) -> None:
    status, output = bench.run(*words)
    assert status == 1
    assert message in output


def test_postgres_18_starts_with_a_mount_where_it_keeps_its_data(bench: Bench) -> None:
    name = bench.start("pg", "-e", "POSTGRES_PASSWORD=x", "-v", "/var/lib/postgresql", "postgres:18")
    bench.wait(name, "pg_isready", "-U", "postgres")
    assert bench.inside(name, "ls", "/var/lib/postgresql/18/docker/PG_VERSION")[0] == 0


def test_postgres_makes_its_user_and_database_and_asks_for_the_password(bench: Bench) -> None:
    given = ("-e", "POSTGRES_USER=app", "-e", "POSTGRES_PASSWORD=right", "-e", "POSTGRES_DB=shop")
    name = bench.start("pg", *given, "postgres:16", "postgres", "-c", "max_connections=33")
    bench.wait(name, "pg_isready", "-U", "app", "-h", "127.0.0.1")
    ask = ("--entrypoint", "psql", "postgres:16", "-h", name, "-U", "app", "shop", "-Atc", "show max_connections")
    assert bench.run("-e", "PGPASSWORD=right", *ask) == (0, "33\n")
    status, output = bench.run("-e", "PGPASSWORD=wrong", *ask)
    assert status != 0
    assert "password authentication failed" in output


def test_data_is_found_again_on_a_volume_and_gone_with_the_container(bench: Bench, engine: Engine) -> None:
    volume = f"{_NETWORK}-data"
    ask = ("psql", "-U", "postgres", "-Atc")
    options = ("-e", "POSTGRES_PASSWORD=x")
    try:
        for place, found in (("/var/lib/postgresql/data", 0), ("/var/lib/postgresql/wrong", 1)):
            for attempt in range(2):
                name = bench.start("pg", *options, "-v", f"{volume}:{place}", "postgres:16")
                bench.wait(name, "pg_isready", "-h", "127.0.0.1")
                if attempt == 0:
                    assert bench.inside(name, *ask, "create table kept (x int)")[0] == 0
                else:
                    assert bench.inside(name, *ask, "select * from kept")[0] == found
                bench.clean()
    finally:
        bench.clean()
        engine.docker("volume", "rm", "-f", volume)


def test_a_stand_in_keeps_its_identity_where_its_row_says(bench: Bench, engine: Engine) -> None:
    volume = f"{_NETWORK}-es"
    try:
        seen = []
        for place in (
            "/usr/share/elasticsearch/data",
            "/usr/share/elasticsearch/data",
            "/usr/share/elasticsearch/logs",
        ):
            name = bench.start("es", "-v", f"{volume}:{place}", "elasticsearch:8.15.0")
            bench.wait(name, "/opt/standin/bin/probe", "connect", "127.0.0.1", "9200")
            seen.append(bench.says(name, "data", 9200).split()[1])
            bench.clean()
        assert seen[0] == seen[1]
        assert seen[2] != seen[1]
    finally:
        bench.clean()
        engine.docker("volume", "rm", "-f", volume)


def test_a_stand_in_lets_in_whom_its_row_lets_in(bench: Bench) -> None:
    is_up = ("/opt/standin/bin/probe", "connect", "127.0.0.1", "9200")
    closed = bench.start("closed", "-e", "ELASTIC_PASSWORD=pw", "elasticsearch:8.15.0")
    opened = bench.start("open", "-e", "xpack.security.enabled=false", "elasticsearch:8.15.0")
    for name in (closed, opened):
        bench.wait(name, *is_up)
    assert bench.says(closed, "anonymous", 9200) == "denied"
    assert bench.says(closed, "whoami elastic pw", 9200) == "welcome"
    assert bench.says(closed, "whoami elastic no", 9200) == "denied"
    assert bench.says(opened, "anonymous", 9200) == "open"
    assert "401" in bench.probe("ask", f"http://{closed}:9200/")[1]
    assert "200 OK" in bench.probe("ask", f"http://{opened}:9200/")[1]


@pytest.mark.parametrize(("image", "client"), [("mysql:8", "mysql"), ("mariadb:11", "mariadb")])
def test_mysql_lets_in_its_user_with_the_password_only(bench: Bench, image: str, client: str) -> None:
    given = (
        "-e",
        "MYSQL_ROOT_PASSWORD=r",
        "-e",
        "MYSQL_USER=app",
        "-e",
        "MYSQL_PASSWORD=pw",
        "-e",
        "MYSQL_DATABASE=shop",
    )
    name = bench.start("my", *given, image)
    admin = "mysqladmin" if client == "mysql" else "mariadb-admin"
    bench.wait(name, admin, "ping", "-h", "127.0.0.1")
    ask = ("--entrypoint", client, image, "-h", name, "-uapp", "shop", "-Ne", "select 7")
    assert bench.run("-e", "MYSQL_PWD=pw", *ask) == (0, "7\n")
    assert bench.run("-e", "MYSQL_PWD=no", *ask)[0] != 0


def test_redis_asks_for_a_password_by_option_only(bench: Bench) -> None:
    by_variable = bench.start("by-variable", "-e", "REDIS_PASSWORD=x", "redis:7")
    by_option = bench.start("by-option", "redis:7", "redis-server", "--requirepass", "x")
    for name in (by_variable, by_option):
        bench.wait(name, "/opt/standin/bin/probe", "connect", "127.0.0.1", "6379")
    ask = ("--entrypoint", "redis-cli", "redis:7", "-h")
    assert bench.run(*ask, by_variable, "ping")[1] == "PONG\n"
    assert "NOAUTH" in bench.run(*ask, by_option, "ping")[1]
    assert bench.run("-e", "REDISCLI_AUTH=x", *ask, by_option, "ping")[1] == "PONG\n"


def test_mongo_talks_with_the_real_driver_and_knows_its_root_user_in_admin_only(bench: Bench) -> None:
    name = bench.start(
        "mongo", "-e", "MONGO_INITDB_ROOT_USERNAME=root", "-e", "MONGO_INITDB_ROOT_PASSWORD=pw", "mongo:7"
    )
    bench.wait(name, "mongosh", "--quiet", "--eval", "db.adminCommand('ping')")
    code = (
        "import sys; sys.path.insert(0, '/opt/standin/site-packages'); import pymongo\n"
        "for address in sys.argv[1:]:\n"
        "    items = pymongo.MongoClient(address, serverSelectionTimeoutMS=3000).shop.items\n"
        "    try: items.insert_one({'a': 1}); print(items.count_documents({'a': 1}))\n"
        "    except pymongo.errors.OperationFailure as error: print(error.code)"
    )
    places = ("root:pw@localhost/?authSource=admin", "localhost/", "root:no@localhost/", "root:pw@localhost/shop")
    words = ("/opt/standin/bin/python3", "-c", code, *(f"mongodb://{place}" for place in places))
    assert bench.inside(name, *words) == (0, "1\n13\n18\n18\n")


def test_web_servers_listen_on_their_default_port(bench: Bench) -> None:
    nginx, apache = bench.start("nginx", "nginx:1.27"), bench.start("apache", "php:8.3-apache")
    for name in (nginx, apache):
        bench.wait(name, "/opt/standin/bin/probe", "connect", "127.0.0.1", "80")
    assert "Welcome to nginx" in bench.probe("ask", f"http://{nginx}/")[1]
    assert bench.probe("ask", f"http://{nginx}/nothing")[1].startswith("HTTP/1.1 404")
    assert bench.probe("ask", f"http://{apache}/")[1].startswith("HTTP/1.1")


def test_the_probe_tells_open_from_refused_from_unknown(bench: Bench) -> None:
    name = bench.start("mc", "memcached:1.6")
    bench.wait(name, "/opt/standin/bin/probe", "connect", "127.0.0.1", "11211")
    assert bench.probe("connect", name, "11211") == (0, "open")
    assert bench.probe("connect", name, "1") == (1, "refused")
    assert bench.probe("connect", "10.255.255.1", "80") == (1, "timeout")
    assert bench.probe("connect", "nobody", "80") == (1, "no such name")
    assert bench.probe("resolve", "nobody")[0] == 1
    assert bench.probe("ask", f"http://{name}:1/") == (1, "refused")
    questions = f"resolve nobody\nconnect {name} 11211\n".encode()
    answers = [json.loads(line) for line in bench.probe("many", stdin=questions)[1].splitlines()]
    assert answers == [{"ask": "resolve nobody", "answer": []}, {"ask": f"connect {name} 11211", "answer": ["open"]}]

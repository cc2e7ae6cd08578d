"""On which ports and addresses of a container something listens, and who asks in vain."""

from __future__ import annotations

import pytest

from dockerlint.engine.settings import Settings
from dockerlint.model.loading import load_projects
from dockerlint.model.network.browserports import browser_ports
from dockerlint.model.network.listening import Listener, Listening, joined, listening_of
from dockerlint.model.network.portuse import asked_ports, may_listen
from dockerlint.model.project import Project
from dockerlint.rulebook import shelf
from dockerlint.source.tree import DictTree

PYTHON = 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "main.py"]\n'
NODE = 'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD ["node", "index.js"]\n'
PACKAGE = '{"name": "api", "scripts": {"dev": "vite"}, "dependencies": {"express": "4.19.2", "vite": "6.0.0"}}'
FLASK = "from flask import Flask\napp = Flask(__name__)\n"


def project(compose: str, **files: str) -> Project:
    tree = DictTree({"compose.yaml": compose, **{name.replace("__", "/"): text for name, text in files.items()}})
    (found,) = load_projects(tree, [""], Settings(), shelf.facts())
    return found


def service_listening(found: Project, name: str = "api") -> Listening:
    return listening_of(found, next(service for service in found.services if service.name == name))


def built(dockerfile: str, command: str = "", environment: str = "", **files: str) -> Listening:
    """What listens in a container that is built from these files, with an optional command and variables."""
    lines = [f"    command: {command}\n"] * bool(command) + [f"    environment: {{{environment}}}\n"] * bool(
        environment
    )
    compose = "services:\n  api:\n    build: .\n" + "".join(lines)
    named = {"requirements.txt": "flask\n", "package.json": PACKAGE}
    tree = DictTree({"compose.yaml": compose, "Dockerfile": dockerfile, **named, **files})
    (found,) = load_projects(tree, [""], Settings(), shelf.facts())
    return service_listening(found)


def shown(listening: Listening) -> tuple[list[tuple[str, str | None]], bool]:
    return [(one.port, one.host) for one in listening.listeners], listening.complete


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("0.0.0.0", False), ("127.0.0.1", True), ("127.1.2.3", True), ("localhost", True), ("api", False), (None, False)],
)
def test_loopback(host: str | None, loopback: bool) -> None:
    assert Listener("80", host, "x").loopback is loopback


def test_one_network_stack_is_complete_where_every_part_is() -> None:
    known = Listening((Listener("80", "0.0.0.0", "nginx"),), True)
    unknown = Listening()
    assert joined([known, known]).complete
    assert joined([known, known]).ports == ("80",)
    assert not joined([known, unknown]).complete
    assert joined([known, unknown]).on("80")


@pytest.mark.parametrize(
    ("image", "settings", "expected"),
    [
        ("postgres:17", "", ([("5432", "0.0.0.0")], True)),
        ("postgres:17", "command: -p 5433", ([("5433", "0.0.0.0")], True)),
        ("mysql:8.4", "environment: {MYSQL_TCP_PORT: '3307'}", ([("3307", "0.0.0.0"), ("33060", "0.0.0.0")], True)),
        ("adminer", "", ([("8080", "0.0.0.0")], True)),
        ("adminer:4-fastcgi", "", ([("9000", "0.0.0.0")], True)),
        ("mongo-express", "environment: {PORT: '8082'}", ([("8082", "0.0.0.0")], True)),
        ("phpmyadmin/phpmyadmin", "", ([("80", "0.0.0.0")], True)),
        ("mongo:7", "command: sleep 5", ([], False)),
        ("mongo:7", "volumes: ['./mongod.conf:/etc/mongod.conf']", ([("27017", "0.0.0.0")], False)),
        ("redis:7", "env_file: absent.env", ([("6379", "0.0.0.0")], False)),
        ("example/api:1", "", ([], False)),
        ("postgres:${TAG_OF_SOMEBODY}", "network_mode: host", ([], False)),
        (
            "confluentinc/cp-kafka:7.6.0",
            "environment: {KAFKA_LISTENERS: 'IN://:29092,OUT://localhost:9092'}",
            ([("29092", "0.0.0.0"), ("9092", "localhost")], True),
        ),
    ],
)
def test_images(image: str, settings: str, expected: tuple[list[tuple[str, str]], bool]) -> None:
    compose = f"services:\n  api:\n    image: {image}\n    {settings}\n"
    tree = DictTree({"compose.yaml": compose, ".gitignore": "*.env\n", "mongod.conf": "net: {port: 27018}\n"})
    (found,) = load_projects(tree, [""], Settings(), shelf.facts())
    assert shown(service_listening(found)) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("uvicorn main:app", ([("8000", "127.0.0.1")], True)),
        ("uvicorn main:app --host 0.0.0.0 --port 80", ([("80", "0.0.0.0")], True)),
        ("flask --app main run -h 0.0.0.0", ([("5000", "0.0.0.0")], True)),
        ("gunicorn main:app -b unix:/run/app.sock", ([], False)),
        ("uvicorn main:app --port $$PORT", ([], False)),
        ("celery -A main worker", ([], True)),
        ("some-program", ([], False)),
    ],
)
def test_servers_by_their_options(command: str, expected: tuple[list[tuple[str, str]], bool]) -> None:
    assert shown(built(PYTHON, command, **{"main.py": FLASK})) == expected


@pytest.mark.parametrize(
    ("main", "config", "expected"),
    [
        ("app.run()", "", ([("5000", "127.0.0.1")], True)),
        ("app.run('0.0.0.0', 80)", "", ([("80", "0.0.0.0")], True)),
        ("app.run(host=HOST)", "HOST = 'localhost'", ([("5000", "localhost")], True)),
        ("app.run(host=config.HOST, port=config.PORT)", "HOST = '0.0.0.0'\nPORT = 81", ([("81", "0.0.0.0")], True)),
        ("app.run(host=config.HOST)", "HOST = 'localhost'\nHOST = 'x'", ([("5000", None)], True)),
        ("app.run(port=config.PORT)", "import os\nPORT = os.environ['PORT']", ([], False)),
        ("app.run(host=config.host)", "host = 'localhost'", ([("5000", None)], True)),
        (
            "app.config.from_pyfile('config.py')\napp.run(host=app.config['HOST'])",
            "HOST = 'localhost'",
            ([("5000", "localhost")], True),
        ),
        (
            "app.config.from_envvar('WHERE')\napp.run(host=app.config['HOST'])",
            "HOST = 'localhost'",
            ([("5000", None)], True),
        ),
        ("app.run(host=app.config['HOST'])", "HOST = 'localhost'", ([("5000", None)], True)),
    ],
)
def test_python_settings(main: str, config: str, expected: tuple[list[tuple[str, str | None]], bool]) -> None:
    files = {"main.py": f"import config\nfrom config import HOST\n{FLASK}{main}\n", "config.py": f"{config}\n"}
    assert shown(built(PYTHON, **files)) == expected


def test_the_place_of_a_setting_is_where_it_is_written() -> None:
    listening = built(
        PYTHON, **{"main.py": f"import config\n{FLASK}app.run(config.HOST)\n", "config.py": "HOST = 'localhost'\n"}
    )
    (listener,) = listening.listeners
    assert listener.span is not None
    assert (listener.span.path, listener.span.text) == ("config.py", "localhost")


@pytest.mark.parametrize(
    ("code", "environment", "more", "expected"),
    [
        ("app.listen(3000)", "", {}, ([("3000", "0.0.0.0")], True)),
        ("app.listen(process.env.PORT || 5000)", "", {}, ([("5000", "0.0.0.0")], True)),
        ("app.listen(process.env.PORT || 5000)", "PORT: '80'", {}, ([("80", "0.0.0.0")], True)),
        ("app.listen(process.env.PORT)", "", {}, ([], False)),
        ("require('dotenv').config()\napp.listen(process.env.PORT || 5000)", "", {}, ([("5000", "0.0.0.0")], True)),
        (
            "require('dotenv').config()\napp.listen(process.env.PORT || 5000)",
            "",
            {".gitignore": ".env\n"},
            ([], False),
        ),
        (
            "require('dotenv').config()\napp.listen(process.env.PORT || 5000)",
            "",
            {".env.example": "PORT=\n"},
            ([], False),
        ),
        ("app.listen(process.env.PORT || 5000)", "", {".env": "PORT=80\n"}, ([], False)),
        ("app.listen(somewhere())", "", {}, ([], False)),
    ],
)
def test_node(
    code: str, environment: str, more: dict[str, str], expected: tuple[list[tuple[str, str | None]], bool]
) -> None:
    files = {"index.js": f"const app = require('express')()\n{code}\n", **more}
    assert shown(built(NODE, "", environment, **files)) == expected


def test_an_address_instead_of_a_port_is_a_socket_file() -> None:
    listening = built(NODE, **{"index.js": "require('express')().listen('0.0.0.0:3001')\n"})
    assert [text for text, _ in listening.sockets] == ["0.0.0.0:3001"]
    assert not listening.listeners


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("{}", ([("5173", "localhost")], True)),
        ("{ server: { port: 3000, host: true } }", ([("3000", "0.0.0.0")], True)),
        ("{ server: { port: pick() } }", ([], False)),
    ],
)
def test_vite(config: str, expected: tuple[list[tuple[str, str | None]], bool]) -> None:
    text = f"import {{ defineConfig }} from 'vite'\nexport default defineConfig({config})\n"
    assert shown(built(NODE, "npm run dev", **{"vite.config.ts": text})) == expected


@pytest.mark.parametrize(
    ("files", "silent"),
    [
        ({"main.py": "import time\nfrom kafka import KafkaConsumer\nwhile True: time.sleep(1)\n"}, True),
        ({"main.py": "from kafka import KafkaConsumer\nfrom a import b\n", "a/__init__.py": "", "a/b.py": ""}, True),
        ({"main.py": "from kafka import KafkaConsumer\nfrom a import b\n", "a/b.py": "import flask\n"}, False),
        ({"main.py": "from kafka import KafkaConsumer\nimport a.b\n", "a/__init__.py": "", "a/b.py": ""}, True),
        ({"main.py": "import kafka\nimport unheard_of\n"}, False),
        ({"main.py": "import kafka\nfrom http import server\n"}, False),
        ({"main.py": "import kafka, socket\nsocket.socket().bind(WHERE)\n"}, False),
        ({"main.py": "import kafka, os\nos.system('nc -l 80')\n"}, False),
        ({"main.py": "import kafka, importlib\nimportlib.import_module(name)\n"}, False),
        ({"main.py": "import kafka\nimport prometheus_client\n"}, False),
    ],
)
def test_python_that_listens_on_nothing(files: dict[str, str], silent: bool) -> None:
    assert shown(built(PYTHON, **files)) == ([], silent)


@pytest.mark.parametrize(
    ("code", "environment", "silent"),
    [
        ("const { Kafka } = require('kafkajs')\nnew Kafka({}).consumer().run({ eachMessage })\n", "", True),
        ("const { Kafka } = require('kafkajs')\nrequire(process.argv[2])\n", "", False),
        ("const { Kafka } = require('kafkajs')\nconst a = require('./absent')\n", "", False),
        ("const { Kafka } = require('kafkajs')\nconst a = require('unheard-of')\n", "", False),
        ("const { Kafka } = require('kafkajs')\n", "NODE_OPTIONS: --inspect=0.0.0.0", False),
    ],
)
def test_node_that_listens_on_nothing(code: str, environment: str, silent: bool) -> None:
    assert shown(built(NODE, "", environment, **{"index.js": code})) == ([], silent)


PROXY = """
services:
  proxy:
    image: nginx:1.27
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf:ro"]
  api:
    build: .
    command: uvicorn main:app HOST
"""


@pytest.mark.parametrize(
    ("host", "port", "asked"),
    [
        ("--host 0.0.0.0", "8000", []),
        ("--host 0.0.0.0", "8001", [("8001", False)]),
        ("", "8000", [("8000", True)]),
        ("--host 0.0.0.0 --port $$WHERE", "8001", []),
    ],
)
def test_who_asks_in_vain(host: str, port: str, asked: list[tuple[str, bool]]) -> None:
    conf = f"server {{\n  listen 80;\n  location / {{ proxy_pass http://api:{port}; }}\n}}\n"
    files = {"nginx.conf": conf, "Dockerfile": PYTHON, "main.py": "", "requirements.txt": "uvicorn\n"}
    tree = DictTree({"compose.yaml": PROXY.replace("HOST", host), **files})
    (found,) = load_projects(tree, [""], Settings(), shelf.facts())
    assert [(one.port, one.loopback is not None) for one in asked_ports(found)] == asked
    assert shown(service_listening(found, "proxy")) == ([("80", "0.0.0.0")], True)


@pytest.mark.parametrize(
    ("settings", "port", "expected"),
    [
        ("ports: ['80:80']", "443", False),
        ("ports: ['80:80']\n    volumes: ['certs:/etc/letsencrypt']", "443", True),
        ("environment: {EXTRA_PORT: '8443'}", "8443", True),
        ("environment: {API_URL: 'http://api:8443'}", "8443", False),
    ],
)
def test_what_speaks_for_a_listener(settings: str, port: str, expected: bool) -> None:
    compose = f"services:\n  api:\n    image: nginx:1.27\n    {settings}\nvolumes: {{certs: {{}}}}\n"
    found = project(compose)
    (service,) = found.services
    assert may_listen(found, service, port, listening_of(found, service)) is expected


BROWSER = """
services:
  web:
    build: ./web
    ports: ["3000:3000"]
    SETTINGS
  api:
    image: example/api:1
    ports: ["8000:5000"]
"""
REACT = """{"name": "web", "scripts": {"start": "react-scripts start"},
"dependencies": {"react": "18", "react-scripts": "5.0.1"}}"""


@pytest.mark.parametrize(
    ("code", "settings", "expected"),
    [
        ("fetch('http://localhost:5000/a')", "", [("5000", None)]),
        ("fetch('http://localhost:8000/a')", "", []),
        ("const shown = 'http://localhost:5000/a'", "", []),
        (
            "fetch(process.env.REACT_APP_API)",
            "environment: {REACT_APP_API: 'http://localhost:5000'}",
            [("5000", "REACT_APP_API")],
        ),
        ("fetch(process.env.REACT_APP_API)", "environment: {REACT_APP_API: 'http://localhost:8000'}", []),
        ("fetch(process.env.REACT_APP_API)", "environment: {REACT_APP_API: 'http://example.org:5000'}", []),
        ("fetch('/a')", "environment: {REACT_APP_API: 'http://localhost:5000'}", []),
        (
            "fetch(process.env.REACT_APP_API)",
            "build: {context: ./web, args: {REACT_APP_API: 'http://localhost:5000'}}",
            [],
        ),
    ],
)
def test_what_a_browser_asks_in_vain(code: str, settings: str, expected: list[tuple[str, str | None]]) -> None:
    compose = BROWSER.replace("SETTINGS", settings)
    if settings.startswith("build"):
        compose = compose.replace("    build: ./web\n", "")
    dockerfile = 'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD ["npm", "start"]\n'
    app = f"import React from 'react'\n{code}\n"
    tree = DictTree(
        {"compose.yaml": compose, "web/Dockerfile": dockerfile, "web/package.json": REACT, "web/src/App.js": app}
    )
    (found,) = load_projects(tree, [""], Settings(), shelf.facts())
    assert [(one.port, one.variable) for one in browser_ports(found)] == expected

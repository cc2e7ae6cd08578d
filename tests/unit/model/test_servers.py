"""What a command line is as a server: its row, its source, whether it reloads, where it listens."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dockerlint.model.environment.effective import Environment, Setting
from dockerlint.model.running.command import Program
from dockerlint.model.running.containerfiles import MountedFiles
from dockerlint.model.running.serverargs import folded
from dockerlint.model.running.servers import ServerUse, server_of
from dockerlint.rulebook import shelf
from dockerlint.source.text import SourceFile
from dockerlint.source.tree import DictTree

PLACE = SourceFile("compose.yaml", "").span(0, 0)


class _Flat(MountedFiles):
    """A container whose /app is the tree."""

    def host_path(self, path: str) -> str | None:
        inner = path.removeprefix("/app").lstrip("/")
        return inner if path.startswith("/app") and self.tree.kind(inner) is not None else None


def use(line: str, files: Mapping[str, str] | None = None, **variables: str) -> ServerUse | None:
    settings = {name: Setting(name, value, None, "compose") for name, value in variables.items()}
    program = Program(tuple(line.split()), PLACE, "/app", {}, (), (), True, False)
    return server_of(program, Environment(settings, True), _Flat(DictTree(files or {}), (), None), shelf.facts())


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("/venv/bin/uvicorn a:b", "uvicorn a:b"),
        ("python -u -m flask run", "flask run"),
        ("python3.12 src/manage.py runserver", "manage.py runserver"),
        ("php artisan serve", "artisan serve"),
        ("node node_modules/.bin/next dev", "next dev"),
        ("node --inspect ace.js serve", "ace serve"),
        ("python -m consumer", "python -m consumer"),
    ],
)
def test_folded(line: str, name: str) -> None:
    assert " ".join(folded(line.split())) == name


@pytest.mark.parametrize(
    ("line", "host", "port"),
    [
        ("uvicorn main:app", "127.0.0.1", "8000"),
        ("uvicorn main:app --host=0.0.0.0 --port 80", "0.0.0.0", "80"),
        ("gunicorn -b :5000 main:app", "0.0.0.0", "5000"),
        ("python manage.py runserver", "127.0.0.1", "8000"),
        ("python manage.py runserver 0.0.0.0:9000", "0.0.0.0", "9000"),
        ("python manage.py runserver 9000", "127.0.0.1", "9000"),
        ("vite", "localhost", "5173"),
        ("vite --host --port 3000", "0.0.0.0", "3000"),
        ("fastapi run", "0.0.0.0", "8000"),
        ("php -S 0.0.0.0:8080 -t public", "0.0.0.0", "8080"),
        ("flask run -p $PORT", "127.0.0.1", None),
    ],
)
def test_where_it_listens(line: str, host: str, port: str | None) -> None:
    found = use(line)
    assert found is not None
    assert (found.host.value, found.port.value) == (host, port)


def test_variables_say_where_it_listens() -> None:
    found = use("flask run", FLASK_RUN_HOST="0.0.0.0")
    assert found is not None
    assert (found.host.value, found.host.how) == ("0.0.0.0", "FLASK_RUN_HOST")


@pytest.mark.parametrize(
    ("line", "works"),
    [
        ("uvicorn main:app", False),
        ("uvicorn main:app --reload", True),
        ("uvicorn main:app $OPTIONS", None),
        ("celery -A proj worker -l info", False),
        ("flask --app main --debug run", True),
        ("node --watch server.js", True),
        ("node server.js --watch", False),
        ("nodemon server.js", True),
        ("next start", False),
        ("next", True),
        ("dotnet watch run", True),
        ("dotnet run", False),
        ("gunicorn main:app -c missing.py", None),
    ],
)
def test_whether_it_reloads(line: str, works: bool | None) -> None:
    found = use(line, {"main.py": "", "server.js": ""})
    assert found is not None
    assert found.reload.works is works


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("uvicorn app.main:app", "/app/app/main.py"),
        ("gunicorn --chdir app main:app", "/app/app/main.py"),
        ("python app/main.py", "/app/app/main.py"),
        ("celery -A app worker", "/app/app/__init__.py"),
        ("node server", "/app/server.js"),
    ],
)
def test_which_source_it_runs(line: str, entry: str) -> None:
    found = use(line, {"app/main.py": "", "app/__init__.py": "", "server.js": ""})
    assert found is not None
    assert found.entries == (entry,)


def test_commands_that_end_are_no_servers() -> None:
    assert use("alembic upgrade head") is None
    assert use("flask db upgrade") is None
    assert use("dotnet ef database update") is None
    assert use("some-tool serve") is None

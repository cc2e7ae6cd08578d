"""Which fixes `--fix` makes by itself, where the rule offers both kinds."""

from __future__ import annotations

import pytest

from dockerlint.engine.fix import fix_files

POSTGRES = """\
services:
  db:
    image: postgres:{version}
    environment: {{POSTGRES_PASSWORD: "${{POSTGRES_PASSWORD:?}}"}}
    volumes:
      - pgdata:{target}
volumes:
  pgdata:
"""
IMAGE = "FROM python:3.13\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n"
API = {
    "Dockerfile": IMAGE,
    "requirements.txt": "fastapi==0.115.0\nuvicorn==0.32.0\n",
    "main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    ".dockerignore": ".git\n",
}
SERVICE = "services:\n  api:\n    build: .\n    command: {command}\n    volumes:\n      - .:/app\n"


@pytest.mark.parametrize(
    ("version", "target", "safe"),
    [(18, "/var/lib/postgresql/data", True), (17, "/var/lib/postgresql", False), (17, "/var/lib/postgress", False)],
)
def test_a_mount_moves_by_itself_only_where_nothing_has_run(version: int, target: str, safe: bool) -> None:
    files = {"compose.yaml": POSTGRES.format(version=version, target=target)}
    assert (fix_files(files) != files) is safe
    assert fix_files(files, unsafe=True) != files


@pytest.mark.parametrize(
    ("path", "command", "safe"),
    [
        ("docker-compose.dev.yml", "uvicorn main:app", True),
        ("docker-compose.yml", "uvicorn main:app", False),
        ("docker-compose.dev.yml", "uvicorn main:app --reload --workers 2", False),
    ],
)
def test_a_command_reloads_by_itself_only_in_development(path: str, command: str, safe: bool) -> None:
    files = {**API, path: SERVICE.format(command=command)}
    assert (fix_files(files)[path] != files[path]) is safe
    assert fix_files(files, unsafe=True)[path] != files[path]


def test_an_image_keeps_its_command() -> None:
    files = {**API, "Dockerfile": IMAGE + 'CMD ["uvicorn", "main:app"]\n'}
    files["compose.yaml"] = SERVICE.format(command="").replace("    command: \n", "")
    fixed = fix_files(files, unsafe=True)
    assert fixed["compose.yaml"] == files["compose.yaml"] + "    command: uvicorn main:app --reload\n"
    assert {path for path in fixed if fixed[path] != files.get(path)} == {"compose.yaml"}


def test_no_secret_is_written_anywhere() -> None:
    files = {
        "compose.yaml": "services:\n  api:\n    image: example/api:1\n    environment:\n      DB_PASSWORD: hunter2\n",
        ".gitignore": "dist",
    }
    assert fix_files(files) == files
    fixed = fix_files(files, unsafe=True)
    assert fixed[".env.example"] == "DB_PASSWORD=\n"
    assert fixed[".gitignore"] == "dist\n.env"
    assert "hunter2" not in "".join(fixed.values())

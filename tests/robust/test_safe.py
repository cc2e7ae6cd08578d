"""dockerlint reads a tree and nothing else: held by an audit hook in a process of its own.

Nothing of the tree is run, imported or written, the network and other programs are left alone, and no file outside of
the tree is opened, whatever the tree names.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.robust.audited import BROKEN

ROOT = Path(__file__).parents[2]
PROJECTS = ROOT / "tests" / "fixtures" / "projects"
SECRET = "hunter2-from-outside"


def audited(tree: Path, *work: str, expect: tuple[int, ...] = (0, 1)) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.robust.audited", str(tree), *work],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode != BROKEN, done.stderr
    assert done.returncode in expect and "Traceback" not in done.stderr, done.stderr[-2000:]
    return done.stdout + done.stderr


def test_hook_sees_what_it_forbids(tmp_path: Path) -> None:
    for name in ("passwd", "compose.yaml"):
        (tmp_path / name).write_text("x: 1\n")
    (tmp_path / "tree").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for work in (
        "open('../passwd')",
        "import socket; socket.socket()",
        "import os; os.system('true')",
        "import os; os.listdir('..')",
        "import subprocess; subprocess.run(['true'])",
        "open('y', 'w')",
        "exec(compile('1', os.getcwd() + '/x.py', 'exec'))",
    ):
        program = f"import os; from tests.robust.audited import guard; guard('{tmp_path}/tree', (os.getcwd(), '/usr', "
        program += f"'{sys.base_prefix}')); {work}"
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path / "tree", env=environment, capture_output=True, check=False
        )
        assert done.returncode == BROKEN, (work, done.stderr)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All fixture projects in one tree."""
    folder = tmp_path_factory.mktemp("safe") / "tree"
    shutil.copytree(PROJECTS, folder)
    return folder


@pytest.mark.parametrize(
    "work",
    [
        ("check", "--no-config", "--fail-on", "never", "--select", "ALL", "-q", "."),
        ("check", "--no-config", "--diff", "--unsafe-fixes", "notes-course/broken"),
        ("check", "--format", "sarif", "--no-config", "."),
    ],
    ids=["check", "diff", "sarif"],
)
def test_all_fixtures(work: tuple[str, ...], everything: Path) -> None:
    assert audited(everything, *work)


@pytest.mark.parametrize("command", ["model", "context", "map"])
def test_other_commands(command: str, everything: Path) -> None:
    folder = everything / "notes-course" / "broken"
    audited(folder, command, expect=(0, 1))


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A tree that points out of itself in every way that there is, at files that hold a secret."""
    secret, tree = tmp_path / "outside", tmp_path / "tree"
    (secret / "ctx").mkdir(parents=True)
    (tree / ".git").mkdir(parents=True)
    (secret / "compose.yaml").write_text(f"services: {{far: {{image: '{SECRET}:1', ports: ['1:1']}}}}\n")
    (secret / "secret.env").write_text(f"DB_PASSWORD={SECRET}\n")
    for name in ("Dockerfile", "ctx/Dockerfile"):
        (secret / name).write_text(f"FROM a:1\nENV DB_PASSWORD={SECRET}\nRUNN x\n")
    (secret / "ctx" / ".dockerignore").write_text("*\n")
    (tree / "compose.yaml").write_text(
        "include: [../outside/compose.yaml, {path: linked.yaml, env_file: ../outside/secret.env}]\n"
        "services:\n"
        "  a: {build: ../outside, env_file: ../outside/secret.env}\n"
        "  b: {build: {context: ../outside/ctx, dockerfile: Dockerfile, additional_contexts: {x: ../outside/ctx}}}\n"
        "  c: {extends: {file: ../outside/compose.yaml, service: far}}\n"
        f"  d: {{build: {secret}, env_file: [{secret}/secret.env, linked.env]}}\n"
        "  e: {build: {context: ., dockerfile: ../outside/Dockerfile}}\n"
        "  f: {build: linked, volumes: ['../outside:/a', './linked:/b']}\n"
        "  g: {build: {context: ., dockerfile: linked.Dockerfile}, label_file: ../outside/secret.env}\n"
        "secrets: {s: {file: ../outside/secret.env}}\n"
        "configs: {s: {file: linked.env}}\n"
    )
    (tree / "Dockerfile").write_text("FROM a:1\nCOPY linked /x\nCOPY ../outside /y\n")
    (tree / "package.json").symlink_to("../outside/compose.yaml")
    for name, target in {
        "linked": "ctx",
        "linked.yaml": "compose.yaml",
        "linked.env": "secret.env",
        "linked.Dockerfile": "Dockerfile",
        ".env": "secret.env",
        ".dockerignore": "ctx/.dockerignore",
        "src": "ctx",
        ".gitignore": "secret.env",
    }.items():
        (tree / name).symlink_to(secret / target)
    return tree


def test_nothing_outside_is_read(outside: Path) -> None:
    said = audited(outside, "check", "--no-config", "--select", "ALL", "-v", ".")
    assert SECRET not in said


def special_files(tree: Path) -> list[str]:
    names = [
        "Dockerfile.fifo",
        "compose.fifo.yaml",
        ".dockerignore",
        ".env",
        "package.json",
        "server.js",
        ".gitignore",
        "x.sh",
    ]
    for name in names:
        os.mkfifo(tree / name)
    return names


def test_pipes_sockets_and_devices_are_not_opened(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    names = special_files(tree)
    (tree / "compose.yaml").write_text("services: {a: {build: ., env_file: x.sh, volumes: ['.:/app']}}\n")
    (tree / "Dockerfile").write_text('FROM node:22\nCOPY . .\nCMD ["node", "server.js"]\n')
    with socket.socket(socket.AF_UNIX) as listening:
        where = os.getcwd()
        os.chdir(tree)
        listening.bind("compose.socket.yaml")
        os.chdir(where)
        said = audited(tree, "check", "-v", "--fail-on", "never", ".")
    for name in (*names[:2], "compose.socket.yaml"):
        assert name in said
    assert "not a regular file" in said


@pytest.mark.parametrize("name", [".git", ".git/index", ".dockerlint.yaml", ".dockerlint-baseline.json", "base.yaml"])
def test_pipes_that_the_engine_itself_would_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a:1\n")
    (tmp_path / ".gitignore").write_text("Dockerfile\n")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    os.mkfifo(tmp_path / name)
    if name.endswith(".json"):
        (tmp_path / ".dockerlint.yaml").write_text(f"baseline: {name}\n")
    if name == "base.yaml":
        (tmp_path / ".dockerlint.yaml").write_text(f"extends: {name}\n")
    assert audited(tmp_path, "check", "-v", ".", expect=(0, 1, 2))

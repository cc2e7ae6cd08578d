"""The hooks in the hands of the real `pre-commit`, which installs this checkout and lints a repository with it.

Runs where it is installed (`make test-peers`); the package index must be there, for what the hook depends on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRE_COMMIT = shutil.which("pre-commit", path=os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"])))
SHIPPED = ("dockerlint", "rules", "pyproject.toml", "build_cards.py", "README.md", "LICENSE", ".pre-commit-hooks.yaml")

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(PRE_COMMIT is None, reason="pre-commit is not installed (pip install pre-commit)"),
]

GOOD = "services:\n  api:\n    build: api\n    environment:\n      REDIS_URL: redis://cache:6379\n"
GOOD += "  cache:\n    image: redis:7\n"
BAD = GOOD.replace("//cache", "//localhost")
IGNORE = ".git\n__pycache__\n"
SHOP = {
    "shop/compose.yaml": GOOD,
    "shop/api/Dockerfile": 'FROM python:3.13\nWORKDIR /app\nCOPY main.py ./\nUSER 1000\nCMD ["python", "main.py"]\n',
    "shop/api/.dockerignore": IGNORE,
    "shop/api/main.py": "print(1)\n",
}
BLOG = {"blog/compose.yaml": "services:\n  blog:\n    build: .\n", "blog/Dockerfile": "FROM alpine:3.20\nCOPI . .\n"}


class Repository:
    """A git repository, and what runs in it without the machine's own settings of git."""

    def __init__(self, folder: Path, home: Path, files: dict[str, str]) -> None:
        self.folder = folder
        known = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
        author = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.environment = {**known, **author, "GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_HOME": str(home)}
        self.git("init", "-q", "-b", "main")
        self.write(files)
        self.git("commit", "-q", "-m", "Begin")

    def run(self, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            words, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return done.returncode, done.stdout

    def git(self, *words: str) -> str:
        status, text = self.run("git", *words)
        assert status == 0, text
        return text.strip()

    def write(self, files: dict[str, str]) -> None:
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        self.git("add", "--all")

    def commit(self, files: dict[str, str]) -> tuple[bool, str]:
        """Was it accepted, and what was said?"""
        self.write(files)
        head = self.git("rev-parse", "HEAD")
        status, text = self.run("git", "commit", "-m", "Change it")
        assert (status == 0) == (self.git("rev-parse", "HEAD") != head), text
        return status == 0, text

    def hook(self, *words: str) -> tuple[int, str]:
        return self.run(PRE_COMMIT or "", "run", "--hook-stage", "manual", *words)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Path]:
    """This checkout as it is, committed or not, in a repository of one commit; its commit; pre-commit's own folder."""
    folder = tmp_path_factory.mktemp("hooks") / "dockerlint"
    folder.mkdir()
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    commit = Repository(folder, folder, {}).git("rev-parse", "HEAD")
    return folder, commit, folder.parent / "home"


@pytest.fixture
def project(tmp_path: Path, hooks: tuple[Path, str, Path]) -> Repository:
    """Two projects, `blog` with a fault, and the first hook installed; the other one runs when it is asked."""
    folder, commit, home = hooks
    config = f"repos:\n- repo: {folder}\n  rev: {commit}\n  hooks:\n  - id: dockerlint\n"
    config += "  - id: dockerlint-fix\n    stages: [manual]\n"
    repository = Repository(tmp_path, home, {".pre-commit-config.yaml": config, "README.md": "", **SHOP, **BLOG})
    status, text = repository.run(PRE_COMMIT or "", "install")
    assert status == 0, text
    return repository


def test_a_bad_commit_is_refused(project: Repository) -> None:
    accepted, text = project.commit({"shop/compose.yaml": BAD})
    assert not accepted
    assert "shop/compose.yaml:5" in text
    assert "localhost-in-container" in text
    assert "blog/" not in text


def test_a_good_commit_passes(project: Repository) -> None:
    accepted, text = project.commit({"shop/compose.yaml": f"# the shop\n{GOOD}", "shop/api/.dockerignore": IGNORE * 2})
    assert accepted, text
    assert "Passed" in text


def test_what_belongs_to_no_project_starts_nothing(project: Repository) -> None:
    accepted, text = project.commit({"README.md": "# Shop\n"})
    assert accepted
    assert "Skipped" in text


def test_an_ignore_file_stands_for_its_project(project: Repository) -> None:
    """It is read as what it is, and the compose file that builds from its folder is linted."""
    project.write({"shop/compose.yaml": BAD})
    project.git("commit", "--no-verify", "-q", "-m", "Break it")
    accepted, text = project.commit({"shop/api/.dockerignore": f"{IGNORE}*.log\n"})
    assert not accepted
    assert "localhost-in-container" in text
    assert "syntax-error" not in text


def test_all_files(project: Repository) -> None:
    status, text = project.hook("dockerlint", "--all-files")
    assert status == 1
    assert "blog/Dockerfile:2" in text
    assert "syntax-error" in text
    assert "shop/compose.yaml:5" not in text
    project.write({"blog/Dockerfile": "FROM alpine:3.20\nCOPY . .\n", "blog/.dockerignore": ".git\n"})
    status, text = project.hook("dockerlint", "--all-files")
    assert (status, "Passed" in text) == (0, True), text


def test_the_fixing_hook(project: Repository) -> None:
    project.write({"shop/compose.yaml": BAD})
    status, text = project.hook("dockerlint-fix")
    assert status == 1
    assert "files were modified by this hook" in text
    assert (project.folder / "shop/compose.yaml").read_text(encoding="utf-8") == GOOD
    assert project.git("status", "--porcelain") == "MM shop/compose.yaml"

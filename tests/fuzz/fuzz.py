"""A coverage-guided fuzzer over one parser, or over whole projects: see README.md beside it.

python tests/fuzz/fuzz.py TARGET [libFuzzer options]      TARGET: a name of tests/robust/parsers.py, or `project`
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["dockerlint"]):
    from dockerlint.engine.run import lint_files  # noqa: F401
    from tests.robust import parsers, projects

SEPARATOR = "\x1c"  # between the files of a project, and between a file's path and its text
LARGEST = 20_000


def text_of(data: bytes) -> str:
    return data[:LARGEST].decode("utf-8", "ignore")


def packed(files: dict[str, str]) -> str:
    return SEPARATOR.join(part for path, text in files.items() for part in (path, text))


def unpacked(text: str) -> dict[str, str]:
    parts = text.split(SEPARATOR)
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return {path: text for path, text in pairs if _is_path(path)}


def _is_path(path: str) -> bool:
    return bool(path) and "\0" not in path and all(part not in ("", ".", "..") for part in path.split("/"))


def one_input(target: str, data: bytes) -> None:
    text = text_of(data)
    if target == "project":
        files = unpacked(text)
        folders = {"/".join(path.split("/")[:depth]) for path in files for depth in range(1, path.count("/") + 1)}
        if files and folders.isdisjoint(files):
            projects.check_project(files)
    else:
        parsers.check_parser(target, text)


def seed(target: str, folder: Path) -> None:
    if target == "project":
        texts = [packed(dict(files)) for _, files in projects.projects()]
        texts = [text for text in texts if len(text) < LARGEST]
    else:
        texts = list(parsers.seeds(target))
    for number, text in enumerate(texts):
        (folder / f"seed-{number}").write_text(text, encoding="utf-8")


def main() -> None:
    target = sys.argv[1] if len(sys.argv) > 1 else ""
    if target not in (*parsers.PARSERS, "project"):
        sys.exit(f"name one of: {' '.join((*parsers.PARSERS, 'project'))}")
    with tempfile.TemporaryDirectory() as folder:
        seed(target, Path(folder))
        options = [option for option in sys.argv[2:] if option.startswith("-")]
        inputs = [path for path in sys.argv[2:] if not path.startswith("-")]
        arguments = [sys.argv[0], f"-max_len={LARGEST}", "-timeout=20", "-rss_limit_mb=2048", *options]
        atheris.Setup([*arguments, *(inputs or [folder])], lambda data: one_input(target, data))
        atheris.Fuzz()


if __name__ == "__main__":
    main()

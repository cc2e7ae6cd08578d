"""Edits of ignore files, env examples and commands."""

from __future__ import annotations

import pytest

from dockerlint.model.edits.envexample import name_in_example, required
from dockerlint.model.edits.ignorelines import ignore, pattern_for
from dockerlint.model.edits.words import add_words, replace_host
from dockerlint.model.image.context import Context, context_of
from dockerlint.source.text import Edit, SourceFile, Span
from dockerlint.source.tree import DictTree


def applied(edit: Edit) -> str:
    text = edit.span.file.text
    return text[: edit.span.start] + edit.text + text[edit.span.end :]


def context(files: dict[str, str], folder: str = "") -> Context:
    return context_of(DictTree({"Dockerfile": "", **files}), folder, "Dockerfile")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("dist\n", "dist\nnode_modules\n"),
        ("dist", "dist\nnode_modules"),
        ("dist\r\n", "dist\r\nnode_modules\r\n"),
        ("dist\r\n*.log", "dist\r\n*.log\r\nnode_modules"),
        ("", "node_modules\n"),
        ("# c\n\n", "# c\n\nnode_modules\n"),
        ("*\n!*\n", "*\n!*\nnode_modules\n"),
        ("node_modules # deps\n", "node_modules # deps\nnode_modules\n"),
    ],
)
def test_ignore_goes_to_the_end(before: str, after: str) -> None:
    edit = ignore(context({".dockerignore": before}), ["node_modules"], ["node_modules/a.js"])
    assert edit is not None
    assert edit.span.path == ".dockerignore"
    assert applied(edit) == after


def test_ignore_creates_the_file_of_the_context() -> None:
    edit = ignore(context({"web/a": ""}, "web"), ["node_modules", ".env"], ["node_modules", ".env"])
    assert edit is not None
    assert (edit.span.path, edit.span.file.text, edit.text) == ("web/.dockerignore", "", "node_modules\n.env\n")


def test_ignore_extends_the_dockerfiles_own_file() -> None:
    found = context({"Dockerfile.dockerignore": "a\n", ".dockerignore": "b\n"})
    edit = ignore(found, ["c"], ["c"])
    assert edit is not None
    assert edit.span.path == "Dockerfile.dockerignore"


def test_ignore_leaves_alone_what_the_author_lets_in() -> None:
    files = {"node_modules/kept/a.js": "", ".dockerignore": "*.log\nnode_modules/*\n!node_modules/kept\n"}
    assert ignore(context(files), ["node_modules"], ["node_modules/b"]) is None
    assert (
        ignore(context({".dockerignore": "node_modules\n!node_modules\n"}), ["node_modules"], ["node_modules"]) is None
    )
    assert ignore(context({".dockerignore": "!\n"}), ["a"], ["a"]) is None
    assert ignore(context({}), ["a"], ["b"]) is None


def test_pattern_for_names_with_signs() -> None:
    for path in ("a[1].txt", "#x", "!x", "a*b", "a?b", "d/.env"):
        edit = ignore(context({path: "", "other": ""}), [pattern_for(path)], [path])
        assert edit is not None
        after = context({".dockerignore": edit.text})
        assert not after.includes(path)
        assert after.includes("other")
        assert after.includes("ab")


def test_name_in_example() -> None:
    edits = name_in_example(DictTree({}), "app", ["A", "B"])
    assert edits is not None
    assert [(edit.span.path, edit.text) for edit in edits] == [("app/.env.example", "A=\nB=\n")]
    edits = name_in_example(DictTree({".env.sample": "X=1\n# A=\nexport B=2"}), "", ["A", "B", "C"])
    assert edits is not None
    assert [(edit.span.path, applied(edit)) for edit in edits] == [(".env.sample", "X=1\n# A=\nexport B=2\nC=")]
    assert name_in_example(DictTree({".env.example": "A="}), "", ["A"]) == ()
    assert required("DB_PASSWORD") == "${DB_PASSWORD:?set DB_PASSWORD in .env}"


SHELL = 'CMD ["sh", "-c", "a && uvicorn app:app"]\n'
LINES = 'CMD ["uvicorn", \\\n  "app:app" \\\n]\n'
ITEMS = "command:\n  - uvicorn\n  - app:app\nx: y\n"
COMMANDS = [
    ("Dockerfile", 'CMD ["uvicorn", "app:app"]\n', "uvicorn", 'CMD ["uvicorn", "--reload", "app:app"]\n'),
    ("Dockerfile", "CMD uvicorn app:app # c\n", "app:app", "CMD uvicorn app:app --reload # c\n"),
    ("Dockerfile", LINES, "app:app", LINES.replace('"app:app"', '"app:app", "--reload"')),
    ("Dockerfile", SHELL, "app:app", SHELL.replace("app:app", "app:app --reload")),
    ("c.yaml", "command: uvicorn app:app\n", "app:app", "command: uvicorn app:app --reload\n"),
    ("c.yaml", "command: 'uvicorn app:app' # c\n", "app:app", "command: 'uvicorn app:app --reload' # c\n"),
    ("c.yaml", "command: >\n  uvicorn\n  app:app\n", "app:app", "command: >\n  uvicorn\n  app:app --reload\n"),
    ("c.yaml", "command: [uvicorn, app:app]\n", "uvicorn", "command: [uvicorn, --reload, app:app]\n"),
    ("c.yaml", ITEMS, "app:app", ITEMS.replace("app:app\n", "app:app\n  - --reload\n")),
    ("c.yaml", 'command:\n- "uvicorn"\n- "app:app"\n', "uvicorn", 'command:\n- "uvicorn"\n- "--reload"\n- "app:app"\n'),
    ("c.yaml", "command: [sh, -c, 'uvicorn app:app']\n", "app:app", "command: [sh, -c, 'uvicorn app:app --reload']\n"),
    ("package.json", '{"start": "nodemon x.js"}\n', "nodemon", '{"start": "nodemon --reload x.js"}\n'),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "behind", "after"), COMMANDS)
def test_add_words(path: str, text: str, behind: str, after: str) -> None:
    file = SourceFile(path, text)
    edits = add_words(_around(file), behind, ["--reload"])
    assert edits is not None
    assert len(edits) == 1
    assert applied(edits[0]) == after


def _around(file: SourceFile) -> Span:
    start = file.text.index(" ") + 1 if not file.path.endswith(".json") else file.text.index('": "') + 4
    return file.span(start, len(file.text.partition("x: y")[0].partition("#")[0].rstrip()))


def test_add_words_is_silent_where_it_is_unclear() -> None:
    file = SourceFile("Dockerfile", "CMD uvicorn uvicorn\n")
    assert add_words(file.span(4, 19), "uvicorn", ["-r"]) is None
    assert add_words(file.span(4, 11), "gunicorn", ["-r"]) is None
    assert add_words(file.span(4, 11), "uvicorn", ["a b"]) is None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("postgres://app:app@app:5432/app", "postgres://app:app@db:5432/app"),
        ("http://app/app", "http://db/app"),
        ("app:5432", "db:5432"),
        ("host=app user=x", "host=db user=x"),
        ("'app'", "'db'"),
        ("my-app", None),
        ("app.example", None),
        ("app,app", None),
    ],
)
def test_replace_host(text: str, after: str | None) -> None:
    for path in ("c.env", "c.yaml"):
        start = len("a: ") if path == "c.yaml" else 0
        file = SourceFile(path, f"a: {text}" if start else text)
        edit = replace_host(file.span(start, len(file.text)), "app", "db")
        assert (applied(edit)[start:] if edit is not None else None) == after

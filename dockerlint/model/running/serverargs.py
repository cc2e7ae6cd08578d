"""Reading the argument list of a server: its row in rules/facts/servers.yaml, its options and its plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_PYTHON_VALUES = frozenset({"-W", "-X", "--check-hash-based-pycs"})
_STEMS = (".js", ".mjs", ".cjs", ".py")
Row = Mapping[str, Any]


def folded(argv: Sequence[str]) -> tuple[str, ...]:
    """The argument list under one name, however the program is started.

    ``python -m flask run`` and ``/venv/bin/flask run`` are ``flask run``, ``python x/manage.py migrate`` is
    ``manage.py migrate``, ``php artisan serve`` is ``artisan serve``, ``node node_modules/.bin/next`` is ``next``.
    Python and node keep their options in front of the script.
    """
    if not argv:
        return ()
    name, rest = argv[0].rpartition("/")[2].removesuffix(".exe"), tuple(argv[1:])
    if name.rstrip("0123456789.") in ("python", "pypy"):
        return _python(rest)
    if name in ("node", "nodejs"):
        script = _script(rest, ("-r", "--require", "--import", "--loader", "--experimental-loader"))
        if script is not None and "node_modules/" in rest[script]:
            return (_stem(rest[script]), *rest[script + 1 :])
        if script is not None and _stem(rest[script]) == "ace":
            return ("ace", *rest[script + 1 :])
        return ("node", *rest)
    if name in ("php", "ruby") or (name.startswith("php") and name[3:].replace(".", "").isdigit()):
        script = _script(rest, ("-d", "-c", "-S", "-t"))
        inner = rest[script].rpartition("/")[2] if script is not None else ""
        if script is not None and inner in ("artisan", "console", "rails", "puma", "rackup"):
            return (inner, *rest[script + 1 :])
        return ("php" if name.startswith("php") and name != "php-fpm" else name, *rest)
    if name == "django-admin.py":
        return ("django-admin", *rest)
    return (name, *rest)


def _python(rest: tuple[str, ...]) -> tuple[str, ...]:
    index = 0
    while index < len(rest) and rest[index].startswith("-"):
        option = rest[index]
        if option == "-m":
            return _module(rest[index + 1 :])
        if option == "-c" or option == "-":
            return ("python", "-c", *rest[index + 1 :])
        index += 2 if option in _PYTHON_VALUES else 1
    if index < len(rest) and rest[index].rpartition("/")[2] == "manage.py":
        return ("manage.py", *rest[index + 1 :])
    return ("python", *rest[index:])


_OWN_MODULES = frozenset(
    "uvicorn fastapi gunicorn hypercorn daphne waitress granian flask quart sanic litestar celery flower rq dramatiq"
    " arq taskiq faust streamlit jupyter http.server gradio chainlit mkdocs django alembic aerich pytest coverage pip"
    " watchfiles watchdog.watchmedo watchgod hupper jurigged pymon uwsgi".split()
)


def _module(rest: tuple[str, ...]) -> tuple[str, ...]:
    name = rest[0] if rest else ""
    if name.removesuffix(".__main__") in _OWN_MODULES:
        return (name.removesuffix(".__main__").replace("watchdog.", ""), *rest[1:])
    return ("python", "-m", *rest)


def _script(words: Sequence[str], values: Iterable[str]) -> int | None:
    skip = False
    for index, word in enumerate(words):
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in values
        else:
            return index
    return None


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return next((name.removesuffix(ending) for ending in _STEMS if name.endswith(ending)), name)


def row_of(argv: Sequence[str], facts: Mapping[str, Any]) -> tuple[Row, tuple[str, ...]] | None:
    """The row of the table for a folded argument list and the plain words behind the program's own."""
    best: tuple[Row, tuple[str, ...]] | None = None
    length = 0
    for row, words in _starting(facts).get(argv[0], ()) if argv else ():
        if len(words) <= length:
            continue
        plain = plain_words(argv[1:], row)
        if list(plain[: len(words) - 1]) == words[1:] or _as_options(words[1:], argv):
            best, length = (row, plain[len(words) - 1 :]), len(words)
    return best


def _starting(facts: Mapping[str, Any]) -> dict[str, list[tuple[Row, list[str]]]]:
    """The rows with the words of a start, by its first word; made once for the facts of a run."""
    if not _STARTS or _STARTS[0][0] is not facts:
        found: dict[str, list[tuple[Row, list[str]]]] = {}
        for row in facts.get("servers", {}).get("servers", ()):
            for start in row.get("starts", ()):
                words = start.split(" ")
                found.setdefault(words[0], []).append((row, words))
        _STARTS[:] = [(facts, found)]
    return _STARTS[0][1]


_STARTS: list[tuple[Mapping[str, Any], dict[str, list[tuple[Row, list[str]]]]]] = []


def _as_options(words: list[str], argv: Sequence[str]) -> bool:
    return bool(words) and words[0].startswith("-") and words[0] in argv


def plain_words(words: Sequence[str], row: Row) -> tuple[str, ...]:
    """The words that are neither options nor their values."""
    values = _value_options(row)
    found: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == "--":
            continue
        elif word.startswith("-") and len(word) > 1:
            skip = word in values
        else:
            found.append(word)
    return tuple(found)


def _value_options(row: Row) -> set[str]:
    values = {*row.get("values", ()), *row.get("chdir", ()), *row.get("app", ()), *row.get("workers", ())}
    for place in (row.get("host") or {}, row.get("port") or {}):
        if not place.get("flag"):
            values.update(place.get("options", ()))
        values.update(place.get("bind", ()))
    values.update((row.get("config") or {}).get("options", ()))
    return values - set(row.get("on", ()))


def option_value(words: Sequence[str], names: Iterable[str]) -> str | None:
    """The value of an option in any of its spellings (``-b X``, ``-bX``, ``--bind X``, ``--bind=X``); the last wins.

    "" where the option stands alone.
    """
    wanted = tuple(names)
    found: str | None = None
    for index, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option in wanted:
            following = words[index + 1] if index + 1 < len(words) else ""
            found = value if equals else "" if following.startswith("-") else following
        elif len(word) > 2 and word[0] == "-" and word[1] != "-" and word[:2] in wanted:
            found = word[2:].removeprefix("=")
    return found


def has_option(words: Sequence[str], names: Iterable[str]) -> bool:
    """Is one of the options there, whatever its value? ``--reload=false`` and ``--reload false`` are not."""
    wanted = tuple(names)
    for index, word in enumerate(words):
        option, equals, value = word.partition("=")
        if word not in wanted and option not in wanted:
            continue
        following = words[index + 1].lower() if index + 1 < len(words) and not equals else ""
        if value.lower() not in ("false", "0", "no") and following not in ("false",):
            return True
    return False

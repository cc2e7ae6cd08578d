"""The facts of one application source file, whatever its language."""

from __future__ import annotations

from dockerlint.formats.sourcefacts import DotenvLoad, EnvRead, Listen, SourceFacts, Switch, Text
from dockerlint.source.text import SourceFile

__all__ = [
    "DotenvLoad",
    "EnvRead",
    "Listen",
    "SourceFacts",
    "Switch",
    "Text",
    "is_test_path",
    "language_of",
    "read_source",
]

_LANGUAGES = {
    "javascript": "js jsx mjs cjs ts tsx mts cts vue svelte astro html htm",
    "python": "py pyw pyi",
    "ruby": "rb ru rake gemspec",
    "php": "php phtml",
    "go": "go",
    "java": "java kt kts groovy scala",
    "csharp": "cs cshtml",
    "elixir": "ex exs",
    "shell": "sh bash zsh",
}
_BY_ENDING = {ending: language for language, endings in _LANGUAGES.items() for ending in endings.split()}
_BY_NAME = {"rakefile": "ruby", "gemfile": "ruby", "config.ru": "ruby", "puma.rb": "ruby"}
_SHEBANGS = (("python", "python"), ("node", "javascript"), ("ruby", "ruby"), ("php", "php"), ("sh", "shell"))
_LONGEST = 500_000
_TEST_FOLDERS = frozenset(
    (
        "test",
        "tests",
        "__tests__",
        "spec",
        "specs",
        "e2e",
        "cypress",
        "testing",
        "__mocks__",
        "mocks",
        "fixtures",
        "__fixtures__",
        "testdata",
    )
)


def language_of(path: str) -> str:
    """The language that a path's name tells, "" where it is no source file that is read."""
    name = path.rpartition("/")[2].lower()
    if name.endswith((".min.js", ".d.ts", ".blade.php", ".bundle.js", ".chunk.js")):
        return ""
    return _BY_NAME.get(name) or _BY_ENDING.get(name.rpartition(".")[2] if "." in name else "", "")


def read_source(file: SourceFile) -> SourceFacts:
    """The facts of a source file; no facts for one of no known language or one that a program made. Never raises.

    A file without an ending is known by its ``#!`` line.
    """
    language = language_of(file.path)
    if not language and file.text.startswith("#!") and "." not in file.path.rpartition("/")[2]:
        first = file.line_text(1)
        language = next((known for word, known in _SHEBANGS if word in first), "")
    if not language or _is_generated(file.text):
        return SourceFacts(file)
    if language == "javascript":
        from dockerlint.formats.source_javascript import read_javascript

        return read_javascript(file)
    if language == "python":
        from dockerlint.formats.source_python import read_python

        return read_python(file)
    from dockerlint.formats.source_other import read_other

    return read_other(file, language)


def _is_generated(text: str) -> bool:
    """Nobody writes so much into one file, or lines so long: a bundle, a minified library."""
    return len(text) > _LONGEST or (len(text) > 20_000 and len(text) > 1000 * (text.count("\n") + 1))


def is_test_path(path: str) -> bool:
    """Whether a path belongs to tests by its name: its settings are those of a test run."""
    folders, _, name = path.lower().rpartition("/")
    if not _TEST_FOLDERS.isdisjoint(folders.split("/")):
        return True
    stem = name.rpartition(".")[0] or name
    return (
        name == "conftest.py"
        or stem.startswith("test_")
        or stem.endswith(("_test", "_tests", ".test", ".spec", "_spec", "-test", "-spec", ".cy", ".e2e-spec"))
        or path.rpartition("/")[2].rpartition(".")[0].endswith(("Test", "Tests", "IT"))
    )

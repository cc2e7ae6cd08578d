"""Ignore files for the experiment on the build context, each with the tree that it is tried on.

They come from the corpus of real projects (where it lies beside this repository), from the fixture projects, from the
matcher's table of awkward patterns, from a list of awkward places, and from a generator. The generator fills up to
COUNT, so their number is the same with and without the corpus, and a case is the same in every run.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.engine.ignoretrees import TREES

COUNT = 360
"""300 were asked for; 279 of them leave too little to chance."""
_TESTS = Path(__file__).parents[1]
_TABLE = json.loads((_TESTS / "fixtures/parse/ignorefile.json").read_text(encoding="utf-8"))
_GIVEN = ("Dockerfile", ".dockerignore")
_CORPUS = _TESTS.parents[1] / "shared/corpus"


@dataclass(frozen=True)
class Case:
    """One ignore file. `files` (path → content) are laid over the named tree; the paths are the project's.

    The build's context is the folder `context` of the project, its Dockerfile `dockerfile`.
    """

    name: str
    tree: str
    files: dict[str, bytes] = field(default_factory=dict)
    context: str = ""
    dockerfile: str = "Dockerfile"


def cases(count: int = COUNT) -> list[Case]:
    """The first `count` cases, generated ones last."""
    found = [*_corpus(), *_placed(), *(case for _, case in table_cases()), *_fixtures()]
    return (found + [generated(number) for number in range(max(0, count - len(found)))])[:count]


def entries(case: Case) -> Iterator[tuple[str, bytes | str | None]]:
    """What lies in the project: (path, content of a file, target of a link as text or None for an empty folder)."""
    taken: dict[str, bytes | str | None] = {}
    dockerfile = (case.dockerfile, b"FROM scratch\nCOPY . /\n")
    for path, content in (dockerfile, *case.files.items(), *_tree(case.tree)):
        above = {path[:at] for at, character in enumerate(path) if character == "/"}
        if path in taken or any(taken.get(each) is not None for each in above):
            continue
        if any(other.startswith(path + "/") for other in taken):
            continue
        taken[path] = content
        yield path, content


def _corpus() -> Iterator[Case]:
    for path in sorted(_CORPUS.rglob("*.dockerignore")) if _CORPUS.is_dir() else ():
        here = {each.name for each in path.parent.iterdir()}
        kind = "node" if "package.json" in here else "python" if here & {"setup.py", "pyproject.toml"} else "server"
        yield _real(path.relative_to(_CORPUS).as_posix(), path, kind)


def _fixtures() -> Iterator[Case]:
    seen = set()
    for path in sorted((_TESTS / "fixtures/projects").rglob("*.dockerignore")):
        content = path.read_bytes()
        if content not in seen:
            seen.add(content)
            yield _real(path.relative_to(_TESTS / "fixtures/projects").as_posix(), path, "empty")


def _real(name: str, path: Path, tree: str) -> Case:
    """The ignore file, the files that lie beside it, and for each pattern something that it could match."""
    files = {path.name: path.read_bytes()}
    for each in sorted(path.parent.rglob("*"))[:60]:
        if each.is_file() and each.suffix != ".dockerignore" and "ockerfile" not in each.name:
            files[each.relative_to(path.parent).as_posix()] = each.read_bytes()
    for line in files[path.name].decode("utf-8-sig").splitlines():
        for planted in _planted(line):
            files.setdefault(planted, f"planted for {line}\n".encode())
    return Case(name, tree, files, dockerfile=path.name.removesuffix(".dockerignore") or "Dockerfile")


def _planted(line: str) -> list[str]:
    plain = line.strip().lstrip("!").strip().strip("/").replace("**", "in/here").replace("*", "some").replace("?", "q")
    if not plain or plain.startswith("#") or any(each in ("", ".", "..") for each in plain.split("/")):
        return []
    return [f"{plain}/inside" if "." not in plain.rpartition("/")[2].lstrip(".") else plain, f"other/{plain}"]


def table_cases() -> Iterator[tuple[str, Case]]:
    """The matcher's table of awkward patterns: the ignore file's text and its case."""
    for text in (case["ignore"] for case in _TABLE["cases"]):
        yield text, Case(repr(text), "table", {".dockerignore": text.encode()})


def _placed() -> Iterator[Case]:
    """Ignore files that lie in awkward places or are written in an awkward way."""
    own, root, all_but = b"*.md\n**/node_modules\n", b"src\n", b"*\n!src\n"
    yield Case("own ignore file", "node", {"Dockerfile.dockerignore": own})
    yield Case("own ignore file wins", "node", {"Dockerfile.dockerignore": own, ".dockerignore": root})
    yield Case("empty own ignore file wins", "node", {"Dockerfile.dockerignore": b"", ".dockerignore": root})
    yield Case("other's own ignore file", "node", {"web.Dockerfile.dockerignore": own, ".dockerignore": root})
    deep = "build/prod.Dockerfile"
    yield Case("own, below the context", "node", {f"{deep}.dockerignore": own, ".dockerignore": root}, dockerfile=deep)
    yield Case("root's, Dockerfile below", "node", {".dockerignore": root, "build/.dockerignore": own}, dockerfile=deep)
    away = {"d/Dockerfile.dockerignore": own, "app/.dockerignore": root, "app/src/x": b"1", "app/r.md": b"1"}
    yield Case("own, beside the context", "node", away, "app", "d/Dockerfile")
    del away["d/Dockerfile.dockerignore"]
    yield Case("root's, Dockerfile beside", "node", away | {"d/.dockerignore": own}, "app", "d/Dockerfile")
    yield Case("project's, not the context's", "node", {".dockerignore": own}, "src", "Dockerfile")
    yield Case("own with a space", "node", {"My Dockerfile.dockerignore": own}, dockerfile="My Dockerfile")
    yield Case("lower case", "node", {"Dockerfile.dockerignore": own}, dockerfile="dockerfile")
    yield Case("lower case both", "node", {"dockerfile.dockerignore": own}, dockerfile="dockerfile")
    yield Case("misspelt", "node", {".dockerIgnore": own, "dockerignore": own, ".dockerignore.txt": own})
    yield Case("Dockerfile kept out", "python", {".dockerignore": b"Dockerfile*\n.dockerignore\n"})
    yield Case("own ignore file kept out", "python", {"Dockerfile.dockerignore": b"**/Dockerfile*\n"})
    yield Case("nothing left", "python", {".dockerignore": b"*\n"})
    yield Case("CRLF", "server", {".dockerignore": b"vendor\r\n*.go\r\n!main.go\r\n"})
    yield Case("a tab inside", "server", {".dockerignore": b"vendor\t# of others\nbin\n"})
    yield Case("a tab inside, encoded", "server", {".dockerignore": "vendor\t# of others\nbin\né\n".encode()})
    yield Case("CR only", "server", {".dockerignore": b"vendor\r*.go\r"})
    yield Case("BOM and CRLF", "server", {".dockerignore": b"\xef\xbb\xbfvendor\r\n\xef\xbb\xbfbin\r\n"})
    yield Case("BOM twice", "server", {".dockerignore": b"\xef\xbb\xbf\xef\xbb\xbfvendor\nbin\n"})
    yield Case("BOM, comment", "server", {".dockerignore": b"\xef\xbb\xbf# all\nbin\n"})
    yield Case(
        "odd spaces", "server", {".dockerignore": "\u3000vendor\u00a0\n\tbin \t\n\u200bpublic\n\x1clib\n".encode()}
    )
    yield Case("no last newline", "server", {".dockerignore": b"vendor\nbin"})
    yield Case("a line of 60 000 characters", "server", {".dockerignore": b"vendor\n" + b"x" * 60_000 + b"\nbin\n"})
    yield Case("links by name", "links", {".dockerignore": b"ld\nlf\nhere\napp/up\n"})
    yield Case("what links lead to", "links", {".dockerignore": b"d\n!d/f\nloutd/lib\nld/f\n"})
    yield Case("links as exceptions", "links", {".dockerignore": b"*\n!ld\n!app/lf\n!lbroken\n!loutd/lib\n"})
    yield Case("folders without files", "links", {".dockerignore": b"**/f\n**/g\nz/full/*\n"})
    yield Case("an empty folder only", "links", {".dockerignore": b"*\n!z/empty\n"})
    yield Case("emptied by a later pattern", "deep", {".dockerignore": b"foo\n!foo/bar\nfoo*\n"})
    yield Case("emptied from all sides", "deep", {".dockerignore": b"**/log\n!logs/a\nlogs\n!logs/log\n*og*\n"})
    yield Case("all but one folder", "monorepo", {".dockerignore": all_but + b"!packages/*/src\n**/*.test.ts\n"})


def _words(name: str) -> tuple[str, ...]:
    return tuple(path for path in _TABLE["files"] if path not in _GIVEN) if name == "table" else TREES[name]


def _tree(name: str) -> Iterator[tuple[str, bytes | str | None]]:
    for word in _words(name):
        path, arrow, target = word.partition("->")
        if arrow:
            yield path, target
        elif path.endswith("/"):
            yield path[:-1], None
        else:
            yield path, f"this is {path}\n".encode()


OLD_CLIENTS: dict[str, tuple[str, ...]] = {
    # fsutil pull request 108 (August 2021) gave the walk the matcher's own answers.
    "an exception with a wildcard did not open a folder that was excluded": (
        *("*\n!**/foo", "*\n!**/*.js", "*\n!src/**/c.txt", "docs\n!**/README.md"),
        *("tmp\n!tmp/*/.keep", "vendor\n!vendor/**/x.md"),
    ),
    # The same, with moby pull requests 42676 and 43037: each pattern keeps its own answer for the folders above.
    "an exception held below the folder that it names, also where nothing had excluded that folder": (
        *("**/*.md\n!docs", "**/*.md\n!docs/*", "**/node_modules\n!web", "**/*.test.js\n!web/src"),
    ),
    # moby pull request 43095 (January 2022) compares ends without a regular expression.
    "two stars at the start took whole names only": ("**node_modules", "**.log"),
    # moby pull requests 42961, which escapes them, and 43095, which compares plain patterns letter by letter.
    "these characters were read as those of a regular expression": ("a^b", "a|b"),
}
"""What clients before Docker 23 made of the table's patterns in another way than ours and today's builder do."""


def generated(number: int) -> Case:
    """An ignore file made from pieces of the paths of its tree; the same for the same number."""
    dice = random.Random(f"ignore file {number}")
    tree = dice.choice(("node", "python", "monorepo", "server", "odd", "deep", "deep", "links"))
    paths = [path for path, _ in _tree(tree)]
    # Lines about the same few paths meet each other; lines about any paths seldom do.
    about = dice.sample(paths, dice.randint(2, 5))
    lines = [_line(dice, dice.choice(about)) for _ in range(dice.randint(2, 9))]
    if dice.random() < 0.3:
        lines[0] = dice.choice(("*", "**", "/*", "*/*", "**/*"))
    text = dice.choice(("\n", "\n", "\r\n")).join(lines) + dice.choice(("", "\n"))
    mark = "\ufeff" if dice.random() < 0.1 else ""
    return Case(f"generated {number}", tree, {".dockerignore": (mark + text).encode()})


def _line(dice: random.Random, path: str) -> str:
    chance = dice.random()
    if chance < 0.06:
        return dice.choice(("", "  ", "# a comment", " # no comment", "#", ".", "/", "./", "..", "!.", "\t"))
    if chance < 0.08:
        return dice.choice(("[", "a[", "[]a]", "[a-]", "a\\", "!", "[^]", "[-x]", "\\q", "[x-a]", "{a,b}", "*.{js,ts}"))
    parts = path.split("/")
    parts = [_piece(dice, part) for part in parts[: dice.randint(1, len(parts))]]
    if dice.random() < 0.25:
        parts[0:1] = dice.choice(
            (["**"], ["**", parts[0]], ["*", parts[0]], ["*"], [".", parts[0]], ["x", "..", parts[0]])
        )
    if dice.random() < 0.2:
        parts.append(dice.choice(("*", "**", "", ".", "*.*", "**/*", "*/..", "nothing")))
    pattern = dice.choice(("", "", "", "/", "./", "//", "**/")) + "/".join(parts)
    sign = dice.choice(("!", "!", "!", "!", "! ", "!!")) if dice.random() < 0.4 else ""
    return dice.choice(("", "", "", "", " ", "\t")) + sign + pattern + dice.choice(("", "", "", "", " ", "/", "\t "))


def _piece(dice: random.Random, part: str) -> str:
    """One name of a path, now and then with wildcards in it."""
    at = dice.randrange(len(part))
    before, here, after = part[:at], part[at], part[at + 1 :]
    return dice.choice(
        (
            *(part,) * 12,
            *("*", "*", "**", "?" * len(part)),
            *(f"{before}*", f"*{after}", f"{before}*{after}", f"{before}?{after}", f"**{after}", f"{before}**"),
            *(
                f"{before}[{here}]{after}",
                f"{before}[^{here}]{after}",
                f"{before}[a-z]{after}",
                f"{before}[!{here}]{after}",
            ),
            *(f"{before}\\{here}{after}", part.upper(), part.lower(), f"{part}*", f"*{part}", f"{before}***{after}"),
        )
    )

"""Secrets on command lines: options, positions and assignments of the programs that take one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dockerlint.model.secrets.judging import Lexicon, Verdict, judge
from dockerlint.model.secrets.values import HOLE, is_placeholder, looks_real, offset_of, with_holes
from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.formats.shelltree import Command

_ASSIGNED = pattern(r"(?:--?)?([A-Za-z_][\w.-]*)=(.*)", re.DOTALL)
_LOGIN = frozenset(("login",))
_TEXT_WORDS = ("identified", "password", "pwd", "authorization", "requirepass")
_IN_TEXT = pattern(
    r"(?i)\b(?:identified\s+(?:with\s+\S+\s+)?by|password|set\s+password\s+for\s+\S+\s*=)\s+(?:as\s+)?(?:E)?'([^'\n]{1,200})'"
    r"|\bpwd\s?:\s?['\"]([^'\"\n]{1,200})['\"]"
    r"|\bauthorization:\s?(?:basic|bearer)\s([A-Za-z0-9+/=._-]{16,})"
    r"|\brequirepass\s([^\s'\"]{2,200})"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A secret in a shell text or a list of words. `start` and `end` count in the text, or in word number `word`."""

    verdict: Verdict
    name: str
    word: int
    start: int
    end: int


def in_words(words: Lexicon, argv: Sequence[str]) -> Iterator[Shown]:
    """The secrets among the words of one command."""
    taken: set[int] = set()
    for index, name, start, secret in _of_program(words, argv):
        found = _literal(words, secret)
        if found is not None and index not in taken:
            taken.add(index)
            yield Shown(found, name, index, start, start + len(secret))
    for index, word in enumerate(argv):
        if index in taken or (index == 0 and "=" not in word and "://" not in word):
            continue
        shown = _in_word(words, argv, index, word)
        if shown is not None:
            yield shown


def _in_word(words: Lexicon, argv: Sequence[str], index: int, word: str) -> Shown | None:
    found = judge(words, None, word)
    if found is not None:
        return Shown(found, "", index, found.start, found.end)
    match = _ASSIGNED.fullmatch(word) if "=" in word else None
    if match is not None and " " not in match.group(1):
        value = match.group(2)
        bare = value.strip("\"'")
        found = judge(words, match.group(1), bare) if not any(map(str.isspace, bare)) else None
        if found is not None:
            at = match.start(2) + value.find(bare)
            return Shown(found, match.group(1), index, at + found.start, at + found.end)
        return None
    before = argv[index - 1] if index else ""
    if (
        before.startswith("--")
        and "=" not in before
        and not word.startswith("-")
        and words.strength(before) == "strong"
    ):
        found = judge(words, before, word)
        if found is not None:
            return Shown(found, before, index, found.start, found.end)
    return None


def _literal(words: Lexicon, secret: str) -> Verdict | None:
    if (
        not secret
        or HOLE in with_holes(secret)
        or is_placeholder(secret, words)
        or secret.startswith(("/run/", "$", "`"))
    ):
        return None
    return Verdict("value", secret, 0, len(secret), looks_real(secret, words))


def _of_program(words: Lexicon, argv: Sequence[str]) -> Iterator[tuple[int, str, int, str]]:
    """Word number, option, offset in the word and text of what the programs of the table take as a secret."""
    if not argv:
        return
    program = argv[0].rpartition("/")[2]
    if program not in words.programs:
        return
    for row in words.tables["options"]:
        if program in row["programs"]:
            yield from _of_row(row, argv)


def _of_row(row: Mapping[str, Any], argv: Sequence[str]) -> Iterator[tuple[int, str, int, str]]:
    values = tuple(row.get("values", ()))
    if "login" in row and not _LOGIN.isdisjoint(argv):
        values += tuple(row["login"])
    pairs, attached, passes = row.get("pairs", ()), tuple(row.get("attached", ())), row.get("passes", ())
    for index in range(1, len(argv)):
        word, following = argv[index], argv[index + 1] if index + 1 < len(argv) else ""
        option, equals, rest = word.partition("=")
        if word in values and following and not following.startswith("-"):
            yield index + 1, word, 0, following
        elif equals and option in values:
            yield index, option, len(option) + 1, rest
        elif word in pairs and ":" in following:
            at = following.index(":") + 1
            yield index + 1, word, at, following[at:]
        elif word in passes and following.startswith("pass:"):
            yield index + 1, word, 5, following[5:]
        else:
            for start in attached:
                if word.startswith(start) and len(word) > len(start) and not word.startswith("--"):
                    yield index, start, len(start), word[len(start) :]
    place = _position(row, argv)
    if place is not None and place < len(argv):
        yield place, argv[0].rpartition("/")[2], 0, argv[place]


def _position(row: Mapping[str, Any], argv: Sequence[str]) -> int | None:
    """The number of the word that is a secret by its position."""
    if "position" not in row:
        return None
    position: int = row["position"]
    if "word" in row:
        if row["word"] not in argv:
            return None
        start = argv.index(row["word"]) + 1
    else:
        flags = "".join(word for word in argv[1:] if word.startswith("-") and not word.startswith("--"))
        if row["after"].lstrip("-") not in flags:
            return None
        position -= row.get("nofile", "\0") in flags
        start = 1
    plain = [index for index in range(start, len(argv)) if not argv[index].startswith("-")]
    return plain[position] if position < len(plain) else None


def in_shell(words: Lexicon, text: str) -> Iterator[Shown]:
    """The secrets in a shell text; offsets count in it."""
    from dockerlint.formats.shellwords import commands, parse_shell

    seen: set[int] = set()
    for shown in _of_commands(words, commands(parse_shell(text)), text):
        seen.add(shown.start)
        yield shown
    yield from (shown for shown in in_text(words, text) if shown.start not in seen)


def _of_commands(words: Lexicon, every: Iterable[Command], text: str) -> Iterator[Shown]:
    last: Command | None = None
    for command in every:
        for name, value in command.assignments:
            found = judge(words, name, value.value)
            if found is not None:
                yield _placed(text, found, name, value.start, value.end)
        argv = [word.value for word in command.words]
        for shown in in_words(words, argv):
            word = command.words[shown.word]
            yield _placed(text, shown.verdict, shown.name, word.start, word.end)
        if argv[:1] == ["chpasswd"] and command.joined_by == "|" and last is not None and len(last.words) > 1:
            word = last.words[-1]
            secret = word.value.partition(":")[2].strip()
            literal = _literal(words, secret)
            if literal is not None:
                yield _placed(text, literal, "chpasswd", word.start, word.end)
        last = command


def in_text(words: Lexicon, text: str) -> Iterator[Shown]:
    """Passwords in SQL, in database scripts and headers, wherever they stand in a text."""
    lowered = text.lower()
    if not any(word in lowered for word in _TEXT_WORDS):
        return
    for match in _IN_TEXT.finditer(text):
        group = match.lastindex or 0
        found = _literal(words, match.group(group))
        if found is not None and not match.group(group).startswith(("<", "$", "%", "{", ":")):
            yield Shown(found, "", 0, match.start(group), match.end(group))


def _placed(text: str, found: Verdict, name: str, start: int, end: int) -> Shown:
    at = offset_of(found.secret, text, start, end)
    return Shown(found, name, 0, at if at >= 0 else start, at + len(found.secret) if at >= 0 else end)

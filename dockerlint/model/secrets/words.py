"""Which names say that their value is a secret: ``dbPassword``, ``JWT_SECRET``, ``spring.datasource.password``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from dockerlint.model.secrets.judging import Verdict

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+")


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The tables of rules/facts/secrets.yaml, ready to be asked."""

    tables: Mapping[str, Any]
    nouns: frozenset[str]
    weak: frozenset[str]
    endings: tuple[str, ...]
    key_words: frozenset[str]
    aside: frozenset[str]
    never_last: frozenset[str]
    never: frozenset[str]
    switches: frozenset[str]
    measures: frozenset[str]
    plain: frozenset[str]
    rules: frozenset[str]
    _known: dict[str, str]
    verdicts: dict[tuple[str | None, str, bool, bool, bool], Verdict | None]  # of `judge`: the same is asked often

    @cached_property
    def shape_starts(self) -> tuple[str, ...]:
        """What secrets begin with that have a form of their own."""
        return tuple(shape["prefix"] for shape in self.tables["shapes"])

    @cached_property
    def programs(self) -> frozenset[str]:
        """The programs that take a secret on their command line."""
        return frozenset(program for row in self.tables["options"] for program in row["programs"])

    def strength(self, name: str) -> str:
        """What a name says of its value: "strong" (a secret), "weak" (one if it looks like it), "" (none)."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._strength(words_of(name))
        return found

    def _strength(self, words: list[str]) -> str:
        if not words or (words[0] in self.switches and len(words) > 1) or not self.never.isdisjoint(words):
            return ""
        while len(words) > 1 and (words[-1] in self.aside or words[-1].isdigit()):
            words.pop()
        last = words[-1]
        if last == "key":
            if self.key_words.isdisjoint(words[-3:-1]):
                return "weak" if len(words) > 1 else ""
            # The access key of a storage service is a user name; its secret key is the password.
            return "" if words[-2] == "access" and "secret" not in words else "strong"
        if last == "keys" and len(words) > 1 and words[-2] in self.key_words and words[-2] != "public":
            return "strong" if words[-2] == "app" else "weak"
        if last == "salt" or (last == "auth" and len(words) > 1 and words[-2] == "redis"):
            return "weak" if last == "salt" else "strong"
        if last == "cookie" and "erlang" in words:
            return "strong"
        if last in self.never_last:
            return "strong" if _either_or(words, self.nouns) else ""
        if last == "pass" and len(words) > 1 and words[-2] == "proxy":
            return ""
        if last in self.weak:
            return "weak"
        if last in self.nouns or last.endswith(self.endings):
            return "strong"
        return ""

    def names_public_key(self, name: str) -> bool:
        """Is it a key of a program that calls public keys by their fingerprints?"""
        words = words_of(name)
        return words[-1:] in (["key"], ["keys"]) and not set(self.tables["fingerprints"]).isdisjoint(words)

    def is_measure(self, name: str) -> bool:
        """Does the name speak of a lifetime or a limit?"""
        return not self.measures.isdisjoint(words_of(name))


def _either_or(words: list[str], nouns: frozenset[str]) -> bool:
    return "or" in words and not nouns.isdisjoint(words)  # secretOrKey, secretOrKeyProvider


def lexicon(facts: Mapping[str, Any]) -> Lexicon:
    """The lexicon of the facts of a run."""
    tables = facts["secrets"]

    def words(key: str) -> frozenset[str]:
        return frozenset(str(word).lower() for word in tables[key])

    return Lexicon(
        tables,
        words("nouns"),
        words("weak_nouns"),
        tuple(tables["endings"]),
        words("key_words"),
        words("aside"),
        words("never_last"),
        words("never"),
        words("switches"),
        words("measures"),
        words("plain"),
        words("rules"),
        {},
        {},
    )


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case: at signs that join words, and where small letters end."""
    return [word.lower() for word in _WORD.findall(name[-200:])]

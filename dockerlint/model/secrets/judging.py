"""Is a value that has this name a secret that stands there literally? And how it may be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dockerlint.model.secrets.values import (
    HOLE,
    has_shape,
    is_placeholder,
    is_public,
    looks_real,
    pieces_of,
    with_holes,
)
from dockerlint.model.secrets.words import Lexicon, lexicon, words_of
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    pass

__all__ = ["Lexicon", "Verdict", "judge", "lexicon", "mask", "names_credential", "words_of"]

_QUANTITY = frozenset("0123456789.smhdwyMkKGB ")
_REFERENCES = (
    "/run/secrets/",
    "/var/run/secrets",
    "file:",
    "vault:",
    "arn:aws:",
    "ENC[",
    "op://",
    "env:",
    "env(",
    "%env(",
    "secretref:",
)
_HASHES = ("$2a$", "$2b$", "$2y$", "$argon2", "pbkdf2", "$pbkdf2", "scrypt:", "{bcrypt}", "sha256$")
_FINGERPRINT = re.compile(r"(?:0x)?(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{16}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})")
_BOOLEANS = frozenset(("true", "false", "yes", "no", "on", "off", "none", "null", "nil", "undefined"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A literal secret. `secret` is the part at `start` to `end` of the value.

    `kind` is "value" (all of it), "url" (the password of an address or connection string) or "address" (one whose path
    or query is the secret). `real` says that it looks like somebody's, not like a default.
    """

    kind: str
    secret: str
    start: int
    end: int
    real: bool


def judge(
    words: Lexicon, name: str | None, value: str, *, template: bool = False, dollars: bool = True, loose: bool = True
) -> Verdict | None:
    """The secret in a value, None where there is none. Linear in the value's length.

    `name` is what the value is given to. `template` is for files that show what to fill in: only real secrets count.
    `dollars` says that ``$X`` is a variable there. With `loose` every text behind a name of a password is one; without,
    as in source code, where texts also are labels and messages, it must look like a secret or at least like no text.
    """
    if not value or len(value) > 20_000 or (not name and _is_plain(words, value)):
        return None
    key = (name, value, template, dollars, loose)
    if key not in words.verdicts:
        words.verdicts[key] = _judge(words, name, value, template=template, dollars=dollars, loose=loose)
    return words.verdicts[key]


def _judge(
    words: Lexicon, name: str | None, value: str, *, template: bool, dollars: bool, loose: bool
) -> Verdict | None:
    outer = _default_of(value)
    if outer is not None:
        start, text = outer
        inner = judge(words, name, text, template=template, dollars=dollars, loose=loose)
        return None if inner is None else _moved(inner, start)
    holed = with_holes(value, dollars)
    if "=" in holed or "@" in holed or "://" in holed:
        found = _in_pieces(words, value, holed, template)
        if found is not None:
            return found
    if has_shape(value, words):
        return Verdict("value", value, 0, len(value), True)
    if not name:
        return None
    pair = _pair(words, name, value, holed, template)
    if pair is not None:
        return pair
    browser = words.tables["browser"]
    if value.startswith(browser["prefix"]) and len(value) >= browser["more"]:
        seen = name == "apiKey" or not set(browser["words"]).isdisjoint(words_of(name))
        return None if seen or " " in value else Verdict("value", value, 0, len(value), True)
    strength = words.strength(name)
    if not strength or not _is_literal(words, name, value, holed):
        return None
    if not loose and _is_rule(words, value.strip()):
        return None
    if looks_real(value, words):
        return Verdict("value", value, 0, len(value), True)
    if template or is_placeholder(value, words):
        return None
    if strength == "weak" and not (loose and _secret_like(name, value)):
        return None
    if not loose and _is_wording(words, name, value):
        return None
    return Verdict("value", value, 0, len(value), False)


def _is_plain(words: Lexicon, value: str) -> bool:
    """Has it nothing that could make a secret of it without a name?"""
    if "=" in value or "@" in value or "://" in value:
        return False
    return not value.startswith(("${", *words.shape_starts))


def names_credential(facts: Mapping[str, Any], name: str) -> bool:
    """Does a variable of this name hold a credential?"""
    return lexicon(facts).strength(name) != "" or any(row["name"] == name.upper() for row in facts["secrets"]["pairs"])


def mask(secret: str) -> str:
    """At most two characters of a secret, and stars."""
    return f"{secret[:2]}***" if len(secret) > 5 else f"{secret[:1]}***" if len(secret) > 2 else "***"


def _moved(verdict: Verdict, by: int) -> Verdict:
    return Verdict(verdict.kind, verdict.secret, verdict.start + by, verdict.end + by, verdict.real)


def _default_of(value: str) -> tuple[int, str] | None:
    """The default of a value that is nothing but ``${X:-default}`` or Spring's ``${X:default}``, with its place."""
    if not value.startswith("${") or not value.endswith("}"):
        return None
    at = 2
    while at < len(value) and (value[at].isalnum() or value[at] in "_."):
        at += 1
    depth = 0
    for index, char in enumerate(value):
        depth += (char == "{") - (char == "}")
        if depth == 0 and index > 0 and index < len(value) - 1 and char == "}":
            return None
    operator = value[at : at + 2]
    if operator in (":-", ":="):
        at += 2
    elif operator[:1] in ("-", ":") and operator not in (":?", ":+"):
        at += 1
    else:
        return None
    return at, value[at:-1]


def _in_pieces(words: Lexicon, value: str, holed: str, template: bool) -> Verdict | None:
    for piece in pieces_of(holed, words):
        start, secret = piece.start, value[piece.start : piece.end]
        if HOLE in holed[piece.start : piece.end]:
            default = _default_of(secret)
            if default is None or not default[1] or "$" in default[1]:
                continue
            start, secret = start + default[0], default[1]
        if is_placeholder(secret, words) or secret.startswith(("{", "%", "<", "$", ":", "+", "'", '"')):
            continue
        real = piece.kind == "address" or looks_real(secret, words)
        if template and not real:
            continue
        if piece.kind == "fields" and secret.lower() in _BOOLEANS:
            continue
        kind = "address" if piece.kind == "address" else "url"
        return Verdict(kind, secret, start, start + len(secret), real)
    return None


def _pair(words: Lexicon, name: str, value: str, holed: str, template: bool) -> Verdict | None:
    """The password of ``user:password`` in a variable that holds both; what a header ``Bearer …`` authorises with."""
    scheme, _, rest = value.partition(" ")
    if name.lower().endswith("authorization") and scheme.isalpha() and looks_real(rest, words) and HOLE not in holed:
        return Verdict("value", rest, len(scheme) + 1, len(value), True)
    for row in words.tables["pairs"]:
        if name.upper() == row["name"]:
            at = value.find(row["between"])
            secret = value[at + 1 :]
            if at > 0 and secret and HOLE not in holed[at:] and not template and not is_placeholder(secret, words):
                return Verdict("value", secret, at + 1, len(value), looks_real(secret, words))
    return None


def _is_literal(words: Lexicon, name: str, value: str, holed: str) -> bool:
    """Is it a value of its own, neither a reference nor a switch nor something that is made to be seen?"""
    text = value.strip()
    lowered = text.lower()
    if all(map(_FINGERPRINT.fullmatch, text.split())) and words.names_public_key(name):
        return False
    if not text or HOLE in holed or lowered in words.plain or is_public(text, words):
        return False
    if text.startswith(_REFERENCES) or "://" in text:
        return False
    if text.startswith(("/", "./", "../", "~/")) and "=" not in text and (" " not in text):
        return text.count("/") > 5 and looks_real(text, words)
    if lowered.endswith((".pem", ".key", ".crt", ".txt", ".json", ".yml", ".jks", ".p12", ".pub", ".pfx")):
        return False
    return not (words.is_measure(name) and all(char in _QUANTITY for char in text))


def _secret_like(name: str, value: str) -> bool:
    """Behind a weak name of an environment: no sentence, no bare number, no plain short word."""
    return len(value) >= 6 and " " not in value and not value.isdigit() and "," not in value


def _is_rule(words: Lexicon, text: str) -> bool:
    """A validation rule or a type; a hash, which is made to be kept."""
    return text.startswith(_HASHES) or text.partition("|")[0].partition(":")[0].lower() in words.rules


def _is_wording(words: Lexicon, name: str, value: str) -> bool:
    """In source: a label, a message, a rule, the name of a field, column, route or variable."""
    text = value.strip()
    parts = words_of(text)
    if len(text) < 2 or "\n" in text or not parts:
        return len(text) < 4
    if any(char > "\u2e80" for char in text):
        return True
    given = frozenset(words_of(name))
    if " " in text:
        if "secret" in given and text.replace(" ", "").isalpha() and text.islower() and given.isdisjoint(parts):
            return False  # keyboard cat
        return text[-1:] in ".!?:" or text.count(" ") > 1 or text[:1].isupper() or not given.isdisjoint(parts)
    if all(part in words.nouns or part in given or part in _COMMON for part in parts):
        # password: "password", token: "accessToken" name a field or column; secret: "secret" is a secret.
        if "secret" in given and "secret" in parts and text.islower():
            return "_" in text and len(parts) > 2
        return (len(parts) > 1 and not ("-" in text and text.islower())) or parts[0] in given or text[:1].isupper()
    if text.startswith(("$", "@", ":", "#", "%", "\\", ".", "/")):
        return not any(char.isdigit() for char in text)
    return text.isupper() and "_" in text


_COMMON = frozenset(
    (
        "key",
        "jwt",
        "auth",
        "access",
        "refresh",
        "user",
        "the",
        "api",
        "id",
        "token",
        "reset",
        "new",
        "old",
        "current",
        "forgot",
        "change",
        "field",
        "input",
    )
)

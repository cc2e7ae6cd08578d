"""What a value itself says: filled in later, a placeholder, random like a real secret, an address with a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log2

from dockerlint.model.secrets.words import Lexicon
from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass

HOLE = "\ue000"  # stands, as often as there were characters, where something is filled in later
_OPENINGS = (("${{", "}}"), ("${", "}"), ("$(", ")"), ("{{", "}}"), ("<%", "%>"), ("#{", "}"), ("%(", ")s"))
_LONGEST = 1000  # characters of an address
_SIGN = pattern(r"[$#{<%]")
_NAME = pattern(r"\$(?:[A-Za-z_]\w*|[0-9@*](?![\w!.-]))")
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://")
_FIELD = pattern(r"(?:^|[;?&\s])([A-Za-z][\w .-]{1,30}?)\s?=\s?([^;&\s\"']+)")
_ANGLED = pattern(r"<[^<>]*>|\[[^\[\]]*\]|\{[^{}]*\}|%[A-Za-z_][\w.():-]*%|%s|%v|@@?[A-Za-z_.-]+@@?|__[A-Z_]+__")
_BLANKED = pattern(r"[xX*.•_\-#?]{3,}|[xX]{2}|\*+|[.]{2,}|-+|\?+")
_HEX = pattern(r"[0-9a-fA-F]{24,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Piece:
    """The characters `start` to `end` of a value that are the secret; `kind` is "url", "fields" or "address"."""

    start: int
    end: int
    kind: str


def with_holes(value: str, dollars: bool = True) -> str:
    """The value with `HOLE`s in place of ``${X}``, ``{{ x }}``, ``$(…)`` …, and of ``$X`` where `dollars` says so."""
    if "$" not in value and "{" not in value and "<%" not in value and "%(" not in value:
        return value
    out: list[str] = []
    unclosed: set[str] = set()
    at = 0
    while (found := _SIGN.search(value, at)) is not None:
        out.append(value[at : found.start()])
        at = found.start()
        opening = next((pair for pair in _OPENINGS if value.startswith(pair[0], at)), None)
        if opening is not None and opening[0] not in unclosed:
            end = _closing(value, at + len(opening[0]), opening[0][-1], opening[1])
            if end is not None:
                out.append(HOLE * (end - at))
                at = end
                continue
            unclosed.add(opening[0])
        if dollars and value[at] == "$":
            if value.startswith("$$", at):
                out.append("$$")
                at += 2
                continue
            match = _NAME.match(value, at)
            if match is not None:
                out.append(HOLE * (match.end() - at))
                at = match.end()
                continue
        out.append(value[at])
        at += 1
    return "".join(out) + value[at:]


def _closing(value: str, at: int, opener: str, closer: str) -> int | None:
    """Behind the `closer` that ends what begins before `at`; None where it is not closed."""
    if len(closer) > 1:
        found = value.find(closer, at)
        return None if found < 0 else found + len(closer)
    depth = 1
    for index in range(at, len(value)):
        if value[index] == opener:
            depth += 1
        elif value[index] == closer:
            depth -= 1
            if depth == 0:
                return index + 1
    return None


def is_placeholder(value: str, words: Lexicon) -> bool:
    """Does the value tell what to write instead of it: ``<password>``, ``xxx``, ``***``, ``put_your_key_here``?"""
    text = value.strip().strip("\"'")
    if _ANGLED.fullmatch(text) or _BLANKED.fullmatch(text):
        return True
    head = re.match(r"[a-zA-Z]+(?=[_\- ])", text)
    if head is None or head.group().lower() not in words.tables["instructions"]:
        return False
    lowered = text.lower()
    return any(word in lowered for word in ("your", "here", "_me", "-me", "this", " the ", "with", "_a_"))


def has_shape(value: str, words: Lexicon) -> bool:
    """Is it a secret by its form: ``ghp_…``, ``sk_live_…``, a private key?"""
    if not value.startswith(words.shape_starts):
        return False
    for shape in words.tables["shapes"]:
        if value.startswith(shape["prefix"]):
            rest = value[len(shape["prefix"]) :]
            if shape["more"] == 0:
                return True
            lowered = rest.lower()
            told = any(piece in lowered for piece in ("example", "your", "xxxx", "placeholder", "..."))
            return len(rest) >= shape["more"] and " " not in rest and not told
    return False


def is_public(value: str, words: Lexicon) -> bool:
    return value.startswith(tuple(words.tables["public"]))


def looks_real(value: str, words: Lexicon) -> bool:
    """Has somebody's generator made it?"""
    if has_shape(value, words):
        return True
    text = value.removeprefix("base64:")
    if len(text) < 16 or " " in text or _told(text, words, 1 if len(text) < 40 else 2):
        return False
    if _HEX.fullmatch(text):
        return len(set(text)) > 6
    digits = sum(char.isdigit() for char in text)
    if not digits or _entropy(text) < 3.3:
        return False
    mixed = any(char.islower() for char in text) and any(char.isupper() for char in text)
    return mixed or any(not char.isalnum() and char not in "_-./:" for char in text) or digits >= 4


def _told(value: str, words: Lexicon, often: int) -> bool:
    lowered = value.lower()
    return sum(piece in lowered for piece in words.tables["sample"]) >= often


def _entropy(text: str) -> float:
    shares = [text.count(char) / len(text) for char in set(text)]
    return -sum(share * log2(share) for share in shares)


def pieces_of(holed: str, words: Lexicon) -> Iterator[Piece]:
    """The passwords in addresses and connection strings. `holed` is a value with its holes."""
    if "://" in holed:
        for match in _SCHEME.finditer(holed):
            piece = _of_address(holed, match.group()[:-3].lower(), match.end(), words)
            if piece is not None:
                yield piece
    if "=" in holed:
        yield from _of_fields(holed, words)
    at = holed.find("@tcp(")
    if at < 0:
        at = holed.find("@unix(")
    if at > 0:  # user:password@tcp(host:port)/database
        begin = max(holed.rfind(sign, 0, at) for sign in "/ \"'=") + 1
        colon = holed.find(":", begin, at)
        if 0 < colon < at - 1:
            yield Piece(colon + 1, at, "url")


def _of_address(text: str, scheme: str, start: int, words: Lexicon) -> Piece | None:
    end = start
    longest = min(len(text), start + _LONGEST)
    while end < longest and not text[end].isspace() and text[end] not in "\"'<>`|\\":
        end += 1
    if end < len(text) and text[end] == "<":  # user:<password>@host
        return None
    stop = min((at for at in (text.find(sign, start, end) for sign in "/?#") if at >= 0), default=end)
    at = text.rfind("@", start, stop)
    if at < 0 and text.find("@", stop, end) > 0 and ":" in text[start:stop]:
        # A password with a slash in it: take the last @ before a host.
        port = text.find(":", start, stop)
        if not text[port + 1 : stop].isdigit():
            at = text.find("@", stop, end)
    if at > start:
        colon = text.find(":", start, at)
        if colon >= 0 and scheme not in words.tables["schemes"]:
            return Piece(colon + 1, at, "url") if at > colon + 1 else None
        if colon < 0 and scheme in ("http", "https") and at - start >= 20 and HOLE not in text[start:at]:
            return Piece(start, at, "url")
        return None
    return _signed(text, start, stop, end, words)


def _signed(text: str, start: int, stop: int, end: int, words: Lexicon) -> Piece | None:
    """An address whose path or query is the secret."""
    host = text[start:stop].lower()
    for row in words.tables["addresses"]:
        if (host == row["host"] or host.endswith("." + row["host"])) and text.startswith(row["path"], stop):
            first = stop + len(row["path"])
            rest = text[first:end]
            if len(rest) >= row["more"] and HOLE not in rest and not is_sample_path(rest):
                return Piece(first, end, "address")
    mark = text.find("?", stop, end)
    if mark < 0:
        return None
    at = mark + 1
    for part in text[at:end].split("&"):
        name, _, value = part.partition("=")
        if name in words.tables["parameters"] and value:
            first = at + len(name) + 1
            if len(value) >= (3 if name.lower() in ("password", "passwd", "pwd") else 16):
                return Piece(first, first + len(value), "address" if len(value) >= 16 else "url")
        at += len(part) + 1
    return None


def is_sample_path(path: str) -> bool:
    """``T00000000/B00000000/XXXXXXXX`` of the documentation."""
    return "XXXX" in path.upper() or "..." in path or "<" in path or "your" in path.lower()


def _of_fields(text: str, words: Lexicon) -> Iterator[Piece]:
    """``Server=db;User Id=sa;Password=…`` and ``host=db password=…``."""
    found = [(m.group(1).strip().lower().replace(" ", "").replace("_", ""), m) for m in _FIELD.finditer(text)]
    if len(found) < 2:
        return
    others = {"server", "host", "datasource", "database", "dbname", "userid", "uid", "user", "username", "accountname"}
    names = {name for name, _ in found}
    if others.isdisjoint(names) and not any(name.endswith(("endpoint", "accountname")) for name in names):
        return
    for name, match in found:
        if name in words.tables["fields"] and match.group(2):
            yield Piece(match.start(2), match.end(2), "fields")


def offset_of(secret: str, text: str, start: int = 0, end: int | None = None) -> int:
    """Where a secret stands in the text that it was read from, -1 where it is not written there.

    In an address it stands behind the user, who may be called like it, and like the scheme.
    """
    at = text.find(f":{secret}@", start, end)
    if at >= 0:
        return at + 1
    return text.rfind(secret, start, end) if len(secret) < 4 else text.find(secret, start, end)

"""Ignore files (``.dockerignore``), read and matched as BuildKit does when it sends a build context.

Sources: https://docs.docker.com/build/concepts/context/#dockerignore-files, https://github.com/moby/patternmatcher and
the walk of https://github.com/tonistiigi/fsutil. The walk, not the pattern alone, decides: a pattern that matched a
folder holds for everything below it, and a ``!`` line only counts for a path (or for what lies below it) where
something before it had excluded that very path. Where the reader behind the walk disagrees with it, files arrive empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import normpath

from dockerlint.formats.globs import BadPattern, Matcher, check_glob, ignore_pattern
from dockerlint.formats.problem import Problem
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import SourceFile, Span

# What Go's strings.TrimSpace removes; Python's strip() would also take the separators U+001C to U+001F.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_WILD = frozenset("*[]?^\\")
# Stands for any name: only a run of anything matches it (and a class of all but some letters, which is looked at).
_ANY_NAME = "\ue000" * 20


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of an ignore file."""

    text: str
    """As written, without surrounding white space; a ``!`` included."""
    negated: bool
    """Does it begin with ``!``?"""
    path: str
    """What the builder matches: cleaned, relative to the context, without the ``!``."""
    span: Span
    matches: Matcher = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ParsedIgnorefile:
    """The patterns in their order; a problem is a line for which the builder fails."""

    file: SourceFile
    patterns: tuple[Pattern, ...]
    problems: tuple[Problem, ...]


def parse_ignorefile(file: SourceFile) -> ParsedIgnorefile:
    """Reads every line; lines that the builder refuses are left out of `patterns` and told as problems."""
    patterns: list[Pattern] = []
    problems: list[Problem] = []
    lines = [(at, line) for at, line in _lines(file.text) if line.strip(_SPACE) and not line.startswith("#")]
    # The patterns travel in a header, which takes printable ASCII only; they are encoded where one has other letters.
    encoded = not all(line.isascii() for _, line in lines)
    excluding = everything = False
    for start, line in lines:
        text = line.strip(_SPACE)
        at = start + line.index(text)
        span = Span(file, at, at + len(text))
        negated, path = _read(text)
        try:
            if not encoded and not text.isprintable():
                raise BadPattern("a control character, such as a tab or a carriage return, has no place in it")
            patterns.append(pattern_of(text, span))
        except BadPattern as error:
            # An escape that the builder does not know stops it only when it comes to try that pattern on a path.
            if (everything if not negated else not excluding) and _is_well_formed(path):
                continue
            problems.append(Problem(span, f"the builder refuses the pattern {_shown(text)}: {error}"))
        excluding = excluding or not negated
        everything = not negated and (everything or path in ("*", "**", "**/*"))
    return ParsedIgnorefile(file, tuple(patterns), tuple(problems))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _shown(text: str) -> str:
    return text if text.isprintable() else repr(text)[1:-1]


def pattern_of(text: str, span: Span) -> Pattern:
    """One pattern; also for COPY --exclude. Raises BadPattern."""
    negated, path = _read(text)
    if not path:
        raise BadPattern('nothing stands behind the "!"')
    return Pattern(text, negated, path, span, ignore_pattern(path))


def _read(text: str) -> tuple[bool, str]:
    """Is it an exception, and the path without the "!"."""
    # Twice, as the builder does it (reader, then matcher): "/ !a" ends as the exception "!a", and "!/" as a lone "!".
    cleaned = _clean(_as_read(text).strip(_SPACE))
    return (True, cleaned[1:]) if cleaned.startswith("!") else (False, cleaned)


def _is_well_formed(path: str) -> bool:
    try:
        check_glob(path)
    except BadPattern:
        return False
    return bool(path)


def _as_read(text: str) -> str:
    mark, path = ("!", text[1:].strip(_SPACE)) if text.startswith("!") else ("", text)
    path = _clean(path) if path else ""
    return mark + (path[1:] if len(path) > 1 and path.startswith("/") else path)


def _clean(path: str) -> str:
    """filepath.Clean: like normpath, but two leading slashes become one."""
    cleaned = normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the patterns say about one path."""

    excluded: bool
    pattern: Pattern | None
    """The last one that changed the answer, or None where none did."""
    closed: bool
    """A folder that the builder does not even look into."""
    held: int
    """Bit i: pattern i matched the path or a folder above it."""


_OPEN = Verdict(False, None, False, 0)


class IgnoreMatcher:
    """Answers for paths relative to the context (``a/b.txt``; ``""`` is the context itself). Remembers folders."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self._exceptions = tuple(pattern for pattern in self.patterns if pattern.negated)
        self._plain_exceptions = not any(_WILD.intersection(_without_last_star(each.path)) for each in self._exceptions)
        exceptions = [pattern.negated for pattern in self.patterns]
        # Walk and reader can only differ where a plain pattern comes after an exception.
        self._may_empty = exceptions != sorted(exceptions)
        self._folders: dict[str, Verdict] = {"": _OPEN}

    def verdict(self, path: str) -> Verdict:
        """The verdict on a file or folder, whether or not it exists."""
        known = self._folders.get(path)
        if known is not None:
            return known
        missing: list[str] = []
        folder = path.rpartition("/")[0]
        while folder not in self._folders:
            missing.append(folder)
            folder = folder.rpartition("/")[0]
        above = self._folders[folder]
        for folder in reversed(missing):
            above = self._folders[folder] = self._decide(folder, above)
        return self._decide(path, above)

    def excludes(self, path: str) -> bool:
        return self.verdict(path).excluded

    def empties(self, path: str) -> bool:
        """Is this file, which is not excluded, sent without its content?

        BuildKit asks twice. The walk, whose answer `verdict` gives, does not try a pattern on a folder that is excluded
        already; the reader that then opens the file tries every pattern on every folder above. After ``logs``,
        ``!logs/keep``, ``log*`` the walk sends logs/keep and the reader refuses it: the build gets an empty file.
        """
        if not self._may_empty:
            return False
        names = [path, *(path[:at] for at, character in enumerate(path) if character == "/")]
        refused = False
        for pattern in self.patterns:
            if pattern.negated == refused and any(map(pattern.matches, names)):
                refused = not pattern.negated
        return refused

    def reaches(self, folder: str) -> bool:
        """Could any file below this folder be left in? False only where that is certain."""
        verdict = self.verdict(folder)
        if verdict.closed:
            return False
        child = self._decide(f"{folder}/{_ANY_NAME}".lstrip("/"), verdict)
        if not child.excluded or (child.pattern is not None and "[^" in child.pattern.path):
            return True
        inside = folder + "/" if folder else ""
        return any(_leads(each.path, inside) for each in self._exceptions)

    def _decide(self, path: str, above: Verdict) -> Verdict:
        if above.closed:
            return above
        excluded = False
        deciding: Pattern | None = None
        held = 0
        bit = 1
        for pattern in self.patterns:
            if above.held & bit or (pattern.negated == excluded and pattern.matches(path)):
                held |= bit
                if excluded == pattern.negated:
                    deciding = pattern
                excluded = not pattern.negated
            bit <<= 1
        closed = excluded and self._plain_exceptions and not self._exception_below(path + "/")
        return Verdict(excluded, deciding, closed, held)

    def _exception_below(self, inside: str) -> bool:
        return any((_without_last_star(each.path) + "/").startswith(inside) for each in self._exceptions)


def _without_last_star(path: str) -> str:
    return path.removesuffix("/**").removesuffix("/*")


def _leads(path: str, inside: str) -> bool:
    """Could the pattern match something whose path begins with `inside`?"""
    plain = next((at for at, character in enumerate(path) if character in _WILD), len(path))
    start = path[:plain]
    return inside.startswith(start) if plain < len(path) and len(start) < len(inside) else start.startswith(inside)

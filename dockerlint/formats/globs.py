"""Path patterns as Go reads them: those of ignore files (moby/patternmatcher) and those of COPY (path/filepath.Match).

Both become a list of small steps. Short work is done by a regular expression made from them; where that could backtrack
without bound, the steps are followed side by side instead, so that matching stays linear in the path.

Facts from https://pkg.go.dev/path/filepath#Match and https://github.com/moby/patternmatcher.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Matcher = Callable[[str], bool]
"""Says whether a whole relative path (``a/b.txt``) matches."""

# One step: (kind, characters). Kinds: "char", "set" and "unset" (the inside of a class), "one" (not a slash), "star"
# (any run without slash), "all" (any run), "maybe" (the next two steps, an "all" and a slash, or nothing), "never".
_Step = tuple[str, str]

_BACKTRACKING = 2_000_000
"""How many steps a regular expression may need at worst before the slower, linear way is taken."""

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r ", "D": "0-9", "W": "0-9A-Za-z_", "S": "\\t\\n\\f\\r "}
_CONTROLS = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}


class BadPattern(ValueError):
    """A pattern that Go refuses; a build that meets one fails."""


def glob(pattern: str) -> Matcher:
    """A matcher for a COPY source, as filepath.Match: ``*`` and ``?`` stop at slashes, ``**`` is no more than ``*``.

    Raises BadPattern.
    """
    check_glob(pattern)
    steps: list[_Step] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*":
            steps.append(("star", ""))
        elif character == "?":
            steps.append(("one", ""))
        elif character == "[":
            step, at = _read_class(pattern, at)
            steps.append(step)
        elif character == "\\":
            steps.append(("char", pattern[at]))
            at += 1
        else:
            steps.append(("char", character))
    if all(kind == "char" for kind, _ in steps):
        return "".join(text for _, text in steps).__eq__
    return _matcher(steps)


def has_wildcards(pattern: str) -> bool:
    """Does a COPY source hold an unescaped ``*``, ``?`` or ``[``?"""
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] in "*?[":
            return True
        at += 1
    return False


def check_glob(pattern: str) -> None:
    """Raises BadPattern where filepath.Match reports a malformed pattern: an open or empty class, a last backslash."""
    at, length = 0, len(pattern)
    while at < length:
        character = pattern[at]
        at += 1
        if character == "\\":
            if at == length:
                raise BadPattern("nothing stands behind the last backslash")
            at += 1
        elif character == "[":
            at = _check_class(pattern, at)


def _check_class(pattern: str, at: int) -> int:
    """Returns the offset behind the closing bracket."""
    if pattern.startswith("^", at):
        at += 1
    ranges = 0
    while not (pattern.startswith("]", at) and ranges):
        at = _check_member(pattern, at)
        if pattern.startswith("-", at):
            at = _check_member(pattern, at + 1)
        ranges += 1
    return at + 1


def _check_member(pattern: str, at: int) -> int:
    if pattern.startswith("\\", at):
        at += 1
    elif pattern.startswith(("-", "]"), at):
        raise BadPattern(f'a "{pattern[at]}" has no place at the edge of a character class')
    if at + 1 >= len(pattern):
        raise BadPattern('a "[" is never closed')
    return at + 1


def ignore_pattern(pattern: str) -> Matcher:
    """A matcher for one cleaned pattern of an ignore file, without its ``!``.

    ``**`` crosses slashes; ``**/x`` also matches ``x``; ``x/**`` matches what begins with ``x/`` but not ``x``. Says
    nothing about parents: the caller asks for those too. Raises BadPattern.
    """
    check_glob(pattern)
    if not any(character in "*?[]\\" for character in pattern):
        return pattern.__eq__
    plain_ends = not any(character in "*?[]\\" for character in pattern.strip("*"))
    if plain_ends and pattern.endswith("**") and pattern.index("*") == len(pattern) - 2:
        prefix = pattern[:-2]
        return lambda path: path.startswith(prefix)
    if plain_ends and pattern.startswith("**") and pattern.rindex("*") == 1:
        suffix = pattern[2:]
        whole = suffix[1:] if suffix.startswith("/") else None
        return lambda path: path.endswith(suffix) or path == whole
    return _matcher(_ignore_steps(pattern))


def _ignore_steps(pattern: str) -> list[_Step]:
    steps: list[_Step] = []
    at, length = 0, len(pattern)
    while at < length:
        character = pattern[at]
        at += 1
        if pattern.startswith("**", at - 1):
            at += 2 if pattern.startswith("/", at + 1) else 1
            if at >= length:
                steps.append(("all", ""))
            else:
                steps += [("maybe", ""), ("all", ""), ("char", "/")]
        elif character == "*":
            steps.append(("star", ""))
        elif character == "?":
            steps.append(("one", ""))
        elif character == "[":
            step, at = _read_class(pattern, at)
            # The builder turns a wildcard inside a class into something that no sensible name matches.
            steps.append(("never", "") if "*" in step[1] or "?" in step[1] or "/-" in step[1] else step)
        elif character == "\\":
            steps.append(_escaped(pattern[at]))
            at += 1
        elif character == "^":
            # Left as it is in the builder's expression, where it stands for the start of the text.
            steps += [("never", "")] if steps else []
        else:
            steps.append(("char", character))
    return steps


def _escaped(character: str) -> _Step:
    """The builder hands an escaped character to a regular expression with its backslash, so ``\\d`` is a digit."""
    if character in _CLASSES:
        return ("set" if character.islower() else "unset", _CLASSES[character])
    if character in _CONTROLS:
        return ("char", _CONTROLS[character])
    if character in "AbBz":
        return ("never", "")
    if character.isalnum() or not character.isascii():
        raise BadPattern(f'"\\{character}" is not an escape that the builder knows')
    return ("char", character)


def _read_class(pattern: str, at: int) -> tuple[_Step, int]:
    """The class whose inside begins at `at` (already checked), written for Python's re, and the offset behind it."""
    negated = pattern.startswith("^", at)
    at += negated
    parts: list[str] = []
    while pattern[at] != "]" or not parts:
        low, at = _member(pattern, at)
        high = low
        if pattern[at] == "-":
            high, at = _member(pattern, at + 1)
        if low <= high:
            parts.append(re.escape(low) if low == high else f"{re.escape(low)}-{re.escape(high)}")
        else:
            parts.append("")
    inside = "".join(parts)
    if not inside:
        return (("one", "") if negated else ("never", "")), at + 1
    return ("unset" if negated else "set", inside), at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    at += pattern[at] == "\\"
    return pattern[at], at + 1


def _matcher(steps: list[_Step]) -> Matcher:
    if any(kind == "never" for kind, _ in steps):
        return lambda path: False
    matches = re.compile(_expression(steps)).fullmatch
    unbounded = sum(kind in ("star", "all") for kind, _ in steps)
    if unbounded < 2:
        return lambda path: matches(path) is not None

    def match(path: str) -> bool:
        if len(path) ** unbounded > _BACKTRACKING:
            return follow(steps, path)
        return matches(path) is not None

    return match


def _expression(steps: list[_Step]) -> str:
    written = {"one": "[^/]", "star": "[^/]*", "all": ".*"}
    parts: list[str] = []
    at = 0
    while at < len(steps):
        kind, text = steps[at]
        if kind == "maybe":
            parts.append("(?:.*/)?")
            at += 2
        elif kind == "char":
            parts.append(re.escape(text))
        elif kind in ("set", "unset"):
            parts.append(f"[{'^' if kind == 'unset' else ''}{text}]")
        else:
            parts.append(written[kind])
        at += 1
    return "".join(parts)


def follow(steps: list[_Step], path: str) -> bool:
    """Matches by keeping every step that the text so far can have reached; time grows with path times pattern."""
    tests = [_test(step) for step in steps]
    reached = _closure(steps, {0})
    for character in path:
        moved: set[int] = set()
        for at in reached:
            if at < len(steps) and tests[at](character):
                moved.add(at if steps[at][0] in ("star", "all") else at + 1)
        reached = _closure(steps, moved)
        if not reached:
            return False
    return len(steps) in reached


def _closure(steps: list[_Step], reached: set[int]) -> set[int]:
    todo = list(reached)
    while todo:
        at = todo.pop()
        kind = steps[at][0] if at < len(steps) else ""
        following = [at + 1, at + 3] if kind == "maybe" else [at + 1] if kind in ("star", "all") else []
        for step in following:
            if step not in reached:
                reached.add(step)
                todo.append(step)
    return reached


def _test(step: _Step) -> Callable[[str], bool]:
    kind, text = step
    if kind == "char":
        return text.__eq__
    if kind in ("set", "unset"):
        found = re.compile(f"[{'^' if kind == 'unset' else ''}{text}]").fullmatch
        return lambda character: found(character) is not None
    if kind in ("one", "star"):
        return lambda character: character != "/"
    if kind == "all":
        return lambda character: character != "\n"
    return lambda character: False

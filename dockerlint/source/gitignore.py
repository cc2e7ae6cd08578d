"""What a `.gitignore` file keeps out, as https://git-scm.com/docs/gitignore says it.

Own code rather than a library: importing one costs more than the rest of a small run.
Matching takes time in proportion to pattern × path; no pattern makes it backtrack.
It does not know files: `tree.py` decides which ignore files apply to a path.
"""

from __future__ import annotations

from dockerlint.source.record import dataclass

_STAR = object()
_ANY = object()
_CLASSES = {
    "alpha": str.isalpha,
    "digit": str.isdigit,
    "alnum": str.isalnum,
    "upper": str.isupper,
    "lower": str.islower,
    "space": str.isspace,
    "punct": lambda c: c.isprintable() and not c.isalnum() and not c.isspace(),
}


@dataclass(frozen=True, slots=True)
class IgnorePattern:
    """One line of an ignore file.

    `parts` are the path's segments: a plain string, "**", or a tuple of glob tokens; None never matches.
    """

    negated: bool
    folders_only: bool
    anchored: bool
    parts: tuple[object, ...] | None


def parse_gitignore(text: str) -> tuple[IgnorePattern, ...]:
    """The patterns of an ignore file, in order; of those that match a path the last one decides."""
    patterns = []
    for line in text.split("\n"):
        pattern = parse_pattern(line.rstrip("\r"))
        if pattern is not None:
            patterns.append(pattern)
    return tuple(patterns)


def parse_pattern(line: str) -> IgnorePattern | None:
    """One pattern; None for a blank line or a comment."""
    line = _without_trailing_spaces(line)
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    if negated:
        line = line[1:]
    folders_only = line.endswith("/")
    body = line[:-1] if folders_only else line
    anchored = "/" in body
    body = body[1:] if body.startswith("/") else body
    if not body:
        return None
    parts = tuple(_segment(part) for part in body.split("/"))
    return IgnorePattern(negated, folders_only, anchored, None if None in parts else parts)


def decide(patterns: tuple[IgnorePattern, ...], path: str, folder: bool) -> bool | None:
    """True: ignored, False: a `!` pattern takes it back in, None: no pattern speaks of it.

    `path` counts from the ignore file's folder. Whether a parent is ignored is the caller's question.
    """
    segments = path.split("/")
    for pattern in reversed(patterns):
        if pattern.parts is None or (pattern.folders_only and not folder):
            continue
        if pattern.anchored:
            matched = _match_path(pattern.parts, segments)
        else:
            matched = _match_segment(pattern.parts[0], segments[-1])
        if matched:
            return not pattern.negated
    return None


def _without_trailing_spaces(line: str) -> str:
    end = len(line)
    while end and line[end - 1] == " " and not (end > 1 and line[end - 2] == "\\"):
        end -= 1
    return line[:end]


def _segment(text: str) -> object:
    if text == "**" or not any(c in text for c in "*?[\\"):
        return text
    return _tokens(text)


def _tokens(text: str) -> tuple[object, ...] | None:
    tokens: list[object] = []
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "*":
            if not tokens or tokens[-1] is not _STAR:
                tokens.append(_STAR)
        elif char == "?":
            tokens.append(_ANY)
        elif char == "[":
            found = _bracket(text, at)
            if found is None:
                return None
            token, at = found
            tokens.append(token)
        elif char == "\\":
            if at == len(text):
                return None
            tokens.append(text[at])
            at += 1
        else:
            tokens.append(char)
    return tuple(tokens)


def _bracket(text: str, at: int) -> tuple[tuple[bool, tuple[object, ...]], int] | None:
    """A bracket expression from behind its `[`: ((negated, choices), offset behind `]`)."""
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    choices: list[object] = []
    first = True
    while at < len(text):
        char = text[at]
        if char == "]" and not first:
            return (negated, tuple(choices)), at + 1
        first = False
        if text.startswith("[:", at):
            end = text.find(":]", at)
            name = text[at + 2 : end] if end > 0 else ""
            if name not in _CLASSES:
                return None
            choices.append(_CLASSES[name])
            at = end + 2
            continue
        if char == "\\":
            at += 1
        low = text[at : at + 1]
        if text[at + 1 : at + 2] == "-" and text[at + 2 : at + 3] not in ("", "]"):
            choices.append((low, text[at + 2]))
            at += 3
        else:
            choices.append((low, low))
            at += 1
    return None


def _match_path(parts: tuple[object, ...], segments: list[str]) -> bool:
    """Segments against parts, where `**` stands for any number of segments (at the end: at least one)."""
    if parts[-1] == "**":
        if len(segments) < len(parts):
            return False
        return len(parts) == 1 or any(
            _match_path(parts[:-1], segments[:count]) for count in range(len(parts) - 1, len(segments))
        )
    at = part = 0
    resume_part = resume_at = -1
    while at < len(segments):
        if part < len(parts) and parts[part] == "**":
            resume_part, resume_at = part, at
            part += 1
        elif part < len(parts) and _match_segment(parts[part], segments[at]):
            part += 1
            at += 1
        elif resume_part >= 0:
            resume_at += 1
            part, at = resume_part + 1, resume_at
        else:
            return False
    return part == len(parts)


def _match_segment(part: object, name: str) -> bool:
    if isinstance(part, str):
        return part == name or part == "**"
    assert isinstance(part, tuple)
    return _match_tokens(part, name)


def _match_tokens(tokens: tuple[object, ...], name: str) -> bool:
    at = token = 0
    resume_token = resume_at = -1
    while at < len(name):
        if token < len(tokens) and tokens[token] is _STAR:
            resume_token, resume_at = token, at
            token += 1
        elif token < len(tokens) and _match_char(tokens[token], name[at]):
            token += 1
            at += 1
        elif resume_token >= 0:
            resume_at += 1
            token, at = resume_token + 1, resume_at
        else:
            return False
    while token < len(tokens) and tokens[token] is _STAR:
        token += 1
    return token == len(tokens)


def _match_char(token: object, char: str) -> bool:
    if isinstance(token, str):
        return token == char
    if token is _ANY:
        return True
    assert isinstance(token, tuple)
    negated, choices = token
    return negated is not any(_chosen(choice, char) for choice in choices)


def _chosen(choice: object, char: str) -> bool:
    if isinstance(choice, tuple):
        return bool(choice[0] <= char <= choice[1])
    assert callable(choice)
    return bool(choice(char))

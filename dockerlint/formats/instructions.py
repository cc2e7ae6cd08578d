"""Dockerfile → located instructions.

dockerfile-parse splits the prepared lines into keyword and arguments; what it lacks (columns, flags, words,
here-documents, directives) is done around it. Knows nothing of stages and variables: that is model/dockerfile.py.
"""

from __future__ import annotations

from dockerlint.formats.dockerwords import builder_flags
from dockerlint.formats.instructiontypes import Flag, Instruction, Pair, ParsedDockerfile, Word
from dockerlint.formats.logicallines import Heredoc, LogicalLine, prepare
from dockerlint.formats.problem import Comment, Problem
from dockerlint.source.text import SourceFile, Span

__all__ = [
    "Comment",
    "Flag",
    "Heredoc",
    "Instruction",
    "Pair",
    "ParsedDockerfile",
    "Problem",
    "Word",
    "parse_dockerfile",
]

# Put behind a line that ends with the escape character, which dockerfile-parse would take for a continuation.
_GUARD = " ;"


def parse_dockerfile(file: SourceFile) -> ParsedDockerfile:
    """Read a Dockerfile as BuildKit does; never raises. What the builder would refuse is in `problems`."""
    from dockerlint.formats.dockersyntax import check_instructions

    found = prepare(file)
    escape = found.escape
    instructions = []
    for line, (keyword, arguments) in zip(found.lines, _split(found.lines, escape), strict=False):
        # Arguments end where the line ends, so counting from there is safe whatever .upper() did to the keyword.
        text = line.text
        lead = len(text) - len(text.lstrip()) if text[0].isspace() else 0
        instructions.append(_instruction(file, line, lead, keyword, len(text) - len(arguments), escape, False))
    problems = found.problems
    check_instructions(file, found.directives, instructions, problems)
    problems.sort(key=lambda problem: problem.span.start)
    return ParsedDockerfile(file, found.directives, tuple(instructions), tuple(found.comments), tuple(problems), escape)


def _split(lines: list[LogicalLine], escape: str) -> list[tuple[str, str]]:
    """Keyword and arguments of every line, by dockerfile-parse."""
    from io import BytesIO

    from dockerfile_parse import DockerfileParser

    texts = [line.text + _GUARD if line.text[-1] == escape else line.text for line in lines]
    source = "\n".join(["# escape=" + escape, *texts, ""])
    parser = DockerfileParser(fileobj=BytesIO(source.encode("utf-8", "replace")))
    found: list[tuple[str, str]] = []
    # The first entry is our directive; an instruction that somebody calls COMMENT looks like a comment there.
    for entry in parser.structure[1:]:
        line = lines[len(found)]
        value = entry["value"]
        if line.text[-1] == escape:
            value = value[: -len(_GUARD)] or ""
        found.append((entry["instruction"], value))
    return found


def _instruction(
    file: SourceFile, line: LogicalLine, keyword_at: int, keyword: str, at: int, escape: str, onbuild: bool
) -> Instruction:
    text = line.text[at:]
    flags: tuple[Flag, ...] = ()
    if text[:2] == "--":
        ranges, skipped = builder_flags(text)
        located = []
        for start, end, value in ranges:
            name, equals, rest = value[2:].partition("=")
            span = Span(file, line.place(at + start), line.place(at + end - 1) + 1)
            located.append(Flag(name, rest if equals else None, span))
        flags = tuple(located)
        text = text[skipped:]
        at += skipped
    inner = None
    if keyword in ("ONBUILD", "HEALTHCHECK") and text:
        first = text.split(None, 1)[0]
        if keyword == "ONBUILD" or first.upper() == "CMD":
            rest_at = at + len(text) - len(text[len(first) :].lstrip())
            inner = _instruction(file, line, at, first.upper(), rest_at, escape, keyword == "ONBUILD")
    start = line.start if keyword_at == 0 else line.place(keyword_at)
    return Instruction(
        keyword,
        flags,
        text,
        line.heredocs,
        Span(file, start, line.end),
        onbuild,
        inner,
        escape,
        line,
        keyword_at,
        at,
    )

"""What the builder would refuse in a Dockerfile, each as one sentence at its place.

The rules are those of BuildKit (frontend/dockerfile/instructions and the conversion that follows it), tried
against a real engine; what only some versions refuse is left alone. With a frontend of somebody else
(``# syntax=``), its own keywords and flags are its own business.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.formats.dockerwords import json_mixed, open_quote, quoted_ranges
from dockerlint.formats.instructiontypes import JSON_FORMS, Instruction
from dockerlint.formats.problem import Problem
from dockerlint.source.text import SourceFile, Span

# fmt: off
KEYWORDS = frozenset((
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
))
# fmt: on
_COPY_FLAGS = frozenset(("from", "chown", "chmod", "link", "parents", "exclude"))
FLAGS = {
    "ADD": frozenset(("chown", "chmod", "link", "checksum", "keep-git-dir", "exclude", "unpack")),
    "COPY": _COPY_FLAGS,
    "RUN": frozenset(("mount", "network", "security", "device")),
    "FROM": frozenset(("platform",)),
    "HEALTHCHECK": frozenset(("interval", "timeout", "start-period", "start-interval", "retries")),
}
_SWITCHES = frozenset(("link", "parents", "keep-git-dir", "unpack"))
_REPEATED = frozenset(("mount", "exclude", "device"))
# Nearly every instruction is one of these in shell form: whatever they say is the shell's business.
_FREE = frozenset(("RUN", "CMD", "ENTRYPOINT", "WORKDIR", "USER"))
_NEEDS_ARGUMENTS = frozenset(KEYWORDS - {"CMD", "ENTRYPOINT", "FROM"})


def check_instructions(
    file: SourceFile, directives: dict[str, str], instructions: list[Instruction], problems: list[Problem]
) -> None:
    """Add what is wrong with the instructions to `problems`."""
    strict = _is_plain_frontend(directives.get("syntax", ""))
    staged = False
    for instruction in instructions:
        keyword = instruction.keyword
        if keyword == "FROM":
            staged = True
        elif not staged and keyword != "ARG" and keyword in KEYWORDS:
            staged = True
            message = f"{keyword} stands before the first FROM, where only ARG may stand"
            problems.append(Problem(instruction.keyword_span, message))
        if (
            keyword in _FREE
            and instruction.text[:1] not in ("", "[")
            and not instruction.flags
            and instruction.line.text[instruction.keyword_at + len(keyword)] in " \t"
        ):
            continue
        for span, message in _check(instruction, strict):
            problems.append(Problem(span, message))
    if not any(instruction.keyword == "FROM" for instruction in instructions) and not staged:
        span = instructions[0].span if instructions else Span(file, 0, 0)
        problems.append(Problem(span, "There is no FROM, so there is nothing to build"))


def _is_plain_frontend(syntax: str) -> bool:
    image = syntax.removeprefix("docker.io/")
    return not syntax or image.startswith(("docker/dockerfile:", "docker/dockerfile@")) or image == "docker/dockerfile"


def _check(instruction: Instruction, strict: bool) -> Iterator[tuple[Span, str]]:
    keyword, text = instruction.keyword, instruction.text
    if keyword not in KEYWORDS:
        if strict:
            yield instruction.keyword_span, _unknown(keyword)
        return
    behind = instruction.keyword_at + len(keyword)
    separator = instruction.line.text[behind : behind + 1]
    if separator and separator not in " \t\v\f\r":
        yield instruction.keyword_span, f"The character behind {keyword} looks like a space but is not one"
    if instruction.flags and strict:
        yield from _check_flags(instruction)
    if not text:
        if keyword in _NEEDS_ARGUMENTS and not (keyword == "RUN" and instruction.heredocs):
            yield instruction.keyword_span, f"{keyword} needs something behind it"
        elif keyword == "FROM":
            yield instruction.keyword_span, "FROM needs the name of an image"
        return
    if text[0] == "[" and keyword in JSON_FORMS and not instruction.exec_form and json_mixed(text):
        yield instruction.locate(0, len(text)), f"The list of {keyword} may hold nothing but strings in double quotes"
        return
    check = _CHECKS.get(keyword)
    if check is not None:
        yield from check(instruction)


def _unknown(keyword: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(keyword, sorted(KEYWORDS), 1, 0.6)
    shown = keyword if len(keyword) <= 40 else keyword[:40] + "…"
    return f"There is no instruction {shown}" + (f"; did you mean {near[0]}?" if near else "")


def _check_flags(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    allowed: frozenset[str] = FLAGS.get(instruction.keyword, frozenset())
    seen = set()
    for flag in instruction.flags:
        name = flag.name
        if name not in allowed:
            from difflib import get_close_matches

            near = get_close_matches(name, sorted(allowed), 1, 0.6)
            hint = f"; did you mean --{near[0]}?" if near else ""
            yield flag.span, f"{instruction.keyword} has no flag --{name}{hint}"
        elif flag.value is None and name not in _SWITCHES:
            yield flag.span, f"--{name} needs a value: --{name}=…"
        elif name in seen and name not in _REPEATED:
            yield flag.span, f"--{name} is given twice"
        seen.add(name)


def _check_from(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    words = instruction.text.split()
    if len(words) == 1:
        return
    if len(words) == 3 and words[1].lower() == "as":
        name = words[2].lower()
        plain = name.replace("-", "a").replace("_", "a").replace(".", "a")
        if not (plain.isascii() and plain.isalnum() and name[0].isalpha()):
            message = (
                f"{words[2]} cannot name a stage: it must start with a letter and hold only letters, digits, -, _ and ."
            )
            yield instruction.words[2].span, message
    else:
        yield instruction.locate(0, len(instruction.text)), "FROM takes an image, or an image, AS and a name"


def _check_copy(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    text = instruction.text
    if len(instruction.words if text[0] == "[" else text.split(None, 2)) < 2:
        yield (
            instruction.words[0].span if instruction.words else instruction.keyword_span,
            (f"{instruction.keyword} needs a source and a destination"),
        )


def _check_pairs(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    keyword, text = instruction.keyword, instruction.text
    if "'" in text or '"' in text:
        quote = open_quote(text, instruction.escape)
        if quote is not None:
            yield instruction.locate(quote, quote + 1), "Nothing closes this quote"
            return
    if all(text.find("=", start + 1, end) > 0 for start, end in quoted_ranges(text, instruction.escape)):
        return
    legacy = keyword != "ARG" and "=" not in instruction.words[0].text
    for pair in instruction.pairs:
        if not pair.name:
            yield pair.span, f"A name is missing before the = of {keyword}"
        elif pair.value is None and legacy:
            yield pair.span, f"{keyword} {pair.name} has no value"
        elif pair.value is None and keyword != "ARG":
            yield pair.span, f"{pair.name} has no =, so it is neither a name nor part of the value before it"


def _check_expose(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    for word in instruction.words:
        if "$" in word.text:
            continue
        ports, _, protocol = word.value.partition("/")
        if "/" in word.value and protocol.lower() not in ("tcp", "udp", "sctp"):
            yield word.span, f"{protocol or 'Nothing'} is not a protocol: tcp, udp or sctp"
            continue
        for port in ports.rpartition(":")[2].split("-", 1):
            if not (port.isascii() and port.isdigit() and len(port) <= 9 and int(port) <= 65535):
                yield word.span, f"{word.value} is not a port"
                break


def _check_volume(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    if instruction.exec_form and not instruction.words:
        yield instruction.locate(0, len(instruction.text)), "VOLUME needs a path"
    for word in instruction.words:
        if not word.value:
            yield word.span, "A volume cannot have an empty path"


def _check_shell(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    if not instruction.exec_form:
        yield instruction.locate(0, len(instruction.text)), 'SHELL takes only the JSON form: SHELL ["/bin/bash", "-c"]'
    elif not instruction.words:
        yield instruction.locate(0, len(instruction.text)), "SHELL needs the name of a shell"


def _check_run(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    if instruction.exec_form and not instruction.words:
        yield instruction.locate(0, len(instruction.text)), "RUN needs a command"


def _check_health(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    first, _, rest = instruction.text.partition(" ")
    whole = instruction.locate(0, len(instruction.text))
    if instruction.inner is not None:
        inner = instruction.inner
        if not inner.text or (inner.exec_form and not inner.words):
            yield whole, "HEALTHCHECK CMD needs a command"
        elif inner.text[0] == "[" and not inner.exec_form and json_mixed(inner.text):
            yield inner.locate(0, len(inner.text)), "The list of CMD may hold nothing but strings in double quotes"
    elif first.upper() != "NONE":
        yield instruction.locate(0, len(first)), f"HEALTHCHECK takes CMD or NONE, not {first}"
    elif rest.strip():
        yield whole, "HEALTHCHECK NONE takes nothing more"
    for flag in instruction.flags:
        if flag.value and flag.name != "retries" and flag.value.isdigit() and flag.value != "0":
            yield flag.span, f"--{flag.name} needs a unit: {flag.value}s"


def _check_onbuild(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    inner = instruction.inner
    if inner is None:
        return
    if inner.keyword in ("ONBUILD", "FROM", "MAINTAINER"):
        yield inner.keyword_span, f"{inner.keyword} cannot stand in an ONBUILD"
    else:
        yield from _check(inner, True)


_CHECKS = {
    "ADD": _check_copy,
    "ARG": _check_pairs,
    "COPY": _check_copy,
    "ENV": _check_pairs,
    "EXPOSE": _check_expose,
    "FROM": _check_from,
    "HEALTHCHECK": _check_health,
    "LABEL": _check_pairs,
    "ONBUILD": _check_onbuild,
    "RUN": _check_run,
    "SHELL": _check_shell,
    "VOLUME": _check_volume,
}

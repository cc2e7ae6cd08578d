"""Another line for a program that a container starts, in the compose file that decides for development."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockerlint.model.edits.composefile import replace_text, set_key
from dockerlint.model.edits.words import add_words
from dockerlint.model.running.command import start_words
from dockerlint.model.service import CommandSpec
from dockerlint.source.text import Edit, Span

if TYPE_CHECKING:
    from dockerlint.formats.instructiontypes import Instruction
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service

_PLAIN = re.compile(r"[A-Za-z0-9_./:=@%+,-]+")
_BORDER = r"[^\s\"'\[\],;&|()]"


def start_with(
    project: Project, service: Service, old: tuple[str, ...], new: tuple[str, ...], path: str
) -> tuple[Edit, ...] | None:
    """Edits after which a service starts `new` in the place of the program `old`; an image is never changed.

    `path` is the compose file for development: a command of that file, or of one behind it, is rewritten; any other
    one is written into that file as the service's own. None where the line holds more than plain words there.
    """
    if not all(_PLAIN.fullmatch(word) for word in (*old, *new)) or project.compose is None:
        return None
    start = start_words(service, project.stage_of(service), project.base_of(service))
    files = [file.path for file in project.compose.files]
    specs = [spec for spec in (service.entrypoint, service.command) if spec is not None]
    for spec in specs:
        if spec.span.path == path or path not in files or spec.span.path not in files[: files.index(path)]:
            edits = _rewritten(spec, old, new)
            if edits is not None:
                return edits
    origin = start.command_origin
    key = next((span for span in service.key_spans if span.path == path), None)
    if key is None or origin is None or any(spec.span.path == path for spec in specs):
        return None
    line = _whole_line(origin, start.command or (), old, new)
    edit = set_key(key, "command", line) if line else None
    return (edit,) if edit is not None else None


def _rewritten(spec: CommandSpec, old: tuple[str, ...], new: tuple[str, ...]) -> tuple[Edit, ...] | None:
    if spec.shell_text is None:
        at = _place_in(spec.words, old)
        if at is not None and len(set(spec.word_spans)) == len(spec.words):
            return _in_list(spec.word_spans[at : at + len(old)], old, new)
    for span in dict.fromkeys((spec.span,) if spec.shell_text is not None else spec.word_spans):
        edit = _in_text(span, old, new)
        if edit is not None:
            return (edit,)
    return None


def _in_list(spans: tuple[Span, ...], old: tuple[str, ...], new: tuple[str, ...]) -> tuple[Edit, ...] | None:
    """In a list of a word an item: words that are put in, or one word for another."""
    index = next((at for at, words in enumerate(zip(old, new, strict=False)) if words[0] != words[1]), len(old))
    more = len(new) - len(old)
    if more > 0 and index and new[index + more :] == old[index:]:
        return add_words(spans[index - 1], old[index - 1], list(new[index : index + more]))
    if more == 0 and new[index + 1 :] == old[index + 1 :]:
        edit = replace_text(spans[index], new[index])
        return (edit,) if edit is not None else None
    return None


def _in_text(span: Span, old: tuple[str, ...], new: tuple[str, ...]) -> Edit | None:
    """In a text of several words; blanks between them stay where words are only put in behind the last."""
    words = r"\s+".join(map(re.escape, old))
    found = list(re.finditer(rf"(?<!{_BORDER}){words}(?!{_BORDER})", span.text))
    if len(found) != 1:
        return None
    start, end = found[0].span()
    if new[: len(old)] == old:
        last = end - len(old[-1])
        return replace_text(span.sub(last, end), " ".join((old[-1], *new[len(old) :])))
    return replace_text(span.sub(start, end), " ".join(new)) if "\n" not in found[0][0] else None


def _place_in(words: tuple[str, ...], run: tuple[str, ...]) -> int | None:
    found = [at for at in range(len(words) - len(run) + 1) if words[at : at + len(run)] == run]
    return found[0] if len(found) == 1 else None


def _whole_line(
    origin: CommandSpec | Instruction, words: tuple[str, ...], old: tuple[str, ...], new: tuple[str, ...]
) -> str | None:
    """The command of another file or of an image, with the other program in it, as one line of plain words."""
    if not isinstance(origin, CommandSpec) and not origin.exec_form:
        words = tuple(origin.text.split())
        words = words[1:] if words[:1] == ("exec",) else words
    at = _place_in(words, old)
    if at is None:
        return None
    line = (*words[:at], *new, *words[at + len(old) :])
    return " ".join(line) if all(_PLAIN.fullmatch(word) for word in line) else None

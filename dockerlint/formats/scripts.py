"""The shell text that an instruction runs, here-documents included, with the way back to the file."""

from __future__ import annotations

from dockerlint.formats.instructiontypes import Instruction
from dockerlint.formats.logicallines import Heredoc
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class Script:
    """Text for `parse_shell`. `interpreter` is the program of its ``#!`` line, None for the stage's own shell.

    `parts` pair offsets in `text` with the here-document that starts there.
    """

    text: str
    interpreter: str | None
    instruction: Instruction
    parts: tuple[tuple[int, Heredoc], ...] = ()

    def locate(self, start: int, end: int) -> Span:
        """The place in the file of the characters `start` to `end` of `text`."""
        first = self._place(start)
        last = self._place(end - 1) + 1 if end > start else first
        file = self.instruction.span.file
        end_of_file = len(file.text)
        return Span(file, min(first, end_of_file), min(max(first, last), end_of_file))

    def _place(self, at: int) -> int:
        for start, heredoc in reversed(self.parts):
            if at >= start:
                return heredoc.place(at - start)
        return self.instruction.locate(at, at).start


def script_of(instruction: Instruction) -> Script | None:
    """What RUN, CMD or ENTRYPOINT in shell form gives to a shell; None for the JSON form and for other instructions.

    A RUN that is nothing but ``<<EOF`` runs the body as a script of its own, by its ``#!`` line if it has one.
    """
    if instruction.keyword not in ("RUN", "CMD", "ENTRYPOINT") or instruction.exec_form:
        return None
    text, heredocs = instruction.text, instruction.heredocs
    if not heredocs:
        return Script(text, None, instruction)
    if len(heredocs) == 1 and len(instruction.words) == 1:
        body = heredocs[0].body
        interpreter = None
        if body.startswith("#!"):
            words = body[2:].partition("\n")[0].split()
            if words and words[0].endswith("/env") and len(words) > 1:
                words = [word for word in words[1:] if not word.startswith("-")] or words
            interpreter = words[0] if words else None
        return Script(body, interpreter, instruction, ((0, heredocs[0]),))
    parts: list[tuple[int, Heredoc]] = []
    for heredoc in heredocs:
        text += "\n"
        parts.append((len(text), heredoc))
        body = heredoc.body if heredoc.body.endswith("\n") or not heredoc.body else heredoc.body + "\n"
        text += body + heredoc.name
    return Script(text, None, instruction, tuple(parts))

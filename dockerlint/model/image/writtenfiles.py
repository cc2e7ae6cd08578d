"""Small files that an image writes itself: ``RUN echo … > start.sh``, heredocs of RUN and COPY."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.formats.shelltree import Command
from dockerlint.formats.shellwords import commands, parse_shell
from dockerlint.model.paths import absolute
from dockerlint.source.text import SourceFile

if TYPE_CHECKING:
    from dockerlint.model.image.dockerfile import Step
    from dockerlint.model.image.layout import Layout


def written_files(layout: Layout) -> dict[str, SourceFile]:
    """Container path → text, as a file without a path of its own. A file written in an unknown way is left out."""
    found: dict[str, SourceFile] = {}
    for step in layout.stage.steps:
        keyword = step.instruction.keyword
        if keyword == "RUN":
            for path, text, appended in _of_run(step, layout.workdir_at(step)):
                before = found[path].text if appended and path in found else ""
                found[path] = SourceFile("", before + text)
    for copy in layout.copies:
        if copy.source.kind != "heredoc" or copy.source.target is None:
            continue
        for heredoc in copy.step.instruction.heredocs:
            if heredoc.name == copy.source.path:
                target = copy.source.target
                path = absolute(heredoc.name, target) if copy.source.target_is_folder else target
                found[path] = SourceFile("", heredoc.body)
    return found


def _of_run(step: Step, workdir: str) -> Iterator[tuple[str, str, bool]]:
    instruction = step.instruction
    if instruction.exec_form or ">" not in instruction.text:
        return
    for command in commands(parse_shell(instruction.text)):
        name = command.words[0].value if command.words else ""
        for redirect in command.redirects:
            if (
                redirect.operator not in (">", ">>")
                or redirect.descriptor not in (None, 1)
                or not redirect.target.static
            ):
                continue
            text = _output(name, command, step)
            if text is not None:
                yield absolute(redirect.target.value, workdir), text, redirect.operator == ">>"


def _output(name: str, command: Command, step: Step) -> str | None:
    """What ``echo``, ``printf`` or ``cat <<EOF`` prints, None for any other command."""
    if name == "cat":
        bodies = [redirect.body for redirect in command.redirects if redirect.body is not None]
        if bodies:
            return bodies[0]
        # BuildKit keeps the heredoc of a RUN beside its text.
        return step.instruction.heredocs[0].body if len(step.instruction.heredocs) == 1 else None
    if name not in ("echo", "printf"):
        return None
    words = [word.value for word in command.words[1:]]
    while name == "echo" and words and words[0] in ("-e", "-n", "-en", "-ne"):
        words = words[1:]
    text = " ".join(words) if name == "echo" else "".join(words[:1])
    return text.replace("\\n", "\n").replace("\\t", "\t") + ("\n" if name == "echo" else "")

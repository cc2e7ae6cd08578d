"""Commands that other files list: Makefile targets and the programs of supervisord."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dockerlint.model.paths import absolute
from dockerlint.source.text import SourceFile, Span

Line = tuple[str, Span]
_SUPERVISOR = (
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
    "/etc/supervisor/conf.d/supervisord.conf",
    "/etc/supervisor.conf",
)


def supervisor_commands(
    argv: tuple[str, ...], workdir: str | None, read: Callable[[str], SourceFile | None]
) -> list[Line] | None:
    """``command=`` of every program (http://supervisord.org/configuration.html); None where no file is in the tree."""
    paths = list(_SUPERVISOR)
    for index, word in enumerate(argv[:-1]):
        if word in ("-c", "--configuration"):
            paths = [absolute(argv[index + 1], workdir or "/")]
    file = next((found for path in paths if (found := read(path)) is not None), None)
    if file is None:
        return None
    lines: list[Line] = []
    for text, span in _lines(file):
        key, equals, value = text.partition("=")
        if equals and key.strip() == "command":
            lines.append((value.strip(), span))
    return lines


def makefile_lines(
    argv: tuple[str, ...], workdir: str | None, read: Callable[[str], SourceFile | None]
) -> list[Line] | None:
    """The recipe of the target that ``make`` is asked for, what it depends on first; None where it is unknown."""
    folder, name, targets = workdir, None, []
    words = iter(argv[1:])
    for word in words:
        if word in ("-C", "-f"):
            value = next(words, "")
            if word == "-C":
                folder = absolute(value, workdir or "/")
            else:
                name = value
        elif not word.startswith("-") and "=" not in word:
            targets.append(word)
    if folder is None:
        return None
    names = (name,) if name else ("GNUmakefile", "makefile", "Makefile")
    file = next((found for n in names if (found := read(absolute(n, folder))) is not None), None)
    if file is None:
        return None
    rules = _rules(file)
    lines: list[Line] = []
    seen: set[str] = set()

    def collect(target: str) -> bool:
        if target in seen:
            return True
        seen.add(target)
        if target not in rules:
            return False
        needs, recipe = rules[target]
        for need in needs:
            collect(need)
        lines.extend(recipe)
        return True

    known = all(collect(target) for target in targets or list(rules)[:1])
    return lines if known and not any("$(" in text or "${" in text for text, _ in lines) else None


def _rules(file: SourceFile) -> dict[str, tuple[list[str], list[Line]]]:
    rules: dict[str, tuple[list[str], list[Line]]] = {}
    current: list[Line] | None = None
    for text, span in _lines(file):
        if text.startswith("\t"):
            if current is not None:
                current.append((text.strip().lstrip("@-+"), span))
        elif ":" in text and not text.startswith(("#", ".", " ")) and "=" not in text.partition(":")[0]:
            heads, _, needs = text.partition(":")
            current = []
            for head in heads.split():
                rules[head] = (needs.partition("#")[0].split(), current)
    return rules


def _lines(file: SourceFile) -> Iterator[Line]:
    for number in range(1, len(file.line_starts) + 1):
        text = file.line_text(number)
        if text.strip():
            yield text, file.line_span(number)

"""A health check that a shell runs, in the place of a list of words that never works."""

from __future__ import annotations

import re

from dockerlint.formats.yamltree import Scalar, Sequence
from dockerlint.model.edits.yamledits import replace_scalar
from dockerlint.model.edits.yamlplace import dash_of, is_flow, newline_of, place_from, place_of
from dockerlint.model.edits.yamltext import common_quote, scalar_text
from dockerlint.model.running.health import OPERATORS, HealthTest
from dockerlint.source.text import Edit, Span

_PLAIN = re.compile(r"[A-Za-z0-9_./:=@%+,-]+|\$\$?\{?\w+\}?|[A-Za-z0-9_./:=@%+,-]*=\$\$?\{?\w+\}?")


def shell_form(test: HealthTest) -> Edit | None:
    """The words of a test as one text behind CMD-SHELL. None where a shell would read a word otherwise."""
    return _in_compose(test) if test.place == "compose" else _in_dockerfile(test)


def _in_compose(test: HealthTest) -> Edit | None:
    place = place_of(test.span)
    if place is None or not isinstance(place.node, Sequence) or len(place.node.items) < 2:
        return None
    items = [item for item in place.node.items if isinstance(item, Scalar)]
    own = all(test.span.start <= item.span.start and item.span.end <= test.span.end for item in items)
    if len(items) != len(place.node.items) or not own:
        return None
    head, *words = items
    if len(words) == 1:
        inner = place_from(place.file, head)
        return replace_scalar(inner, "CMD-SHELL") if inner is not None else None
    line = _line([word.text for word in words])
    quote, flow = common_quote(list(items)), is_flow(place.node)
    head_text = scalar_text("CMD-SHELL", quote, flow)
    text = scalar_text(line, quote, flow) if line is not None else None
    span = Span(place.file, head.span.start, words[-1].span.end)
    dash = dash_of(place.node)
    if text is None or "#" in span.text or (dash is None and not flow):
        return None
    between = ", " if dash is None else f"{newline_of(place.file.text)}{' ' * dash[0]}-{dash[1]}"
    return Edit(span, f"{head_text}{between}{text}")


def _in_dockerfile(test: HealthTest) -> Edit | None:
    found = re.search(r"\sCMD\s+(\[[^\n\\]*\])\s*\Z", test.span.text, re.IGNORECASE)
    line = test.words[0] if len(test.words) == 1 else _line(list(test.words))
    return Edit(test.span.sub(*found.span(1)), line) if found is not None and line is not None else None


def _line(words: list[str]) -> str | None:
    """The words in one line, where a shell takes them apart again as they are. A command may be one word of several."""
    for number, word in enumerate(words):
        begins = number == 0 or words[number - 1] in OPERATORS
        if not (word in OPERATORS or _PLAIN.fullmatch(word) or (begins and " " in word)):
            return None
    return " ".join(words)

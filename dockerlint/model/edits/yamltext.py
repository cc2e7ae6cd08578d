"""A text as a YAML scalar: as it stands where that is safe, else in quotes."""

from __future__ import annotations

import re

from dockerlint.formats.yamltree import Node, Scalar, parse_yaml
from dockerlint.source.text import SourceFile

# What other readers of YAML (1.1) take for something else than a text: yes and no, times, dates.
_OTHER = re.compile(
    r"(?i:y|n|yes|no|on|off)|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\d{4}-\d\d?-\d\d?(?:[Tt ].*)?|=|<<"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_IN_FLOW = frozenset(",[]{}")


def is_plain(text: str, flow: bool = False) -> bool:
    """Does the text mean itself without quotes, to every reader?"""
    if not text or _CONTROL.search(text) or _OTHER.fullmatch(text) or (flow and _IN_FLOW.intersection(text)):
        return False
    parsed = parse_yaml(SourceFile("", f"a: {text}\n"))
    root = parsed.root
    value = root.get("a") if root is not None and not isinstance(root, Scalar) and hasattr(root, "get") else None
    return not parsed.problems and not parsed.comments and isinstance(value, Scalar) and value.value == text


def scalar_text(text: str, quote: str = "", flow: bool = False) -> str | None:
    """The text as a scalar with the wanted quotes ("" for none); None for what no one-line scalar can hold well."""
    if _CONTROL.search(text):
        return None
    if quote == "'":
        return "'" + text.replace("'", "''") + "'"
    if quote == '"' or not is_plain(text, flow):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


def quote_of(node: Node) -> str:
    """The quotes of a scalar: ``'``, ``"`` or "" (plain, a block, no scalar)."""
    return node.span.text[:1] if isinstance(node, Scalar) and node.span.text[:1] in ("'", '"') else ""


def common_quote(nodes: list[Node]) -> str:
    """The quotes that all scalars among these nodes have; "" where they differ."""
    quotes = {quote_of(node) for node in nodes if isinstance(node, Scalar)}
    return quotes.pop() if len(quotes) == 1 else ""

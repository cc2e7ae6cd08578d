"""Settings files of applications, read to dotted keys with their places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockerlint.formats.sourcefacts import EnvRead
from dockerlint.source.pattern import pattern
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span

if TYPE_CHECKING:
    from dockerlint.formats.yamltree import Node

_FILLED_IN = ("${", "<%", "{{", "#{")
_MASKED = pattern(r"<%[^\n]{0,300}?%>|\{\{[^{}\n]*\}\}|\{%[^\n]{0,300}?%\}")
_YAML_LINE = pattern(r"^[ ]*[\w.-]+:(?:[ \t].*)?$", re.MULTILINE)
_NGINX = pattern(r"^[ \t]*(?:server|location|upstream|http|events)\b[^\n;=]{0,200}\{", re.MULTILINE)
_APACHE = pattern(r"^[ \t]*<[A-Za-z]", re.MULTILINE)
_PLACEHOLDER = pattern(r"\$\{([A-Za-z_][\w.-]*)(?:(:-?)([^{}\n]*))?\}")
_ERB = pattern(
    r"\bENV(?:\.fetch\(\s*|\[\s*)['\"]([A-Za-z_]\w*)['\"]\s*[\])]?\s*(?:(?:\{|,|\|\||do)\s*['\"]?([^'\"})\n]*))?"
)
_PRISMA_ENV = pattern(r"\benv\(\s*\"([A-Za-z_]\w*)\"\s*\)")
_NO_SETTINGS = frozenset(
    ("package.json", "package-lock.json", "composer.json", "composer.lock", "tsconfig.json", "yarn.lock", "poetry.lock")
)


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One setting: its dotted key, its value without quotes, and the value's place.

    Items of a list have the key of the list with their number (``hosts.0``). `template` says that the value has parts
    that are filled in later (``${X:default}``, ``<%= … %>``, ``{{ … }}``). `document` counts the documents of a YAML
    file (Spring keeps one profile in each).
    """

    key: str
    value: str
    span: Span
    template: bool = False
    document: int = 0


def read_config(file: SourceFile) -> tuple[ConfigEntry, ...]:
    """The settings of a file, in its order; () for a file of no known kind. Never raises."""
    kind = kind_of(file)
    if kind == "yaml":
        return _yaml(file)
    if kind == "json":
        return _json(file)
    if not kind:
        return ()
    from dockerlint.formats.configlines import read_lines

    entries: list[ConfigEntry] = []
    for key, start, end in read_lines(file.text, kind):
        value = file.text[start:end]
        entries.append(ConfigEntry(key, value, Span(file, start, end), _template(value) or value.startswith("env(")))
    return tuple(entries)


def kind_of(file: SourceFile) -> str:
    """How a settings file is written: "yaml", "json", "properties", "ini", "blocks", "words", or "" (none known)."""
    name = file.path.rpartition("/")[2].lower()
    for more in (".example", ".sample", ".dist", ".template", ".erb", ".j2", ".tpl"):
        name = name.removesuffix(more)
    ending = name.rpartition(".")[2]
    if name in _NO_SETTINGS:
        return ""
    if ending in ("yml", "yaml"):
        return "yaml"
    if ending in ("json", "json5", "jsonc"):
        return "json"
    if ending == "properties":
        return "properties"
    if ending in ("ini", "toml", "cfg", "cnf"):
        return "ini"
    if ending == "prisma":
        return "blocks"
    if ending in ("conf", "config"):
        text = file.text
        if "nginx" in name or _NGINX.search(text) or text.lstrip().startswith("<"):
            return ""
        if "=>" in text:
            return "blocks"
        if _APACHE.search(text):
            return ""
        lines = [line for line in text[:4000].split("\n") if line.strip() and line.lstrip()[0] not in "#;["]
        if not lines:
            return ""
        assigned = sum("=" in line for line in lines)
        if assigned * 2 >= len(lines):
            return "ini"
        return "yaml" if sum(bool(_YAML_LINE.match(line)) for line in lines) * 2 >= len(lines) else "words"
    return ""


def config_reads(file: SourceFile) -> tuple[EnvRead, ...]:
    """The variables that a settings file reads: ``${X:default}`` of Spring and its like, ``ENV["X"]`` in ERB, and
    Prisma's ``env("X")``. `how` is "placeholder", "erb" or "prisma"; comments are left out as far as the line shows.
    """
    text = file.text
    found: list[EnvRead] = []
    if "${" in text:
        for match in _PLACEHOLDER.finditer(text):
            default = match.group(3) if match.group(2) else None
            span = Span(file, *match.span(3)) if match.group(2) else None
            _add(found, file, match, "placeholder", default, match.group(2) is not None, span)
    if "<%" in text:
        for match in _ERB.finditer(text):
            default = match.group(2)
            fetch = match.group().startswith("ENV.fetch")
            span = Span(file, *match.span(2)) if default else None
            _add(found, file, match, "erb", default or None, default is not None, span, fails=fetch and default is None)
    if file.path.endswith(".prisma"):
        for match in _PRISMA_ENV.finditer(text):
            _add(found, file, match, "prisma", None, False, None, fails=True)
    found.sort(key=lambda read: read.span.start)
    return tuple(found)


def _add(
    found: list[EnvRead],
    file: SourceFile,
    match: re.Match[str],
    how: str,
    default: str | None,
    has_default: bool,
    default_span: Span | None,
    fails: bool = False,
) -> None:
    line = file.text[file.text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip()
    if line.startswith(("#", "//", "!", ";")) and not line.startswith("#{"):
        return
    span = Span(file, *match.span())
    key = re.split(r"[:=]", line, maxsplit=1)[0].strip().strip("\"'- ") or None
    found.append(EnvRead(match.group(1), span, how, default, has_default, not has_default, fails, key, default_span))


def _template(value: str) -> bool:
    return any(mark in value for mark in _FILLED_IN)


def _yaml(file: SourceFile) -> tuple[ConfigEntry, ...]:
    from dockerlint.formats.yamltree import parse_yaml

    # What a template engine fills in is no YAML: letters of the same length stand for it while the file is parsed.
    text = file.text
    if "<%" in text or "{{" in text or "{%" in text:
        text = _MASKED.sub(
            lambda mask: ("#" if mask.group()[1] == "%" and mask.group()[2] != "=" else "x") * len(mask.group()), text
        )
    parsed = parse_yaml(file if text is file.text else SourceFile(file.path, text))
    entries: list[ConfigEntry] = []
    for number, document in enumerate(parsed.documents):
        _nodes(file, "", document, number, entries)
    entries.sort(key=lambda entry: entry.span.start)
    return tuple(entries)


def _nodes(file: SourceFile, key: str, top: Node, document: int, entries: list[ConfigEntry]) -> None:
    from dockerlint.formats.yamltree import Mapping, Scalar, Sequence

    seen: set[int] = set()
    waiting: list[tuple[str, Node]] = [(key, top)]
    while waiting:
        key, node = waiting.pop()
        if isinstance(node, Scalar):
            if (node.value is None and not node.text) or _is_made(node.tag):
                continue
            span = Span(file, node.span.start, node.span.end)
            masked = node.span.text != span.text
            value = span.text.strip("\"'") if masked else node.text
            entries.append(ConfigEntry(key, value, span, _template(value), document))
        elif id(node) in seen:
            continue  # an alias: its values are written once
        elif isinstance(node, Mapping):
            seen.add(id(node))
            waiting.extend((f"{key}.{name}" if key else name, entry.value) for name, entry in node.entries.items())
        elif isinstance(node, Sequence):
            seen.add(id(node))
            waiting.extend((f"{key}.{number}" if key else str(number), item) for number, item in enumerate(node.items))


def _is_made(tag: str | None) -> bool:
    """Does a tag of the application's own make the value: ``!secret token``, ``!env_var TOKEN``, ``!Ref Token``?"""
    return tag is not None and tag != "!" and not tag.startswith("tag:yaml.org,2002:")


def _json(file: SourceFile) -> tuple[ConfigEntry, ...]:
    """JSON, with the comments and trailing commas that settings files have."""
    from dockerlint.formats.lex_javascript import lex_javascript
    from dockerlint.formats.sourcereading import Reading

    reading = Reading(file, lex_javascript(file.text, jsx=False), "json")
    reading.find_switches()
    entries = [
        ConfigEntry(text.path, text.value, text.span, _template(text.value)) for text in reading.texts() if text.path
    ]
    entries.extend(ConfigEntry(switch.path, switch.value, switch.span) for switch in reading.switches)
    entries.sort(key=lambda entry: entry.span.start)
    return tuple(entries)

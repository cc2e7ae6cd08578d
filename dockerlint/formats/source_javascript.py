"""Facts of JavaScript and TypeScript, also inside Vue, Svelte, Astro and HTML files."""

from __future__ import annotations

import re

from dockerlint.formats.lex_javascript import lex_javascript
from dockerlint.formats.sourcedefaults import copes
from dockerlint.formats.sourcefacts import DotenvLoad, SourceFacts, Text
from dockerlint.formats.sourcelex import Literal
from dockerlint.formats.sourcereading import Reading
from dockerlint.source.pattern import pattern
from dockerlint.source.text import SourceFile, Span

_ENV = pattern(r"\b(process\s*\.\s*env|import\s*\.\s*meta\s*\.\s*env|Bun\.env|Deno\.env)\b")
_MEMBER = pattern(r"\s*!?\s*(?:\?\.|\.)?\s*([A-Za-z_$][\w$]*)")
_ASSIGNED = pattern(r"\s*(?:\|\|=|\?\?=|=(?![=>]))")
_SETTINGS = pattern(r"\b([\w$]*[cC]onfig[\w$]*)\s*\??\.\s*(get|getOrThrow)\s*(?:<[^<>()]{0,60}>)?\s*\(\s*\"")
_LISTEN = pattern(r"\.\s*listen\s*\(|\b(?:Bun|Deno)\s*\.\s*serve\s*\(|\bWebSocket\.?Server\s*\(|(?<![\w.])serve\s*\(")
_DESTRUCTURED = pattern(r"\s*([A-Za-z_$][\w$]*)\s*(?::\s*([\w$]+))?\s*(?:(=)|$)")
_IMPORTING = frozenset(("require", "import", "jest.mock", "require.resolve", "vi.mock", "require.context", "lazy"))
_SCRIPT = pattern(r"<script\b[^>]{0,300}>", re.IGNORECASE)
_FRONTMATTER = pattern(r"\A---\r?\n")
_ATTRIBUTE = pattern(r"([:@\w.-]{1,60})\s*=\s*(\"([^\"<>]{1,2000})\"|'([^'<>]{1,2000})')")
_UPPER = pattern(r"[A-Z][A-Z0-9_]*\Z")
_CONFIG_FILES = (
    "vite.config.",
    "vue.config.",
    "webpack.",
    "nuxt.config.",
    "astro.config.",
    "svelte.config.",
    "rsbuild.",
)


def read_javascript(file: SourceFile) -> SourceFacts:
    """The facts of a JavaScript or TypeScript file; of a component or page, those of its scripts and attributes."""
    path = file.path.lower()
    if path.endswith((".vue", ".svelte", ".astro", ".html", ".htm")):
        return _page(file)
    return _read(file, file.text, jsx=not path.endswith((".ts", ".mts", ".cts"))).facts()


def _page(file: SourceFile) -> SourceFacts:
    """Scripts at their own offsets in an otherwise blank text, and the attributes of the rest."""
    text = file.text
    scripts: list[tuple[int, int]] = []
    at = 0
    lower = text.lower() if len(text.lower()) == len(text) else text
    if file.path.endswith(".astro") and _FRONTMATTER.match(text):
        stop = text.find("\n---", 4)
        if stop > 0:
            scripts.append((4, stop))
            at = stop + 4
    while found := _SCRIPT.search(text, at):
        stop = lower.find("</script", found.end())
        if stop < 0:
            break
        scripts.append((found.end(), stop))
        at = stop
    pieces: list[str] = []
    last = 0
    for start, stop in scripts:
        pieces.extend((_blank(text[last:start]), text[start:stop]))
        last = stop
    pieces.append(_blank(text[last:]))
    reading = _read(file, "".join(pieces), jsx=False)
    facts = reading.facts()
    attributes: list[Text] = []
    for found in _ATTRIBUTE.finditer(text):
        start = found.start()
        if any(first <= start < stop for first, stop in scripts):
            continue
        group = 3 if found.group(3) is not None else 4
        name = found.group(1)
        attributes.append(
            Text(
                found.group(group),
                Span(file, *found.span(group)),
                Span(file, *found.span(2)),
                "attribute",
                name,
                name,
                template="{{" in found.group(group) or "${" in found.group(group) or name[0] in ":@",
            )
        )
    texts = tuple(sorted((*facts.texts, *attributes), key=lambda one: one.span.start))
    return SourceFacts(
        file,
        "javascript",
        facts.env_reads,
        texts,
        facts.switches,
        facts.listens,
        facts.imports,
        facts.dotenv,
        facts.directive,
        dynamic_env=facts.dynamic_env,
        lazy_imports=facts.lazy_imports,
        env_writes=facts.env_writes,
    )


def _blank(piece: str) -> str:
    return "\n".join(" " * len(line) for line in piece.split("\n"))


def _read(file: SourceFile, text: str, *, jsx: bool) -> Reading:
    reading = Reading(file, lex_javascript(text, jsx=jsx), "javascript")
    _imports(reading)
    _environment(reading)
    reading.find_switches()
    _listens(reading)
    _dotenv(reading)
    return reading


def _imports(reading: Reading) -> None:
    """Module names, and the directive that the file begins with."""
    shape = reading.shape
    code = reading.code
    for number, literal in enumerate(reading.lexed.literals):
        if literal.kind != "string":
            continue
        before = shape.back(literal.start - 1, max(0, literal.start - 60))
        last = code[before] if before >= 0 else ""
        if last in ("m", "t"):
            imported = shape.word_before(literal.start) in ("from", "import")
        elif last == "(":
            imported = shape.callee(before)[1] in _IMPORTING
            if imported and _on_condition(reading, number, before):
                reading.lazy.append(reading.value(number))
        else:
            imported = False
        if imported:
            reading.imports.append(reading.value(number))
            reading.skip.add(number)
    _directive(reading)


def _on_condition(reading: Reading, number: int, opening: int) -> bool:
    """Whether ``require("x")`` stands in a function, a block or one arm of a choice."""
    shape = reading.shape
    frame = shape.strings[number].frame if number in shape.strings else -1
    frame = shape.frames[frame].parent if frame >= 0 else -1
    inside = shape.bracket(frame).kind if frame >= 0 else "top"
    start = shape.callee(opening)[0]
    before = shape.back(start - 1, max(0, start - 60))
    mark = reading.code[before] if before >= 0 else ""
    if mark in ("?", "&", "|") or (mark == ":" and inside != "object"):
        return True
    while frame >= 0:
        if shape.bracket(frame).kind in ("block", "control", "params"):
            return True
        frame = shape.frames[frame].parent
    return False


def _directive(reading: Reading) -> None:
    first = next((literal for literal in reading.lexed.literals if literal.kind == "string"), None)
    if isinstance(first, Literal) and not reading.code[: first.start].strip().replace(";", ""):
        value = reading.text[first.inner : first.inner_end]
        if value in ("use client", "use server"):
            reading.directive = value


def _environment(reading: Reading) -> None:
    code = reading.code
    shape = reading.shape
    for found in _ENV.finditer(code):
        how = "".join(found.group(1).split())
        end = found.end()
        opening = end + 2 if code.startswith("?.[", end) else end
        if code[opening : opening + 1] == "[":
            number = reading.literal_at(opening + 1)
            close = shape.closes.get(opening, opening)
            if number is None or reading.lexed.literals[number].holes:
                reading.dynamic = True
            elif _ASSIGNED.match(code, close + 1):
                reading.writes.append(reading.value(number))
            else:
                reading.read(reading.value(number), found.start(), close + 1, how)
                reading.skip.add(number)
            continue
        member = _MEMBER.match(code, end)
        if member and "." in member.group():
            name = member.group(1)
            if how == "Deno.env":
                number = reading.literal_at(member.end() + 1)
                close = shape.closes.get(member.end(), -1)
                if name == "get" and number is not None and close > 0:
                    reading.read(reading.value(number), found.start(), close + 1, how)
                    reading.skip.add(number)
            elif _ASSIGNED.match(code, member.end()):
                reading.writes.append(name)
            else:
                reading.read(name, found.start(), member.end(), how)
            continue
        before = shape.back(found.start() - 1, max(0, found.start() - 100))
        if before > 0 and code[before] == "=":
            before = shape.back(before - 1, max(0, before - 100))
            if code[before] == "}" and before in shape.opens:
                _destructured(reading, shape.opens[before], how)
    for found in _SETTINGS.finditer(code):
        number = shape.by_quote.get(found.end() - 1)
        if number is None or not _UPPER.match(reading.value(number)):
            continue
        opening = code.rfind("(", found.start(), found.end())
        arguments = reading.arguments(opening)
        close = shape.closes.get(opening, found.end())
        default = arguments[1] if len(arguments) > 1 and code[arguments[1][0] :].lstrip()[:1] != "{" else None
        fails = found.group(2) == "getOrThrow"
        reading.read(reading.value(number), found.start(), close + 1, "config.get", default=default, fails=fails)
        reading.skip.add(number)


def _destructured(reading: Reading, opening: int, how: str) -> None:
    for start, end in reading.arguments(opening):
        found = _DESTRUCTURED.match(reading.code[start:end])
        if found:
            name = start + found.start(1)
            default = (start + found.end(3), end) if found.group(3) else None
            if default is None and copes(reading.code, found.group(2) or found.group(1)):
                default = (end, end)
            reading.read(found.group(1), name, start + found.end(1), how, default=default)


def _listens(reading: Reading) -> None:
    code = reading.code
    shape = reading.shape
    for found in _LISTEN.finditer(code):
        opening = found.end() - 1
        close = shape.closes.get(opening)
        if close is None:
            continue
        start, callee = shape.callee(opening)
        plain = reading.named(opening)[1]
        if callee == "serve" and not any("serve" in name or "std/http" in name for name in reading.imports):
            continue
        host = port = None
        server = callee.rpartition(".")[2] != "listen"
        first = shape.forward(plain[0][0]) if plain else -1
        if first >= 0 and code[first] == "{":
            options = reading.named(first)[0]
            port = options.get("port")
            host = options.get("host") or options.get("hostname")
            if port is None and re.compile(r"\bport\b").search(code, first, shape.closes.get(first, first)):
                port = _shorthand(reading, first, "port")
            if host is None:
                host = _shorthand(reading, first, "host")
        elif plain and not server:
            port = plain[0]
            second = code[plain[1][0] : plain[1][1]].lstrip() if len(plain) > 1 else ""
            if second and "=>" not in second and not second.startswith(("function", "async")):
                known = reading.resolve(*plain[1])
                host = plain[1] if known[0] or known[1] or '"' in second else None
        if not server and not plain:
            continue
        reading.listen(callee, reading.span(start, close + 1), host, port)


def _shorthand(reading: Reading, opening: int, name: str) -> tuple[int, int] | None:
    """The place of ``{ port }`` in an object."""
    return next(
        (place for place in reading.arguments(opening) if reading.code[place[0] : place[1]].strip() == name), None
    )


def _dotenv(reading: Reading) -> None:
    code = reading.code
    shape = reading.shape
    for name in reading.imports:
        if name == "dotenv/config" or name.startswith("dotenv-webpack"):
            at = reading.text.find(name)
            reading.dotenv.append(DotenvLoad(None, reading.span(at, at + len(name)), name))
    uses_dotenv = any(name.startswith(("dotenv", "dotenv-expand")) for name in reading.imports)
    for found in re.finditer(
        r"(?<![\w$])(?:[\w$]*[dD]otenv[\w$]*\s*\.\s*config|loadEnvFile|config)\s*\(|\.config\s*\(", code
    ):
        opening = found.end() - 1
        start, callee = shape.callee(opening)
        known = (
            callee.lower().endswith(("dotenv.config", "dotenv().config", "require().config")) or "loadEnvFile" in callee
        )
        close = shape.closes.get(opening)
        if close is None or not (known or callee == "config") or not (uses_dotenv or "loadEnvFile" in callee):
            continue
        literal = None
        for number, item in shape.strings.items():
            if opening < item.start < close and reading.lexed.literals[number].end <= close:
                literal = number
        path = reading.value(literal) if literal is not None else None
        reading.dotenv.append(DotenvLoad(path, reading.span(start, close + 1), callee))
    for found in re.finditer(r"\bConfigModule\s*\.\s*forRoot\s*\(", code):
        close = shape.closes.get(found.end() - 1)
        if close is None or "ignoreEnvFile" in code[found.end() : close]:
            continue
        span = reading.span(found.start(), close + 1)
        paths = [
            reading.value(number)
            for number, item in shape.strings.items()
            if found.end() <= item.start < close and shape.place(item).name == "envFilePath"
        ]
        where: list[str | None] = [*paths] or [None]
        reading.dotenv.extend(DotenvLoad(path, span, "ConfigModule.forRoot") for path in where)

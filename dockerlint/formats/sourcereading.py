"""What the readers of all languages share: from skeleton, literals and places to facts."""

from __future__ import annotations

import re

from dockerlint.formats.sourcebrackets import Item
from dockerlint.formats.sourcedefaults import copes, outcome
from dockerlint.formats.sourcefacts import DotenvLoad, EnvRead, Listen, SourceFacts, Switch, Text
from dockerlint.formats.sourcelex import CLOSE, Lexed
from dockerlint.formats.sourceshape import Shape
from dockerlint.source.pattern import pattern
from dockerlint.source.text import SourceFile, Span

_OPERAND = pattern(r"[\w$.]+")
_SWITCH = pattern(r"[:=>]\s*(true|false|True|False|None)\b")
_NUMBER = pattern(r"\d+\Z")
_COMPARING_WORDS = frozenset(("case", "when", "in", "is", "instanceof"))
_SETTERS = frozenset(
    (
        "put",
        "set",
        "setProperty",
        "define",
        "setdefault",
        "setDefault",
        "setItem",
        "setEnv",
        "putenv",
        "config",
        "constant",
    )
)


class Reading:
    """The facts of one file while they are gathered."""

    def __init__(self, file: SourceFile, lexed: Lexed, language: str) -> None:
        self.file = file
        self.text = file.text
        self.lexed = lexed
        self.code = lexed.skeleton
        self.language = language
        self.shape = Shape(lexed, language)
        self.reads: list[EnvRead] = []
        self.switches: list[Switch] = []
        self.listens: list[Listen] = []
        self.imports: list[str] = []
        self.dotenv: list[DotenvLoad] = []
        self.directive: str | None = None
        self.main: Span | None = None
        self.dynamic = False
        self.lazy: list[str] = []
        self.members: list[str] = []
        self.writes: list[str] = []
        self.skip: set[int] = set()
        self.fallbacks: dict[int, str] = {}
        self.number_fallbacks: dict[int, str] = {}
        self._guarded: set[str] = set()
        self._assigned: dict[str, re.Match[str] | None] = {}

    def span(self, start: int, end: int) -> Span:
        return Span(self.file, start, end)

    def literal_at(self, at: int) -> int | None:
        """The number of the literal that begins at or behind the spaces at `at`."""
        return self.shape.by_quote.get(self.shape.forward(at))

    def value(self, number: int) -> str:
        return self.shape.value(number)

    def literal_span(self, number: int) -> Span:
        literal = self.lexed.literals[number]
        return self.span(literal.inner, literal.inner_end)

    def arguments(self, opening: int) -> list[tuple[int, int]]:
        """The places of the arguments in the bracket at `opening`."""
        end = self.shape.closes.get(opening, -1)
        code = self.code
        found: list[tuple[int, int]] = []
        start = at = opening + 1
        while at < end and len(found) < 40:
            char = code[at]
            if char in "([{":
                at = self.shape.closes.get(at, at)
            elif char == ",":
                found.append((start, at))
                start = at + 1
            at += 1
        if end > start and code[start:end].strip():
            found.append((start, end))
        return found

    def plain_value(self, start: int, end: int) -> tuple[str, Span] | None:
        """The value of an expression that is one literal (a string without expressions, or a number)."""
        start = self.shape.forward(start)
        number = self.shape.by_quote.get(start)
        if number is not None:
            literal = self.lexed.literals[number]
            if literal.holes or self.code[literal.inner_end + 1 : end].strip(" \t\r\n)!"):
                return None
            return self.value(number), self.literal_span(number)
        word = self.code[start:end].rstrip(" \t\r\n)")
        return (word, self.span(start, start + len(word))) if _NUMBER.match(word) else None

    def read(
        self, name: str, start: int, end: int, how: str, *, default: tuple[int, int] | None = None, fails: bool = False
    ) -> None:
        """Note a read of the variable `name`; `default` is the place of an argument that stands in for it."""
        value: str | None = None
        value_span: Span | None = None
        has_default = default is not None
        if default:
            plain = self.plain_value(*default)
            if plain:
                value, value_span = plain
                self.stands_in(default[0], name)
            elif self.code[default[0] : default[1]].strip() in ("None", "nil", "null", "undefined"):
                has_default = False
        given = None
        if not has_default:
            has_default, at = outcome(self.shape, start, end)
            if at is not None:
                plain = self.plain_value(at, self._expression_end(at))
                if plain:
                    value, value_span = plain
                    self.stands_in(at, name)
        item = self.shape.item_at(start, end)
        place = self.shape.place(item)
        if place.kind not in ("control", "index"):
            given = place.name
        if not has_default and not fails and given and place.path == given and place.call is None:
            has_default = copes(self.code, given)
        if has_default and value is None and default is None:
            self._guarded.add(name)
        self.reads.append(
            EnvRead(name, self.span(start, end), how, value, has_default, not has_default, fails, given, value_span)
        )

    def stands_in(self, at: int, name: str) -> None:
        """Note that the literal at `at` stands in for the variable `name`."""
        at = self.shape.forward(at)
        number = self.shape.by_quote.get(at)
        if number is not None:
            self.fallbacks[number] = name
        else:
            self.number_fallbacks[at] = name

    def _expression_end(self, start: int) -> int:
        code = self.code
        start = self.shape.forward(start)
        number = self.shape.by_quote.get(start)
        if number is not None:
            return self.lexed.literals[number].inner_end + 1
        found = _OPERAND.match(code, start)
        return found.end() if found else start

    def find_switches(self) -> None:
        for found in _SWITCH.finditer(self.code):
            item = self.shape.item_at(found.start(1), found.end(1))
            place = self.shape.place(item)
            if place.name and place.kind not in ("index", "control", "params"):
                self.switches.append(
                    Switch(place.name, found.group(1), self.span(*found.span(1)), place.call, place.path)
                )

    def resolve(self, start: int, end: int, depth: int = 0) -> tuple[str | None, str | None, Span | None]:
        """The text of an expression (through plain variables of the file), the variable that comes first, its place."""
        code = self.code
        plain = self.plain_value(start, end)
        if plain:
            return plain[0], None, plain[1]
        for read in self.reads:
            if start <= read.span.start < end:
                return read.default, read.name, read.default_span
        written = code[start:end].strip()
        if depth < 3 and written.replace("_", "a").replace("$", "a").isalnum():
            if written not in self._assigned:
                pattern = rf"(?<![\w.]){re.escape(written)}\s*(?::\s*\w+\s*)?:?=(?!=)\s*"
                self._assigned[written] = re.search(pattern, code)
            found = self._assigned[written]
            if found and not start <= found.start() <= end:
                stop = found.end()
                limit = min(len(code), stop + 300)
                while stop < limit and code[stop] not in ";,":
                    if code[stop] in "([{":
                        stop = self.shape.closes.get(stop, stop)
                    elif code[stop] in ")]}" or (code[stop] == "\n" and self.shape.ends_statement(stop)):
                        break
                    stop += 1
                return self.resolve(found.end(), stop, depth + 1)
        return None, None, None

    def listen(self, call: str, span: Span, host: tuple[int, int] | None, port: tuple[int, int] | None) -> None:
        host_text, host_env, host_span = self.resolve(*host) if host else (None, None, None)
        port_text, port_env, port_span = self.resolve(*port) if port else (None, None, None)
        self.listens.append(
            Listen(
                host_text,
                port_text,
                span,
                call,
                host is not None,
                port is not None,
                host_env,
                port_env,
                host_span or (self.trimmed(*host) if host else None),
                port_span or (self.trimmed(*port) if port else None),
            )
        )

    def trimmed(self, start: int, end: int) -> Span:
        start = self.shape.forward(start)
        return self.span(start, max(start, self.shape.back(end - 1, start) + 1))

    def named(self, opening: int) -> tuple[dict[str, tuple[int, int]], list[tuple[int, int]]]:
        """The keyword (or ``key: value``) arguments of a bracket by name, and the positional ones."""
        named: dict[str, tuple[int, int]] = {}
        plain: list[tuple[int, int]] = []
        for start, end in self.arguments(opening):
            found = re.compile(r"\s*[\"']?([A-Za-z_]\w*)[\"']?\s*(?:=(?![=>])|:(?!:))").match(self.code, start, end)
            if found:
                named[found.group(1)] = (found.end(), end)
            else:
                plain.append((start, end))
        return named, plain

    def facts(self) -> SourceFacts:
        """Everything, in the order of the file."""
        texts = self.texts()
        reads = [
            read
            if read.has_default or read.name not in self._guarded
            else EnvRead(read.name, read.span, read.how, None, True, False, read.fails, read.given_to)
            for read in sorted(self.reads, key=lambda read: read.span.start)
        ]
        return SourceFacts(
            self.file,
            self.language,
            tuple(reads),
            tuple(texts),
            tuple(self.switches),
            tuple(self.listens),
            tuple(self.imports),
            tuple(self.dotenv),
            self.directive,
            self.main,
            self.dynamic,
            tuple(self.lazy),
            tuple(self.members),
            tuple(self.writes),
        )

    def texts(self) -> list[Text]:
        made: list[Text] = []
        literals = self.lexed.literals
        strings = self.shape.strings
        for number, literal in enumerate(literals):
            if number in self.skip or literal.inner == literal.inner_end:
                continue
            item = strings.get(number)
            if item is None or literal.kind == "attribute":
                value = self.value(number)
                inner = self.span(literal.inner, literal.inner_end)
                quoted = self.span(literal.start, literal.end)
                name = literal.attribute
                made.append(Text(value, inner, quoted, literal.kind, name, name or ""))
                continue
            text = self._text(number, item)
            if text:
                made.append(text)
        for item in self.shape.numbers:
            place = self.shape.place(item)
            if place.kind in ("index", "control") or (place.name is None and place.call is None):
                continue
            span = self.span(item.start, item.end)
            made.append(
                Text(
                    self.text[item.start : item.end],
                    span,
                    span,
                    "number",
                    place.name,
                    place.path,
                    place.call,
                    place.position,
                    self.shape.frame_open(item.frame),
                    fallback_of=self.number_fallbacks.get(item.start),
                )
            )
        made.sort(key=lambda text: text.span.start)
        return made

    def _text(self, number: int, item: Item) -> Text | None:
        literal = self.lexed.literals[number]
        shape = self.shape
        code = self.code
        place = shape.place(item)
        before = shape.back(literal.start - 1, max(0, literal.start - 200))
        after = shape.forward(literal.inner_end + 1)
        last = code[before] if before >= 0 else ""
        following = code[after : after + 2]
        if place.name is None and place.kind in ("top", "block") and self._stands_alone(before, after, item):
            return None
        if last in "{[(," and (following == "=>" or (following[:1] == ":" and place.kind in ("object", "call"))):
            return None
        joined = (
            last == "+" or following[:1] == "+" or (self.language == "php" and (last == "." or following[:1] == "."))
        )
        template = bool(literal.holes)
        if self.language == "python":
            beside = last == CLOSE or following[:1] == '"'
            joined = joined or (beside and (item.frame >= 0 or "\n" not in code[before + 1 : literal.start]))
            template = template or following[:1] == "%" or code.startswith(".format(", after)
        compared = place.kind == "index" or following in ("==", "!=")
        if last == "=" and code[before - 1] in "=!<>":
            compared = True
        elif last.isalpha() and not compared:
            compared = shape.word_before(literal.start) in _COMPARING_WORDS
        value = self.value(number)
        if self.language not in ("javascript", "python"):
            template = (
                template
                or "${" in value
                or (self.language in ("php", "shell") and "$" in value and self.text[literal.inner - 1] != "'")
            )
        fallback = self.fallbacks.get(number)
        name, path, position = place.name, place.path, place.position
        if place.kind == "call":
            if fallback:
                # A default is given to what the read is given to, and not to the argument's name.
                path = shape.bracket(item.frame).path
                name = path.rpartition(".")[2] or None
            elif name is None and position == 1 and (place.call or "").rpartition(".")[2] in _SETTERS:
                first = self.literal_at(shape.frame_open(item.frame) + 1)
                name = self.value(first) if first is not None else None
        return Text(
            value,
            self.span(literal.inner, literal.inner_end),
            self.span(literal.start, literal.end),
            "string",
            name,
            path,
            place.call,
            position,
            shape.frame_open(item.frame),
            template,
            joined,
            fallback,
            compared,
        )

    def _stands_alone(self, before: int, after: int, item: Item) -> bool:
        """Whether a string is a statement by itself: a docstring or a directive."""
        code = self.code
        start = self.shape.statement_start(item.item, item.start)
        if before >= start and code[before] not in ";{}:":
            return False
        return code[after : after + 1] in ("", ";") or "\n" in code[item.end : after]

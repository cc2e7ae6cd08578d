"""Facts of Ruby, PHP, Go, Java, Kotlin, C#, Elixir and shell source: reads of variables, literals, and what listens."""

from __future__ import annotations

import re
from functools import cache

from dockerlint.formats.lex_others import lex
from dockerlint.formats.sourcefacts import DotenvLoad, EnvRead, Listen, SourceFacts
from dockerlint.formats.sourcereading import Reading
from dockerlint.source.pattern import pattern
from dockerlint.source.text import SourceFile

# What takes a variable's name as its first argument or in square brackets. Each with: the name it is known by, whether
# the read fails without the variable, and whether a second argument is a default.
_READS: dict[str, tuple[tuple[str, str, bool, bool], ...]] = {
    "ruby": ((r"\bENV\s*\.\s*fetch\s*\(?", "ENV.fetch", True, True), (r"\bENV\s*\[", "ENV", False, False)),
    "php": (
        (r"(?<![\w>:$])env\s*\(", "env", False, True),
        (r"\bEnv::get\s*\(", "env", False, True),
        (r"\bgetenv\s*\(", "getenv", False, False),
        (r"\$_(?:ENV|SERVER)\s*\[", "$_ENV", False, False),
    ),
    "go": (
        (r"\bos\.Getenv\s*\(", "os.Getenv", False, False),
        (r"\bos\.LookupEnv\s*\(", "os.LookupEnv", False, False),
        (r"\b(?:[gG]et[eE]nv\w*|[eE]nvOr\w*|[gG]etEnv\w*)\s*\(", "getenv", False, True),
    ),
    "java": (
        (r"\bSystem\.getenv\s*\(", "System.getenv", False, False),
        (r"\bgetenv\(\)\.(?:get|getOrDefault)\s*\(", "System.getenv", False, True),
    ),
    "csharp": (
        (r"\bGetEnvironmentVariable\s*\(", "Environment.GetEnvironmentVariable", False, False),
        (r"\b_?[cC]onfiguration\s*!?\[", "configuration", False, False),
    ),
    "elixir": (
        (r"\bSystem\.get_env\s*\(", "System.get_env", False, True),
        (r"\bSystem\.fetch_env!\s*\(", "System.fetch_env!", True, False),
        (r"\bSystem\.fetch_env\s*\(", "System.fetch_env", False, False),
    ),
}
_LOOKS_LIKE_A_VARIABLE = pattern(r"[A-Z][A-Z0-9_]*\Z")
_PLACEHOLDER = pattern(r"\$\{([A-Za-z_][\w.-]*)(?:(:-?)([^{}]*))?\}")
_SHELL = pattern(r"\$\{([A-Za-z_]\w*)(:?[-=?+][^{}]*)?[^{}]*\}|\$([A-Za-z_]\w*)")
_SHELL_SET = pattern(
    r"^[ \t]*(?:export[ \t]+|local[ \t]+|readonly[ \t]+|declare[ \t]+(?:-\w+[ \t]+)?)?([A-Za-z_]\w*)="
    r"|\bfor[ \t]+(\w+)[ \t]+in\b|\bread[ \t]+(?:-\w+[ \t]+)*(\w+)",
    re.MULTILINE,
)
_IMPORTS = {
    "go": pattern(r"^import\s+\"|^import\s*\(", re.MULTILINE),
    "java": pattern(r"^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+)", re.MULTILINE),
    "csharp": pattern(r"^[ \t]*using[ \t]+([\w.]+)[ \t]*;", re.MULTILINE),
    "php": pattern(r"^[ \t]*use[ \t]+([\w\\]+)", re.MULTILINE),
    "ruby": pattern(r"\brequire(?:_relative)?\s*\(?\s*\""),
}
_LISTEN = {
    "go": pattern(r"\b(?:ListenAndServe(?:TLS)?|Listen|Run|Start|RunTLS|Addr)\s*(?:\(|:)"),
    "ruby": pattern(r"\bset\s+:(port|bind)\s*,|\b(port|bind)[ (]\s*(?=\"|ENV|\d)"),
    "csharp": pattern(r"\b(?:UseUrls|Run|Add|ListenAnyIP|ListenLocalhost)\s*\("),
}
_DOTENV = {
    "go": pattern(r"\bgodotenv\.(?:Load|Overload|Read)\s*\("),
    "php": pattern(r"\bDotenv(?:::create\w*|\(\)->load\w*)\s*\(|\bbootEnv\s*\("),
    "ruby": pattern(r"\bDotenv\.(?:load|overload)\b|\bDotenv::\w+\.load\b"),
    "csharp": pattern(r"\bEnv\.(?:Load|TraversePath)\s*\("),
    "java": pattern(r"\bDotenv\.(?:load|configure)\s*\("),
}


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str, bool, bool], ...]:
    return tuple((re.compile(one), how, fails, default) for one, how, fails, default in _READS.get(language, ()))


def read_other(file: SourceFile, language: str) -> SourceFacts:
    """The facts of a file in one of this module's languages ("java" also for Kotlin and Groovy)."""
    reading = Reading(file, lex(file.text, language), language)
    _imports(reading)
    if language == "shell":
        _shell(reading)
    else:
        seen: set[int] = set()
        for pattern, how, fails, with_default in _patterns(language):
            for found in pattern.finditer(reading.code):
                if found.end() not in seen:
                    seen.add(found.end())
                    _read(reading, found, how, fails, with_default)
    if language == "java":
        _spring(reading)
    reading.find_switches()
    _listens(reading)
    dotenv = _DOTENV.get(language)
    for found in dotenv.finditer(reading.code) if dotenv else ():
        number = reading.literal_at(found.end())
        path = reading.value(number) if number is not None else None
        reading.dotenv.append(DotenvLoad(path, reading.span(*found.span()), found.group().strip("( ")))
    return reading.facts()


def _read(reading: Reading, found: re.Match[str], how: str, fails: bool, with_default: bool) -> None:
    code = reading.code
    shape = reading.shape
    start = found.start()
    at = found.end() - 1
    bracket = code[at] in "(["
    number = reading.literal_at(found.end())
    if number is None or reading.lexed.literals[number].holes:
        before = shape.word_before(start)
        reading.dynamic = reading.dynamic or (bracket and before not in ("func", "function", "def"))
        return
    name = reading.value(number)
    if how == "configuration":
        name = name.replace(":", "__")
    elif how in ("$_ENV", "getenv") and not _LOOKS_LIKE_A_VARIABLE.match(name):
        return
    literal = reading.lexed.literals[number]
    end = shape.closes.get(at, literal.end - 1) + 1 if bracket else literal.end
    default = None
    if with_default:
        arguments = reading.arguments(at) if bracket else []
        if len(arguments) > 1:
            default = arguments[1]
        elif not bracket and code[shape.forward(literal.end) : shape.forward(literal.end) + 1] == ",":
            line = code.find("\n", literal.end)
            default = (shape.forward(literal.end) + 1, line if line > 0 else len(code))
    if fails and default is None and re.compile(r"\s*(?:\{|do\b)").match(code, end):
        block = re.compile(r"\s*\{\s*").match(code, end)
        default = (block.end(), shape.closes.get(shape.forward(end), end)) if block else (end, end)
    if how == "os.LookupEnv":
        default = default or (end, end)
    reading.read(name, start, end, how, default=default, fails=fails and default is None)
    reading.skip.add(number)


def _spring(reading: Reading) -> None:
    """``@Value("${X:default}")``."""
    for number, item in reading.shape.strings.items():
        value = reading.value(number)
        if "${" not in value or reading.shape.callee(reading.shape.frame_open(item.frame))[1] != "@Value":
            continue
        literal = reading.lexed.literals[number]
        for found in _PLACEHOLDER.finditer(reading.text, literal.inner, literal.inner_end):
            has_default = found.group(2) is not None
            default = found.group(3) if has_default else None
            span = reading.span(*found.span())
            place = reading.span(*found.span(3)) if has_default else None
            reading.reads.append(
                EnvRead(
                    found.group(1), span, "spring", default, has_default, not has_default, not has_default, None, place
                )
            )


def _shell(reading: Reading) -> None:
    """``$X`` of variables that the script does not set itself; also inside double quotes."""
    text = reading.text
    code = reading.code
    own = {name for found in _SHELL_SET.finditer(code) for name in found.groups() if name}
    raw = [(one.start, one.end) for one in reading.lexed.literals if one.raw and text[one.start] == "'"]
    hidden = iter(raw)
    quiet = next(hidden, None)
    for found in _SHELL.finditer(text):
        while quiet and quiet[1] <= found.start():
            quiet = next(hidden, None)
        at = found.start()
        # A comment is blank in the skeleton.
        if (quiet and quiet[0] <= at) or code[at] == " " or text[at - 1 : at] == "\\":
            continue
        name = found.group(1) or found.group(3)
        operator = (found.group(2) or "").lstrip(":")
        if name in own and operator[:1] != "?":
            continue
        fails = operator.startswith("?")
        has_default = operator[:1] in ("-", "=", "+")
        default = operator[1:] if operator[:1] in ("-", "=") and operator else None
        span = reading.span(*found.span())
        reading.reads.append(EnvRead(name, span, "shell", default, has_default, not has_default, fails))


def _imports(reading: Reading) -> None:
    pattern = _IMPORTS.get(reading.language)
    if not pattern:
        return
    for found in pattern.finditer(reading.code):
        if found.groups():
            reading.imports.append(found.group(1))
            continue
        if found.group().endswith("("):
            close = reading.shape.closes.get(found.end() - 1, found.end())
            numbers = [one for one, item in reading.shape.strings.items() if found.end() <= item.start < close]
        else:
            numbers = [one for one in (reading.shape.by_quote.get(found.end() - 1),) if one is not None]
        for number in numbers:
            reading.imports.append(reading.value(number))
            reading.skip.add(number)


def _listens(reading: Reading) -> None:
    pattern = _LISTEN.get(reading.language)
    if not pattern:
        return
    for found in pattern.finditer(reading.code):
        number = reading.literal_at(found.end())
        end = found.end()
        call = found.group().rstrip("(: ,")
        if number is None:
            if reading.language == "ruby":
                line = reading.code.find("\n", end)
                where = (end, len(reading.code) if line < 0 else line)
                is_port = "port" in found.groups()
                reading.listen(
                    call, reading.span(*found.span()), None if is_port else where, where if is_port else None
                )
            if reading.language == "go" and found.group().endswith("("):
                arguments = reading.arguments(end - 1)
                if call.startswith("ListenAndServe") and arguments:
                    address = reading.resolve(*arguments[0])
                    _address(reading, address[0], found, call, address[1])
            continue
        value = reading.value(number)
        if reading.language == "ruby":
            which = found.group(1) or found.group(2)
            span = reading.literal_span(number)
            host, port = (value, None) if which == "bind" else (None, value)
            reading.listens.append(Listen(host, port, span, call, which == "bind", which == "port"))
        elif reading.language == "go" or "://" in value:
            if call == "Listen" and value in ("tcp", "tcp4", "tcp6") and found.group().endswith("("):
                arguments = reading.arguments(end - 1)
                value = reading.resolve(*arguments[1])[0] or "" if len(arguments) > 1 else ""
            _address(reading, value, found, call, None)


def _address(reading: Reading, value: str | None, found: re.Match[str], call: str, env: str | None) -> None:
    """``:8080``, ``127.0.0.1:8080``, ``http://+:8080``."""
    host, colon, port = (value or "").rpartition("://")[2].rstrip("/").rpartition(":")
    if value is None or (colon and port.isdigit() and "/" not in host):
        span = reading.span(*found.span())
        where = host or "0.0.0.0" if value is not None else None
        reading.listens.append(Listen(where, port or None, span, call, value is not None, True, None, env))

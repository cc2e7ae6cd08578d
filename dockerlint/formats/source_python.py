"""Facts of Python source of any version, whole or broken: nothing here needs the file to compile."""

from __future__ import annotations

import re

from dockerlint.formats.lex_others import lex
from dockerlint.formats.sourcefacts import DotenvLoad, EnvRead, Listen, SourceFacts, Switch
from dockerlint.formats.sourcereading import Reading
from dockerlint.source.pattern import pattern
from dockerlint.source.text import SourceFile

_ENVIRON = pattern(r"\benviron(?:b)?\b")
_GETENV = pattern(r"\bgetenv\s*\(")
_CONFIG_CALL = pattern(
    r"(?<![\w.])(_?env|config|decouple\.config|[A-Za-z_]*env|environ\.Env\(\))((?:\.\w+)?)\s*\(\s*\""
)
_SETTINGS_CLASS = pattern(
    r"^class[ \t]+\w+[ \t]*\([^()\n]*\b(?:BaseSettings|Settings|EnvSettings|AppSettings)\b[^()\n]*\)[ \t]*:",
    re.MULTILINE,
)
_FIELD = pattern(r"^([ \t]+)([A-Za-z_]\w*)[ \t]*:[ \t]*([^=\n#]+?)[ \t]*(=(?!=)|$)", re.MULTILINE)
_UNTYPED_FIELD = pattern(r"^([ \t]+)([A-Za-z_]\w*)[ \t]*=(?!=)", re.MULTILINE)
_PREFIX = pattern(r"\benv_prefix\s*=\s*")
_ENV_FILE = pattern(r"\benv_file\s*=\s*")
_IMPORT = pattern(
    r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import\b|import[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*))", re.MULTILINE
)
_TAKEN = pattern(r"[ \t]*(?:\(([^()]*)\)|([^\n;]*))")
_MAIN = pattern(r"^if[ \t]*\(?[ \t]*__name__[ \t]*==[ \t]*[^:\n]*:", re.MULTILINE)
_OPTION = pattern(r"[(,]\s*(debug|reload|use_reloader|auto_reload|autoreload)\s*=\s*([A-Za-z_][\w.]*)\s*(?=[,)])")
_SERVER = pattern(
    r"\.\s*run\s*\(|\b(?:serve|run_app|run_simple|HTTPServer|TCPServer|make_server|start_server|serve_forever|listen|bind|"
    r"add_insecure_port|create_server|run_server|launch)\s*\("
)
_DOTENV = pattern(r"\b(?:load_dotenv|read_env|read_envfile|dotenv_values|RepositoryEnv|find_dotenv)\s*\(")
_FIRST_TWO = frozenset(("run_app", "run_simple", "make_server", "run_server"))
_RUNS = frozenset(("uvicorn", "app", "application", "socketio", "web", "hypercorn", "bottle", "api", "server", "sio"))
_OTHER_RUNS = frozenset(
    ("subprocess", "asyncio", "self", "trio", "anyio", "loop", "runner", "cli", "session", "sess", "conn", "db")
)


def read_python(file: SourceFile) -> SourceFacts:
    reading = Reading(file, lex(file.text, "python"), "python")
    for found in _IMPORT.finditer(reading.code):
        names = [found.group(1)] if found.group(1) else [name.strip() for name in found.group(2).split(",")]
        reading.imports.extend(names)
        if found.group(1):
            names = _members(reading.code, found.group(1), found.end())
            reading.members.extend(names)
            names.append(found.group(1))
        if reading.code[found.start()] in " \t":
            reading.lazy.extend(names)
    _main(reading)
    _environ(reading)
    _config_calls(reading)
    _settings(reading)
    reading.find_switches()
    for found in _OPTION.finditer(reading.code):
        if found.group(2) not in ("True", "False", "None"):
            place = reading.shape.place(reading.shape.item_at(*found.span(2)))
            reading.switches.append(
                Switch(found.group(1), found.group(2), reading.span(*found.span(2)), place.call, place.path)
            )
    _servers(reading)
    _dotenv(reading)
    return reading.facts()


def _members(code: str, module: str, start: int) -> list[str]:
    """What ``from module import a, b as c`` takes, as ``module.a``."""
    found = _TAKEN.match(code, start)
    taken = (found.group(1) or found.group(2)) if found else ""
    names = [words[0] for part in taken.split(",") if (words := part.split())]
    return [f"{module}{'' if module.endswith('.') else '.'}{name}" for name in names if name.isidentifier()]


def _main(reading: Reading) -> None:
    for found in _MAIN.finditer(reading.code):
        if "__main__" in reading.text[found.start() : found.end()]:
            reading.main = reading.span(found.start(), _block_end(reading.code, found.end()))


def _block_end(code: str, start: int) -> int:
    """The end of the indented block behind a line that begins at the margin."""
    found = re.compile(r"^[^\s)\]}\x01\x02]", re.MULTILINE).search(code, start)
    return found.start() if found else len(code)


def _environ(reading: Reading) -> None:
    code = reading.code
    shape = reading.shape
    for found in _ENVIRON.finditer(code):
        start = found.start()
        start -= 3 if code.startswith("os.", start - 3) else 0
        at = found.end()
        if code[at : at + 1] == "[":
            close = shape.closes.get(at, at)
            number = reading.literal_at(at + 1)
            if number is None or reading.lexed.literals[number].holes:
                reading.dynamic = True
            elif re.compile(r"\s*=(?!=)").match(code, close + 1):
                reading.writes.append(reading.value(number))
            else:
                reading.read(reading.value(number), start, close + 1, "os.environ", fails=True)
                reading.skip.add(number)
        else:
            member = re.compile(r"\s*\.\s*setdefault\s*\(").match(code, at)
            number = reading.literal_at(member.end()) if member else None
            if number is not None:
                reading.writes.append(reading.value(number))
            member = re.compile(r"\s*\.\s*(get|pop|__getitem__)\s*\(").match(code, at)
            if member:
                _call(reading, start, member.end() - 1, "os.environ", fails=member.group(1) == "__getitem__")
    for found in _GETENV.finditer(code):
        start = found.start()
        start -= 3 if code.startswith("os.", start - 3) else 0
        _call(reading, start, found.end() - 1, "os.getenv", fails=False)


def _call(reading: Reading, start: int, opening: int, how: str, *, fails: bool) -> None:
    """A read by a call: the name first, then (or as a keyword) the default."""
    close = reading.shape.closes.get(opening)
    if close is None:
        return
    named, plain = reading.named(opening)
    where = plain[0] if plain else named.get("key")
    number = reading.literal_at(where[0]) if where else None
    if number is None or reading.lexed.literals[number].holes:
        reading.dynamic = True
        return
    default = named.get("default") or (plain[1] if len(plain) > 1 else None)
    reading.read(reading.value(number), start, close + 1, how, default=default, fails=fails and default is None)
    reading.skip.add(number)


def _config_calls(reading: Reading) -> None:
    """decouple's and starlette's ``config("X")``, django-environ's and environs' ``env("X")`` and ``env.str("X")``."""
    modules = " ".join(reading.imports)
    if not any(name in modules for name in ("decouple", "environ", "environs", "starlette", "prettyconf", "envparse")):
        return
    for found in _CONFIG_CALL.finditer(reading.code):
        opening = reading.code.rfind("(", found.start(), found.end())
        if found.group(2)[1:] in ("get", "read_env", "bind", "split", "setdefault", "prefixed", "path"):
            continue
        how = "decouple" if found.group(1).endswith("config") else "env"
        _call(reading, found.start(), opening, how, fails=True)


def _settings(reading: Reading) -> None:
    """The fields of a pydantic settings class are read from the environment by their names, in any case."""
    if not any("pydantic" in name for name in reading.imports):
        return
    code = reading.code
    shape = reading.shape
    for head in _SETTINGS_CLASS.finditer(code):
        end = _block_end(code, head.end())
        prefix = _given(reading, _PREFIX, head.end(), end) or ""
        indent = ""
        for found in _FIELD.finditer(code, head.end(), end):
            indent = indent or found.group(1)
            if found.group(1) != indent or found.group(3).startswith("ClassVar") or found.group(2) == "model_config":
                continue
            name = prefix + found.group(2)
            start, stop = found.start(2), found.end(2)
            default: str | None = None
            has_default = bool(found.group(4))
            place = None
            if has_default:
                value = shape.forward(found.end())
                line = code.find("\n", value)
                line = len(code) if line < 0 else line
                field = re.compile(r"Field\s*\(").match(code, value)
                if field:
                    named, plain = reading.named(field.end() - 1)
                    place = named.get("default") or (plain[0] if plain else None)
                    written = code[place[0] : place[1]].strip() if place else "..."
                    has_default = written != "..." or "default_factory" in named
                    alias = named.get("env") or named.get("alias") or named.get("validation_alias")
                    number = reading.literal_at(alias[0]) if alias else None
                    if number is not None:
                        name = reading.value(number)
                        reading.skip.add(number)
                else:
                    place = (value, line)
                    has_default = code[value:line].strip() != "..."
            given = reading.plain_value(*place) if place and has_default else None
            if given and place:
                default = given[0]
                reading.stands_in(place[0], name)
            reading.reads.append(
                EnvRead(
                    name,
                    reading.span(start, stop),
                    "BaseSettings",
                    default,
                    has_default,
                    not has_default,
                    not has_default,
                    found.group(2),
                    given[1] if given else None,
                )
            )
        for found in _UNTYPED_FIELD.finditer(code, head.end(), end):
            if found.group(1) == indent or not indent:
                reading.stands_in(shape.forward(found.end()), prefix + found.group(2))
        for found in _ENV_FILE.finditer(code, head.end(), end):
            number = reading.literal_at(found.end())
            if number is not None:
                span = reading.literal_span(number)
                reading.dotenv.append(DotenvLoad(reading.value(number), span, "BaseSettings"))


def _given(reading: Reading, pattern: re.Pattern[str], start: int, end: int) -> str | None:
    found = pattern.search(reading.code, start, end)
    number = reading.literal_at(found.end()) if found else None
    return reading.value(number) if number is not None else None


def _servers(reading: Reading) -> None:
    code = reading.code
    shape = reading.shape
    for found in _SERVER.finditer(code):
        opening = found.end() - 1
        close = shape.closes.get(opening)
        start, callee = shape.callee(opening)
        if close is None or shape.word_before(start) in ("def", "class"):
            continue
        owner, _, last = callee.rpartition(".")
        owner = owner.rpartition(".")[2]
        named, plain = reading.named(opening)
        host, port = named.get("host"), named.get("port")
        if last == "run":
            if owner in _OTHER_RUNS or not (owner in _RUNS or host or port or "debug" in named):
                continue
            if len(plain) and owner in ("app", "application", "server", "api"):
                host = host or plain[0]
                port = port or (plain[1] if len(plain) > 1 else None)
            elif owner in ("socketio", "sio") and len(plain) > 1:
                host = host or plain[1]
                port = port or (plain[2] if len(plain) > 2 else None)
        elif last in ("HTTPServer", "TCPServer", "bind", "create_server") and plain:
            first = shape.forward(plain[0][0])
            if code[first : first + 1] != "(":
                continue
            pair = reading.arguments(first)
            if len(pair) != 2:
                continue
            host, port = pair
        elif last == "add_insecure_port" and plain:
            given = reading.plain_value(*plain[0])
            if given:
                address, _, number = given[0].rpartition(":")
                span = reading.span(start, close + 1)
                reading.listens.append(
                    Listen(address, number, span, callee, True, True, None, None, given[1], given[1])
                )
            continue
        elif last in _FIRST_TWO and len(plain) >= 2 and last != "run_app":
            host, port = plain[0], plain[1]
        elif last == "listen":
            if "tornado" not in " ".join(reading.imports) or not plain:
                continue
            port = port or plain[0]
        elif last == "start_server":
            if len(plain) > 2:
                host, port = plain[1], plain[2]
            elif not (host or port):
                continue
        elif last == "launch":
            host, port = named.get("server_name"), named.get("server_port")
            if not any(name.startswith("gradio") for name in reading.imports):
                continue
        elif last not in ("serve", "run_app") or not (host or port or last == "run_app"):
            continue
        reading.listen(callee, reading.span(start, close + 1), host, port)


def _dotenv(reading: Reading) -> None:
    for found in _DOTENV.finditer(reading.code):
        opening = found.end() - 1
        close = reading.shape.closes.get(opening)
        start, callee = reading.shape.callee(opening)
        if close is None or reading.shape.word_before(start) == "def":
            continue
        if callee.endswith("find_dotenv"):
            continue
        path = None
        for number, item in reading.shape.strings.items():
            if opening < item.start < close:
                path = reading.value(number)
        reading.dotenv.append(DotenvLoad(path, reading.span(start, close + 1), callee))

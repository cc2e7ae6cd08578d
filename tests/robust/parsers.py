"""Every parser of dockerlint behind one door: text in, whatever it gives out. What it gives is walked for spans."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from dockerlint.engine import configfile, configuration
from dockerlint.engine.settings import Settings, UsageError
from dockerlint.engine.suppress import Scopes, read_excuses
from dockerlint.formats import (
    configfiles,
    dockerwords,
    globs,
    gotext,
    manifests,
    packagesettings,
    shellwords,
    sourcecode,
)
from dockerlint.formats.dotenv import fill_dotenv, parse_dotenv, parse_raw_env
from dockerlint.formats.ignorefile import parse_ignorefile
from dockerlint.formats.instructions import parse_dockerfile
from dockerlint.formats.interpolation import interpolate, variables
from dockerlint.formats.jsontree import parse_json
from dockerlint.formats.scripts import script_of
from dockerlint.formats.tomltree import parse_toml
from dockerlint.formats.variables import CannotExpand, substitute
from dockerlint.formats.variableuses import variable_uses
from dockerlint.formats.yamltree import parse_yaml
from dockerlint.source.gitignore import decide, parse_gitignore
from dockerlint.source.text import SourceFile, Span
from dockerlint.source.tree import DictTree, decode

Parser = Callable[[str], Any]
VALUES: Mapping[str, str] = {"A": "x", "HOME": "/root", "EMPTY": "", "DOUBLE": "${A}${A}"}


def _dockerfile(text: str) -> Any:
    parsed = parse_dockerfile(SourceFile("Dockerfile", text))
    scripts = [script for each in parsed.instructions if (script := script_of(each)) is not None]
    return parsed, scripts, [script.locate(0, len(script.text)) for script in scripts]


def _shell(text: str) -> Any:
    shellwords.parse_shell.cache_clear()
    block = shellwords.parse_shell(text)
    every = list(shellwords.commands(block))
    for command in every:
        assert 0 <= command.start <= command.end <= len(text)
    # The places of words in substitutions may lie in text that was unquoted first; those of the block itself do not.
    for statement in block.statements:
        if isinstance(statement, shellwords.Command):
            for word in statement.words:
                assert 0 <= word.start <= word.end <= len(text)
    return block, every, shellwords.split_words(text), shellwords.expand(text, VALUES.get)


def _words(text: str) -> Any:
    for name in ("plain_words", "quoted_words"):
        for word in getattr(dockerwords, name)(text):
            assert 0 <= word[0] <= word[1] <= len(text)
    return (
        dockerwords.plain_words(text),
        dockerwords.quoted_words(text, "`"),
        dockerwords.quoted_ranges(text),
        dockerwords.unquote(text),
        dockerwords.open_quote(text),
        dockerwords.json_elements(text),
        dockerwords.json_mixed(text),
        dockerwords.heredoc_words(text),
        dockerwords.builder_flags(text),
        list(variable_uses(text)),
        _substituted(text),
    )


def _substituted(text: str) -> str | None:
    try:
        return substitute(text, VALUES.get)
    except CannotExpand:
        return None


def _interpolation(text: str) -> Any:
    filled = interpolate(text, VALUES.get)
    for found in (*filled.variables, *filled.faults):
        assert 0 <= found.start <= found.end <= len(text)
    return filled, variables(text)


def _dotenv(text: str) -> Any:
    parsed = parse_dotenv(SourceFile(".env", text))
    values: dict[str, str | None] = {}
    problems = fill_dotenv(parsed, VALUES.get, values)
    return parsed, values, problems, parse_raw_env(SourceFile("raw.env", text))


def _ignorefile(text: str) -> Any:
    parsed = parse_ignorefile(SourceFile(".dockerignore", text))
    matched = []
    for line in text.split("\n")[:40]:
        for make in (globs.glob, globs.ignore_pattern):
            try:
                matcher = make(line)
            except globs.BadPattern:
                continue
            matched.append([bool(matcher(path)) for path in ("a", "a/b/c", "src/node_modules/x.js", line)])
        globs.has_wildcards(line)
    return parsed, matched


def _gitignore(text: str) -> Any:
    patterns = parse_gitignore(text)
    paths = ("a", "a/b/c", "src/node_modules/x.js", text.partition("\n")[0])
    return patterns, [decide(patterns, path, folder) for path in paths for folder in (True, False)]


def _yaml(text: str) -> Any:
    parsed = parse_yaml(SourceFile("compose.yaml", text))
    pure = parse_yaml(SourceFile("compose.yaml", text), pure=True)
    if "\ufeff" not in text:  # which one of the two refuses in the middle of a text
        assert bool(parsed.problems) == bool(pure.problems)
    return parsed


def _json(text: str) -> Any:
    return parse_json(SourceFile("a.json", text)), parse_json(SourceFile("a.json", text), lenient=True)


def _named(*paths: str, read: Callable[[SourceFile], Any]) -> Parser:
    return lambda text: [read(SourceFile(path, text)) for path in paths]


def _manifest(*names: str) -> Parser:
    def read(file: SourceFile) -> Any:
        manifests.read_manifest.cache_clear()
        return manifests.read_manifest(file)

    return _named(*names, read=read)


def _source(*names: str) -> Parser:
    return _named(*names, read=sourcecode.read_source)


def _config(*names: str) -> Parser:
    return _named(*names, read=lambda file: (configfiles.read_config(file), configfiles.config_reads(file)))


def _package_settings(text: str) -> Any:
    names = (".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml", "poetry.toml", ".bundle/config", "yarn.lock")
    return packagesettings.package_settings(DictTree(dict.fromkeys(names, text)), "")


def _settings(name: str) -> Parser:
    def read(text: str) -> Any:
        data = text.encode("utf-8", "surrogatepass")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(data)
            try:
                configfile.find(folder)
                made = configuration.load(str(path), folder)
                settings = configuration.settings_of(made, Settings())
            except UsageError as error:
                assert str(error) and "\n" not in str(error).strip()
                return "refused"
            return repr(settings.select), repr(settings.options), sorted(made.origins.values())

    return read


def _excuses(text: str) -> Any:
    return read_excuses(SourceFile("compose.yaml", text), None, Scopes())


def _go(text: str) -> Any:
    found = [made(text) for made in (gotext.parse_bool, gotext.parse_int, gotext.parse_float, gotext.parse_size)]
    duration = gotext.parse_duration(text)
    if duration is not None:
        gotext.duration_text(duration)
    return found, duration, gotext.split_words(text), gotext.time_text(text), gotext.go_text(text)


def _bytes(text: str) -> Any:
    try:
        return decode(text.encode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return None


PARSERS: Mapping[str, Parser] = {
    "dockerfile": _dockerfile,
    "dockerwords": _words,
    "shell": _shell,
    "yaml": _yaml,
    "json": _json,
    "toml": _named("a.toml", read=parse_toml),
    "interpolation": _interpolation,
    "dotenv": _dotenv,
    "ignorefile": _ignorefile,
    "gitignore": _gitignore,
    "manifest-node": _manifest("package.json"),
    "manifest-php": _manifest("composer.json"),
    "manifest-python": _manifest("requirements.txt", "pyproject.toml", "Pipfile", "setup.py", "setup.cfg"),
    "manifest-lines": _manifest("Gemfile", "go.mod", "build.gradle", "build.gradle.kts", "mix.exs"),
    "manifest-rust": _manifest("Cargo.toml"),
    "manifest-xml": _manifest("pom.xml", "a.csproj"),
    "package-settings": _package_settings,
    "source-javascript": _source("a.js", "a.tsx", "a.vue"),
    "source-python": _source("a.py"),
    "source-other": _source("a.rb", "a.php", "a.go", "a.java", "a.cs", "a.ex", "a.sh", "a.kt"),
    "config-yaml": _config("application.yml"),
    "config-json": _config("appsettings.json"),
    "config-lines": _config("a.properties", "a.ini", "a.conf", "schema.prisma", "a.cnf", "redis.conf"),
    "settings-yaml": _settings(".dockerlint.yaml"),
    "settings-toml": _settings("pyproject.toml"),
    "excuses": _excuses,
    "go-values": _go,
    "decode": _bytes,
}

# Which files of the fixtures and of the corpus a parser starts from, by the end of their names.
SEEDS: Mapping[str, tuple[str, ...]] = {
    "dockerfile": ("Dockerfile", ".dockerfile"),
    "dockerwords": ("Dockerfile",),
    "shell": (".sh", "Dockerfile"),
    "yaml": (".yml", ".yaml"),
    "json": (".json",),
    "toml": (".toml",),
    "interpolation": (".yml", ".yaml", ".env"),
    "dotenv": (".env", ".env.example"),
    "ignorefile": (".dockerignore",),
    "gitignore": (".gitignore",),
    "manifest-node": ("package.json",),
    "manifest-php": ("composer.json",),
    "manifest-python": ("requirements.txt", "pyproject.toml", "Pipfile"),
    "manifest-lines": ("Gemfile", "go.mod", "build.gradle", "mix.exs"),
    "manifest-rust": ("Cargo.toml", ".toml"),
    "manifest-xml": ("pom.xml", ".csproj"),
    "package-settings": (".npmrc", ".yarnrc.yml", "pnpm-workspace.yaml", "yarn.lock"),
    "source-javascript": (".js", ".ts", ".tsx", ".vue"),
    "source-python": (".py",),
    "source-other": (".rb", ".php", ".go", ".java", ".ex", ".sh"),
    "config-yaml": (".yml", ".yaml"),
    "config-json": (".json",),
    "config-lines": (".conf", ".ini", ".properties", ".prisma"),
    "settings-yaml": (".dockerlint.yaml",),
    "settings-toml": (".toml",),
    "excuses": ("Dockerfile", ".yaml"),
    "go-values": (".env",),
    "decode": ("Dockerfile",),
}


def spans(value: Any) -> Iterator[Span]:
    """Every span in a result, however deep."""
    seen: set[int] = set()
    pending = [value]
    while pending:
        at = pending.pop()
        if at is None or isinstance(at, (str, bytes, int, float, SourceFile)) or id(at) in seen:
            continue
        seen.add(id(at))
        if isinstance(at, Span):
            yield at
        elif isinstance(at, Mapping):
            pending.extend(at.keys())
            pending.extend(at.values())
        elif isinstance(at, (list, tuple, set, frozenset)):
            pending.extend(at)
        elif type(at).__module__.startswith("dockerlint."):
            names = {name for each in type(at).__mro__ for name in getattr(each, "__annotations__", ())}
            pending.extend(getattr(at, name, None) for name in (*names, *getattr(type(at), "__slots__", ())))


def outline(value: Any) -> str:
    """A result as text, the same for the same: what determinism is held by."""
    return "|".join(sorted(f"{span.path}:{span.start}-{span.end}" for span in spans(value)))


def check_parser(name: str, text: str) -> None:
    """Raises where a parser breaks down, places something outside of its text or answers otherwise when asked again."""
    parse = PARSERS[name]
    first = parse(text)
    for span in spans(first):
        assert 0 <= span.start <= span.end <= len(span.file.text), (span.file, span.start, span.end)
        assert span.line >= 1 and span.column >= 1
    assert outline(first) == outline(parse(text))


@lru_cache(maxsize=1)
def seed_files() -> tuple[tuple[str, str], ...]:
    """Path and text of every small file of the fixtures and, where DOCKERLINT_CORPUS names one, of the corpus."""
    import os

    roots = [Path(__file__).parents[1] / "fixtures" / "projects"]
    if os.environ.get("DOCKERLINT_CORPUS"):
        roots.append(Path(os.environ["DOCKERLINT_CORPUS"]))
    found = []
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= 20_000:
                try:
                    found.append((path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")))
                except UnicodeDecodeError:
                    continue
    return tuple(found)


@lru_cache(maxsize=64)
def seeds(name: str) -> tuple[str, ...]:
    """The texts that a parser starts from, the same number from all over the files."""
    texts = list(dict.fromkeys(text for path, text in seed_files() if path.endswith(SEEDS[name]) and text))
    texts.sort(key=len)
    return (*texts[:: max(1, len(texts) // 30)], *EXTRA.get(name, ()))


EXTRA: Mapping[str, tuple[str, ...]] = {
    "dockerfile": ("# escape=`\nFROM a AS b\nRUN <<A <<-B\nx\nA\n\ty\n\tB\nONBUILD RUN a\\\n# c\n\n b\n",),
    "shell": ('for a in $(b `c`); do case "$x" in (a|b) d;; *) f() { :; } ;; esac; done <<E\n${a:-$(b)}\nE\n',),
    "interpolation": ("${A:-${B:?${C+d}}}$$ $A ${", "a"),
    "yaml": ("a: &a {<<: [*a, {b: !reset null}]}\n? x\n: |2-\n    y\n--- \n- 'a''b'\n",),
    "manifest-rust": ('[dependencies]\na = {version = "1"}\n[bin]\nname = "x"\n',),
    "manifest-xml": ("<project><!-- a --><dependency><groupId>a</groupId></dependency><![CDATA[x]]></project>",),
    "package-settings": ("//r/:_authToken=x\npackages:\n  - a\nnodeLinker: pnp\n",),
    "config-lines": ('a.b = c\\\n d\n[x]\ny: ${Z:q}\ndatasource db {\n url = env("A")\n}\n',),
    "settings-yaml": ("select: [mounts]\nextends: a.yaml\nseverity: {a: error}\nper-file-ignores: {'*': [a]}\n",),
    "settings-toml": ('[tool.dockerlint]\nselect = ["ALL"]\n[tool.dockerlint.options.untrusted-registry]\na = 1\n',),
    "gitignore": ("a/**/b\n!/c\\ \n[!a-z]*\n[[:alpha:]]\n",),
    "ignorefile": ("**/node_modules\n!a/[^b-c]?\\*\n# x\n",),
    "excuses": ("# dockerlint: ignore=a,b why\nFROM a # hadolint ignore=DL3008\n# check=skip=all;error=true\n",),
    "go-values": ("1h2m3.5s", "10gb", "0x1F", 'a \'b c\' "d\\"e"', "2020-01-01T00:00:00Z"),
    "dotenv": ("A='b\nc'\nexport D=\"${A:-x}\\n\" # y\nE: f\nG\n",),
}

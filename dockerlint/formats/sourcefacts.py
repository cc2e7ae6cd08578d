"""What application source says that a container's settings must answer: plain facts with their places.

Filled by `sourcecode.read_source`, whatever the language. Every span lies in the file that was read.
"""

from __future__ import annotations

from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span


@dataclass(frozen=True, slots=True)
class EnvRead:
    """One read of an environment variable whose name is written out.

    `how` is the accessor as the language spells it: "process.env", "import.meta.env", "os.environ", "os.getenv",
    "config.get" (a settings service), "BaseSettings" (a declared settings field), "ENV", "spring", "shell" …
    `default` is the literal that stands in for an absent variable (None: none, or no literal).
    `has_default` says that the program copes without it: a default of any form, a test, a comparison, a guard.
    `required` says that nothing replaces it: the read fails, or its result is used as it comes.
    `fails` says that the read itself stops the program (``os.environ["X"]``, ``getOrThrow``, ``ENV.fetch("X")``).
    `given_to` is the variable or key that the value is given to.
    """

    name: str
    span: Span
    how: str
    default: str | None = None
    has_default: bool = False
    required: bool = True
    fails: bool = False
    given_to: str | None = None
    default_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One literal: a string, or a number that something is named after.

    `value` has its escapes resolved; expressions inside a template stay as ``${…}`` in every language.
    `span` is the content, `quoted` the same with its quotes. `kind` is "string", "number", "attribute" (of markup)
    or "words" (text between tags).
    `name` is the variable, property, keyword argument or key it is given to ("password"); `path` is that with
    everything around it ("DATABASES.default.PASSWORD"). `call` is the callee that takes it, directly or inside an
    object or list, as dotted text ("mysql.createConnection"; "express().listen"), and `position` which argument
    (from 0) it is or lies in. `group` is the offset of the bracket that encloses it (-1: none): literals of one
    object share it.
    `joined` says that the literal is only a piece of a longer string (``"a" + b``).
    `fallback_of` is the environment variable that it stands in for.
    `compared` says that it is an operand of a comparison or a look-up key, and no value of anything.
    """

    value: str
    span: Span
    quoted: Span
    kind: str = "string"
    name: str | None = None
    path: str = ""
    call: str | None = None
    position: int | None = None
    group: int = -1
    template: bool = False
    joined: bool = False
    fallback_of: str | None = None
    compared: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """A named setting with a plain value (true, false, None or a name): ``DEBUG = True``, ``app.run(debug=True)``.

    `value` is as written, `span` its place; `call` is the callee whose keyword argument or option it is; `path` as in
    `Text`.
    """

    name: str
    value: str
    span: Span
    call: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Listen:
    """A server that the file starts: ``app.listen(3000, "0.0.0.0")``, ``uvicorn.run(app, host=…, port=…)``.

    `host` and `port` are texts (None: not given, or not known; then `host_given`, `port_given` tell the two apart).
    `host_env`, `port_env` name the variable that comes first where the text is only its default.
    `call` is the callee ("app.listen"), or "config" for a key of a framework's configuration.
    """

    host: str | None
    port: str | None
    span: Span
    call: str = ""
    host_given: bool = False
    port_given: bool = False
    host_env: str | None = None
    port_env: str | None = None
    host_span: Span | None = None
    port_span: Span | None = None


@dataclass(frozen=True, slots=True)
class DotenvLoad:
    """The program reads an env file itself; `path` as written, None where none or no literal is given."""

    path: str | None
    span: Span
    how: str


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """All facts of one source file, in the order of the file.

    `language` is "javascript", "python", "ruby", "php", "go", "java", "csharp", "elixir", "shell" or "" (not read).
    `directive` is "use client" or "use server" where the file begins with one.
    `main` is the body of ``if __name__ == "__main__"``: it does not run under a server that imports the module.
    `dynamic_env` says that some variable is read by a name made at run time.
    `lazy_imports` are those of `imports` that happen only in a function or on a condition. `members` are what Python
    takes from a module, as ``module.name``, which may be modules themselves.
    `env_writes` are the variables that the file sets itself.
    """

    file: SourceFile
    language: str = ""
    env_reads: tuple[EnvRead, ...] = ()
    texts: tuple[Text, ...] = ()
    switches: tuple[Switch, ...] = ()
    listens: tuple[Listen, ...] = ()
    imports: tuple[str, ...] = ()
    dotenv: tuple[DotenvLoad, ...] = ()
    directive: str | None = None
    main: Span | None = None
    dynamic_env: bool = False
    lazy_imports: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    env_writes: tuple[str, ...] = ()

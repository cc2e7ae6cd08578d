"""Which commands a shell text runs, given what is known of its parameters and variables.

Not a shell: tests on known values are decided, everything else is *unknown*, and what runs only then is marked
as not certain.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from fnmatch import fnmatchcase

from dockerlint.formats.shelltree import Block, Case, Command, Function, Group, If, Loop, ShellWord
from dockerlint.formats.shellwords import expand
from dockerlint.model.paths import absolute
from dockerlint.model.running.shelltest import both, either, evaluate_test, is_open
from dockerlint.source.record import dataclass, field, replace

_DEPTH = 24


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that the text runs: its words after expansion, and the state it starts in.

    A word that nobody knows keeps its ``$``. `start` and `end` are offsets in the text. `certain` is False where it
    depends on something unknown whether the command runs at all.
    """

    words: tuple[str, ...]
    assignments: dict[str, str | None]
    workdir: str | None
    positional: tuple[str, ...] | None
    start: int
    end: int
    certain: bool
    background: bool
    replaces_shell: bool


@dataclass(slots=True)
class ShellState:
    """What the shell knows: a variable that is absent from `variables` is unset if `closed`, else unknown.

    `source` gives the text of a file that is read with ``.``; `exists` answers ``-f``, ``-d`` and ``-e`` tests of an
    absolute path (None: unknown). `script` is ``$0``, as far as it is known.
    """

    variables: dict[str, str | None]
    positional: tuple[str, ...] | None = ()
    workdir: str | None = None
    closed: bool = False
    source: Callable[[str, ShellState], Block | None] | None = None
    exists: Callable[[str], bool | None] | None = None
    exported: dict[str, str | None] = field(default_factory=dict)
    functions: dict[str, Block] = field(default_factory=dict)
    ended: bool = False
    complete: bool = True
    depth: int = 0
    script: str | None = None

    def lookup(self, name: str) -> str | None:
        if name.isdigit():
            return self._argument(int(name))
        if name in ("@", "*"):
            return None if self.positional is None else " ".join(self.positional)
        if name == "#":
            return None if self.positional is None else str(len(self.positional))
        if name in self.variables:
            return self.variables[name]
        if name == "PWD":
            return self.workdir
        if name == "BASH_SOURCE" and self.script is not None:
            return self.script
        return "" if self.closed else None

    def _argument(self, index: int) -> str | None:
        if index == 0:
            return self.script
        if self.positional is None:
            return None
        return self.positional[index - 1] if index <= len(self.positional) else ""


Outcome = Generator[Ran, None, "bool | None"]


def run_shell(block: Block, state: ShellState) -> Iterator[Ran]:
    """The commands of `block` in the order in which they run.

    `state` is changed as the shell's own would be; `state.complete` turns False where something ran that cannot be
    followed.
    """
    yield from _block(block, state, True)


def _block(
    block: Block,
    state: ShellState,
    certain: bool,
) -> Iterator[Ran]:
    state.depth += 1
    if state.depth > _DEPTH:
        state.complete = False
        state.depth -= 1
        return
    if not block.complete:
        state.complete = False
    status: bool | None = True
    statements = block.statements
    for index, statement in enumerate(statements):
        if state.ended:
            break
        sure = certain
        if statement.joined_by == "&&":
            if status is False:
                continue
            sure = certain and status is True
        elif statement.joined_by == "||":
            if status is True:
                continue
            sure = certain and status is False
        following = statements[index + 1].joined_by if index + 1 < len(statements) else ""
        if isinstance(statement, Command):
            result = yield from _command(statement, state, sure, following)
            status = True if result is None and following != "||" else result
            if result is None and following == "||":
                # A real command is expected to succeed; what stands behind || is the exception.
                status = None
        elif isinstance(statement, If):
            yield from _if(statement, state, sure)
            status = True
        elif isinstance(statement, Case):
            yield from _case(statement, state, sure)
            status = True
        elif isinstance(statement, Loop):
            yield from _loop(statement, state, sure)
            status = True
        elif isinstance(statement, Group):
            if statement.subshell:
                inner = replace(state, variables=dict(state.variables), functions=dict(state.functions))
                yield from _block(statement.body, inner, sure)
                state.complete = state.complete and inner.complete
            else:
                yield from _block(statement.body, state, sure)
            status = True
        elif isinstance(statement, Function):
            state.functions[statement.name] = statement.body
    state.depth -= 1


def _command(
    command: Command,
    state: ShellState,
    certain: bool,
    following: str,
) -> Outcome:
    """Run one simple command; returns its status where that is decided (a test), else None."""
    words = [text for word in command.words for text in expand_word(word, state)]
    given = {name: _value(word, state) for name, word in command.assignments}
    if not words:
        for name, value in given.items():
            state.variables[name] = value if certain else None
        return None
    name, arguments = words[0], words[1:]
    replaces = name == "exec" and bool(arguments)
    if replaces:
        words = arguments
        if words[0] == "-a" and len(words) > 2:
            words = words[2:]
        name, arguments = words[0], words[1:]
    if name in state.functions and not replaces:
        kept, state.positional = state.positional, tuple(arguments)
        yield from _block(state.functions[name], state, certain)
        state.positional = kept
        return None
    if name in _BUILTINS and not replaces:
        return (yield from _builtin(name, arguments, command, state, certain))
    yield Ran(
        words=tuple(words),
        assignments={**state.exported, **given},
        workdir=state.workdir,
        positional=state.positional,
        start=command.start,
        end=command.end,
        certain=certain,
        background=following == "&",
        replaces_shell=replaces,
    )
    if replaces and certain:
        state.ended = True
    return None


_BUILTINS = frozenset(
    "cd export readonly local declare typeset set shift unset . source exit return test [ [[ true false : echo printf"
    " trap wait read sleep ulimit umask alias eval break continue pwd command type hash let".split()
)


def _builtin(
    name: str,
    arguments: list[str],
    command: Command,
    state: ShellState,
    certain: bool,
) -> Outcome:
    if name in ("test", "[", "[["):
        return evaluate_test([a for a in arguments if a not in ("]", "]]")], state.exists, state.workdir)
    if name in ("true", ":", "false"):
        return name != "false"
    if name == "cd":
        target = arguments[0] if arguments else None
        known = target is not None and "$" not in target and (target.startswith("/") or state.workdir is not None)
        state.workdir = absolute(target or "", state.workdir or "/") if known and certain else None
    elif name in ("export", "readonly", "local", "declare", "typeset"):
        for word in command.words[1:]:
            variable, equals, _ = word.value.partition("=")
            if equals:
                value = _value(word, state)
                state.variables[variable] = value.partition("=")[2] if value is not None and certain else None
            if name == "export" and variable in state.variables:
                state.exported[variable] = state.variables[variable]
    elif name == "set":
        if arguments[:1] == ["--"] or (arguments and not arguments[0].startswith(("-", "+"))):
            rest = arguments[1:] if arguments[0] == "--" else arguments
            state.positional = tuple(rest) if certain and not any(map(is_open, rest)) else None
    elif name == "shift":
        count = int(arguments[0]) if arguments and arguments[0].isdigit() else 1
        state.positional = state.positional[count:] if state.positional is not None and certain else None
    elif name in (".", "source") and arguments:
        block = state.source(arguments[0], state) if state.source else None
        if block is not None:
            yield from _block(block, state, certain)
    elif name in ("exit", "return"):
        if certain:
            state.ended = True
    elif name == "eval":
        state.complete = False
    return None


def _if(
    statement: If,
    state: ShellState,
    certain: bool,
) -> Iterator[Ran]:
    for condition, body in statement.branches:
        outcome = yield from _condition(condition, state, certain)
        if outcome is False:
            continue
        yield from _branch(body, state, certain and outcome is True)
        if outcome is True:
            return
        certain = False
    if statement.otherwise is not None:
        yield from _branch(statement.otherwise, state, certain)


def _branch(
    body: Block,
    state: ShellState,
    certain: bool,
) -> Iterator[Ran]:
    """A branch that may not be taken leaves only doubt behind in what it changes."""
    if certain:
        yield from _block(body, state, True)
        return
    before = dict(state.variables), state.positional, state.workdir, state.ended
    yield from _block(body, state, False)
    after = dict(state.variables), state.positional, state.workdir
    for name, value in after[0].items():
        if before[0].get(name, "") != value:
            state.variables[name] = None
    if after[1] != before[1]:
        state.positional = None
    if after[2] != before[2]:
        state.workdir = None
    state.ended = before[3]


def _condition(
    block: Block,
    state: ShellState,
    certain: bool,
) -> Outcome:
    """Decide a condition; its commands run too (``if ! npm ci; then``)."""
    outcome: bool | None = True
    for statement in block.statements:
        if not isinstance(statement, Command):
            yield from _block(Block((statement,), True, statement.start, statement.end), state, False)
            return None
        words = [text for word in statement.words for text in expand_word(word, state)]
        negated = bool(words) and words[0] == "!"
        if negated:
            words = words[1:]
        result: bool | None = None
        if words and words[0] in ("test", "[", "[["):
            result = evaluate_test([w for w in words[1:] if w not in ("]", "]]")], state.exists, state.workdir)
        elif words and words[0] in ("true", ":", "false"):
            result = words[0] != "false"
        elif words:
            bare = replace(statement, words=statement.words[1:]) if negated else statement
            yield from _command(bare, state, certain, "")
        if negated and result is not None:
            result = not result
        if statement.joined_by == "&&":
            outcome = both(outcome, result)
        elif statement.joined_by == "||":
            outcome = either(outcome, result)
        else:
            outcome = result
    return outcome


def _case(
    statement: Case,
    state: ShellState,
    certain: bool,
) -> Iterator[Ran]:
    subject = _value(statement.subject, state)
    for patterns, body in statement.arms:
        if subject is None:
            yield from _branch(body, state, False)
            continue
        texts = [_value(pattern, state) for pattern in patterns]
        if any(text is not None and fnmatchcase(subject, text) for text in texts):
            yield from _branch(body, state, certain)
            return
        if None in texts:
            subject = None
            yield from _branch(body, state, False)


def _loop(
    statement: Loop,
    state: ShellState,
    certain: bool,
) -> Iterator[Ran]:
    if statement.condition is not None:
        outcome = yield from _condition(statement.condition, state, certain)
        if statement.kind == "until":
            outcome = None if outcome is None else not outcome
        if outcome is False:
            return
        yield from _branch(statement.body, state, certain and outcome is True)
        return
    if statement.variable and _parses_options(statement):
        # A loop over "$@" that looks at one argument after the other: each gets its turn.
        for value in (text for item in statement.items or () for text in expand_word(item, state)):
            state.variables[statement.variable] = None if is_open(value) else value
            yield from _block(statement.body, state, certain and not is_open(value))
        return
    if statement.variable:
        state.variables[statement.variable] = None
    yield from _branch(statement.body, state, False)


def _parses_options(loop: Loop) -> bool:
    return len(loop.items) <= 16


def expand_word(word: ShellWord, state: ShellState) -> list[str]:
    """The words that a word becomes: ``"$@"`` may be several, an unquoted variable is split at blanks."""
    if word.static:
        return [word.value]
    if word.raw in ('"$@"', "$@", "$*", '"${@}"', "${@}"):
        return list(state.positional) if state.positional is not None else [word.value]
    if word.raw == '"${@:2}"' and state.positional is not None:
        return list(state.positional[1:])
    value = _value(word, state)
    if value is None:
        return [word.value]
    if '"' in word.raw or "'" in word.raw:
        return [value]
    return value.split()


def _value(word: ShellWord, state: ShellState) -> str | None:
    if word.static:
        return word.value
    if word.substitutions:
        from dockerlint.model.running.shelloutput import with_outputs

        return with_outputs(word, state.lookup, state.workdir)
    return expand(word.value, state.lookup)

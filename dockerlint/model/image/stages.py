"""Walks the instructions of a Dockerfile and keeps the state that they change, as the builder does.

Sources: docs.docker.com/reference/dockerfile and BuildKit's frontend/dockerfile/dockerfile2llb.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping

from dockerlint.formats.instructiontypes import Instruction, ParsedDockerfile, Word
from dockerlint.formats.problem import Problem
from dockerlint.formats.variables import CannotExpand, substitute
from dockerlint.model.image.dockerfile import Dockerfile, Exposed, Stage, StageUse, Step, find_stage
from dockerlint.model.value import Known, Unknown, Value
from dockerlint.source.text import Span

SHELL: tuple[str, ...] = ("/bin/sh", "-c")
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NOT_GIVEN = "is given when the image is built"  # an ARG without a default that nothing here gives a value
WINDOWS_SHELL: tuple[str, ...] = ("cmd", "/S", "/C")
# Given by the builder itself, from the machine it runs on (docs: "Automatic platform ARGs in the global scope").
PLATFORM_ARGS = frozenset(
    prefix + name for prefix in ("TARGET", "BUILD") for name in ("PLATFORM", "OS", "ARCH", "VARIANT", "OSVERSION")
) | {"TARGETSTAGE"}
# Usable without ARG, but set only when somebody sets them (docs: "Predefined ARGs").
PREDEFINED_ARGS = frozenset(
    name
    for base in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for name in (base, base.lower())
)
_Lookup = Callable[[str], "str | None"]


class _State:
    """What one stage has so far. Mappings are replaced, never changed, so that steps can keep them."""

    def __init__(self, parent: Stage | None, scratch: bool) -> None:
        # The builder gives an empty image this much.
        self.environment: Mapping[str, Value] = {"PATH": Known(DEFAULT_PATH)} if scratch else {}
        self.workdir: str | None = "/" if scratch else ""
        self.user: str | None = ""
        self.shell = SHELL
        self.entrypoint: Instruction | None = None
        self.cmd: Instruction | None = None
        self.own_cmd = False
        self.exposed: tuple[Exposed, ...] = ()
        self.volumes: tuple[tuple[str, Span], ...] = ()
        self.healthcheck: Instruction | None = None
        self.closed = scratch  # nothing below could have set a variable
        if parent is not None:
            self.environment = parent.environment
            self.workdir, self.user, self.shell = parent.workdir, parent.user, parent.shell
            self.entrypoint, self.cmd, self.healthcheck = parent.entrypoint, parent.cmd, parent.healthcheck
            self.exposed, self.volumes = parent.exposed, parent.volumes
            self.closed = parent.root.base == "scratch"
        # Arguments pass to child stages too (docs.docker.com/build/building/variables, "Scoping").
        self.variables: Mapping[str, Value] = self.environment
        if parent is not None and parent.variables is not parent.environment:
            self.variables = {**parent.variables, **self.environment}

    def lookup(self, name: str) -> str | None:
        value = self.variables.get(name)
        if isinstance(value, Known):
            return value.text
        if value is None and self.closed:
            return None
        raise CannotExpand(value.reason if value is not None else f"{name} may come from the base image")

    def set_environment(self, changes: dict[str, Value]) -> None:
        alike = self.variables is self.environment
        self.environment = {**self.environment, **changes}
        self.variables = self.environment if alike else {**self.variables, **changes}

    def set_argument(self, name: str, value: Value, given: bool) -> None:
        # The later of ENV and ARG wins, but an ARG that nobody gave a value leaves what is there.
        if given or name not in self.variables:
            self.variables = {**self.variables, name: value}


MOST_STAGES = 500


def join_stages(parsed: ParsedDockerfile, build_args: Mapping[str, Value]) -> Dockerfile:
    """See `dockerlint.model.dockerfile.read_stages`."""
    problems: list[Problem] = []
    global_args: dict[str, Value] = {}
    stages: list[Stage] = []
    instructions = parsed.instructions
    starts = [at for at, instruction in enumerate(instructions) if instruction.keyword == "FROM"]
    first = starts[0] if starts else len(instructions)

    def global_lookup(name: str) -> str | None:
        value = global_args.get(name)
        if value is None and name in PLATFORM_ARGS:
            raise CannotExpand(f"{name} depends on the machine")
        if isinstance(value, Unknown):
            raise CannotExpand(value.reason)
        return value.text if value is not None else None

    for instruction in instructions[:first]:
        if instruction.keyword == "ARG":
            for name, value, _ in _arguments(instruction, build_args, {}, global_lookup, problems):
                global_args[name] = value
    if len(starts) > MOST_STAGES:
        span = instructions[starts[MOST_STAGES]].span
        problems.append(Problem(span, f"There are more than {MOST_STAGES} stages; what follows was not read"))
    for number, at in enumerate(starts[:MOST_STAGES]):
        end = starts[number + 1] if number + 1 < len(starts) else len(instructions)
        own = instructions[at + 1 : end]
        stage = _start(instructions[at], number, own, stages, global_lookup, problems)
        _walk(stage, parsed.escape, build_args, global_args, problems)
        stages.append(stage)
    return Dockerfile(parsed, tuple(stages), global_args, (*parsed.problems, *problems))


def _start(
    start: Instruction,
    index: int,
    own: tuple[Instruction, ...],
    stages: list[Stage],
    lookup: _Lookup,
    problems: list[Problem],
) -> Stage:
    words = start.text.split()
    name = words[2].lower() if len(words) == 3 and words[1].lower() == "as" else None
    base: str | None = None
    parent: Stage | None = None
    base_span = start.locate(0, len(words[0])) if words else start.keyword_span
    if words:
        base = _expand(words[0], base_span, lookup, start.escape, problems)
        if base == "":
            if not any(problem.span == base_span for problem in problems):
                problems.append(Problem(base_span, f"{words[0]} is empty, so FROM has no image"))
            base = None
        elif base is not None:
            lower = base.lower()
            # FROM takes names only: `FROM 0` is an image of that name.
            parent = next((stage for stage in reversed(stages) if stage.name == lower), None)
            if parent is not None:
                base = None
    platform = start.flag("platform")
    if platform is not None and "$" in platform:
        try:
            platform = substitute(platform, lookup, start.escape)
        except CannotExpand:
            platform = None
    return Stage(index, name, base, base_span, parent, platform, start, own)


def _walk(
    stage: Stage,
    escape: str,
    build_args: Mapping[str, Value],
    global_args: Mapping[str, Value],
    problems: list[Problem],
) -> None:
    state = _State(stage.parent, stage.base == "scratch")
    if stage.parent is None and escape == "`":
        state.shell = WINDOWS_SHELL
    automatic = {name: build_args[name] for name in PREDEFINED_ARGS if name in build_args} if build_args else {}
    if automatic:
        state.variables = {**automatic, **state.variables}
    steps: list[Step] = []
    run: list[Instruction] = []
    if stage.parent is not None:
        run = [item.inner for item in stage.parent.instructions if item.keyword == "ONBUILD" and item.inner]
    for instruction in (*run, *stage.instructions):
        step = Step(instruction, stage, state.workdir, state.variables, state.user, state.shell)
        steps.append(step)
        apply = _APPLY.get(instruction.keyword)
        if apply is not None:
            apply(state, instruction, problems)
        elif instruction.keyword == "ARG":
            for name, value, given in _arguments(instruction, build_args, global_args, state.lookup, problems):
                state.set_argument(name, value, given)
    put = object.__setattr__
    put(stage, "own_steps", tuple(steps))
    for name in _PASSED_ON:
        put(stage, name, getattr(state, name))


_PASSED_ON = (
    "environment",
    "variables",
    "workdir",
    "user",
    "shell",
    "entrypoint",
    "cmd",
    "exposed",
    "volumes",
    "healthcheck",
)


def _expand(text: str, span: Span, lookup: _Lookup, escape: str, problems: list[Problem]) -> str | None:
    """The text of a word, or None; a substitution that the builder refuses is a problem."""
    try:
        return substitute(text, lookup, escape)
    except CannotExpand as error:
        if error.refused:
            problems.append(Problem(span, error.reason))
        return None


def _value(word: Word, lookup: _Lookup, escape: str, problems: list[Problem]) -> Value:
    try:
        return Known(substitute(word.text, lookup, escape), word.span)
    except CannotExpand as error:
        if error.refused:
            problems.append(Problem(word.span, error.reason))
        return Unknown(error.reason, word.span)


def _arguments(
    instruction: Instruction,
    build_args: Mapping[str, Value],
    global_args: Mapping[str, Value],
    lookup: _Lookup,
    problems: list[Problem],
) -> Iterator[tuple[str, Value, bool]]:
    """What an ARG sets: the value given to the build, else its default, else the global ARG of that name.

    The third is False where nothing here gives it a value; whoever starts the build may still pass one.
    """
    for pair in instruction.pairs:
        name = pair.name
        if name in build_args:
            yield name, build_args[name], True
        elif pair.value is not None:
            yield name, _value(pair.value, lookup, instruction.escape, problems), True
        elif name in global_args:
            yield name, global_args[name], True
        elif name in PLATFORM_ARGS:
            yield name, Unknown(f"{name} depends on the machine", pair.span), True
        else:
            yield name, Unknown(f"{name} {NOT_GIVEN}", pair.span), False


def _env(state: _State, instruction: Instruction, problems: list[Problem]) -> None:
    # Every value sees the environment from before the instruction.
    changes: dict[str, Value] = {}
    for pair in instruction.pairs:
        if pair.value is None:
            changes[pair.name] = Known("", pair.span)
        else:
            changes[pair.name] = _value(pair.value, state.lookup, instruction.escape, problems)
    state.set_environment(changes)


def _workdir(state: _State, instruction: Instruction, problems: list[Problem]) -> None:
    text = instruction.text
    if not text:
        return
    path = _expand(text, instruction.span, state.lookup, instruction.escape, problems)
    state.workdir = None if path is None else join_path(state.workdir, path)


def join_path(workdir: str | None, path: str) -> str | None:
    """A path in the image: absolute as it is, relative below `workdir` ("" stays relative: the base's own folder)."""
    if path.startswith("/"):
        return "/" + posixpath.normpath(path).lstrip("/")
    if len(path) > 1 and path[1] == ":":
        return path
    if workdir is None:
        return None
    joined = posixpath.normpath(posixpath.join(workdir, path)) if path else workdir
    return "" if joined == "." else joined


def _user(state: _State, instruction: Instruction, problems: list[Problem]) -> None:
    text = instruction.text
    if text:
        state.user = _expand(text, instruction.span, state.lookup, instruction.escape, problems)


def _shell(state: _State, instruction: Instruction, problems: list[Problem]) -> None:
    if instruction.exec_form and instruction.words:
        state.shell = tuple([word.value for word in instruction.words])


def _entrypoint(state: _State, instruction: Instruction, problems: list[Problem]) -> None:
    state.entrypoint = instruction
    if not state.own_cmd:
        # A new entry point takes the inherited command away, but not one of the same stage.
        state.cmd = None


def _cmd(state: _State, instruction: Instruction, problems: list[Problem]) -> None:
    state.cmd = instruction
    state.own_cmd = True


def _expose(state: _State, instruction: Instruction, problems: list[Problem]) -> None:
    found: list[Exposed] = []
    for word in instruction.words:
        text = (
            _expand(word.text, word.span, state.lookup, instruction.escape, problems)
            if "$" in word.text
            else word.value
        )
        for part in (text or "").split():
            ports, _, protocol = part.partition("/")
            first, _, last = ports.rpartition(":")[2].partition("-")
            last = last or first
            if first.isascii() and first.isdigit() and last.isascii() and last.isdigit() and len(first + last) < 12:
                found.append(Exposed(int(first), int(last), protocol.lower() or "tcp", word.span))
    state.exposed = (*state.exposed, *found)


def _volume(state: _State, instruction: Instruction, problems: list[Problem]) -> None:
    for word in instruction.words:
        text = (
            _expand(word.text, word.span, state.lookup, instruction.escape, problems)
            if "$" in word.text
            else word.value
        )
        if text:
            state.volumes = (*state.volumes, (text, word.span))


def _healthcheck(state: _State, instruction: Instruction, problems: list[Problem]) -> None:
    state.healthcheck = instruction


_APPLY: dict[str, Callable[[_State, Instruction, list[Problem]], None]] = {
    "ENV": _env,
    "WORKDIR": _workdir,
    "USER": _user,
    "SHELL": _shell,
    "ENTRYPOINT": _entrypoint,
    "CMD": _cmd,
    "EXPOSE": _expose,
    "VOLUME": _volume,
    "HEALTHCHECK": _healthcheck,
}


def stage_uses(stages: tuple[Stage, ...], stage: Stage) -> Iterator[StageUse]:
    """See `Dockerfile.uses`."""
    earlier = stages[: stage.index]
    for step in stage.own_steps:
        instruction = step.instruction
        if instruction.keyword not in ("COPY", "ADD", "RUN"):
            continue
        for flag in instruction.flags:
            name: str | None = flag.value
            if flag.name == "mount":
                options = dict(option.partition("=")[::2] for option in (flag.value or "").split(","))
                name = options.get("from")
            elif flag.name != "from":
                continue
            if not name:
                continue
            if "$" in name:
                # The builder takes COPY --from as it is written; a mount's from may hold global ARGs.
                yield StageUse(instruction, flag.span, None, None)
                continue
            found = find_stage(earlier, name)
            yield StageUse(instruction, flag.span, found, None if found else name)

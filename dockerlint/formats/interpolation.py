"""``$VAR`` and ``${VAR:-x}`` in compose and env files: which variables, where, and the text that comes of them.

Source: https://docs.docker.com/reference/compose-file/interpolation/ and compose-go's behaviour: ``$$`` is a dollar, a
dollar before anything else than a name or a brace stays, the text behind an operator ends at the brace that matches,
in one line.
"""

from __future__ import annotations

from collections.abc import Callable

from dockerlint.formats.yamlnodes import Piece
from dockerlint.source.record import dataclass

Lookup = Callable[[str], "str | None"]

UNKNOWN = "\ue000"  # stands in a text where a variable is that nobody knows; a private character of Unicode
NESTING_CAP = 40
LONGEST = 200_000  # characters that variables may bring into one text: some that double each other fill the memory
_FIRST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_NAME = _FIRST | frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Variable:
    """One ``$VAR`` or ``${…}`` at `start` to `end` of the template; `value` is the variable's own, None: not set."""

    name: str
    start: int
    end: int
    operator: str | None  # ":-" "-" ":?" "?" ":+" "+"
    argument: str | None  # the text behind the operator, as written
    value: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why Compose would refuse the text; `missing`: only because a required variable is not set."""

    message: str
    start: int
    end: int
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Interpolated:
    text: str
    pieces: tuple[Piece, ...]
    variables: tuple[Variable, ...]
    faults: tuple[Fault, ...]

    @property
    def known(self) -> bool:
        return UNKNOWN not in self.text


def interpolate(template: str, lookup: Lookup, unset: str = "") -> Interpolated:
    """Fill a template in; `unset` is what a variable without value and default leaves (`UNKNOWN` where it counts)."""
    run = _Run(lookup, unset)
    text = run.fill(template, 0, 0, run.pieces)
    return Interpolated(text, tuple(run.pieces), tuple(run.variables), tuple(run.faults))


def variables(template: str) -> tuple[Variable, ...]:
    """Every variable of a template, none of them looked up."""
    return interpolate(template, lambda _: None).variables if "$" in template else ()


class _Run:
    def __init__(self, lookup: Lookup, unset: str) -> None:
        self.lookup = lookup
        self.unset = unset
        self.pieces: list[Piece] = []
        self.variables: list[Variable] = []
        self.faults: list[Fault] = []
        self.brought = 0
        self.stopped = False  # behind a fault nothing is read: Compose does not either

    def fill(self, template: str, base: int, depth: int, pieces: list[Piece] | None) -> str:
        """The filled text; positions that are reported count from `base`."""
        out: list[str] = []
        length = at = written = 0
        while True:
            dollar = -1 if self.stopped else template.find("$", at)
            if dollar < 0 or dollar + 1 >= len(template):
                break
            follower = template[dollar + 1]
            if follower == "$":
                text, end = "$", dollar + 2
            elif follower in _FIRST:
                end = dollar + 2
                while end < len(template) and template[end] in _NAME:
                    end += 1
                text = self.variable(template[dollar + 1 : end], None, None, base + dollar, base + end, 0, depth)
            elif follower == "{":
                text, end = self.braced(template, dollar, base, depth)
            else:
                at = dollar + 1
                continue
            for piece, start, stop, literal in (
                (template[written:dollar], written, dollar, True),
                (text, dollar, end, False),
            ):
                if pieces is not None and stop > start:
                    pieces.append(Piece(length, length + len(piece), start, stop, literal))
                out.append(piece)
                length += len(piece)
            at = written = end
        rest = template[written:]
        if pieces is not None and rest:
            pieces.append(Piece(length, length + len(rest), written, len(template), True))
        out.append(rest)
        return "".join(out)

    def braced(self, template: str, dollar: int, base: int, depth: int) -> tuple[str, int]:
        """The text of the ``${…}`` at `dollar`, and where it ends."""
        end = name_start = dollar + 2
        while end < len(template) and template[end] in (_NAME if end > name_start else _FIRST):
            end += 1
        name = template[name_start:end]
        if name and template[end : end + 1] == "}":
            return self.variable(name, None, None, base + dollar, base + end + 1, 0, depth), end + 1
        operator = template[end : end + 2] if template[end : end + 1] == ":" else template[end : end + 1]
        close = _closing(template, dollar + 1) if name and operator in (":-", "-", ":?", "?", ":+", "+") else -1
        if close < 0 or depth >= NESTING_CAP:
            line_end = template.find("\n", dollar)
            line_end = len(template) if line_end < 0 else line_end
            shown = template[dollar : min(line_end, dollar + 40)]
            message = f'"{shown}" is no valid variable; write $$ for a dollar sign'
            self.faults.append(Fault(message, base + dollar, base + line_end))
            self.stopped = True
            return template[dollar : dollar + 2], dollar + 2
        argument_start = end + len(operator)
        argument = template[argument_start:close]
        text = self.variable(name, operator, argument, base + dollar, base + close + 1, base + argument_start, depth)
        return text, close + 1

    def variable(
        self, name: str, operator: str | None, argument: str | None, start: int, end: int, inner: int, depth: int
    ) -> str:
        value = self.lookup(name)
        self.brought += len(value or "")
        if self.brought > LONGEST:
            self.faults.append(Fault("variables make this text longer than anything that is read", start, end))
            self.stopped = True
            return self.unset
        self.variables.append(Variable(name, start, end, operator, argument, value))
        if operator is None or argument is None:
            return self.unset if value is None else value
        absent = value is None or (operator[0] == ":" and value == "")
        filled = self.fill(argument, inner, depth + 1, None)
        if operator[-1] == "-":
            return filled if absent else value or ""
        if operator[-1] == "+":
            if value is None:
                return self.unset
            return value if absent else filled
        if absent:
            reason = f": {filled}" if filled and UNKNOWN not in filled else ""
            self.faults.append(Fault(f"the variable {name} is required but has no value{reason}", start, end, True))
            return self.unset
        return value or ""


def _closing(template: str, brace: int) -> int:
    """The ``}`` that ends the ``{`` at `brace`: the matching one, else the last of the line; -1 without any."""
    line_end = template.find("\n", brace)
    line_end = len(template) if line_end < 0 else line_end
    opened = 0
    at = brace
    while at < line_end:
        char = template[at]
        if char == "}":
            opened -= 1
            if opened == 0:
                return at
        elif char == "{":
            opened += 1
            at += 1
        at += 1
    return template.rfind("}", brace, line_end)

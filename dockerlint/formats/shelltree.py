"""The parts of shell text; every offset counts characters of the text that was parsed."""

from __future__ import annotations

from collections.abc import Iterator

from dockerlint.source.record import dataclass


@dataclass(frozen=True, slots=True)
class ShellWord:
    """A word: `value` without quotes and escapes, ``$VAR`` left in place.

    `static`: no variable, substitution or arithmetic in it (``*`` and ``~`` do not count).
    `substitutions` are the command substitutions inside, in order.
    """

    raw: str
    value: str
    static: bool
    start: int
    end: int
    substitutions: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Redirect:
    """``2>file``: `operator` is ``>``, ``>>``, ``<``, ``<<``, ``<<<``, ``>&`` …; for a heredoc `body` is its text."""

    operator: str
    target: ShellWord
    descriptor: int | None
    start: int
    end: int
    body: str | None = None
    body_start: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command. `joined_by` is the operator before it in its block: "" for the first, && || ; | or &."""

    assignments: tuple[tuple[str, ShellWord], ...]
    words: tuple[ShellWord, ...]
    redirects: tuple[Redirect, ...]
    joined_by: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class If:
    """`branches` are (condition, body) pairs of ``if`` and every ``elif``; `otherwise` is the ``else``."""

    branches: tuple[tuple[Block, Block], ...]
    otherwise: Block | None
    redirects: tuple[Redirect, ...]
    joined_by: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Case:
    """``case subject in patterns) body ;; … esac``."""

    subject: ShellWord
    arms: tuple[tuple[tuple[ShellWord, ...], Block], ...]
    redirects: tuple[Redirect, ...]
    joined_by: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Loop:
    """`kind` is for, select, while or until: the first two have `variable` and `items`, the others `condition`."""

    kind: str
    variable: str | None
    items: tuple[ShellWord, ...]
    condition: Block | None
    body: Block
    redirects: tuple[Redirect, ...]
    joined_by: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """``{ …; }``, or ``( … )`` where `subshell` is true."""

    body: Block
    subshell: bool
    redirects: tuple[Redirect, ...]
    joined_by: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Function:
    """A definition; its `body` runs only where its name is called."""

    name: str
    body: Block
    redirects: tuple[Redirect, ...]
    joined_by: str
    start: int
    end: int


Statement = Command | If | Case | Loop | Group | Function


@dataclass(frozen=True, slots=True)
class Block:
    """Statements in order. `complete` is False where something was skipped because it could not be understood."""

    statements: tuple[Statement, ...]
    complete: bool
    start: int
    end: int

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)

    def __len__(self) -> int:
        return len(self.statements)

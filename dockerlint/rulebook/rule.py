"""A rule as its card defines it, and how a check makes findings of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dockerlint.rulebook.finding import Finding, Fix, Related, Severity
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import Span


@dataclass(frozen=True, slots=True)
class Case:
    """One of the different things that a rule says. What a case leaves out is the rule's.

    `missing`: a fault of what is not there, so that it only holds if every way to run the service has it; with
    `written`, every way that reads the file of the finding, for the line there is half of the fault.
    """

    name: str
    severity: Severity
    message: str
    help: str
    aliases: tuple[str, ...]
    missing: bool = False
    written: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """What a user may set for a rule."""

    name: str
    default: Any
    help: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """A finding that an example must give: the text at its place in `file`, and words of its message."""

    file: str
    quote: str
    says: tuple[str, ...] = ()
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A small whole project (path → text), bad or good.

    `because` says why a good one is right though it looks wrong; `speaks` names other default rules that do report it.
    `proof` is an experiment on a real engine, one mapping a step (tests/engine/probes.py has the verbs); `proof_files`
    are laid over the project for it, `proof_env` is what the shell of `docker compose` exports.
    """

    name: str
    bad: bool
    files: Mapping[str, str]
    expect: tuple[Expectation, ...] = ()
    fixed: Mapping[str, str] | None = None
    because: str = ""
    speaks: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    proof: tuple[Mapping[str, Any], ...] = ()
    proof_files: Mapping[str, str] = field(default_factory=dict)
    proof_env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `options` holds the values in effect, `option_definitions` what may be set.

    `message` and `help` are templates that `finding` fills with named words; `aliases` maps a tool to its codes and
    `fixable` follows from the examples. `why`, `sources` and `examples` are there only when the whole card was read
    (see shelf.py).
    """

    id: str
    title: str
    group: str
    severity: Severity
    default: bool
    check: str
    reads: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    option_definitions: tuple[Option, ...] = ()
    tables: Mapping[str, Any] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    message: str = ""
    help: str = ""
    missing: bool = False
    fixable: bool = False
    why: str = ""
    instead: str = ""
    sources: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Every alias, whatever the tool."""
        return tuple(code for codes in self.aliases.values() for code in codes)

    def is_missing(self, case: str | None) -> bool:
        """Is this (case of the) rule about something that is not there?"""
        return self.cases[case].missing if case else self.missing

    def is_written(self, case: str | None) -> bool:
        """Is what is missing only a fault with the line that the finding points at?"""
        return bool(case) and self.cases[case or ""].written

    def finding(
        self,
        span: Span,
        *,
        case: str | None = None,
        service: str | None = None,
        stage: str | None = None,
        related: Iterable[Related] = (),
        fix: Fix | None = None,
        subject: str | None = None,
        **words: object,
    ) -> Finding:
        """A finding at `span`; `words` fill the templates, which may use {service} and {stage} as well.

        Raises KeyError for a case or word that the card does not know.
        """
        said = self.cases[case] if case else self
        if service is not None:
            words["service"] = service
        if stage is not None:
            words["stage"] = stage
        return Finding(
            rule=self.id,
            case=case,
            severity=said.severity,
            message=said.message.format_map(words),
            help=said.help.format_map(words),
            span=span,
            service=service,
            stage=stage,
            related=tuple(related),
            fix=fix,
            subject=subject if subject is not None else "",
            aliases=said.aliases if isinstance(said, Case) else self.codes,
        )

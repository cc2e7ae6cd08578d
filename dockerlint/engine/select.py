"""Which rules run: RULE, GROUP, an ALIAS of another tool, or ALL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dockerlint.engine.settings import Settings, UsageError
from dockerlint.rulebook.finding import Finding
from dockerlint.rulebook.rule import Rule
from dockerlint.source.record import dataclass, replace


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that run, with the user's options in them.

    `only` narrows rules that were selected by aliases alone to findings with such an alias; findings with a code of
    `without` were ignored by alias.
    """

    rules: Mapping[str, Rule]
    only: Mapping[str, frozenset[str]]
    without: frozenset[str]

    def keeps(self, finding: Finding) -> bool:
        only = self.only.get(finding.rule)
        if only is not None and only.isdisjoint(finding.aliases):
            return False
        return self.without.isdisjoint(finding.aliases)


@dataclass(frozen=True, slots=True)
class _Named:
    """What one name stands for: rules, or a code that some findings of the rules have."""

    rules: tuple[str, ...]
    code: str | None = None


def select(rules: Mapping[str, Rule], settings: Settings) -> Selection:
    """The default rules, or those of `settings.select`, without those of `settings.ignore`. Raises UsageError."""
    chosen: dict[str, frozenset[str] | None] = {}
    if settings.select:
        for name in settings.select:
            named = _resolve(rules, name)
            for rule in named.rules:
                if named.code is None:
                    chosen[rule] = None
                elif (codes := chosen.get(rule, frozenset())) is not None:
                    chosen[rule] = codes | {named.code}
    else:
        chosen = {rule.id: None for rule in rules.values() if rule.default}
    without = set()
    for name in settings.ignore:
        named = _resolve(rules, name)
        if named.code is not None:
            without.add(named.code)
        else:
            chosen = {rule: codes for rule, codes in chosen.items() if rule not in named.rules}
    return Selection(
        rules={rule: _configured(rules[rule], settings) for rule in rules if rule in chosen},
        only={rule: codes for rule, codes in chosen.items() if codes is not None},
        without=frozenset(without),
    )


def names_of(rules: Iterable[Rule]) -> set[str]:
    """Everything that a rule can be called by."""
    names = {"ALL"}
    for rule in rules:
        names.update((rule.id, rule.group), codes_of(rule))
    return names


def codes_of(rule: Rule) -> set[str]:
    """The aliases of a rule and of its cases."""
    return {*rule.codes, *(code for case in rule.cases.values() for code in case.aliases)}


def nearest(name: str, names: Iterable[str]) -> str:
    """ "; did you mean …?", or "" where nothing is near."""
    from difflib import get_close_matches

    by_lower = {known.lower(): known for known in sorted(names)}
    found = get_close_matches(name.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[found[0]]}?" if found else ""


def _resolve(rules: Mapping[str, Rule], name: str) -> _Named:
    lower = name.strip().lower()
    if lower == "all":
        return _Named(tuple(rules))
    if lower in rules:
        return _Named((lower,))
    group = tuple(rule.id for rule in rules.values() if rule.group == lower)
    if group:
        return _Named(group)
    for rule in rules.values():
        for code in codes_of(rule):
            if code.lower() == lower:
                return _Named(tuple(other.id for other in rules.values() if code in codes_of(other)), code)
    raise UsageError(f"no rule, group or alias is called {name!r}{nearest(name, names_of(rules.values()))}")


def _configured(rule: Rule, settings: Settings) -> Rule:
    """The rule with the user's options and severity, which then holds for each of its cases."""
    values = settings.options.get(rule.id)
    if values:
        for name in values:
            if name not in rule.options:
                raise UsageError(f"{rule.id} has no option {name!r}{nearest(name, rule.options)}")
        rule = replace(rule, options={**rule.options, **values})
    severity = settings.severity.get(rule.id)
    if severity is None:
        return rule
    return replace(
        rule,
        severity=severity,
        cases={name: replace(case, severity=severity) for name, case in rule.cases.items()},
    )

"""The page of a rule: what `dockerlint explain` prints, made of its card alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill, indent

from dockerlint.rulebook.rule import Example, Rule

_WIDTH = 100


def page(rule: Rule, card: str) -> str:
    """Plain text (Markdown-like); ends with the card's path."""
    return "\n\n".join(part.rstrip() for part in _parts(rule, card) if part.strip()) + "\n"


def _parts(rule: Rule, card: str) -> Iterator[str]:
    yield f"# {rule.id}\n\n{rule.title}"
    yield _facts(rule)
    yield f"## Why\n\n{_prose(rule.why)}" if rule.why else ""
    yield f"## Instead\n\n{rule.instead.rstrip()}" if rule.instead else ""
    bad = [example for example in rule.examples if example.bad]
    good = [example for example in rule.examples if not example.bad]
    if bad:
        yield f"## Reported: {bad[0].name}\n\n{_files(bad[0].files)}"
        if bad[0].fixed:
            yield f"## Fixed\n\n{_files(bad[0].fixed)}"
    if good:
        yield f"## Right: {good[0].name}\n\n{_files(good[0].files)}"
    quiet = [_quiet(example) for example in good if example.because]
    if quiet:
        yield "## Left alone\n\n" + "\n".join(quiet)
    if rule.option_definitions:
        yield "## Options\n\n" + "\n".join(
            _item(f"`{option.name}` (default {_value(option.default)}): {option.help}")
            for option in rule.option_definitions
        )
    if rule.sources:
        yield "## Sources\n\n" + "\n".join(f"- {source}" for source in rule.sources)
    yield f"Excuse one place: `# dockerlint: ignore={rule.id} reason`. The rule, its examples and its words: {card}"


def _facts(rule: Rule) -> str:
    severities = [rule.severity, *(case.severity for case in rule.cases.values())]
    facts = {
        "group": rule.group,
        "severity": ", ".join(dict.fromkeys(severities)),
        "default": "on" if rule.default else f"off; turn it on with --select {rule.id}",
        "fix": "--fix can mend it" if rule.fixable else "",
        **{tool: ", ".join(codes) for tool, codes in rule.aliases.items()},
    }
    width = max(map(len, facts))
    return "\n".join(f"{f'{name}:':<{width + 2}} {value}" for name, value in facts.items() if value)


def _quiet(example: Example) -> str:
    return _item(f"{example.name}: {example.because}")


def _item(text: str) -> str:
    return fill(" ".join(text.split()), _WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False)


def _prose(text: str) -> str:
    return "\n\n".join(fill(" ".join(part.split()), _WIDTH) for part in text.split("\n\n"))


def _files(files: Mapping[str, str]) -> str:
    return "\n\n".join(f"    # {path}\n{indent(text.rstrip(), '    ')}" for path, text in files.items())


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value is None else str(value)

"""A card (rules/<id>.yaml) → Rule, and the files in rules/facts/ → plain data. The only reader of either.

Cards are strict: an unknown key or a wrong type is a CardError that names the allowed ones. Keys of mappings are always
text and scalars are those of JSON, so that the index of a wheel holds exactly what the cards say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from dockerlint.rulebook.finding import SEVERITIES, Severity
from dockerlint.rulebook.rule import Case, Example, Expectation, Option, Rule

Raw = dict[str, Any]

_CARD = {
    "id": str, "title": str, "group": str, "severity": str, "default": bool, "check": str, "reads": list,
    "aliases": dict, "options": dict, "tables": dict, "cases": dict, "message": str, "help": str, "missing": bool,
    "why": str, "instead": str, "sources": list, "examples": list,
}  # fmt: skip
_REQUIRED = ("id", "title", "group", "severity", "default", "check")
_CASE = {"severity": str, "message": str, "help": str, "aliases": list, "missing": bool, "written": bool}
_OPTION = {"default": None, "help": str}
_EXAMPLE = {
    "name": str, "bad": dict, "good": dict, "expect": list, "fixed": dict, "because": str, "speaks": list,
    "options": dict, "proof": list, "proof_files": dict, "proof_env": dict,
}  # fmt: skip


class CardError(ValueError):
    """A card or facts file that does not hold what it must; the message starts with the file's name."""


def load_yaml(text: str, name: str) -> Any:
    """YAML as plain data with text keys. Raises CardError for broken YAML and duplicate keys."""
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=base)
        return None if node is None else _plain(node, name)
    except yaml.YAMLError as error:
        raise CardError(f"{name}: {error}") from None


def parse_card(text: str, name: str) -> Raw:
    """The card as checked plain data (what the index of a wheel holds)."""
    raw = load_yaml(text, name)
    if not isinstance(raw, dict):
        raise CardError(f"{name}: a card is a mapping")
    _check(raw, _CARD, name)
    for key in _REQUIRED:
        if key not in raw:
            raise CardError(f"{name}: {key} is missing")
    for case, value in raw.get("cases", {}).items():
        _check(value, _CASE, f"{name}: case {case}")
    for option, value in raw.get("options", {}).items():
        _check(value, _OPTION, f"{name}: option {option}")
    for number, example in enumerate(raw.get("examples", []), 1):
        _check(example, _EXAMPLE, f"{name}: example {number}")
        if ("bad" in example) == ("good" in example):
            raise CardError(f"{name}: example {number} must have either bad or good")
    for case in (raw, *raw.get("cases", {}).values()):
        if case.get("severity", "error") not in SEVERITIES:
            raise CardError(f"{name}: severity must be one of {', '.join(SEVERITIES)}")
    if not raw.get("cases") and "message" not in raw:
        raise CardError(f"{name}: message is missing")
    return raw


def rule_of(raw: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> Rule:
    """The rule of a card's checked data; `options` are the user's values."""
    definitions = tuple(
        Option(name, option.get("default"), option.get("help", "")) for name, option in raw.get("options", {}).items()
    )
    values = {option.name: option.default for option in definitions}
    values.update(options or {})
    aliases = {tool: tuple(codes) for tool, codes in raw.get("aliases", {}).items()}
    instead = raw.get("instead", "").strip()
    return Rule(
        id=raw["id"],
        title=raw["title"],
        group=raw["group"],
        severity=raw["severity"],
        default=raw["default"],
        check=raw["check"],
        reads=tuple(raw.get("reads", ())),
        aliases=aliases,
        options=values,
        option_definitions=definitions,
        tables=raw.get("tables", {}),
        cases=_cases(raw, tuple(code for codes in aliases.values() for code in codes), instead),
        message=raw.get("message", "").strip(),
        help=_help(raw.get("help"), instead),
        missing=raw.get("missing", False),
        fixable=any("fixed" in example for example in raw.get("examples", ())),
        why=raw.get("why", "").strip(),
        instead=instead,
        sources=tuple(raw.get("sources", ())),
        examples=tuple(_example(example, raw["id"]) for example in raw.get("examples", ())),
    )


def _cases(raw: Mapping[str, Any], codes: tuple[str, ...], instead: str) -> dict[str, Case]:
    """The cases; where one of them names its aliases, the others have none."""
    cases = {}
    if any("aliases" in case for case in raw.get("cases", {}).values()):
        codes = ()
    for name, case in raw.get("cases", {}).items():
        severity: Severity = case.get("severity", raw["severity"])
        cases[name] = Case(
            name=name,
            severity=severity,
            message=case.get("message", raw.get("message", "")).strip(),
            help=_help(case.get("help", raw.get("help")), instead),
            aliases=tuple(case.get("aliases", codes)),
            missing=case.get("missing", raw.get("missing", False)),
            written=case.get("written", False),
        )
    return cases


def _help(template: str | None, instead: str) -> str:
    """The template; without one the first sentence of `instead`, in which braces mean themselves."""
    if template is not None:
        return template.strip()
    sentence = " ".join(instead.split("\n\n")[0].split())
    end = sentence.find(". ")
    sentence = sentence if end < 0 else sentence[: end + 1]
    return sentence.replace("{", "{{").replace("}", "}}")


def _example(raw: Raw, rule: str) -> Example:
    bad = "bad" in raw
    return Example(
        name=raw.get("name", "bad" if bad else "good"),
        bad=bad,
        files=raw["bad"] if bad else raw["good"],
        expect=tuple(_expectation(item, rule) for item in raw.get("expect", ())),
        fixed=raw.get("fixed"),
        because=raw.get("because", "").strip(),
        speaks=tuple(raw.get("speaks", ())),
        options=raw.get("options", {}),
        proof=tuple(raw.get("proof", ())),
        proof_files=raw.get("proof_files", {}),
        proof_env=raw.get("proof_env", {}),
    )


def _expectation(raw: Any, rule: str) -> Expectation:
    places = [key for key in raw if key not in ("says", "case")] if isinstance(raw, dict) else []
    if len(places) != 1:
        raise CardError(f"{rule}.yaml: an expectation is {{FILE: quoted text, says: words, case: name}}")
    says = raw.get("says", ())
    return Expectation(
        file=places[0],
        quote=str(raw[places[0]]),
        says=(says,) if isinstance(says, str) else tuple(str(word) for word in says),
        case=raw.get("case"),
    )


def _check(value: Any, allowed: Mapping[str, type | None], name: str) -> None:
    if not isinstance(value, dict):
        raise CardError(f"{name}: must be a mapping of {', '.join(allowed)}")
    unknown = [key for key in value if key not in allowed]
    if unknown:
        raise CardError(f"{name}: unknown key {unknown[0]!r}; allowed are {', '.join(allowed)}")
    for key, kind in allowed.items():
        if kind is not None and key in value and not isinstance(value[key], kind):
            raise CardError(f"{name}: {key} must be a {_KINDS[kind]}")


_KINDS: dict[type, str] = {str: "text", bool: "true or false", list: "list", dict: "mapping"}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


def _plain(node: yaml.Node, name: str) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, name) for item in node.value]
    assert isinstance(node, yaml.MappingNode)
    return _mapping(node.value, name)


def _mapping(pairs: Iterable[tuple[yaml.Node, yaml.Node]], name: str) -> Raw:
    found: Raw = {}
    for key_node, value_node in pairs:
        if not isinstance(key_node, yaml.ScalarNode):
            raise CardError(f"{name}: line {key_node.start_mark.line + 1}: a key must be text")
        key = key_node.value
        if key in found:
            raise CardError(f"{name}: line {key_node.start_mark.line + 1}: {key} stands twice")
        found[key] = _plain(value_node, name)
    return found


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    if node.style:  # quoted or a block; libyaml says "" and Python None for a plain one
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] in "-+.0123456789":
        for convert in (int, float):
            try:
                return convert(text) if "_" not in text else text
            except ValueError:
                continue
    return text

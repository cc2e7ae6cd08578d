"""The JSON schema of the configuration, made from the rules, for editors that complete and check it.

`configuration.schema.json` beside this module is what it gives; a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from dockerlint.engine.configuration import FAIL_ON, KEYS
from dockerlint.engine.select import names_of
from dockerlint.rulebook import shelf
from dockerlint.rulebook.finding import SEVERITIES
from dockerlint.rulebook.rule import Rule

_TYPES: dict[type, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    list: {"type": "array", "items": {"type": "string"}},
    dict: {"type": "object"},
}


def schema() -> dict[str, Any]:
    rules = shelf.rules()
    texts = {"type": "array", "items": {"type": "string"}}
    names = {"type": "array", "items": {"anyOf": [{"enum": sorted(names_of(rules.values()))}, {"type": "string"}]}}
    properties = {
        "extends": {
            "description": "File, or files, whose settings lie below these.",
            "anyOf": [{"type": "string"}, texts],
        },
        "select": {"description": "Ask only these rules, groups or other tools' codes.", **names},
        "ignore": {"description": "Do not ask these rules, groups or other tools' codes.", **names},
        "severity": {
            "description": "How much a rule's findings weigh.",
            **_by_rule({name: {"enum": list(SEVERITIES)} for name in rules}),
        },
        "per-file-ignores": {
            "description": "Glob from the configuration's folder: what is not reported in such files.",
            "type": "object",
            "additionalProperties": names,
        },
        "exclude": {"description": "Globs, as lines of a .gitignore beside the configuration.", **texts},
        "fail-on": {"description": "Exit with 1 from this severity on.", "enum": list(FAIL_ON)},
        "options": {
            "description": "The options of single rules.",
            **_by_rule({name: _options(rule) for name, rule in rules.items() if rule.option_definitions}),
        },
        "trusted-registries": {"description": "Registries that images may come from.", **texts},
        "baseline": {"description": "File with old findings that are not reported.", "type": "string"},
    }
    assert set(properties) == set(KEYS)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "dockerlint configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _by_rule(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _options(rule: Rule) -> dict[str, Any]:
    return _by_rule(
        {
            option.name: {"description": option.help, **_TYPES.get(type(option.default), {})}
            for option in rule.option_definitions
        }
    )

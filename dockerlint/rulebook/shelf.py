"""Where the cards lie, and quick access to them.

An installed wheel carries the cards and an index (JSON) made from them when it was built. A checkout reads `rules/`
where it lies; since parsing YAML would take most of a small run, the parsed data is kept in the user's cache folder
under the size, times and inode of every file, and made anew when any of these differs. A bare `rules/` next to an
installed package is never looked for.
"""

from __future__ import annotations

import json
import os
from typing import Any

from dockerlint.rulebook.finding import Severity
from dockerlint.rulebook.rule import Case, Option, Rule

_HERE = os.path.dirname(os.path.abspath(__file__))
_CARRIED = os.path.join(_HERE, "cards")
_CHECKOUT = os.path.dirname(os.path.dirname(_HERE))
_FORMAT = 1

Raw = dict[str, Any]


def folder() -> str:
    """The folder of the cards; `facts/` lies in it. Raises FileNotFoundError when the installation is broken."""
    if os.path.isfile(os.path.join(_CARRIED, "rules.json")):
        return _CARRIED
    if os.path.isfile(os.path.join(_CHECKOUT, "pyproject.toml")):
        return os.path.join(_CHECKOUT, "rules")
    raise FileNotFoundError("dockerlint is installed without its rules; install it again")


def rules() -> dict[str, Rule]:
    """Every rule by id, in alphabetical order, without `why`, `sources` and `examples`."""
    return {raw["id"]: _rule(raw) for raw in _index("rules")}


def facts() -> Raw:
    """What rules/facts/*.yaml say: file name without .yaml → content."""
    found: Raw = _index("facts")
    return found


def whole_rule(rule_id: str) -> Rule:
    """A rule with all that its card says. Raises KeyError for an unknown id."""
    from dockerlint.rulebook.card import parse_card, rule_of

    path = card_path(rule_id)
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
    except OSError:
        raise KeyError(rule_id) from None
    return rule_of(parse_card(text, os.path.basename(path)))


def card_path(rule_id: str) -> str:
    return os.path.join(folder(), f"{rule_id}.yaml")


def rule_ids() -> list[str]:
    """The ids of all cards, by file name alone."""
    return [name[: -len(".yaml")] for name in sorted(os.listdir(folder())) if name.endswith(".yaml")]


def build_index(source: str) -> tuple[list[Raw], Raw]:
    """The data of all cards in `source` (for a quick start), and that of all facts files. Raises CardError."""
    from dockerlint.rulebook.card import load_yaml, parse_card

    cards = []
    for name in sorted(os.listdir(source)):
        if name.endswith(".yaml"):
            raw = parse_card(_text(os.path.join(source, name)), name)
            cards.append(_slim(raw))
    found: Raw = {}
    facts_folder = os.path.join(source, "facts")
    for name in sorted(os.listdir(facts_folder)) if os.path.isdir(facts_folder) else ():
        if name.endswith(".yaml"):
            found[name[: -len(".yaml")]] = load_yaml(_text(os.path.join(facts_folder, name)), name)
    return cards, found


def write_index(source: str, target: str) -> None:
    """Writes rules.json and facts.json into `target`: what a wheel carries."""
    for name, content in zip(("rules", "facts"), build_index(source), strict=True):
        with open(os.path.join(target, f"{name}.json"), "w", encoding="utf-8") as stream:
            json.dump(content, stream, ensure_ascii=False, separators=(",", ":"))


def _slim(raw: Raw) -> Raw:
    """The card without what only `explain` and the tests read; every case complete."""
    from dockerlint.rulebook.card import rule_of

    rule = rule_of(raw)
    slim: Raw = {"id": rule.id, "title": rule.title, "group": rule.group, "severity": rule.severity}
    slim |= {"default": rule.default, "check": rule.check, "reads": rule.reads, "aliases": dict(rule.aliases)}
    slim["options"] = [[option.name, option.default, option.help] for option in rule.option_definitions]
    slim["cases"] = [
        [case.name, case.severity, case.message, case.help, case.aliases, case.missing, case.written]
        for case in rule.cases.values()
    ]
    slim |= {"tables": rule.tables, "message": rule.message, "help": rule.help, "missing": rule.missing}
    slim |= {"instead": rule.instead, "fixable": rule.fixable}
    return slim


def _rule(raw: Raw) -> Rule:
    fields = dict(raw)
    fields["reads"] = tuple(raw["reads"])
    fields["aliases"] = {tool: tuple(codes) for tool, codes in raw["aliases"].items()}
    fields["option_definitions"] = tuple(Option(*option) for option in raw["options"])
    fields["options"] = {option[0]: option[1] for option in raw["options"]}
    fields["cases"] = {case[0]: _case(*case) for case in raw["cases"]}
    return Rule(**fields)


def _case(
    name: str, severity: Severity, message: str, help: str, aliases: list[str], missing: bool, written: bool
) -> Case:
    return Case(name, severity, message, help, tuple(aliases), missing, written)


def _index(name: str) -> Any:
    source = folder()
    if source == _CARRIED:
        return _read_json(os.path.join(_CARRIED, f"{name}.json"))
    stamp = _stamp(source)
    cached = _cache_path(source, name)
    found = _read_json(cached) if cached else None
    if isinstance(found, dict) and found.get("stamp") == stamp:
        return found["content"]
    content = dict(zip(("rules", "facts"), build_index(source), strict=True))
    for key, value in content.items():
        _store(_cache_path(source, key), {"stamp": stamp, "content": value})
    return json.loads(json.dumps(content[name]))


def _stamp(source: str) -> list[list[Any]]:
    """Everything by which a changed card, facts file or reader of cards shows."""
    stamp: list[list[Any]] = [[_FORMAT]]
    readers = [os.path.join(_HERE, name) for name in ("card.py", "rule.py", "shelf.py")]
    for path in (*_listed(source), *_listed(os.path.join(source, "facts")), *readers):
        status = os.stat(path)
        stamp.append([path, status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino])
    return stamp


def _listed(source: str) -> list[str]:
    try:
        return [os.path.join(source, name) for name in sorted(os.listdir(source)) if name.endswith(".yaml")]
    except OSError:
        return []


def _cache_path(source: str, name: str) -> str | None:
    """Where a checkout's index is kept; None where there is no such place."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if not base:
        home = os.path.expanduser("~")
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".cache")
    from zlib import crc32

    return os.path.join(base, "dockerlint", f"{name}-{crc32(source.encode('utf-8', 'surrogateescape')):08x}.json")


def _read_json(path: str) -> Any:
    try:
        return json.loads(_text(path))
    except (OSError, ValueError):
        return None


def _store(path: str | None, content: Any) -> None:
    if path is None:
        return
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "w", encoding="utf-8") as stream:
            json.dump(content, stream, ensure_ascii=False, separators=(",", ":"))
        os.replace(temporary, path)
    except (OSError, TypeError, ValueError):
        return


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as stream:
        return stream.read()

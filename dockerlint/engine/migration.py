"""The configurations of other linters → one of dockerlint, with what could not be translated.

Knows the files of hadolint (README, "Configure"), dclint (README, "Configuration"; looked for as cosmiconfig does) and
compose-lint (docs/configuration.md). Their codes become ours through the aliases of the cards.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dockerlint.engine import configfile
from dockerlint.engine.configfile import ConfigFile
from dockerlint.engine.select import codes_of
from dockerlint.engine.settings import UsageError
from dockerlint.rulebook import shelf
from dockerlint.rulebook.finding import SEVERITIES, Severity
from dockerlint.rulebook.rule import Rule
from dockerlint.source.record import dataclass

# In one folder the first of each line counts, as for the linter itself.
HADOLINT = (".hadolint.yaml", ".hadolint.yml")
DCLINT = ("package.json", ".dclintrc", ".dclintrc.json", ".dclintrc.yaml", ".dclintrc.yml")
COMPOSE_LINT = (".compose-lint.yml", ".compose-lint.yaml")
DCLINT_PROGRAMS = (".dclintrc.js", ".dclintrc.cjs", ".dclintrc.mjs", ".dclintrc.ts", "dclint.config.js")

_DCLINT_LEVELS: dict[int, Severity] = {1: "warning", 2: "error"}
_COMPOSE_LINT_LEVELS: dict[str, Severity] = {"low": "info", "medium": "warning", "high": "error", "critical": "error"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a key of dockerlint's configuration. `name` is the rule in `severity`, else "".

    `origin` names the place it comes from (`.hadolint.yaml:3`), `remark` what else is to be said there, or "".
    """

    key: str
    value: str
    origin: str
    name: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """What has no counterpart, and why or what to write instead."""

    place: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Migration:
    """`sources` are the files that were read, by name."""

    sources: tuple[str, ...]
    settings: tuple[Setting, ...]
    left: tuple[Left, ...]


Steps = Iterator["Setting | Left"]


def migrate(folder: str, cwd: str) -> Migration:
    """Translates what lies in a folder. Raises UsageError for a file that cannot be read, with its line."""
    rules = shelf.rules()
    folder = os.path.normpath(os.path.join(cwd, folder))
    sources: list[str] = []
    steps: list[Setting | Left] = []
    for names, translate in ((HADOLINT, _hadolint), (DCLINT, _dclint), (COMPOSE_LINT, _compose_lint)):
        file = _first(folder, names, cwd)
        if file is not None:
            sources.append(os.path.basename(file.path))
            steps.extend(translate(file, rules))
    for name in DCLINT_PROGRAMS:
        if os.path.isfile(os.path.join(folder, name)):
            steps.append(Left(name, "all of it", "it is a program, and dockerlint runs nothing that it reads"))
    settings: dict[tuple[str, str], Setting] = {}
    left = []
    for step in steps:
        if isinstance(step, Left):
            left.append(step)
            continue
        known = settings.setdefault((step.key, step.name or ("" if step.key == "fail-on" else step.value)), step)
        if known.value != step.value:
            left.append(Left(step.origin, f"{step.key} {step.value}", f"{known.origin} says {known.value}"))
    return Migration(tuple(sources), tuple(settings.values()), tuple(left))


def _first(folder: str, names: tuple[str, ...], cwd: str) -> ConfigFile | None:
    for name in names:
        path = os.path.join(folder, name)
        if not os.path.isfile(path):
            continue
        if name != "package.json":
            return configfile.read(path, cwd)
        if _mentions_dclint(path):
            file = configfile.read(path, cwd)
            below = file.values.get("dclint")
            if isinstance(below, dict):
                lines = {keys[1:]: line for keys, line in file.lines.items() if keys[0] == "dclint" and keys[1:]}
                return ConfigFile(file.path, file.shown, below, lines)
    return None


def _mentions_dclint(path: str) -> bool:
    try:
        with open(path, "rb") as stream:
            return b'"dclint"' in stream.read()
    except OSError:
        return False


def _hadolint(file: ConfigFile, rules: Mapping[str, Rule]) -> Steps:
    for key, value in file.values.items():
        place = file.place(key)
        if key == "ignored":
            yield from _ignored(_texts(file, key, value), lambda code: file.place("ignored", code), rules)
        elif key == "override":
            for severity, codes in _mapping(file, key, value).items():
                if severity not in SEVERITIES:
                    yield Left(file.place(key, severity), f"override.{severity}", _no_setting("hadolint"))
                    continue
                for code in _texts(file, f"{key}.{severity}", codes):
                    yield from _severity(code, severity, file.place(key, severity, code), rules)
        elif key == "trustedRegistries":
            registries = [value] if isinstance(value, str) else _texts(file, key, value)
            for registry in registries:
                yield Setting("trusted-registries", registry, file.place(key, registry))
        elif key == "failure-threshold":
            yield from _threshold(file, value)
        elif key == "no-fail":
            if value is True and "failure-threshold" in file.values:
                yield Left(place, key, "failure-threshold stands beside it; for it write `fail-on: never`")
            elif value is True:
                yield Setting("fail-on", "never", place)
        elif key in _HADOLINT_LEFT:
            yield Left(place, key, _HADOLINT_LEFT[key])
        else:
            yield Left(place, key, _no_setting("hadolint"))


def _threshold(file: ConfigFile, value: Any) -> Steps:
    """hadolint 2.15 fails for everything with `none` and `ignore`, and so from `style` on."""
    place = file.place("failure-threshold")
    level = str(value).lower()
    if level in SEVERITIES:
        yield Setting("fail-on", level, place)
    elif level in ("none", "ignore"):
        yield Setting("fail-on", "style", place, remark=f"hadolint fails for everything with {level}")
    else:
        yield Left(place, f"failure-threshold {value}", "hadolint knows no such severity")


_HADOLINT_LEFT = {
    "label-schema": "dockerlint has no rule about labels",
    "strict-labels": "dockerlint has no rule about labels",
    "disable-ignore-pragma": "ignore comments always count here",
    "format": "the format is asked for on the command line: `check --format`",
    "no-color": "set NO_COLOR in the environment",
}


def _dclint(file: ConfigFile, rules: Mapping[str, Rule]) -> Steps:
    for key, value in file.values.items():
        place = file.place(key)
        if key == "rules":
            yield from _dclint_rules(file, _mapping(file, key, value), rules)
        elif key == "exclude":
            for name in _texts(file, key, value):
                yield Setting("exclude", name, file.place(key, name))
        elif key in ("quiet", "debug"):
            option = "--quiet" if key == "quiet" else "--verbose"
            if value is True:
                yield Left(place, key, f"it is asked for on the command line: `check {option}`")
        elif key != "$schema":
            yield Left(place, key, _no_setting("dclint"))


def _dclint_rules(file: ConfigFile, given: Mapping[str, Any], rules: Mapping[str, Rule]) -> Steps:
    off = []
    for code, value in given.items():
        place = file.place("rules", code)
        level = value[0] if isinstance(value, list) and value else value
        if level == 0 and level is not False:
            off.append(code)
            continue
        if not isinstance(level, int) or isinstance(level, bool) or level not in _DCLINT_LEVELS:
            yield Left(place, code, "a level of dclint is 0, 1 or 2")
            continue
        yield from _severity(code, _DCLINT_LEVELS[level], place, rules)
        if isinstance(value, list) and len(value) > 1 and value[1] and _of_code(code, rules):
            yield Left(place, f"the options of {code}", "the rule here has none like these")
    yield from _ignored(off, lambda code: file.place("rules", code), rules)


def _compose_lint(file: ConfigFile, rules: Mapping[str, Rule]) -> Steps:
    for key, value in file.values.items():
        if key.startswith("x-"):
            continue
        if key != "rules":
            yield Left(file.place(key), key, _no_setting("compose-lint"))
            continue
        for code, given in _mapping(file, key, value).items():
            yield from _compose_lint_rule(file, code, _mapping(file, f"{key}.{code}", given), rules)


def _compose_lint_rule(file: ConfigFile, code: str, given: Mapping[str, Any], rules: Mapping[str, Rule]) -> Steps:
    place = file.place("rules", code)
    if given.get("enabled") is False:
        reason = given.get("reason")
        yield from _ignored([code], lambda _: place, rules, remark=reason if isinstance(reason, str) else "")
    severity = given.get("severity")
    if severity is not None:
        level = _COMPOSE_LINT_LEVELS.get(str(severity).lower())
        if level is None:
            yield Left(place, f"{code} severity {severity}", "compose-lint knows no such severity")
        else:
            yield from _severity(code, level, place, rules)
    services = given.get("exclude_services")
    if services and isinstance(services, (list, dict)):
        names = ", ".join(str(service) for service in services)
        why = f"no setting names services; write `# dockerlint: ignore={code} reason` above them in the compose file"
        yield Left(place, f"{code} in {names}", why if _of_code(code, rules) else _no_rule(code))
    for key in given:
        if key not in ("enabled", "reason", "severity", "exclude_services"):
            yield Left(file.place("rules", code, key), f"{code} {key}", _no_setting("compose-lint"))


def _ignored(codes: list[str], place: Callable[[str], str], rules: Mapping[str, Rule], remark: str = "") -> Steps:
    """Codes that are off; those that no rule here has are said together."""
    unknown = []
    for code in codes:
        if known := _of_code(code, rules):
            yield Setting("ignore", known[0], place(code), remark=remark)
        else:
            unknown.append(code)
    if unknown:
        why = "dockerlint has no rule for it" if len(unknown) == 1 else "dockerlint has no rules for them"
        yield Left(place(unknown[0]), f"{', '.join(unknown)} off", f"{why}, so there is nothing to ignore")


def _severity(code: str, severity: Any, place: str, rules: Mapping[str, Rule]) -> Steps:
    """Severities are set per rule: one that says more than the code is left as it is."""
    known = _of_code(code, rules)
    if not known:
        yield Left(place, f"{code} as {severity}", _no_rule(code))
        return
    name, owners = known
    for rule in owners:
        if codes_of(rule) == {name} and all(name in case.aliases for case in rule.cases.values()):
            yield Setting("severity", severity, place, name=rule.id, remark=name)
        else:
            why = f"{rule.id} says more than this; `severity: {{{rule.id}: {severity}}}` sets it for all that it says"
            yield Left(place, f"{name} as {severity}", why)


def _of_code(code: str, rules: Mapping[str, Rule]) -> tuple[str, list[Rule]] | None:
    """The code as the cards spell it, and the rules that have it."""
    for rule in rules.values():
        for name in codes_of(rule):
            if name.lower() == code.lower():
                return name, [other for other in rules.values() if name in codes_of(other)]
    return None


def _no_rule(code: str) -> str:
    return f"dockerlint has no rule for {code}"


def _no_setting(tool: str) -> str:
    return f"{tool} documents no such setting"


def _texts(file: ConfigFile, key: str, value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{file.place(*key.split('.'))}: {key} must be a list of texts")
    return value


def _mapping(file: ConfigFile, key: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError(f"{file.place(*key.split('.'))}: {key} must be a mapping")
    return {str(name): inner for name, inner in value.items()}

"""What a project's configuration asks for, joined with what the command line asks for.

The nearest file from a path upwards counts. `extends` names a file whose settings lie below its own: mappings are
joined key by key, `ignore` and `exclude` add up, everything else is replaced. The command line lies above all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dockerlint.engine import configfile
from dockerlint.engine.configfile import ConfigFile
from dockerlint.engine.select import names_of, nearest
from dockerlint.engine.settings import FileIgnore, Settings, UsageError
from dockerlint.rulebook import shelf
from dockerlint.rulebook.finding import SEVERITIES
from dockerlint.rulebook.rule import Rule
from dockerlint.source.record import dataclass, field, replace

DEFAULT, COMMAND_LINE = "default", "command line"
TRUSTED_RULE, TRUSTED_OPTION = "untrusted-registry", "trusted"
FAIL_ON = (*SEVERITIES, "never")
_MOST_EXTENDED = 10


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings of one file and what it extends. `origins` says where each came from: `.dockerlint.yaml:3`.

    `folder` is that of the file, from which its globs and paths count.
    """

    path: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def origin(self, *keys: str) -> str:
        return self.origins.get(keys, DEFAULT)


def of_paths(paths: Iterable[str], cwd: str, named: str | None = None) -> list[tuple[Configuration, tuple[str, ...]]]:
    """The given paths in groups of one configuration, in order. Raises UsageError for a configuration that is wrong."""
    groups: dict[str | None, list[str]] = {}
    for path in paths:
        full = os.path.normpath(os.path.join(cwd, path))
        start = full if os.path.isdir(full) else os.path.dirname(full)
        found = os.path.normpath(os.path.join(cwd, named)) if named else configfile.find(start)
        groups.setdefault(found, []).append(path)
    return [(load(found, cwd) if found else Configuration(), tuple(group)) for found, group in groups.items()]


def load(path: str, cwd: str) -> Configuration:
    """The configuration in a file with all that it extends. Raises UsageError."""
    rules = shelf.rules()
    values: dict[str, Any] = {}
    origins: dict[tuple[str, ...], str] = {}
    for file in reversed(_chain(path, cwd)):
        for key, value in _checked(file, rules).items():
            _lay(values, origins, key, value, file)
    return Configuration(path, values, origins)


def settings_of(configuration: Configuration, asked: Settings) -> Settings:
    """The settings of a run: the command line's (`asked`) over the file's. A `--select` makes the file's moot."""
    values = configuration.values
    options: dict[str, dict[str, Any]] = {rule: dict(given) for rule, given in values.get("options", {}).items()}
    if "trusted-registries" in values:
        options.setdefault(TRUSTED_RULE, {})[TRUSTED_OPTION] = list(values["trusted-registries"])
    return replace(
        asked,
        select=asked.select or tuple(values.get("select", ())),
        ignore=asked.ignore if asked.select else (*values.get("ignore", ()), *asked.ignore),
        severity=values.get("severity", {}),
        per_file_ignores=tuple(values.get("per-file-ignores", ())),
        excluded=tuple(values.get("exclude", ())),
        options=options,
        fail_on=asked.fail_on or values.get("fail-on"),
        baseline=asked.baseline or values.get("baseline"),
    )


def _chain(path: str, cwd: str) -> list[ConfigFile]:
    """The file, then what it extends, nearest first."""
    chain: list[ConfigFile] = []
    pending = [path]
    while pending:
        at = pending.pop(0)
        file = configfile.read(at, cwd)
        if any(os.path.samefile(at, other.path) for other in chain):
            raise UsageError(f"{chain[-1].place('extends')}: {file.shown} extends itself")
        chain.append(file)
        if len(chain) > _MOST_EXTENDED:
            raise UsageError(f"{file.place('extends')}: more than {_MOST_EXTENDED} files extend one another")
        extended = file.values.get("extends")
        if extended is not None:
            names = _texts(extended, "extends", file, single=True)
            extending = [os.path.normpath(os.path.join(file.folder, name)) for name in reversed(names)]
            for full, name in zip(extending, reversed(names), strict=True):
                if os.path.exists(full) and not os.path.isfile(full):  # a pipe would never end
                    raise UsageError(f"{file.place('extends')}: {name} is no regular file")
            pending[:0] = extending
    return chain


def _checked(file: ConfigFile, rules: Mapping[str, Rule]) -> dict[str, Any]:
    checked = {}
    for key, value in file.values.items():
        if key not in _KEYS:
            raise UsageError(f"{file.place(key)}: no setting is called {key!r}{nearest(key, _KEYS)}")
        checked[key] = _KEYS[key](value, key, file, rules)
    return checked


def _lay(values: dict[str, Any], origins: dict[tuple[str, ...], str], key: str, value: Any, file: ConfigFile) -> None:
    """Put a setting over what an extended file says."""
    origins[(key,)] = file.place(key)
    if isinstance(file.values[key], dict):
        origins.update(((key, name), file.place(key, name)) for name in file.values[key])
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict):
                inner = {**values.get(key, {}).get(name, {}), **inner}
            values[key] = {**values.get(key, {}), name: inner}
    elif key in ("ignore", "exclude", "per-file-ignores", "trusted-registries"):
        values[key] = [*values.get(key, ()), *value]
    else:
        values[key] = value


def _names(value: Any, key: str, file: ConfigFile, rules: Mapping[str, Rule]) -> list[str]:
    found = _texts(value, key, file)
    for name in found:
        _known(name, file.place(key, name), rules)
    return found


def _known(name: str, place: str, rules: Mapping[str, Rule]) -> None:
    known = names_of(rules.values())
    if name.lower() not in {other.lower() for other in known}:
        raise UsageError(f"{place}: no rule, group or alias is called {name!r}{nearest(name, known)}")


def _severities(value: Any, key: str, file: ConfigFile, rules: Mapping[str, Rule]) -> dict[str, str]:
    for rule, severity in _mapping(value, key, file, "rule: severity").items():
        _rule(rule, file.place(key, rule), rules)
        if severity not in SEVERITIES:
            raise UsageError(f"{file.place(key, rule)}: a severity is one of {', '.join(SEVERITIES)}, not {severity!r}")
    return dict(value)


def _rule(name: str, place: str, rules: Mapping[str, Rule]) -> None:
    if name not in rules:
        raise UsageError(f"{place}: no rule is called {name!r}{nearest(name, rules)}")


def _options(value: Any, key: str, file: ConfigFile, rules: Mapping[str, Rule]) -> dict[str, dict[str, Any]]:
    for rule, given in _mapping(value, key, file, "rule: {option: value}").items():
        _rule(rule, file.place(key, rule), rules)
        for option, wanted in _mapping(given, f"{key}.{rule}", file, "option: value").items():
            place, known = file.place(key, rule, option), rules[rule].options
            if option not in known:
                raise UsageError(f"{place}: {rule} has no option {option!r}{nearest(option, known)}")
            if known[option] is not None and not isinstance(wanted, type(known[option])):
                raise UsageError(f"{place}: {option} must be {_KINDS[type(known[option])]}")
    return dict(value)


def _file_ignores(value: Any, key: str, file: ConfigFile, rules: Mapping[str, Rule]) -> list[FileIgnore]:
    found = []
    for glob, names in _mapping(value, key, file, "glob: [rules]").items():
        listed = _texts(names, f"{key}.{glob}", file)
        for name in listed:
            _known(name, file.place(key, glob, name), rules)
        found.append(FileIgnore(file.folder, glob, tuple(listed)))
    return found


def _excluded(value: Any, key: str, file: ConfigFile, rules: Mapping[str, Rule]) -> list[tuple[str, str]]:
    return [(file.folder, glob) for glob in _texts(value, key, file)]


def _fail_on(value: Any, key: str, file: ConfigFile, rules: Mapping[str, Rule]) -> str:
    if value not in FAIL_ON:
        raise UsageError(f"{file.place(key)}: fail-on is one of {', '.join(FAIL_ON)}, not {value!r}")
    return str(value)


def _baseline(value: Any, key: str, file: ConfigFile, rules: Mapping[str, Rule]) -> str:
    if not isinstance(value, str) or not value:
        raise UsageError(f"{file.place(key)}: baseline is the name of a file")
    return os.path.normpath(os.path.join(file.folder, value))


def _plain_texts(value: Any, key: str, file: ConfigFile, rules: Mapping[str, Rule]) -> list[str]:
    return _texts(value, key, file, single=key == "extends")


def _texts(value: Any, key: str, file: ConfigFile, single: bool = False) -> list[str]:
    if single and isinstance(value, str):
        return [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{file.place(key)}: {key} must be a list of texts")
    return value


def _mapping(value: Any, key: str, file: ConfigFile, shape: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{file.place(*key.split('.'))}: {key} must be a mapping, {shape}")
    return value


_KINDS: dict[type, str] = {bool: "true or false", int: "a number", str: "a text", list: "a list", dict: "a mapping"}
_KEYS: dict[str, Callable[[Any, str, ConfigFile, Mapping[str, Rule]], Any]] = {
    "extends": _plain_texts,
    "select": _names,
    "ignore": _names,
    "severity": _severities,
    "per-file-ignores": _file_ignores,
    "exclude": _excluded,
    "fail-on": _fail_on,
    "options": _options,
    "trusted-registries": _plain_texts,
    "baseline": _baseline,
}
KEYS = tuple(_KEYS)

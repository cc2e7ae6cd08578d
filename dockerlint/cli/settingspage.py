"""`dockerlint check --show-settings`: what holds for which paths, and where it was said."""

from __future__ import annotations

import os
from collections.abc import Iterator

from dockerlint.cli.asking import Part
from dockerlint.engine.configuration import COMMAND_LINE, DEFAULT, KEYS, Configuration
from dockerlint.engine.select import select
from dockerlint.rulebook import shelf


def show_settings(parts: list[Part]) -> str:
    """The page. Raises UsageError for a rule or option that does not exist."""
    return "\n".join(line for part in parts for line in _part(part))


def _part(part: Part) -> Iterator[str]:
    configuration = part.configuration or Configuration()
    file = os.path.relpath(configuration.path) if configuration.path else "no configuration file"
    yield f"{', '.join(part.paths)}: {file}"
    yield ""
    lines = list(_lines(part, configuration))
    width = max(len(text) for text, _ in lines)
    for text, origin in lines:
        yield f"  {text:<{width}}  # {origin}"
    selection = select(shelf.rules(), part.settings)
    yield ""
    yield f"{len(selection.rules)} rules run:"
    for rule in selection.rules.values():
        yield f"  {rule.id} ({rule.severity})"
    yield ""


def _lines(part: Part, configuration: Configuration) -> Iterator[tuple[str, str]]:
    settings, values = part.settings, configuration.values
    for key in KEYS:
        if key in ("select", "ignore"):
            chosen = getattr(settings, key)
            from_file = tuple(values.get(key, ()))
            given = [name for name in chosen if name not in from_file]
            if given:
                yield f"{key} = {_list(given)}", COMMAND_LINE
            kept = [name for name in chosen if name in from_file]
            if kept or not given:
                yield (
                    f"{key} = {_list(kept) if kept else 'the default rules' if key == 'select' else '[]'}",
                    (configuration.origin(key) if kept else DEFAULT),
                )
        elif key == "fail-on":
            on_line = settings.fail_on is not None and settings.fail_on != values.get(key)
            yield f"fail-on = {part.fail_on}", COMMAND_LINE if on_line else configuration.origin(key)
        elif key == "baseline":
            if settings.baseline is not None:
                shown = os.path.relpath(settings.baseline)
                on_line = settings.baseline != values.get(key)
                yield f"baseline = {shown}", COMMAND_LINE if on_line else configuration.origin(key)
        elif key == "exclude":
            if settings.exclude:
                yield f"exclude = {_list(settings.exclude)}", COMMAND_LINE
            if values.get(key):
                yield f"exclude = {_list([glob for _, glob in values[key]])}", configuration.origin(key)
        elif key == "per-file-ignores":
            for ignore in values.get(key, ()):
                yield f"{key}.{ignore.glob} = {_list(ignore.names)}", configuration.origin(key, ignore.glob)
        elif key in ("severity", "options"):
            for name, value in values.get(key, {}).items():
                yield f"{key}.{name} = {value}", configuration.origin(key, name)
        elif key in values:
            yield f"{key} = {_list(values[key])}", configuration.origin(key)


def _list(values: object) -> str:
    return f"[{', '.join(str(value) for value in values)}]" if isinstance(values, (list, tuple)) else str(values)

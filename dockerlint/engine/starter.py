"""The text of a new `.dockerlint.yaml`: what was taken over from other linters, each line with where it came from."""

from __future__ import annotations

import os
import re

from dockerlint.engine.migration import Migration, Setting

_LISTS = ("ignore", "exclude", "trusted-registries")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_NO_TEXT = re.compile(r"(?i:true|false|yes|no|on|off|y|n|null)")  # words that YAML 1.1 reads as something else

STARTER = """\
# dockerlint's configuration. Without any setting the default rules run, and `check` fails from `warning` on.

# ignore: [missing-reload]              # rules, groups, or codes of other linters
# severity: {unpersisted-data: error}   # error | warning | info | style
# per-file-ignores: {"compose.test.yaml": [unpersisted-data]}
# exclude: [examples/]                  # as lines of a .gitignore
# fail-on: error                        # error | warning | info | style | never
# trusted-registries: [docker.io]
# baseline: .dockerlint-baseline.json   # old findings, written by `check --write-baseline`
"""


def text_of(migration: Migration) -> str:
    """YAML that `engine/configuration.py` reads. Without any source it is all comments."""
    if not migration.sources:
        return STARTER
    lines = [f"# Made by `dockerlint init` from {', '.join(migration.sources)}."]
    by_key: dict[str, list[Setting]] = {}
    for setting in migration.settings:
        by_key.setdefault(setting.key, []).append(setting)
    for key in (*_LISTS, "severity", "fail-on"):
        found = by_key.get(key, [])
        if key == "fail-on":
            lines += [f"{key}: {setting.value}{_comment(setting)}" for setting in found]
        elif found:
            lines.append(f"{key}:")
            lines += [f"  {_item(setting)}{_comment(setting)}" for setting in found]
    return "\n".join(lines) + "\n"


def _item(setting: Setting) -> str:
    if setting.name:
        return f"{setting.name}: {setting.value}"
    return f"- {_scalar(setting.value)}"


def _scalar(text: str) -> str:
    if _WORD.fullmatch(text) and not _NO_TEXT.fullmatch(text):
        return text
    import json

    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)


def _comment(setting: Setting) -> str:
    """`  # .hadolint.yaml:3, a reason`: in one line, without what could end it or steer a terminal."""
    origin = os.path.basename(setting.origin)
    words = f"{origin}, {setting.remark}" if setting.remark else origin
    plain = "".join(char if char.isprintable() else " " for char in words)
    return f"  # {' '.join(plain.split())}"

"""Build hook: a wheel carries the cards as dockerlint/rulebook/cards/, and an index made from them.

An editable install carries nothing: there `rules/` is read where it lies. The index goes to a fresh temporary folder,
so no stale build folder can keep a card that was deleted.
"""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CardsHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from dockerlint.rulebook.shelf import write_index

        rules = os.path.join(self.root, "rules")
        self.made = tempfile.mkdtemp(prefix="dockerlint-index-")
        write_index(rules, self.made)
        for folder, prefix in ((self.made, ""), (rules, ""), (os.path.join(rules, "facts"), "facts/")):
            for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
                if name.endswith((".yaml", ".json")):
                    build_data["force_include"][os.path.join(folder, name)] = (
                        f"dockerlint/rulebook/cards/{prefix}{name}"
                    )

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        made = getattr(self, "made", None)
        if made:
            import shutil

            shutil.rmtree(made, ignore_errors=True)

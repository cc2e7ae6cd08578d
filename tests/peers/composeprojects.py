"""Small projects that Compose takes or refuses. Files named compose* or broken* are given in order as ``-f``."""

from __future__ import annotations

PROJECTS: dict[str, dict[str, str]] = {
    "nothing special": {"compose.yaml": "services:\n  web:\n    image: nginx\n"},
}

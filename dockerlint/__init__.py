"""dockerlint reads Dockerfiles, compose files, ignore files and the source beside them together.

`lint` is the whole library door. Importing the package costs nothing; what a run needs is imported by the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dockerlint.rulebook.finding import Report

__version__ = "0.1.0"
__all__ = ["__version__", "lint"]


def lint(path: str = ".", *more: str, **settings: Any) -> Report:
    """Lints files and folders. `settings` are the fields of `dockerlint.engine.settings.Settings`.

    Raises `dockerlint.engine.settings.UsageError` for a path, rule or option that does not exist.
    """
    from dockerlint.engine.run import lint as run
    from dockerlint.engine.settings import Settings

    return run((path, *more), Settings(**settings))

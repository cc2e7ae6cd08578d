"""A progress bar on standard error that shows itself only when the work is long."""

from __future__ import annotations

import sys
import time
from types import TracebackType

_PATIENCE = 1.0  # seconds before it appears
_WIDTH = 30


class Bar:
    """Counts projects; wiped away at the end."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._drawn = False

    def __enter__(self) -> Bar:
        return self

    def update(self, done: int, total: int) -> None:
        if not total or time.monotonic() - self._began < _PATIENCE:
            return
        filled = _WIDTH * done // total
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} projects")
        sys.stderr.flush()
        self._drawn = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()

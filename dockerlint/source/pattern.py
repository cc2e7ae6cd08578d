"""Regular expressions that are compiled when they are first used: a small run needs few of the hundred and more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:

    def pattern(text: str, flags: int = 0) -> re.Pattern[str]: ...

else:

    class pattern:
        """What `re.compile` gives, compiled at the first look at one of its attributes."""

        def __init__(self, text: str, flags: int = 0) -> None:
            self._made = text, flags

        def __getattr__(self, name: str) -> Any:  # asked for what is not there yet, so once for each name
            found = getattr(re.compile(*self._made), name)
            setattr(self, name, found)
            return found


__all__ = ["pattern"]

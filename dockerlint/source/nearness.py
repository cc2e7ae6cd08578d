"""Which of many words are worth comparing with one that may be misspelt."""

from __future__ import annotations

from collections.abc import Collection

_FEW, _MANY = 100, 2000


def comparable(word: str, words: Collection[str]) -> list[str]:
    """All of a few words; of more those that begin alike and are about as long; none of thousands.

    A comparison takes microseconds, and there may be as many misspelt words as right ones.
    """
    if len(words) <= _FEW:
        return list(words)
    if len(words) > _MANY:
        return []
    near = [other for other in words if other[:1] == word[:1] and abs(len(other) - len(word)) <= 2]
    return near[:_FEW]

"""What an unquoted YAML word means to Docker's reader (go-yaml): YAML 1.2 with a few habits of its own.

``yes`` and ``on`` are texts, ``12:30`` is a text, a leading zero makes an octal number as in Go, ``_`` may part digits.
Source: https://github.com/yaml/go-yaml (resolve) and https://docs.docker.com/reference/compose-file/fragments/
"""

from __future__ import annotations

ScalarValue = str | int | float | bool | None

_WORDS: dict[str, ScalarValue] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    ".inf": float("inf"),
    ".Inf": float("inf"),
    ".INF": float("inf"),
    "+.inf": float("inf"),
    "+.Inf": float("inf"),
    "+.INF": float("inf"),
    "-.inf": float("-inf"),
    "-.Inf": float("-inf"),
    "-.INF": float("-inf"),
    ".nan": float("nan"),
    ".NaN": float("nan"),
    ".NAN": float("nan"),
}
_BASES = {"x": 16, "X": 16, "o": 8, "O": 8, "b": 2, "B": 2}
_NUMERIC = frozenset("0123456789+-.")
_DIGITS = frozenset("0123456789")
_INT64 = 1 << 63


def plain_value(text: str) -> ScalarValue:
    """The value of a plain scalar that has no tag."""
    if text and text[0] not in _NUMERIC:
        return _WORDS[text] if len(text) < 6 and text in _WORDS else text
    if text in _WORDS:
        return _WORDS[text]
    number = _integer(text.replace("_", "") if "_" in text else text)
    if number is not None:
        return number
    decimal = _decimal(text.replace("_", "") if "_" in text else text)
    return text if decimal is None else decimal


def tagged_value(text: str, tag: str) -> ScalarValue:
    """The value of a scalar with a ``!!`` tag; an unknown tag leaves the text."""
    kind = tag.rpartition(":")[2]
    if kind in ("int", "float", "bool", "null"):
        value = plain_value(text)
        if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        return value
    return text


def _integer(text: str) -> int | None:
    sign, digits = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    base = 10
    if len(digits) > 1 and digits[0] == "0":
        base = _BASES.get(digits[1], 8)
        digits = digits[2:] if digits[1] in _BASES else digits[1:]
    if not digits or len(digits) > 64 or digits[0] in "+-_" or not digits.isascii() or not digits.isalnum():
        return None
    try:
        number = int(digits, base)
    except ValueError:
        return None
    number = -number if sign == "-" else number
    return number if -_INT64 <= number < 2 * _INT64 else None


def _decimal(text: str) -> float | None:
    """``1.5``, ``.5``, ``1.``, ``1e3``: digits with at most one point and one exponent."""
    body = text[1:] if text[:1] in ("+", "-") else text
    mantissa, mark, exponent = body.replace("E", "e").partition("e")
    if mark:
        exponent = exponent[1:] if exponent[:1] in ("+", "-") else exponent
        if not exponent or not _DIGITS.issuperset(exponent):
            return None
    whole, _, fraction = mantissa.partition(".")
    if not (whole or fraction) or not _DIGITS.issuperset(whole) or not _DIGITS.issuperset(fraction):
        return None
    if len(text) > 400:
        return None
    return float(text)

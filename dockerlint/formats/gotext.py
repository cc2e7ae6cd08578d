"""How Docker's Go programs print values and read sizes, spans of time, switches and command lines.

Sources: https://docs.docker.com/reference/compose-file/extension/#specifying-byte-values and #specifying-durations,
https://pkg.go.dev/fmt and https://pkg.go.dev/github.com/mattn/go-shellwords.
"""

from __future__ import annotations

import math

_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "p": 1 << 50}
_NANO = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
    "w": 604_800_000_000_000,
}
_TRUE = frozenset(("true", "y", "yes", "on"))
_FALSE = frozenset(("false", "n", "no", "off"))


def go_text(value: object) -> str:
    """A YAML value as ``fmt.Sprint`` prints it; null is the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    return str(value)


def _float_text(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if math.isnan(value):
        return "NaN"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    scale = int(f"{value:.16e}".partition("e")[2])
    mantissa, _, power = repr(value).partition("e")
    if -4 <= scale < 6:
        if power:
            return f"{value:.20f}".rstrip("0").rstrip(".")
        return mantissa[:-2] if mantissa.endswith(".0") else mantissa
    sign = "-" if value < 0 else ""
    figures = mantissa.lstrip("-").replace(".", "").lstrip("0").rstrip("0") or "0"
    fraction = f".{figures[1:]}" if len(figures) > 1 else ""
    return f"{sign}{figures[0]}{fraction}e{'-' if scale < 0 else '+'}{abs(scale):02d}"


def parse_bool(text: str) -> bool | None:
    """A switch written as text; None for anything else."""
    lowered = text.lower()
    if lowered in _TRUE:
        return True
    return False if lowered in _FALSE else None


def parse_int(text: str) -> int | None:
    """A decimal number as ``strconv`` reads it: a sign and ASCII digits."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None


def parse_float(text: str) -> float | None:
    if not text or text != text.strip() or "_" in text:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def parse_size(text: str) -> int | None:
    """``512m``, ``1.5 GB``, ``64KiB``, ``-1``: bytes; None where it is no size."""
    whole = parse_int(text)
    if whole is not None:
        return whole
    end = 0
    while end < len(text) and (text[end] in "0123456789."):
        end += 1
    number = parse_float(text[:end]) if text[:end] else None
    suffix = text[end:]
    suffix = (suffix[1:] if suffix.startswith(" ") else suffix).lower()
    if number is None:
        return None
    if len(suffix) > 1:
        if suffix[1:] not in ("b", "ib") or suffix[0] == "b":
            return None
        suffix = suffix[0]
    if suffix not in _UNITS:
        return None
    return int(number * _UNITS[suffix])


def parse_duration(text: str) -> int | None:
    """``1m30s``, ``1.5h``, ``2d``: nanoseconds; None where it is no span of time."""
    negative = text[:1] == "-"
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    if not rest:
        return None
    total = 0.0
    exact = 0
    at = 0
    while at < len(rest):
        start = at
        while at < len(rest) and rest[at] in "0123456789.":
            at += 1
        number = rest[start:at]
        unit_start = at
        while at < len(rest) and rest[at] not in "0123456789.":
            at += 1
        scale = _NANO.get(rest[unit_start:at])
        if scale is None or not number.strip(".") or number.count(".") > 1:
            return None
        if "." in number:
            total += float(number) * scale
        else:
            exact += int(number[:19]) * scale
    result = exact + round(total)
    return -result if negative else result


def duration_text(nanoseconds: int) -> str:
    """A span of time as Go prints it: ``1m30s``, ``500ms``, ``0s``."""
    if nanoseconds == 0:
        return "0s"
    sign = "-" if nanoseconds < 0 else ""
    left = abs(nanoseconds)
    if left < 1_000_000_000:
        for unit, scale in (("ms", 1_000_000), ("µs", 1_000), ("ns", 1)):
            if left >= scale:
                return f"{sign}{_fraction(left, scale)}{unit}"
    hours, left = divmod(left, 3_600_000_000_000)
    minutes, left = divmod(left, 60_000_000_000)
    seconds = _fraction(left, 1_000_000_000)
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}s"
    return f"{sign}{minutes}m{seconds}s" if minutes else f"{sign}{seconds}s"


def _fraction(count: int, scale: int) -> str:
    whole, rest = divmod(count, scale)
    if not rest:
        return str(whole)
    return f"{whole}.{str(rest).rjust(len(str(scale)) - 1, '0').rstrip('0')}"


def split_words(line: str) -> tuple[tuple[str, int, int], ...] | None:
    """A command line as Compose splits it: each word with its start and end in `line`.

    Quotes and backslashes as in a shell, no expansion; everything from ``;``, ``&``, ``|``, ``<`` or ``>`` on is
    dropped, as Compose drops it. None where Compose refuses the line: an open quote, a bracket.
    """
    words: list[tuple[str, int, int]] = []
    word: list[str] = []
    begun = False
    start = 0
    escaped = single = double = backtick = dollar = False
    end = len(line)
    for index, char in enumerate(line):
        if not begun and not word and not (single or double or escaped):
            start = index
        if escaped:
            word.append({"t": "\t", "n": "\n"}.get(char, char))
            escaped, begun = False, True
            continue
        if char == "\\":
            if single:
                word.append(char)
            else:
                escaped = True
            continue
        if char in " \t\r\n":
            if single or double or backtick or dollar:
                word.append(char)
            elif begun:
                words.append(("".join(word), start, index))
                word, begun = [], False
            continue
        if char == "`" and not (single or double or dollar):
            backtick = not backtick
        elif char == ")" and not (single or double or backtick):
            dollar = not dollar
        elif char == "(" and not (single or double or backtick):
            if dollar or word[-1:] != ["$"]:
                return None
            dollar = True
            word.append(char)
            continue
        elif char == '"' and not (single or dollar):
            begun = begun or double
            double = not double
            continue
        elif char == "'" and not (double or dollar):
            begun = begun or single
            single = not single
            continue
        elif char in ";&|<>" and not (single or double or backtick or dollar):
            if char == ">" and word and word[0][0] in "0123456789":
                begun = False
            end = index
            break
        begun = True
        word.append(char)
    if escaped or single or double or backtick or dollar:
        return None
    if begun:
        words.append(("".join(word), start, end))
    return tuple(words)


def time_text(text: str) -> str | None:
    """What becomes of an unquoted YAML date: ``2020-01-01`` is printed as ``2020-01-01 00:00:00 +0000 UTC``.

    None for everything that is no date.
    """
    if len(text) < 8 or text[4] != "-" or not text[:4].isdigit():
        return None
    from datetime import datetime

    day, separator, clock = text[:10], text[10:11], text[11:]
    if not separator:
        clock = "0:0:0"
        parts = text.split("-")
    elif separator in "Tt ":
        parts = day.split("-")
    else:
        return None
    zone = "+0000 UTC"
    if separator in ("T", "t"):
        if clock[-1:] == "Z":
            clock = clock[:-1]
        elif clock[-6:-5] in ("+", "-") and clock[-3:-2] == ":":
            sign, hours, minutes = clock[-6], clock[-5:-3], clock[-2:]
            zone = f"{sign}{hours}{minutes} {sign}{hours}{minutes}"
            clock = clock[:-6]
        else:
            return None
    whole, point, fraction = clock.partition(".")
    numbers = [*parts, *whole.split(":")]
    if len(numbers) != 6 or not all(n.isascii() and n.isdigit() and len(n) < 5 for n in numbers):
        return None
    if point and not (fraction.isascii() and fraction.isdigit()):
        return None
    try:
        moment = datetime(*map(int, numbers))  # type: ignore[arg-type]
    except ValueError:
        return None
    fraction = fraction[:9].rstrip("0")
    return f"{moment:%Y-%m-%d %H:%M:%S}{'.' + fraction if fraction else ''} {zone}"

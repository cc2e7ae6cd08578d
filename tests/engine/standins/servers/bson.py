"""Enough of BSON (https://bsonspec.org) to talk with MongoDB's drivers; what it does not know it hands back as is."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Raw:
    """A value of a kind that nothing here looks into: an ObjectId, a date, a decimal, …"""

    kind: int
    data: bytes


class Int64(int):
    """An integer that goes out in eight bytes."""


_FIXED = {7: 12, 9: 8, 17: 8, 19: 16, 255: 0, 127: 0}


def decoded(data: bytes, start: int = 0) -> tuple[Document, int]:
    """A document and where the next thing begins."""
    end = start + struct.unpack_from("<i", data, start)[0]
    found: Document = {}
    place = start + 4
    while data[place]:
        kind = data[place]
        stop = data.index(0, place + 1)
        name = data[place + 1 : stop].decode()
        found[name], place = _value(kind, data, stop + 1)
    return found, end


def _value(kind: int, data: bytes, place: int) -> tuple[Any, int]:
    if kind == 1:
        return struct.unpack_from("<d", data, place)[0], place + 8
    if kind == 2:
        length = struct.unpack_from("<i", data, place)[0]
        return data[place + 4 : place + 3 + length].decode("utf-8", "replace"), place + 4 + length
    if kind == 3:
        return decoded(data, place)
    if kind == 4:
        items, end = decoded(data, place)
        return list(items.values()), end
    if kind == 5:
        length = struct.unpack_from("<i", data, place)[0]
        if data[place + 4] == 0:
            return data[place + 5 : place + 5 + length], place + 5 + length
        return Raw(kind, data[place : place + 5 + length]), place + 5 + length
    if kind == 8:
        return bool(data[place]), place + 1
    if kind == 10:
        return None, place
    if kind == 16:
        return struct.unpack_from("<i", data, place)[0], place + 4
    if kind == 18:
        return Int64(struct.unpack_from("<q", data, place)[0]), place + 8
    if kind == 11:
        end = data.index(0, data.index(0, place) + 1) + 1
        return Raw(kind, data[place:end]), end
    size = _FIXED.get(kind)
    if size is None:
        raise ValueError(f"BSON of kind {kind}")
    return Raw(kind, data[place : place + size]), place + size


def encoded(document: Document) -> bytes:
    parts = []
    for name, value in document.items():
        kind, data = _encoded_value(value)
        parts.append(bytes([kind]) + name.encode() + b"\0" + data)
    body = b"".join(parts) + b"\0"
    return struct.pack("<i", len(body) + 4) + body


def _encoded_value(value: Any) -> tuple[int, bytes]:
    if isinstance(value, Raw):
        return value.kind, value.data
    if value is None:
        return 10, b""
    if isinstance(value, bool):
        return 8, bytes([value])
    if isinstance(value, int):
        if isinstance(value, Int64) or not -(1 << 31) <= value < 1 << 31:
            return 18, struct.pack("<q", value)
        return 16, struct.pack("<i", value)
    if isinstance(value, float):
        return 1, struct.pack("<d", value)
    if isinstance(value, str):
        text = value.encode() + b"\0"
        return 2, struct.pack("<i", len(text)) + text
    if isinstance(value, bytes):
        return 5, struct.pack("<i", len(value)) + b"\0" + value
    if isinstance(value, list):
        return 4, encoded({str(place): item for place, item in enumerate(value)})
    return 3, encoded(value)

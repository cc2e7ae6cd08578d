"""Changes as a patch that `git apply` and `patch -p1` take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dockerlint.source.record import dataclass

_NO_NEWLINE = b"\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class Patched:
    """A file's bytes (`before` None: it is new) and its path from the folder in which the patch is applied."""

    path: str
    before: bytes | None
    after: bytes


def patch(files: Iterable[Patched]) -> bytes:
    """The whole patch; nothing for files that stay as they are."""
    return b"".join(part for file in files if file.before != file.after for part in _file(file))


def _file(file: Patched) -> Iterator[bytes]:
    from difflib import diff_bytes, unified_diff

    old, new = _name("a", file.path), _name("b", file.path)
    yield b"diff --git %s %s\n" % (old, new)
    if file.before is None:
        yield b"new file mode 100644\n"
        old = b"/dev/null"
    lines = diff_bytes(unified_diff, _lines(file.before or b""), _lines(file.after), old, new)
    for mark, name in ((b"--- ", old), (b"+++ ", new)):
        next(lines)
        blank = b"\t" if b" " in name and not name.startswith(b'"') else b""  # without it `patch` stops at the blank
        yield mark + name + blank + b"\n"
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n" + _NO_NEWLINE


def _lines(data: bytes) -> list[bytes]:
    """The lines with their ends; only a line feed ends one."""
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _name(side: str, path: str) -> bytes:
    """The file's name as git writes it: in quotes where a sign needs to be escaped."""
    name = f"{side}/{path}".encode("utf-8", "surrogateescape")
    if not any(byte < 0x20 or byte in b'"\\\x7f' for byte in name):
        return name
    escapes = {0x09: b"\\t", 0x0A: b"\\n", 0x0D: b"\\r", 0x22: b'\\"', 0x5C: b"\\\\"}
    parts = [escapes.get(byte, b"\\%03o" % byte if byte < 0x20 or byte == 0x7F else bytes((byte,))) for byte in name]
    return b'"' + b"".join(parts) + b'"'

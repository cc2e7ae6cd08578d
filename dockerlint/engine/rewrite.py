"""Writing what `fix.mend` changed: each file in one step, with its byte order mark, mode and line ends.

Nothing outside of the run's folder is written, no link is followed out of it, and a file that is not any more what the
run has read is left alone.
"""

from __future__ import annotations

import os
import stat

from dockerlint.engine.fix import Change
from dockerlint.source.record import dataclass

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class CannotWrite(Exception):
    """A file that was not written; the message is the end of a sentence that begins with its name."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """A change as it lies on disk: `target` is the file with every link followed, `before` is None for a new file."""

    target: str
    before: bytes | None
    after: bytes


def read(path: str) -> str | None:
    """The text of a file on disk, for `fix.mend`; None where there is none."""
    from dockerlint.source.tree import decode

    try:
        with open(path, "rb") as stream:
            return decode(stream.read())
    except (OSError, ValueError):
        return None


def bytes_of(change: Change) -> Bytes:
    """What is on disk and what is to be there. Raises CannotWrite."""
    from dockerlint.source.tree import decode

    target = os.path.realpath(change.path)
    root = os.path.realpath(change.folder)
    if os.path.commonpath((target, root)) != root:
        raise CannotWrite("is a link that leads out of the project")
    try:
        if not os.path.lexists(change.path):
            data = None
        elif not stat.S_ISREG(os.stat(target).st_mode):
            raise CannotWrite("is no regular file")
        else:
            with open(target, "rb") as stream:
                data = stream.read()
        text = decode(data) if data is not None else ""
    except OSError as error:
        raise CannotWrite(f"cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise CannotWrite("has changed meanwhile") from None
    if text != change.before or (data is not None and not change.before and data.strip()):
        raise CannotWrite("has changed meanwhile")
    mark, encoding = next(((m, e) for m, e in _MARKS if data is not None and data.startswith(m)), (b"", "utf-8"))
    return Bytes(target, data, mark + change.after.encode(encoding))


def write(change: Change) -> None:
    """Puts the new text in the place of the old one. Raises CannotWrite; the file is whole in any case."""
    found = bytes_of(change)
    folder, name = os.path.split(found.target)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.dockerlint")
    try:
        mode = stat.S_IMODE(os.stat(found.target).st_mode) if found.before is not None else None
        if mode is not None and not os.access(found.target, os.W_OK):
            raise CannotWrite("cannot be written: it is read-only")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(found.after)
            if mode is not None:
                os.chmod(temporary, mode)
            os.replace(temporary, found.target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise CannotWrite(f"cannot be written: {(error.strerror or str(error)).lower()}") from None

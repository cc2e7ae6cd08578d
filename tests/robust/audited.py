"""A program for test_safe.py: does what its arguments say under an audit hook that ends it at anything that no linter
may do to a tree. `python -m tests.robust.audited TREE WORK…`, WORK being arguments of dockerlint.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from typing import Any

FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.spawn",
    "os.startfile",
    "ctypes.",
    "urllib.",
    "http.",
    "ftplib.",
    "smtplib.",
    "webbrowser.",
    "shutil.",
    "os.remove",
    "os.rmdir",
    "os.rename",
    "os.chmod",
    "os.link",
    "os.symlink",
    "os.truncate",
    "pty.spawn",
    "code.__new__",
    "pickle.",
)
BROKEN = 99


def guard(tree: str, readable: tuple[str, ...]) -> None:
    """From now on: nothing is opened or listed but what lies below `readable`, and of `tree` nothing is run."""
    inside = f"{os.path.realpath(tree)}{os.sep}"
    allowed = tuple(f"{os.path.realpath(path)}{os.sep}" for path in readable)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN):
            fail(f"{event} {args!r}")
        elif event in ("open", "os.listdir", "os.scandir") and args and isinstance(args[0], (str, bytes)):
            path = os.path.realpath(os.fsdecode(args[0]))
            if not f"{path}{os.sep}".startswith(allowed):
                fail(f"{event} {args[0]!r}, which is {path}")
            if event == "open" and f"{path}{os.sep}".startswith(inside):
                if isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
                    fail(f"writes {path}")
                if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
                    fail(f"opens {path}, which is no regular file")
        elif event == "exec" and str(getattr(args[0], "co_filename", "")).startswith((inside, tree)):
            fail(f"runs {args[0]!r}")
        elif event == "import" and args[1] and str(args[1]).startswith((inside, tree)):
            fail(f"imports {args[1]}")

    def fail(what: str) -> None:
        os.write(2, f"AUDIT: {what}\n".encode())
        os._exit(BROKEN)

    sys.addaudithook(hook)


def main() -> int:
    import sysconfig

    import dockerlint
    from dockerlint.rulebook import shelf

    tree, *work = sys.argv[1:]
    package = os.path.dirname(os.path.dirname(os.path.abspath(dockerlint.__file__)))
    paths = {path for path in sysconfig.get_paths().values() if path}
    shelf.rules()  # may write its index
    guard(
        tree,
        (
            tree,
            f"{package}/dockerlint",
            f"{package}/rules",
            f"{package}/tests/robust",
            *paths,
            sys.base_prefix,
            os.environ["XDG_CACHE_HOME"],
            tempfile.gettempdir() + "/nothing",
        ),
    )
    os.chdir(tree)
    sys.argv = ["dockerlint", *work]
    from dockerlint.cli.main import main as run

    return run() or 0


if __name__ == "__main__":
    sys.exit(main())

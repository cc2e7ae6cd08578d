"""Patches are taken by the real `git apply` and `patch`, byte for byte."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dockerlint.report.patch import Patched, patch

LONG = b"".join(b"line %d\n" % number for number in range(40))
FILES = [
    Patched("compose.yaml", LONG, LONG.replace(b"line 3\n", b"line 3\nnew\n").replace(b"line 30\n", b"other\n")),
    Patched("deep/er/.dockerignore", None, b"node_modules\n.env\n"),
    Patched("new without newline", None, b"a"),
    Patched("windows.yaml", b"a\r\nb\r\n", b"a\r\nc\r\nb\r\n"),
    Patched("no-newline", b"a\nb", b"a\nb\nc"),
    Patched("newline comes", b"a", b"a\n"),
    Patched("mark", b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfa\nc\n"),
    Patched("größe é.yaml", "ü\n".encode(), "ä\n".encode()),
    Patched("signs", b"-- a/signs\n++ b\n\x0c\x85\xe2\x80\xa8x\n", b"-- b/signs\n++ b\n\x0c\x85\xe2\x80\xa8y\n"),
]
ODD = [Patched('quo"te\\ta\tb', b"a\n", b"b\n"), Patched("two\nlines", None, b"b\n")]


def lay(folder: Path, files: list[Patched]) -> None:
    for file in files:
        if file.before is not None:
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.before)


@pytest.mark.parametrize("command", [["git", "apply", "-p1"], ["patch", "-p1", "--binary"]], ids=lambda words: words[0])
def test_it_applies(tmp_path: Path, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not here")
    files = FILES + (ODD if command[0] == "git" else [])
    lay(tmp_path, files)
    done = subprocess.run(command, input=patch(files), cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert {file.path: (tmp_path / file.path).read_bytes() for file in files} == {
        file.path: file.after for file in files
    }


def test_its_text() -> None:
    assert patch([Patched("a b", b"x\ny", b"x\nz"), Patched("c", b"x", b"x")]) == (
        b"diff --git a/a b b/a b\n--- a/a b\t\n+++ b/a b\t\n@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n"
        b"+z\n\\ No newline at end of file\n"
    )
    assert patch([Patched("n", None, b"x\n")]) == (
        b"diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n"
    )
    assert patch([]) == b""

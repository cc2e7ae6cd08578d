"""Streams and signals: a reader that goes away, a full disk, a closed stream, Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
BROKEN = ROOT / "tests" / "fixtures" / "projects" / "notes-course" / "broken"
PROGRAM = [sys.executable, "-m", "dockerlint"]

needs_full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
needs_posix = pytest.mark.skipif(os.name != "posix", reason="signals of Unix")


def run(*words: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *words], cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=60, **more)  # type: ignore[call-overload, no-any-return]


@needs_full
@pytest.mark.parametrize("words", [("check", str(BROKEN)), ("check", str(BROKEN), "--format", "json"), ("rules",)])
def test_full_disk_is_one_line_and_status_2(words: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        done = run(*words, stdout=full)
    assert (done.returncode, done.stderr) == (2, "dockerlint: cannot write: No space left on device\n")


@needs_posix
def test_closed_output_leaves_the_status() -> None:
    done = run("check", str(BROKEN), preexec_fn=lambda: os.close(1))
    assert (done.returncode, done.stderr) == (1, "")


@needs_posix
def test_a_reader_that_goes_away_ends_it_silently(tmp_path: Path) -> None:
    services = "".join(f"  s{number}:\n    image: postgres:16\n" for number in range(2000))
    (tmp_path / "compose.yaml").write_text(f"services:\n{services}")
    started = subprocess.Popen(
        [*PROGRAM, "check", str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert started.stdout is not None and started.stderr is not None
    started.stdout.read(10)
    started.stdout.close()
    assert started.stderr.read() == b""
    assert started.wait(60) == -signal.SIGPIPE


def test_interrupt_is_status_130_without_a_traceback() -> None:
    interrupted = """
import sys
from dockerlint.cli.main import main
from dockerlint.engine import run

def lint(*_, **__):
    raise KeyboardInterrupt

run.lint = lint
sys.argv = ["dockerlint", "check", "."]
sys.exit(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", interrupted], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "")

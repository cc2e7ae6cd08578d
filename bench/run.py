"""Speed as ratios inside one run: every figure is measured beside the thing that it is compared with.

Usage: run.py [CORPUS]     CORPUS: a folder of real projects; without one the fixture projects serve
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECTS = HERE.parent / "tests" / "fixtures" / "projects"
TWO_SERVICES = PROJECTS / "dev-and-prod" / "right"
IMPORTS = "import yaml, click, dockerfile_parse"


def seconds(command: list[str], cwd: Path | None = None) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def start_up(runs: int) -> tuple[float, float]:
    """Median seconds of importing the libraries, and of linting a project with two services, taken in turns."""
    floor, ours = [], []
    lint = [sys.executable, "-m", "dockerlint", "check", "--fail-on", "never", str(TWO_SERVICES)]
    for _ in range(runs):
        floor.append(seconds([sys.executable, "-c", IMPORTS]))
        ours.append(seconds(lint, HERE.parent))
    return statistics.median(floor), statistics.median(ours)


def corpus(folder: Path, runs: int) -> tuple[float, float, int]:
    """Median seconds of bare parsing (its own clock) and of the whole lint process on one core; the number of files."""
    bare, ours, files = [], [], 0
    for _ in range(runs):
        out = subprocess.run(
            [sys.executable, str(HERE / "bareparse.py"), str(folder)],
            capture_output=True,
            text=True,
            check=True,
            cwd=HERE.parent,
            env={**os.environ, "PYTHONPATH": str(HERE.parent)},
        ).stdout.split()
        bare.append(float(out[0]))
        files = int(out[1]) + int(out[2])
        lint = [sys.executable, "-m", "dockerlint", "check", "--jobs", "1", "--fail-on", "never", str(folder)]
        ours.append(seconds(lint, HERE.parent))
    return statistics.median(bare), statistics.median(ours), files


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECTS
    floor, ours = start_up(15)
    bare, whole, files = corpus(folder, 3)
    print(f"{'what':44} {'floor':>9} {'dockerlint':>11} {'ratio':>7} {'bar':>6}")
    print(f"{'two services, start to report':44} {floor:>8.3f}s {ours:>10.3f}s {ours / floor:>6.2f}x {'2.0x':>6}")
    print(f"{f'{files} files, against bare parsing':44} {bare:>8.3f}s {whole:>10.3f}s {whole / bare:>6.2f}x {'8.0x':>6}")


main()

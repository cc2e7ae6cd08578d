"""Speed as ratios inside one run: every figure is measured beside the thing that it is compared with.

Usage: run.py [CORPUS]     CORPUS: a folder of real projects; without one the fixture projects serve

What is measured is the installed package (`make bench` installs it as a user would), not the checkout.
Both sides are whole processes, in turns; a figure is the median of the processor time (user and system) that they
took. All of them run on one core, so that is what they take on an idle machine, and a busy one does not change it much.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PROJECTS = ROOT / "tests" / "fixtures" / "projects"
TWO_SERVICES = HERE / "two-services"
IMPORTS = "import yaml, click, dockerfile_parse"

sys.path.insert(0, str(ROOT))

from dockerlint.source.discover import is_compose, is_dockerfile, walk  # noqa: E402
from dockerlint.source.tree import FolderTree  # noqa: E402

PEERS = Path(sys.executable).parent


def seconds(command: list[str]) -> float:
    """Processor seconds of a process. It may use compiled modules, as an installed program does."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    if done.returncode not in (0, 1):  # 1: findings
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[-300:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(floor: list[str], ours: list[str], runs: int) -> tuple[float, float]:
    """The medians of both, after one run of each that warms the caches."""
    seconds(floor), seconds(ours)
    pairs = [(seconds(floor), seconds(ours)) for _ in range(runs)]
    return statistics.median(first for first, _ in pairs), statistics.median(second for _, second in pairs)


def lint(folder: Path) -> list[str]:
    return [str(PEERS / "dockerlint"), "check", "--jobs", "1", "--fail-on", "never", str(folder)]


def row(what: str, floor: float, ours: float, bar: float) -> str:
    return f"{what:44} {floor:>8.3f}s {ours:>10.3f}s {ours / floor:>6.2f}x {bar:>5.1f}x"


def peers(dockerfiles: list[str], composes: list[str]) -> list[tuple[str, list[str], list[str]]]:
    """Programs of others: what they do, the command, and the files on which dockerlint is held against them."""
    return [
        ("hadolint, Dockerfiles", ["hadolint", "--no-fail", *dockerfiles], dockerfiles),
        ("tally, Dockerfiles", ["tally", "lint", *dockerfiles], dockerfiles),
        ("checkov, Dockerfiles", ["checkov", "--quiet", "--framework", "dockerfile", "-f", *dockerfiles], dockerfiles),
        ("compose-lint, compose files", ["compose-lint", *composes], composes),
    ]


def against_peers(folder: str, dockerfiles: list[str], composes: list[str], runs: int) -> None:
    """A line for each peer that is installed beside dockerlint, on the same files."""
    for what, command, files in peers(dockerfiles, composes):
        program = shutil.which(command[0], path=str(PEERS))
        if program is None or not files:
            print(f"{folder}: {what}: skipped, {'not installed' if files else 'no such files'}")
            continue
        ours = [str(PEERS / "dockerlint"), "check", "--no-config", "--select", "ALL", "--fail-on", "never", *files]
        try:
            theirs, mine = compare([program, *command[1:]], ours, runs)
        except RuntimeError as error:
            print(f"{folder}: {what}: skipped, {error}")
            continue
        print(f"{f'{folder}: {what} ({len(files)})':44} {theirs:>8.3f}s {mine:>10.3f}s {mine / theirs:>6.2f}x")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else PROJECTS).resolve()
    paths = [path for path in walk(FolderTree(str(folder))) if is_dockerfile(path) or is_compose(path)]
    print(f"{'what (seconds of one core)':44} {'floor':>9} {'dockerlint':>11} {'ratio':>7} {'bar':>6}")
    with tempfile.TemporaryDirectory() as alone:  # not a part of this repository, whose settings would be read
        two = shutil.copytree(TWO_SERVICES, Path(alone) / "two-services")
        floor, ours = compare([sys.executable, "-I", "-c", IMPORTS], lint(two), 21)
        print(row("two services, against importing the libraries", floor, ours, 1.5))
        against_peers("two services", [str(two / "Dockerfile")], [str(two / "compose.yaml")], 5)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
        listed.write("".join(f"{folder / path}\n" for path in paths))
        listed.flush()
        floor, ours = compare([sys.executable, "-I", str(HERE / "bareparse.py"), listed.name], lint(folder), 5)
    print(row(f"{len(paths)} files, against bare parsing", floor, ours, 8.0))
    dockerfiles = [str(folder / path) for path in paths if is_dockerfile(path)]
    composes = [str(folder / path) for path in paths if is_compose(path)]
    against_peers("all", dockerfiles, composes, 1)


main()

"""Fuzzes one target or all of them, one after the other: python -m tests.fuzz.run [TARGET|all] [SECONDS each].

What breaks is kept in .fuzz/; exit status 1 where something did.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.robust.parsers import PARSERS

FUZZER = Path(__file__).with_name("fuzz.py")
KEPT = Path(__file__).parents[2] / ".fuzz"


def main() -> int:
    wanted, seconds = (sys.argv[1:] + ["all", "60"][len(sys.argv) - 1 :])[:2]
    every = (*PARSERS, "project")
    if wanted not in (*every, "all"):
        sys.exit(f"name one of: all {' '.join(every)}")
    broken = []
    for target in every if wanted == "all" else (wanted,):
        folder = KEPT / target
        folder.mkdir(parents=True, exist_ok=True)
        options = [f"-max_total_time={seconds}", f"-artifact_prefix={folder}/", "-verbosity=0", "-print_final_stats=1"]
        done = subprocess.run([sys.executable, str(FUZZER), target, *options], capture_output=True, check=False)
        lines = done.stderr.decode("utf-8", "replace").splitlines()
        runs = next((line.split()[-1] for line in lines if "number_of_executed_units" in line), "?")
        print(f"{target}: {'broken' if done.returncode else 'fine'} after {runs} inputs", flush=True)
        if done.returncode:
            broken.append(target)
            said = done.stdout.decode("utf-8", "replace").splitlines()
            print("\n".join(f"  {line}" for line in [*said, *lines] if line.strip())[-3000:])
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

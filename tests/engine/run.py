"""`make test-engine`: start a private engine, make the images, run the experiments, write docs/proof.md, stop it again.

    python -m tests.engine.run [--keep] [PYTEST ARGUMENT ...]

What waits for a busy machine may wait in vain, so what fails is asked once more, alone, and fails only then.
`--keep` leaves the engine running (python -m tests.engine.run --stop ends it). Exits as pytest does, and with 3 where
no engine can run, so that nothing takes that for a pass.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.engine import base, daemon, images
from tests.engine.named import named_images

FAILED, CANNOT_RUN = 1, 3


def main(arguments: list[str]) -> int:
    flags = {word for word in arguments if word in ("--keep", "--stop")}
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: sys.exit(130))
    if "--stop" in flags:
        daemon.stop(daemon.Engine(daemon.default_home()))
        return 0
    try:
        engine = daemon.start()
    except daemon.CannotRun as reason:
        print(f"test-engine: could not run: {reason}", file=sys.stderr)
        return CANNOT_RUN
    try:
        base.make(engine)
        images.provide(engine, named_images())
        asked = [word for word in arguments if word not in flags]
        status = _pytest(engine, asked)
        if status == FAILED:
            print("test-engine: what failed beside the others is asked once more, alone", file=sys.stderr)
            status = _pytest(engine, ["--last-failed", "-n", "0", *(word for word in asked if word == "--page")])
        return status
    except KeyboardInterrupt:
        return 130
    finally:
        if "--keep" not in flags:
            daemon.stop(engine)


def _pytest(engine: daemon.Engine, arguments: list[str]) -> int:
    """Its exit status: 1 where tests failed."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "engine", "tests/engine", *arguments],
        env={**os.environ, "DOCKERLINT_ENGINE": str(engine.home)},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make test-engine`: start a private engine, make the images, run the experiments, write docs/proof.md, stop it again.

    python -m tests.engine.run [--keep] [PYTEST ARGUMENT ...]

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

CANNOT_RUN = 3


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
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-m", "engine", "tests/engine", *(a for a in arguments if a not in flags)],
            env={**os.environ, "DOCKERLINT_ENGINE": str(engine.home)},
            check=False,
        ).returncode
    except KeyboardInterrupt:
        return 130
    finally:
        if "--keep" not in flags:
            daemon.stop(engine)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

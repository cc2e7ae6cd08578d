"""Lays an example of a card on disk and makes its stand-ins, to try things by hand.

python -m tests.engine.lay RULE EXAMPLE-NAME
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from dockerlint.rulebook import shelf
from tests.engine import daemon, images
from tests.engine.named import images_of_files
from tests.engine.probes import lay


def main(rule_id: str, name: str) -> None:
    example = next(example for example in shelf.whole_rule(rule_id).examples if example.name == name)
    engine = daemon.Engine(daemon.default_home())
    files = {**example.files, **example.proof_files}
    made = images.provide(engine, images_of_files(files))
    laid = lay(engine, Path(tempfile.mkdtemp()), files, example.proof_env)
    print(f"{laid.folder}\nnew stand-ins: {', '.join(made) or 'none'}")
    print(f"export DOCKER_HOST={engine.environment['DOCKER_HOST']} DOCKER_API_VERSION=1.41 DOCKER_BUILDKIT=1")


if __name__ == "__main__":
    main(*sys.argv[1:])

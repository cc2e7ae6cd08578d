"""The least that a linter of this kind must do: parse every Dockerfile and compose file of a folder, and nothing else.

Usage: bareparse.py FOLDER [--list]     prints the seconds that the parsing took, and how many files it parsed
"""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import yaml
from dockerfile_parse import DockerfileParser

from dockerlint.source.discover import is_compose, is_dockerfile, walk
from dockerlint.source.tree import FolderTree


def main() -> None:
    root = Path(sys.argv[1])
    paths = list(walk(FolderTree(str(root))))
    dockerfiles = [root / path for path in paths if is_dockerfile(path)]
    composes = [root / path for path in paths if is_compose(path)]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    start = time.perf_counter()
    for path in dockerfiles:
        DockerfileParser(fileobj=io.BytesIO(path.read_bytes())).structure  # noqa: B018
    for path in composes:
        try:
            yaml.load(path.read_bytes(), Loader=loader)
        except yaml.YAMLError:
            continue
    print(f"{time.perf_counter() - start:.3f} {len(dockerfiles)} {len(composes)}")


main()

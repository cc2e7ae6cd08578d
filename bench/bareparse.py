"""The least that a linter of this kind must do: parse Dockerfiles and compose files, and nothing else.

Usage: bareparse.py LIST     LIST: a file that names one Dockerfile or compose file a line
"""

from __future__ import annotations

import io
import sys

import yaml
from dockerfile_parse import DockerfileParser

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as stream:
        paths = stream.read().splitlines()
    for path in paths:
        with open(path, "rb") as file:
            data = file.read()
        if path.lower().endswith((".yml", ".yaml")):
            try:
                yaml.load(data, Loader=LOADER)
            except yaml.YAMLError:
                continue
        else:
            DockerfileParser(fileobj=io.BytesIO(data)).structure  # noqa: B018


main()

"""The table holds what a Docker Engine put where, with WORKDIR /app: path in the image → which file lies there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dockerlint.formats.instructions import parse_dockerfile
from dockerlint.model.image.context import context_of
from dockerlint.model.image.copying import CopySource, copy_targets
from dockerlint.source.text import SourceFile
from dockerlint.source.tree import DictTree

TABLE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "fixtures/parse/copying.json").read_text(encoding="utf-8")
)
FILES = [
    *("a.txt", "b.txt", "src/x.js", "src/lib/y.js", "src/lib/deep/z.js", "lib/q.js", "package.json"),
    *("package-lock.json", "conf.d/n.conf", "web/package.json", "web/src/app.js", "web2/package.json", "t.tar"),
    *("[b]/f", "sp ace/f"),
]


def sources(
    line: str, files: dict[str, str] | None = None, workdir: str | None = "/app", **values: str
) -> tuple[CopySource, ...]:
    tree = DictTree(files if files is not None else dict.fromkeys(FILES, "x"))
    instruction = parse_dockerfile(SourceFile("Dockerfile", f"FROM scratch\n{line}\n")).instructions[1]
    return copy_targets(instruction, workdir, context_of(tree, "", "Dockerfile"), values.get if values else None)


@pytest.mark.parametrize("case", TABLE, ids=lambda case: str(case["instruction"]))
def test_puts_files_where_the_engine_does(case: dict[str, Any]) -> None:
    placed: dict[str, list[str]] = {}
    for source in sources(case["instruction"]):
        for path in FILES:
            target = source.container_path(path)
            if target is not None:
                placed.setdefault(target, []).append(path)
    assert sorted(placed) == sorted(case["image"])
    for target, origin in case["image"].items():
        assert origin in placed[target]


def test_respects_ignore_file_and_exclude() -> None:
    (source,) = sources(
        "COPY --exclude=**/*.md --exclude=!README.md . .",
        {".dockerignore": "node_modules", "Dockerfile": ""},
    )
    assert source.is_root
    brought = [path for path in ("a.js", "node_modules/x", "docs/a.md", "README.md") if source.brings(path)]
    assert brought == ["a.js", "README.md"]


def test_parents_keep_the_path() -> None:
    (source,) = sources("COPY --parents web/src/app.js /out/")
    assert source.container_path("web/src/app.js") == "/out/web/src/app.js"
    (source,) = sources("COPY --parents ./web/./**/*.js /out/")
    assert source.container_path("web/src/app.js") == "/out/src/app.js"
    assert source.container_path("src/x.js") is None


def test_unknown_destination_and_variables() -> None:
    (source,) = sources("COPY src ./", workdir=None)
    assert source.brings("src/x.js") and source.container_path("src/x.js") is None
    (source,) = sources("COPY ${DIR} /out/")
    assert source.kind == "unknown" and not source.brings("src/x.js")
    (source,) = sources("COPY ${DIR} /out/", DIR="src")
    assert source.container_path("src/x.js") == "/out/x.js"


def test_remote_and_missing_sources() -> None:
    assert [source.kind for source in sources("ADD https://example.org/a.tgz git@github.com:a/b.git /out/")] == [
        "remote",
        "remote",
    ]
    (source,) = sources("COPY dist /srv/")
    assert source.is_folder is None
    assert source.container_path("dist") is None
    assert source.container_path("dist/index.html") == "/srv/index.html"
    (source,) = sources("COPY dist /srv")
    assert source.container_path("dist") == "/srv"


def test_finds_the_way_back() -> None:
    (source,) = sources("COPY src /app/code/")
    assert source.context_path("/app/code/lib/y.js") == "src/lib/y.js"
    assert source.context_path("/app/other") is None
    (source,) = sources("COPY a.txt ./")
    assert source.context_path("/app/a.txt") == "a.txt"
    assert source.context_path("/app/b.txt") is None

"""Manifests that are programs or have a line format of their own: Gemfile, go.mod, build.gradle, mix.exs.

They are read line by line for what their authors nearly always write plainly; what a program computes is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dockerlint.formats.manifesttypes import Ecosystem, Manifest
from dockerlint.source.text import SourceFile, Span

_QUOTED = r"""["']([^"'\n]*)["']"""


def read_gemfile(file: SourceFile) -> Manifest:
    """Settings: ``ruby``, the required version. https://bundler.io/man/gemfile.5.html"""
    gem = re.compile(rf"gem[\s(]+{_QUOTED}(?:\s*,\s*{_QUOTED})?")
    dependencies: dict[str, str] = {}
    development: dict[str, str] = {}
    settings: dict[str, str] = {}
    places: dict[str, Span] = {}
    blocks: list[bool] = []
    for start, line in _lines(file.text, "#"):
        text = line.strip()
        if text.startswith("ruby "):
            found = re.match(rf"ruby\s+{_QUOTED}", text)
            if found is not None:
                settings["ruby"] = found.group(1)
        elif text.endswith(" do") or " do |" in text:
            outside_production = text.startswith("group") and ":production" not in text and ":default" not in text
            blocks.append(outside_production)
        elif text == "end" and blocks:
            blocks.pop()
        else:
            found = gem.match(text)
            if found is not None:
                own_group = "group:" in text and "production" not in text
                kept = development if any(blocks) or own_group else dependencies
                kept[found.group(1)] = found.group(2) or ""
                at = start + line.index(text)
                places.setdefault(found.group(1), Span(file, at, at + len(text)))
    return _manifest(file, "ruby", dependencies, development, settings, places)


def read_go_mod(file: SourceFile) -> Manifest:
    """The name is the module's path. Settings: ``go`` (the language), ``toolchain``. https://go.dev/ref/mod#go-mod-file"""
    dependencies: dict[str, str] = {}
    settings: dict[str, str] = {}
    places: dict[str, Span] = {}
    name: str | None = None
    block = ""
    for start, line in _lines(file.text, "//"):
        words = line.split()
        if not words:
            continue
        if words[-1] == "(" and len(words) == 2:
            block = words[0]
            continue
        if words == [")"]:
            block = ""
            continue
        keyword, rest = (block, words) if block else (words[0], words[1:])
        if keyword == "module" and rest:
            name = rest[0].strip('"')
        elif keyword in ("go", "toolchain") and rest:
            settings[keyword] = rest[0]
        elif keyword == "require" and len(rest) >= 2:
            dependencies[rest[0]] = rest[1]
            at = start + line.index(rest[0])
            places.setdefault(rest[0], Span(file, at, start + len(line.rstrip())))
    return _manifest(file, "go", dependencies, {}, settings, places, name)


def read_gradle(file: SourceFile) -> Manifest:
    """Dependencies are ``group:artifact``; plugins count as development dependencies under their id. Settings:
    ``archiveFileName`` and ``archiveBaseName`` where they are literals, ``mainClass``. https://docs.gradle.org/current/dsl/"""
    configuration = re.compile(
        r"(implementation|api|compile|compileOnly|runtimeOnly|runtime|developmentOnly|annotationProcessor|kapt|"
        rf"testImplementation|testCompile|testRuntimeOnly)[\s(]+(?:platform\()?{_QUOTED}"
    )
    plugin = re.compile(rf"(?:id[\s(]+{_QUOTED}\)?(?:\s+version\s+{_QUOTED})?|apply plugin:\s*{_QUOTED})")
    assigned = re.compile(
        rf"(?:\w+\.)*(archiveFileName|archiveBaseName|archiveName|baseName|mainClass|mainClassName|version|group)"
        rf"(?:\.set\(|\s*=\s*|\s+)\s*{_QUOTED}"
    )
    dependencies: dict[str, str] = {}
    development: dict[str, str] = {}
    settings: dict[str, str] = {}
    places: dict[str, Span] = {}
    for start, line in _lines(file.text, "//"):
        text = line.strip()
        at = start + len(line) - len(line.lstrip())
        found = configuration.match(text)
        if found is not None:
            parts = found.group(2).split(":")
            key = ":".join(parts[:2])
            kept = development if found.group(1).startswith("test") else dependencies
            kept[key] = parts[2] if len(parts) > 2 else ""
            places.setdefault(key, Span(file, at, at + len(text)))
            continue
        found = plugin.match(text)
        if found is not None:
            development[found.group(1) or found.group(3)] = found.group(2) or ""
            continue
        found = assigned.match(text)
        if found is not None and "$" not in found.group(2):
            names = {"archiveName": "archiveFileName", "baseName": "archiveBaseName", "mainClassName": "mainClass"}
            key = names.get(found.group(1), found.group(1))
            settings.setdefault(key, found.group(2))
            places.setdefault(key, Span(file, at, at + len(text)))
    return _manifest(file, "java", dependencies, development, settings, places, version=settings.get("version"))


def read_mix(file: SourceFile) -> Manifest:
    """The name is the application's. Settings: ``elixir``, its version. https://hexdocs.pm/mix/Mix.Project.html"""
    dependency = re.compile(rf"""\{{:(\w+),\s*(?:{_QUOTED})?""")
    keyword = re.compile(rf"(app|version|elixir):\s*(?::(\w+)|{_QUOTED})")
    dependencies: dict[str, str] = {}
    development: dict[str, str] = {}
    settings: dict[str, str] = {}
    places: dict[str, Span] = {}
    values: dict[str, str] = {}
    for start, line in _lines(file.text, "#"):
        text = line.strip()
        at = start + len(line) - len(line.lstrip())
        found = dependency.search(text)
        if found is not None:
            only = "only:" in text and ":prod" not in text
            (development if only else dependencies)[found.group(1)] = found.group(2) or ""
            places.setdefault(found.group(1), Span(file, at, at + len(text)))
            continue
        found = keyword.match(text)
        if found is not None:
            values.setdefault(found.group(1), found.group(2) or found.group(3) or "")
    if "elixir" in values:
        settings["elixir"] = values["elixir"]
    return _manifest(
        file, "elixir", dependencies, development, settings, places, values.get("app"), values.get("version")
    )


def _manifest(
    file: SourceFile,
    ecosystem: Ecosystem,
    dependencies: dict[str, str],
    development: dict[str, str],
    settings: dict[str, str],
    places: dict[str, Span],
    name: str | None = None,
    version: str | None = None,
) -> Manifest:
    return Manifest(
        path=file.path,
        folder=file.path.rpartition("/")[0],
        ecosystem=ecosystem,
        name=name,
        version=version,
        dependencies=dependencies,
        dev_dependencies=development,
        settings=settings,
        places=places,
    )


def _lines(text: str, comment: str) -> Iterator[tuple[int, str]]:
    """Every line with its offset, comments taken off where they stand alone or behind a space."""
    at = 0
    for line in text.split("\n"):
        bare = line.rstrip("\r")
        if bare.lstrip().startswith(comment):
            bare = ""
        cut = bare.find(" " + comment)
        yield at, bare[:cut] if cut >= 0 and not comment.startswith("#") else bare
        at += len(line) + 1

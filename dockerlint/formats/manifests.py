"""Package manifests: which ecosystem a folder belongs to, what it depends on, what its scripts run.

Never raises: a broken manifest is one with problems. Lock files and tool settings are packagesettings.py.
"""

from __future__ import annotations

from functools import lru_cache

from dockerlint.formats.manifesttypes import Ecosystem, Located, Manifest
from dockerlint.source.text import SourceFile

__all__ = ["Ecosystem", "Located", "Manifest", "ecosystem_of", "is_manifest", "read_manifest"]

_NAMES: dict[str, Ecosystem] = {
    "package.json": "node",
    "pyproject.toml": "python",
    "Pipfile": "python",
    "composer.json": "php",
    "Gemfile": "ruby",
    "gems.rb": "ruby",
    "go.mod": "go",
    "Cargo.toml": "rust",
    "pom.xml": "java",
    "build.gradle": "java",
    "build.gradle.kts": "java",
    "mix.exs": "elixir",
}


def ecosystem_of(path: str) -> Ecosystem:
    """The ecosystem whose manifest a file is, by its name; "" for any other file."""
    name = path.rpartition("/")[2]
    known = _NAMES.get(name)
    if known is not None:
        return known
    if name.endswith((".csproj", ".fsproj", ".vbproj")):
        return "dotnet"
    if name.endswith((".txt", ".in")) and "requirements" in name:
        return "python"
    if name.endswith(".txt") and path.rpartition("/")[0].rpartition("/")[2] == "requirements":
        return "python"
    return ""


def is_manifest(path: str) -> bool:
    return ecosystem_of(path) != ""


@lru_cache(maxsize=512)
def read_manifest(file: SourceFile) -> Manifest:
    """Reads a manifest by its name. Another kind of file gives a manifest of ecosystem "" with nothing in it."""
    ecosystem = ecosystem_of(file.path)
    if ecosystem == "":
        return Manifest(file.path, file.path.rpartition("/")[0], "")
    return _read(file, ecosystem)


def _read(file: SourceFile, ecosystem: Ecosystem) -> Manifest:
    name = file.path.rpartition("/")[2]
    if ecosystem == "node":
        from dockerlint.formats.manifests_node import read_package_json

        return read_package_json(file)
    if ecosystem == "python":
        from dockerlint.formats.manifests_python import read_python

        return read_python(file)
    if ecosystem == "php":
        from dockerlint.formats.manifests_php import read_composer

        return read_composer(file)
    if name == "pom.xml" or ecosystem == "dotnet":
        from dockerlint.formats.manifests_xml import read_msbuild, read_pom

        return read_pom(file) if name == "pom.xml" else read_msbuild(file)
    if ecosystem == "rust":
        from dockerlint.formats.manifests_rust import read_cargo

        return read_cargo(file)
    from dockerlint.formats.manifests_lines import read_gemfile, read_go_mod, read_gradle, read_mix

    by_ecosystem = {"ruby": read_gemfile, "go": read_go_mod, "java": read_gradle, "elixir": read_mix}
    return by_ecosystem[ecosystem](file)

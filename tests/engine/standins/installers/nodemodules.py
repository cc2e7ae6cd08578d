"""What lies in node_modules: packages of the store with all that they require, and small ones in place of unknown ones.

A package is a real folder whose files are links into the store, so that a COPY over it behaves as over the real one.
"""

import fnmatch
import glob
import json
import os
import re
from typing import Any

import place
from serving import SERVERS

STORE = f"{place.STORE}/node_modules"
# Stands for anything: callable, constructible, every property is the same thing again.
_ANYTHING = """const any = new Proxy(function () {}, {
  get: (target, name) => (name === 'then' || typeof name === 'symbol' ? undefined : any),
  apply: () => any,
  construct: () => any,
})
module.exports = any
"""


def manifest(folder: str) -> dict[str, Any]:
    text = place.read(f"{folder}/package.json").lstrip("\ufeff")
    try:
        return json.loads(text) if text.strip() else {}
    except ValueError as error:
        place.fail(f"npm error code EJSONPARSE\nnpm error JSON.parse {folder}/package.json: {error}")


def needed(package: dict[str, Any], dev: bool) -> dict[str, str]:
    """Name → range of a project's direct dependencies."""
    kinds = ["dependencies", "optionalDependencies", *(["devDependencies"] if dev else [])]
    return {name: wanted for kind in kinds for name, wanted in (package.get(kind) or {}).items()}


def required(names: list[str]) -> list[str]:
    """Packages of the store that the named ones require, with them, each once."""
    seen: dict[str, None] = {}
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen[name] = None
        if os.path.isdir(f"{STORE}/{name}"):
            package = manifest(f"{STORE}/{name}")
            optional = package.get("peerDependenciesMeta") or {}
            peers = [
                peer for peer in package.get("peerDependencies") or {} if not (optional.get(peer) or {}).get("optional")
            ]
            below = [*(package.get("dependencies") or {}), *(package.get("optionalDependencies") or {}), *peers]
            todo += [other for other in below if os.path.isdir(f"{STORE}/{other}")]
    return list(seen)


def version_of(name: str, wanted: str = "") -> str:
    """The store's version, or for an unknown package the number in the range."""
    if os.path.isdir(f"{STORE}/{name}"):
        return str(manifest(f"{STORE}/{name}").get("version", "0.0.0"))
    found = re.search(r"\d+(?:\.\d+){0,2}", wanted)
    return (
        (found[0] + ".0.0" * 2).split(".0.0.0")[0]
        if found and found[0].count(".") == 2
        else f"{found[0]}.0"
        if found
        else "1.0.0"
    )


def lay(name: str, folder: str, wanted: str = "") -> None:
    """Puts one package at `folder`; one that is there stays, but is made whole."""
    source = f"{STORE}/{name}"
    if os.path.islink(folder):
        os.unlink(folder)
    if os.path.isdir(source):
        os.makedirs(folder, exist_ok=True)
        for entry in os.listdir(source):
            if entry == "package.json":
                place.write(f"{folder}/{entry}", place.read(f"{source}/{entry}"))
            elif entry != "node_modules":
                place.link(f"{source}/{entry}", f"{folder}/{entry}")
        return
    if os.path.exists(f"{folder}/package.json"):
        return
    short = {"@angular/cli": "ng", "@vue/cli-service": "vue-cli-service"}.get(name, name.rpartition("/")[2])
    if short in SERVERS:
        place.write(f"{folder}/package.json", json.dumps({"name": name, "version": "1.0.0", "bin": {short: short}}))
        place.link(f"{place.STORE}/installers/serving.py", f"{folder}/{short}")
        return
    package = {"name": name, "version": version_of(name, wanted), "main": "index.js", "bin": {short: "cli.js"}}
    place.write(f"{folder}/package.json", json.dumps(package, indent=2) + "\n")
    place.write(f"{folder}/index.js", _ANYTHING)
    place.write(
        f"{folder}/cli.js", f"#!/usr/bin/env node\nconsole.log('stand-in of {name}:', ...process.argv.slice(2))\n", True
    )


def bins(folder: str) -> dict[str, str]:
    """Command → file, relative to the package's folder."""
    package = manifest(folder)
    named = package.get("bin") or {}
    if isinstance(named, str):
        named = {package.get("name", "").rpartition("/")[2]: named}
    return {name: os.path.normpath(path) for name, path in named.items()}


def link_bins(modules: str, names: list[str]) -> None:
    """node_modules/.bin of the packages in node_modules."""
    for name in names:
        for command, path in bins(f"{modules}/{name}").items():
            target = f"{modules}/{name}/{path}"
            if os.path.exists(target):
                place.link(os.path.relpath(target, f"{modules}/.bin"), f"{modules}/.bin/{command}")


def workspaces(root: str) -> dict[str, str]:
    """Name → folder of a root's workspaces, after package.json or pnpm-workspace.yaml."""
    patterns = manifest(root).get("workspaces") or []
    patterns = patterns.get("packages", []) if isinstance(patterns, dict) else patterns
    if os.path.exists(f"{root}/pnpm-workspace.yaml"):
        section = re.search(
            r"^packages:\s*((?:\n\s*-.*|\n\s*#.*|\n\s*(?=\n))+|\[.*?\])",
            place.read(f"{root}/pnpm-workspace.yaml"),
            re.M | re.S,
        )
        lines = re.findall(r"[\"']?([\w@./*!-]*[\w*])/?[\"']?\s*(?:,|\]|$)", section[1], re.M) if section else []
        patterns = [line.lstrip("- ") for line in lines]
    found: dict[str, str] = {}
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(root, pattern.removeprefix("./")), recursive=True)):
            if os.path.exists(f"{path}/package.json") and "/node_modules/" not in f"{path}/":
                name = manifest(path).get("name") or os.path.basename(path)
                excluded = any(
                    pattern.startswith("!") and fnmatch.fnmatch(os.path.relpath(path, root), pattern[1:])
                    for pattern in patterns
                )
                if not excluded:
                    found[name] = os.path.normpath(path)
    return found


def workspace_root(folder: str) -> str | None:
    """The root whose workspaces include this folder, or the folder itself when it has workspaces."""
    at = folder
    while True:
        if os.path.exists(f"{at}/package.json") or os.path.exists(f"{at}/pnpm-workspace.yaml"):
            members = workspaces(at)
            if members and (at == folder or folder in members.values()):
                return at
        if at == "/":
            return None
        at = os.path.dirname(at)


def hoisted(root: str, dev: bool, members: dict[str, str], names: dict[str, str] | None = None) -> list[str]:
    """Lays a project's packages into root/node_modules as npm and yarn do, workspaces as links; returns names."""
    wanted: dict[str, str] = dict(names or {})
    for folder in [root, *members.values()]:
        wanted = {**needed(manifest(folder), dev), **wanted}
    modules = f"{root}/node_modules"
    local = {name: path for name, path in wanted.items() if re.match(r"(file|link):", path)}
    names_to_lay = list(required([name for name in wanted if name not in members and name not in local]))
    for name in names_to_lay:
        lay(name, f"{modules}/{name}", wanted.get(name, ""))
    for name, path in {
        **members,
        **{name: os.path.join(root, path.partition(":")[2]) for name, path in local.items()},
    }.items():
        place.link(os.path.relpath(path, os.path.dirname(f"{modules}/{name}")), f"{modules}/{name}")
    link_bins(modules, [*names_to_lay, *members])
    return names_to_lay


def linked(root: str, members: dict[str, str], chosen: list[str], dev: bool) -> None:
    """Lays packages as pnpm does: all in root/node_modules/.pnpm, a link per direct dependency."""
    store = f"{root}/node_modules/.pnpm"
    placed: dict[str, str] = {}

    def put(name: str, wanted: str) -> str:
        if name not in placed:
            version = version_of(name, wanted)
            inner = f"{store}/{name.replace('/', '+')}@{version}/node_modules"
            placed[name] = f"{inner}/{name}"
            lay(name, placed[name], wanted)
            for other in required([name]) if os.path.isdir(f"{STORE}/{name}") else ():
                if other != name and other in (manifest(f"{STORE}/{name}").get("dependencies") or {}):
                    place.link(os.path.relpath(put(other, ""), os.path.dirname(f"{inner}/{other}")), f"{inner}/{other}")
        return placed[name]

    for folder in chosen:
        modules = f"{folder}/node_modules"
        wanted = needed(manifest(folder), dev)
        os.makedirs(modules, exist_ok=True)
        for name, text in wanted.items():
            local = re.match(r"(?:file|link):(.*)", text)
            target = members[name] if name in members and (text.startswith("workspace:") or True) else put(name, text)
            target = os.path.normpath(os.path.join(folder, local[1])) if local else target
            place.link(os.path.relpath(target, os.path.dirname(f"{modules}/{name}")), f"{modules}/{name}")
        link_bins(modules, list(wanted))
    os.makedirs(store, exist_ok=True)
    place.write(f"{root}/node_modules/.modules.yaml", "layoutVersion: 5\n")
    place.write(f"{store}/lock.yaml", "lockfileVersion: '9.0'\n")

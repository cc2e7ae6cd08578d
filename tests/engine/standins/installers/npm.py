#!/opt/standin/bin/python3 -SE
"""npm, npx, yarn, pnpm, bun and corepack: they fill node_modules and run scripts of package.json."""

import json
import os
import re
import subprocess
import sys
from typing import NoReturn

import nodemodules
import place
from nodemodules import manifest

_VALUES = set(
    "--prefix -C --dir --cwd -w --workspace -F --filter --registry --cache --loglevel --omit --include"
    " --network-timeout --cache-folder --store-dir --modules-folder -p --package --fetch-timeout --maxsockets"
    " --reporter --mutex --config --network-concurrency --node-linker --filter-prod --fetch-retries --backend"
    " --env-file".split()
)
TOOL = os.path.basename(sys.argv[0])
_VERSIONS = {
    "npm": "10.9.2",
    "npx": "10.9.2",
    "yarn": "1.22.22",
    "pnpm": "10.18.0",
    "bun": "1.3.0",
    "corepack": "0.34.0",
}


class Words:
    """A command line: options before and after the command, the command's words, and what stands behind `--`."""

    def __init__(self, words: list[str], stop: bool = False) -> None:
        """With `stop`, what stands behind the first word that is no option belongs to it."""
        self.named: list[str] = []
        self.flags: set[str] = set()
        self.values: dict[str, list[str]] = {}
        self.rest: list[str] = []
        todo = list(words)
        while todo:
            word = todo.pop(0)
            head, sign, value = word.partition("=")
            if word == "--":
                self.rest = todo
                break
            if word.startswith("-") and sign:
                self.values.setdefault(head, []).append(value)
                self.flags.add(word)
            elif word in _VALUES and todo:
                self.values.setdefault(word, []).append(todo.pop(0))
            elif word.startswith("-"):
                self.flags.add(word)
            else:
                self.named.append(word)
                if stop:
                    self.rest = todo
                    break

    def value(self, *names: str) -> list[str]:
        return [value for name in names for value in self.values.get(name, [])]

    def has(self, *names: str) -> bool:
        return bool(self.flags & set(names))


def production(words: Words) -> bool:
    if words.has(
        "--production",
        "--prod",
        "-P",
        "--only=production",
        "--only=prod",
        "--production=true",
        "--omit=dev",
        "--dev=false",
    ):
        return True
    if "dev" in words.value("--omit"):
        return True
    if "dev" in words.value("--include") or words.has(
        "--production=false", "--prod=false", "--dev", "-D", "--save-dev"
    ):
        return False
    return (
        os.environ.get("NODE_ENV") == "production"
        or os.environ.get("NPM_CONFIG_PRODUCTION") == "true"
        or os.environ.get("NPM_CONFIG_OMIT") == "dev"
    )


def folder_of(words: Words) -> str:
    named = words.value("--prefix", "-C", "--dir", "--cwd")
    if named:
        return os.path.abspath(named[-1])
    return place.above("package.json") or os.getcwd()


# Installing


def install(words: Words, frozen: bool) -> None:
    folder = folder_of(words)
    names = {}
    for text in words.named:
        if text.startswith((".", "/", "file:")):
            path = os.path.abspath(text.removeprefix("file:"))
            names[manifest(path).get("name") or os.path.basename(path)] = f"file:{path}"
        else:
            name, _, wanted = text[1:].partition("@")
            names[text[0] + name] = wanted or "latest"
    if words.has("-g", "--global"):
        return install_globally(list(names))
    if not os.path.exists(f"{folder}/package.json") and not names:
        if TOOL == "npm" and not frozen:
            _no_manifest(folder)
        words_of = {
            "pnpm": " ERR_PNPM_NO_PKG_MANIFEST  No package.json found in " + folder,
            "yarn": "success Already up-to-date.",
        }
        place.fail(
            words_of.get(
                TOOL,
                "npm error code EUSAGE\nnpm error `npm ci` can only install with an existing package-lock.json",
            )
        )
    root = nodemodules.workspace_root(folder) or folder
    members = nodemodules.workspaces(root)
    _check_lock(root, frozen, words)
    dev = not production(words)
    if names:
        _save(
            folder,
            names,
            "devDependencies" if words.has("-D", "--save-dev", "--dev", "-d") else "dependencies",
            words.has("--no-save"),
        )
    modules = f"{root}/node_modules"
    if frozen and TOOL == "npm" and os.path.isdir(modules):
        for entry in os.listdir(modules):
            place.remove(f"{modules}/{entry}")
    _script(root, "preinstall", words)
    if TOOL == "pnpm" and not _hoists(root, words):
        nodemodules.linked(root, members, _chosen(root, members, words), dev)
    elif TOOL == "yarn" and _berry(root):
        _yarn_berry(root, members, dev)
    elif any(nodemodules.needed(manifest(path), dev) for path in [root, *members.values()]) or members or names:
        laid = nodemodules.hoisted(root, dev, members, names)
        if TOOL == "npm":
            place.write(f"{modules}/.package-lock.json", json.dumps({"lockfileVersion": 3, "packages": {}}))
        elif TOOL == "yarn":
            place.write(f"{modules}/.yarn-integrity", "{}\n")
        print(f"\nadded {len(laid)} packages in 1s")
    _write_lock(root, words)
    for name in ("install", "postinstall", "prepare"):
        if name != "prepare" or dev or TOOL == "npm":
            _script(root, name, words)
    return None


def _script(root: str, name: str, words: Words) -> None:
    if not words.has("--ignore-scripts") and name in (manifest(root).get("scripts") or {}):
        done = subprocess.run(
            ["/bin/sh", "-c", manifest(root)["scripts"][name]], cwd=root, env=_environment(root, name)
        )
        if done.returncode:
            place.fail(f"{TOOL} error code {done.returncode}\n{TOOL} error command failed: {name}", done.returncode)


def _check_lock(root: str, frozen: bool, words: Words) -> None:
    has = {
        name
        for name in ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")
        if os.path.exists(f"{root}/{name}")
    }
    frozen = frozen or words.has("--frozen-lockfile", "--immutable")
    if not frozen or words.has("--no-frozen-lockfile"):
        return
    if TOOL == "npm" and not has & {"package-lock.json", "npm-shrinkwrap.json"}:
        place.fail(
            "npm error code EUSAGE\nnpm error The `npm ci` command can only install with an existing"
            " package-lock.json or\nnpm error npm-shrinkwrap.json with lockfileVersion >= 1."
        )
    if TOOL == "pnpm" and "pnpm-lock.yaml" not in has:
        place.fail(' ERR_PNPM_NO_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is absent')
    if TOOL == "yarn" and words.has("--immutable") and "yarn.lock" not in has:
        place.fail("YN0028: The lockfile would have been created by this install, which is explicitly forbidden.")
    if TOOL == "bun" and not has & {"bun.lock", "bun.lockb"}:
        place.fail("error: lockfile had changes, but lockfile is frozen")


def _write_lock(root: str, words: Words) -> None:
    lock = {"npm": "package-lock.json", "yarn": "yarn.lock", "pnpm": "pnpm-lock.yaml", "bun": "bun.lock"}[TOOL]
    other = (TOOL == "npm" and os.path.exists(f"{root}/npm-shrinkwrap.json")) or (
        TOOL == "bun" and os.path.exists(f"{root}/bun.lockb")
    )
    if other or os.path.exists(f"{root}/{lock}") or words.has("--no-package-lock", "--no-lockfile", "--pure-lockfile"):
        return
    package = manifest(root)
    text = json.dumps(
        {"name": package.get("name"), "lockfileVersion": 3, "requires": True, "packages": {"": package}}, indent=2
    )
    place.write(
        f"{root}/{lock}",
        (text if TOOL == "npm" else "lockfileVersion: '9.0'" if TOOL == "pnpm" else "# yarn lockfile v1") + "\n",
    )


def _save(folder: str, names: dict[str, str], kind: str, unsaved: bool) -> None:
    package = manifest(folder)
    for name, wanted in names.items():
        version = wanted if wanted.startswith("file:") else f"^{nodemodules.version_of(name, wanted)}"
        package.setdefault(kind, {})[name] = version
    if not unsaved:
        place.write(f"{folder}/package.json", json.dumps(package, indent=2) + "\n")


def _hoists(root: str, words: Words) -> bool:
    settings = place.read(f"{root}/.npmrc") + place.read(f"{root}/pnpm-workspace.yaml") + " ".join(words.flags)
    return bool(re.search(r"node-?linker[=:]\s*hoisted", settings, re.I))


def _chosen(root: str, members: dict[str, str], words: Words) -> list[str]:
    """Folders whose packages pnpm installs: all, or those of its filters with what they need of the workspace."""
    filters = words.value("-F", "--filter")
    if not filters:
        return [root, *members.values()]
    chosen: dict[str, None] = {}
    todo = [(path, "..." in text) for text in filters for path in _filtered(root, members, text)]
    while todo:
        path, deep = todo.pop()
        if path not in chosen:
            chosen[path] = None
            todo += [
                (members[name], True) for name in nodemodules.needed(manifest(path), True) if name in members and deep
            ]
    return list(chosen)


def _filtered(root: str, members: dict[str, str], text: str) -> list[str]:
    name = (
        text.strip(".").strip("{}^").strip(".")
        if not text.startswith(("./", "../", "{"))
        else text.strip("{}").removesuffix("...")
    )
    pattern = re.compile(re.escape(name).replace(r"\*", ".*"))
    paths = {os.path.normpath(os.path.join(root, name))}
    return [
        path
        for member, path in members.items()
        if pattern.fullmatch(member) or path in paths or member.endswith(f"/{name}")
    ]


def _berry(root: str) -> bool:
    named = re.match(r"yarn@(\d+)", manifest(root).get("packageManager") or "")
    return os.path.exists(f"{root}/.yarnrc.yml") or bool(named and named[1] != "1")


def _yarn_berry(root: str, members: dict[str, str], dev: bool) -> None:
    settings = place.read(f"{root}/.yarnrc.yml")
    found = re.search(r"^nodeLinker:\s*[\"']?([\w-]+)", settings, re.M)
    linker = os.environ.get("YARN_NODE_LINKER") or (found[1] if found else "pnp")
    place.write(f"{root}/.yarn/install-state.gz", "")
    if linker == "node-modules":
        nodemodules.hoisted(root, dev, members)
        place.write(f"{root}/node_modules/.yarn-state.yml", "")
    elif linker == "pnpm":
        nodemodules.hoisted(root, dev, members)
        os.makedirs(f"{root}/node_modules/.store", exist_ok=True)
    else:
        known = f"process.env.NODE_PATH = {json.dumps(nodemodules.STORE)}\nrequire('module').Module._initPaths()\n"
        place.write(f"{root}/.pnp.cjs", f"#!/usr/bin/env node\n/* eslint-disable */\n{known}")
        local = re.search(r"^enableGlobalCache:\s*false", settings, re.M)
        cache = f"{root}/.yarn/cache" if local else os.path.expanduser("~/.yarn/berry/cache")
        for name, wanted in nodemodules.needed(manifest(root), dev).items():
            place.write(f"{cache}/{name.replace('/', '-')}-npm-{nodemodules.version_of(name, wanted)}.zip", "")


def global_prefix() -> str:
    named = os.environ.get("PNPM_HOME") if TOOL == "pnpm" else os.environ.get("NPM_CONFIG_PREFIX")
    found = re.search(r"^prefix\s*=\s*(\S+)", place.read(os.path.expanduser("~/.npmrc")), re.M)
    return named or (found[1] if found else "/usr/local")


def install_globally(names: list[str]) -> None:
    prefix = global_prefix()
    modules = f"{prefix}/lib/node_modules"
    programs = prefix if TOOL == "pnpm" and os.environ.get("PNPM_HOME") else f"{prefix}/bin"
    for name in names:
        tool = place.program(name)
        if name in _VERSIONS and tool:
            extra = {"npm": ["npx"], "pnpm": ["pnpx"], "yarn": ["yarnpkg"], "bun": ["bunx"]}.get(name, [])
            for command in [name, *extra]:
                place.link(f"{place.STORE}/bin/{command}", f"{programs}/{command}")
            place.write(f"{modules}/{name}/package.json", json.dumps({"name": name, "version": _VERSIONS[name]}))
            continue
        nodemodules.lay(name, f"{modules}/{name}")
        for command, path in nodemodules.bins(f"{modules}/{name}").items():
            place.link(f"{modules}/{name}/{path}", f"{programs}/{command}")
    print(f"\nadded {len(names)} packages in 1s")


def remove(words: Words) -> None:
    folder = folder_of(words)
    package = manifest(folder)
    for name in words.named:
        place.remove(f"{folder}/node_modules/{name}")
        for kind in ("dependencies", "devDependencies"):
            (package.get(kind) or {}).pop(name, None)
    place.write(f"{folder}/package.json", json.dumps(package, indent=2) + "\n")


def prune(words: Words) -> None:
    folder = folder_of(words)
    members = nodemodules.workspaces(folder)
    wanted: list[str] = []
    for path in [folder, *members.values()]:
        wanted += nodemodules.needed(manifest(path), not production(words))
    keep = set(nodemodules.required(wanted)) | set(members)
    modules = f"{folder}/node_modules"
    for entry in os.listdir(modules) if os.path.isdir(modules) else ():
        for name in (
            [f"{entry}/{inner}" for inner in os.listdir(f"{modules}/{entry}")] if entry.startswith("@") else [entry]
        ):
            if not name.startswith(".") and name not in keep:
                place.remove(f"{modules}/{name}")
    for command in os.listdir(f"{modules}/.bin") if os.path.isdir(f"{modules}/.bin") else ():
        if not os.path.exists(f"{modules}/.bin/{command}"):
            os.unlink(f"{modules}/.bin/{command}")


# Running


def _no_manifest(folder: str) -> NoReturn:
    text = f"npm error code ENOENT\nnpm error syscall open\nnpm error path {folder}/package.json\nnpm error errno -2"
    place.fail(f"{text}\nnpm error enoent Could not read package.json: ENOENT: no such file or directory", 254)


def _environment(folder: str, script: str = "") -> dict[str, str]:
    environment = dict(os.environ)
    at, paths = folder, []
    while True:
        paths.append(f"{at}/node_modules/.bin")
        if at == "/":
            break
        at = os.path.dirname(at)
    root = place.above(".pnp.cjs", folder)
    if root:
        paths.append(f"{nodemodules.STORE}/.bin")
        environment["NODE_OPTIONS"] = f"--require {root}/.pnp.cjs {environment.get('NODE_OPTIONS', '')}".strip()
    environment["PATH"] = ":".join([*paths, environment.get("PATH", "")])
    package = manifest(folder)
    named = {"npm_package_name": package.get("name"), "npm_package_version": package.get("version")}
    environment.update({name: value for name, value in named.items() if isinstance(value, str)})
    environment.update(
        INIT_CWD=os.getcwd(), npm_lifecycle_event=script, npm_config_user_agent=f"{TOOL}/{_VERSIONS.get(TOOL, '')} node"
    )
    return environment


def run(folder: str, name: str, extra: list[str], if_present: bool = False, becomes: bool = True) -> int:
    """Runs a script of package.json with its pre and post scripts; becomes it where it may."""
    if not os.path.exists(f"{folder}/package.json"):
        _no_manifest(folder)
    scripts = manifest(folder).get("scripts") or {}
    if name not in scripts and name == "start" and os.path.exists(f"{folder}/server.js"):
        scripts = {**scripts, "start": "node server.js"}
    if name not in scripts:
        if if_present:
            return 0
        if TOOL in ("yarn", "pnpm", "bun"):
            return _exec(folder, [name, *extra], becomes)
        place.fail(f'npm error Missing script: "{name}"\nnpm error To see a list of scripts, run: npm run')
    steps = [f"pre{name}", name, f"post{name}"]
    steps = [step for step in steps if step in scripts and (TOOL != "pnpm" or step == name)]
    quoted = "".join(" '" + word.replace("'", "'\\''") + "'" for word in extra)
    package = manifest(folder)
    for step in steps:
        command = scripts[step] + (quoted if step == name else "")
        print(f"\n> {package.get('name', '')}@{package.get('version', '')} {step}\n> {command}\n", flush=True)
        if step == steps[-1] and becomes:
            os.chdir(folder)
            os.execve("/bin/sh", ["sh", "-c", command], _environment(folder, step))
        status = subprocess.run(["/bin/sh", "-c", command], cwd=folder, env=_environment(folder, step)).returncode
        if status:
            place.fail(f"{TOOL} error Lifecycle script `{step}` failed with error:\n{TOOL} error code {status}", status)
    return 0


def _exec(folder: str, words: list[str], becomes: bool = True) -> int:
    """A program of node_modules/.bin or the image."""
    environment = _environment(folder)
    import shutil

    path = shutil.which(words[0], path=environment["PATH"])
    if path is None:
        if TOOL == "yarn":
            place.fail(f'error Command "{words[0]}" not found.')
        place.fail(
            f' ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL  Command "{words[0]}" not found'
            if TOOL == "pnpm"
            else f'error: Script not found "{words[0]}"'
        )
    if becomes:
        os.execve(path, words, environment)
    return subprocess.run([path, *words[1:]], cwd=folder, env=environment).returncode


def npx(words: list[str]) -> None:
    """A program of the project, or one that is fetched for this once."""
    parsed = Words(words, stop=True)
    command = [*parsed.named, *parsed.rest]
    if not command:
        return
    calls = parsed.value("-p", "--package")
    name = re.sub(r"(?<=.)@[^@/]*$", "", command[0])
    folder = os.getcwd()
    environment = _environment(folder)
    import shutil

    short = name.rpartition("/")[2]
    path = shutil.which(
        short, path=environment["PATH"].removesuffix(os.environ.get("PATH", "")) + ":" + global_prefix() + "/bin"
    )
    if path is None and not parsed.has("--no-install", "--no"):
        package = re.sub(r"(?<=.)@[^@/]*$", "", calls[0]) if calls else name
        found = nodemodules.bins(f"{nodemodules.STORE}/{package}")
        if found:
            path = f"{nodemodules.STORE}/{package}/{found.get(short) or next(iter(found.values()))}"
        elif os.path.exists(f"{nodemodules.STORE}/.bin/{short}"):
            path = f"{nodemodules.STORE}/.bin/{short}"
        else:
            path = shutil.which(short) or place.program(short if short in _VERSIONS else "")
    if path is None:
        place.fail(f"npm error could not determine executable to run: {name}")
    os.execve(path, [path, *command[1:]], environment)


# The tools


def npm(words: list[str]) -> None:
    parsed = Words(words)
    command, *named = parsed.named or ["help"]
    parsed.named = named
    if parsed.has("--version", "-v") and command == "help":
        print(_VERSIONS["npm"])
    elif command in ("install", "i", "add", "isntall", "in"):
        install(parsed, frozen=False)
    elif command in ("ci", "clean-install", "install-ci-test", "cit"):
        install(parsed, frozen=True)
    elif command in ("run", "run-script", "start", "test", "t", "stop", "restart"):
        name = {"t": "test"}.get(command, command) if command not in ("run", "run-script") else (named[:1] or [""])[0]
        extra = [*named[1 if command.startswith("run") else 0 :], *parsed.rest]
        _run_in_workspaces(parsed, name, extra)
    elif command in ("exec", "x"):
        npx([*parsed.named, *parsed.rest] if not parsed.value("-p", "--package") else words[1:])
    elif command in ("uninstall", "remove", "rm", "un"):
        remove(parsed)
    elif command == "prune":
        prune(parsed)
    elif command == "root":
        print(f"{global_prefix()}/lib/node_modules" if parsed.has("-g") else f"{folder_of(parsed)}/node_modules")
    elif command == "prefix":
        print(global_prefix() if parsed.has("-g") else folder_of(parsed))
    elif command in ("config", "set", "c") and "set" in [command, *named]:
        place.write(
            os.path.expanduser("~/.npmrc"),
            place.read(os.path.expanduser("~/.npmrc")) + _setting([word for word in named if word != "set"]),
        )
    elif command == "init":
        place.write(
            "package.json",
            json.dumps({"name": os.path.basename(os.getcwd()), "version": "1.0.0", "scripts": {}}, indent=2) + "\n",
        )


def _setting(words: list[str]) -> str:
    return (words[0] if "=" in words[0] or len(words) < 2 else f"{words[0]}={words[1]}") + "\n" if words else ""


def _run_in_workspaces(words: Words, name: str, extra: list[str]) -> None:
    folder = folder_of(words)
    chosen = words.value("-w", "--workspace")
    if not chosen and not words.has("--workspaces", "-ws"):
        sys.exit(run(folder, name, extra, words.has("--if-present")))
    members = nodemodules.workspaces(folder)
    paths = [
        path
        for member, path in members.items()
        if not chosen
        or member in chosen
        or os.path.relpath(path, folder) in [os.path.normpath(text) for text in chosen]
    ]
    if not paths:
        place.fail(f"npm error No workspaces found:\nnpm error   --workspace={' '.join(chosen)}")
    for path in paths:
        run(path, name, extra, words.has("--if-present"), becomes=len(paths) == 1)


def yarn(words: list[str]) -> None:
    todo = list(words)
    if todo[:1] == ["--cwd"]:
        os.chdir(todo[1])
        todo = todo[2:]
    while (
        todo
        and todo[0].startswith("-")
        and todo[0] not in ("--version", "-v")
        and not Words(todo).has("--frozen-lockfile", "--production", "--immutable")
    ):
        todo = todo[1:]
    if todo[:1] in (["--version"], ["-v"]):
        return print("4.10.0" if _berry(place.above("package.json") or os.getcwd()) else _VERSIONS["yarn"])
    if not todo or todo[0].startswith("-"):
        return install(Words(todo), frozen=False)
    command, *rest = todo
    if command == "install" or command == "add":
        install(Words(rest), frozen=False)
    elif command == "global" and rest[:1] == ["add"]:
        install_globally([re.sub(r"(?<=.)@[^@/]*$", "", name) for name in rest[1:] if not name.startswith("-")])
    elif command == "remove":
        remove(Words(rest))
    elif command == "workspaces" and rest[:1] == ["focus"]:
        install(Words([word for word in rest[1:] if word.startswith("-")]), frozen=False)
    elif command == "workspace":
        folder = nodemodules.workspaces(place.above("package.json") or os.getcwd()).get(rest[0])
        if folder is None:
            place.fail(f'error Unknown workspace "{rest[0]}".')
        os.chdir(folder)
        yarn(rest[1:])
    elif command in (
        "cache",
        "config",
        "set",
        "plugin",
        "policies",
        "audit",
        "check",
        "import",
        "dedupe",
        "info",
        "why",
        "list",
        "autoclean",
    ):
        pass
    elif command in ("run", "exec", "dlx", "node"):
        if command == "dlx":
            return npx(rest)
        rest = [
            word
            for index, word in enumerate(rest)
            if not (word.startswith("-") and all(other.startswith("-") for other in rest[:index]))
        ]
        folder = place.above("package.json") or os.getcwd()
        if command in ("exec", "node"):
            sys.exit(_exec(folder, rest if command == "exec" else ["node", *rest]))
        sys.exit(run(folder, rest[0], [word for word in rest[1:] if word != "--"]))
    else:
        sys.exit(run(place.above("package.json") or os.getcwd(), command, [word for word in rest if word != "--"]))
    return None


def pnpm(words: list[str]) -> None:
    head = Words(words, stop=True)
    if head.has("--version", "-v") and not head.named:
        return print(_VERSIONS["pnpm"])
    command, rest = (head.named or ["help"])[0], head.rest
    for folder in head.value("-C", "--dir", "--prefix"):
        os.chdir(folder)
    recursive = head.has("-r", "--recursive") or bool(head.value("-F", "--filter"))
    parsed = Words(rest)
    parsed.flags |= head.flags
    parsed.values = {**head.values, **parsed.values}
    folder = place.above("package.json") or os.getcwd()
    if command in ("install", "i", "add"):
        recursive_root = nodemodules.workspace_root(folder)
        if command == "add" and recursive_root and recursive:
            folder = _chosen(recursive_root, nodemodules.workspaces(recursive_root), parsed)[0]
            os.chdir(folder)
        # Continuous integration freezes by itself, and a container has no CI variable.
        install(parsed, frozen=False)
    elif command == "fetch":
        if not os.path.exists("pnpm-lock.yaml"):
            place.fail(" ERR_PNPM_NO_LOCKFILE  Cannot fetch: pnpm-lock.yaml is absent")
        os.makedirs("node_modules/.pnpm", exist_ok=True)
    elif command in ("remove", "rm", "uninstall"):
        remove(parsed)
    elif command == "prune":
        prune(parsed)
    elif command == "deploy":
        _deploy(folder, parsed)
    elif command == "dlx":
        npx(rest)
    elif command in ("config", "store", "setup", "import", "audit", "help", "rebuild", "approve-builds"):
        if rest[:1] == ["path"]:
            print(os.path.expanduser("~/.local/share/pnpm/store/v10"))
    else:
        script = rest[0] if command in ("run", "exec") and rest else command
        extra = [word for word in (rest[1:] if command in ("run", "exec") else rest) if word != "--"]
        _run_recursively(folder, head, script, extra, command == "exec", recursive)
    return None


def _run_recursively(folder: str, head: Words, script: str, extra: list[str], program: bool, recursive: bool) -> None:
    def one(path: str, becomes: bool) -> int:
        if program:
            os.chdir(path)
            return _exec(path, [script, *extra], becomes)
        return run(path, script, extra, head.has("--if-present"), becomes)

    if not recursive:
        sys.exit(one(folder, True))
    root = nodemodules.workspace_root(folder) or folder
    members = nodemodules.workspaces(root)
    paths = _chosen(root, members, head) if head.value("-F", "--filter") else list(members.values())
    if not program:
        paths = [path for path in paths if script in (manifest(path).get("scripts") or {})]
    if not paths:
        print("No projects matched the filters")
    if head.has("--parallel") and len(paths) > 1:
        running = [
            (path, subprocess.Popen([sys.argv[0], script if not program else "exec", *extra], cwd=path))
            for path in paths
        ]
        sys.exit(max(process.wait() for _, process in running))
    for path in paths:
        one(path, becomes=len(paths) == 1)


def _deploy(folder: str, words: Words) -> None:
    import shutil

    root = nodemodules.workspace_root(folder) or folder
    members = nodemodules.workspaces(root)
    source = _chosen(root, members, words)[0]
    target = os.path.abspath(words.named[0])
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("node_modules"), dirs_exist_ok=True, symlinks=True)
    nodemodules.linked(target, members, [target], not production(words))


def bun(words: list[str]) -> None:
    head = Words(list(words), stop=True)
    if head.has("--version", "-v") and not head.named:
        return print(_VERSIONS["bun"])
    for folder in head.value("--cwd"):
        os.chdir(folder)
    command, rest = (head.named or ["help"])[0], head.rest
    folder = place.above("package.json") or os.getcwd()
    watch = head.has("--watch", "--hot")
    if command in ("install", "i", "add", "a", "ci"):
        install(Words(rest), frozen=command == "ci")
    elif command in ("remove", "rm"):
        remove(Words(rest))
    elif command == "x":
        npx(rest)
    elif command in ("build", "test", "pm", "init", "upgrade", "help"):
        out = Words(rest).value("--outdir", "--outfile") or [
            f"{flag.partition('=')[2]}" for flag in Words(rest).flags if flag.startswith("--out")
        ]
        for path in out:
            place.write(f"{path}/index.js" if "." not in os.path.basename(path) else path, "")
    else:
        inner = Words(rest, stop=True) if command == "run" else None
        if inner is not None and inner.named:
            watch = watch or inner.has("--watch", "--hot")
            command, rest = inner.named[0], inner.rest
        if os.path.isfile(command) or re.search(r"\.[cm]?[jt]sx?$", command):
            tsx = f"{nodemodules.STORE}/tsx/dist/cli.mjs"
            node = f"{place.STORE}/bin/node"
            if watch:
                os.execv(node, ["bun", tsx, "watch", "--clear-screen=false", command, *rest])
            os.execv(node, ["bun", tsx, command, *rest])
        sys.exit(run(folder, command, rest))
    return None


def corepack(words: list[str]) -> None:
    if words[:1] in (["--version"], ["-v"]):
        return print(_VERSIONS["corepack"])
    named = [word for word in words[1:] if not word.startswith("-")]
    if words[:1] == ["enable"]:
        for name in named or ["yarn", "yarnpkg", "pnpm", "pnpx"]:
            target = place.program(name)
            if target:
                place.link(target, f"/usr/local/bin/{name}")
    elif words[:1] and words[0].partition("@")[0] in ("yarn", "pnpm"):
        os.execv(f"{place.STORE}/bin/{words[0].partition('@')[0]}", [words[0].partition("@")[0], *words[1:]])
    return None


if __name__ == "__main__":
    tools = {
        "npm": npm,
        "npx": npx,
        "yarn": yarn,
        "yarnpkg": yarn,
        "pnpm": pnpm,
        "pnpx": npx,
        "bun": bun,
        "bunx": npx,
        "corepack": corepack,
    }
    if TOOL in ("bunx", "pnpx", "yarnpkg"):
        tools[TOOL], TOOL = tools[TOOL], {"bunx": "bun", "pnpx": "pnpm", "yarnpkg": "yarn"}[TOOL]
        (yarn if TOOL == "yarn" else npx)(sys.argv[1:])
    else:
        tools[TOOL](sys.argv[1:])

#!/opt/standin/bin/python3 -SE
"""go, cargo, maven, gradle, dotnet, mix and gcc: a program that serves the sources it was made of.

What they make is a copy of /opt/standin/program with the project's sources behind it (see program.c). It listens on
PORT or on the port that the sources name, else 8080; sources that name neither a port nor a server are printed.
"""

import os
import re
import shutil
import sys

import place

TOOL = os.path.basename(sys.argv[0])
_ENDS = {
    "go": (".go",), "cargo": (".rs",), "rustc": (".rs",), "mvn": (".java", ".kt", ".properties", ".yml"),
    "gradle": (".java", ".kt", ".properties", ".yml"), "dotnet": (".cs", ".json", ".cshtml", ".razor"),
    "mix": (".ex", ".exs"),
    "gcc": (".c",), "g++": (".cc", ".cpp"), "cc": (".c",), "javac": (".java",),
}  # fmt: skip
_SERVES = re.compile(r"listen|serve|http|bind|router|WebApplication|SpringApplication|axum|actix|Endpoint", re.I)
_PORT = re.compile(r"(?:[:\"'(\s=]|PORT[\"',\s)|]+|port\D{0,12})(\d{4,5})\b")


def sources(folder: str, ends: tuple[str, ...]) -> str:
    """The text of all sources of a folder, in the order of their paths."""
    found = []
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name not in ("target", "build", "bin", "obj", "node_modules", ".git", "deps", "_build", "test")
        )
        found += [
            place.read(f"{at}/{name}")
            for name in sorted(files)
            if name.endswith(ends) and not name.endswith("_test.go")
        ]
    return "".join(found)


def program(path: str, text: str) -> None:
    """Writes the program at path."""
    ports = [
        int(number) for number in _PORT.findall(text) if 1024 <= int(number) < 65536 and not 1900 < int(number) < 2100
    ]
    port = (ports or [8080])[0] if _SERVES.search(text) else 0
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    if os.path.lexists(path):
        os.unlink(path)
    data = text.encode()
    with open(f"{place.STORE}/program", "rb") as model, open(path, "wb") as file:
        shutil.copyfileobj(model, file)
        file.write(data + f"{port:05d}{len(data):012d}standin\n".encode())
    os.chmod(path, 0o755)


def _value(words: list[str], *names: str) -> str | None:
    for index, word in enumerate(words):
        if word in names and index + 1 < len(words):
            return words[index + 1]
        head, sign, value = word.partition("=")
        if sign and head in names:
            return value
    return None


def _must_have(*names: str, words: str) -> str:
    for name in names:
        folder = place.above(name)
        if folder:
            return folder
    place.fail(words)
    return ""


def go(words: list[str]) -> None:
    while words[:1] == ["-C"]:
        os.chdir(words[1])
        words = words[2:]
    command = words[0] if words else "help"
    if command == "version":
        print("go version go1.25.0 linux/amd64")
    elif command == "env":
        known = {
            "GOPATH": os.environ.get("GOPATH", "/go"),
            "GOMODCACHE": "/go/pkg/mod",
            "GOOS": "linux",
            "GOARCH": "amd64",
        }
        print("\n".join(known.get(name, "") for name in words[1:]))
    elif command == "mod":
        folder = (
            _must_have(
                "go.mod",
                words="go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
            )
            if words[1:2] != ["init"]
            else "."
        )
        if words[1:2] == ["init"]:
            place.write("go.mod", f"module {words[2]}\n\ngo 1.25\n")
        elif words[1:2] == ["vendor"]:
            place.write(f"{folder}/vendor/modules.txt", "")
        else:
            modules = f"{os.environ.get('GOPATH', '/go')}/pkg/mod"
            for name, version in re.findall(
                r"^\s*(?:require\s+)?([\w.-]+\.[\w.-]+/\S+)\s+(v\S+)", place.read(f"{folder}/go.mod"), re.M
            ):
                os.makedirs(f"{modules}/{name.lower()}@{version}", exist_ok=True)
    elif command == "install":
        for name in [word for word in words[1:] if not word.startswith("-")]:
            short = re.sub(r"/v\d+$", "", name.partition("@")[0]).rpartition("/")[2]
            out = os.environ.get("GOBIN") or f"{os.environ.get('GOPATH', '/go')}/bin"
            if "@" in name:
                program(f"{out}/{short}", f"stand-in of {name}\n")
            else:
                program(f"{out}/{_module(name)}", sources(name.removesuffix("..."), _ENDS["go"]))
    elif command in ("build", "run"):
        flagged = ("-o", "-ldflags", "-tags", "-mod", "-gcflags", "-asmflags", "-p", "-buildmode")
        named = [
            word for index, word in enumerate(words[1:]) if not word.startswith("-") and words[index] not in flagged
        ]
        files = [name for name in named if name.endswith(".go")]
        for name in files:
            if not os.path.isfile(name):
                place.fail(f"no required module provides package {name}; to add it:\n\tgo get {name}")
        if not files:
            _must_have(
                "go.mod",
                words="go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
            )
        target = files[0] if files else named[0] if named else "."
        folder = os.path.dirname(target) or "." if files else target.removesuffix("/...").removesuffix("...") or "."
        if not os.path.isdir(folder):
            place.fail(f"stat {os.path.abspath(folder)}: directory not found")
        if not files and not target.endswith("...") and not any(name.endswith(".go") for name in os.listdir(folder)):
            place.fail(f"no Go files in {os.path.abspath(folder)}")
        text = sources(place.above("go.mod", folder) or folder, _ENDS["go"])
        if command == "run":
            out = "/tmp/go-build/exe/main"
            program(out, text)
            os.execv(out, [out])
        out = _value(words, "-o") or _module(folder if not files else files[0].removesuffix(".go"))
        program(os.path.join(out, _module(folder)) if out.endswith("/") or os.path.isdir(out) else out, text)


def _module(folder: str) -> str:
    path = os.path.abspath(folder)
    if os.path.exists(f"{path}/go.mod"):
        found = re.search(r"^module\s+(\S+)", place.read(f"{path}/go.mod"), re.M)
        return found[1].rpartition("/")[2] if found else "main"
    return os.path.basename(path)


def cargo(words: list[str]) -> None:
    words = [word for word in words if not word.startswith("+")]
    command = words[0] if words else "help"
    if command in ("build", "run", "install", "b", "r", "check", "fetch", "watch"):
        given = _value(words, "--manifest-path", "--path")
        folder = os.path.dirname(given) if given and given.endswith(".toml") else given
        if command == "install" and folder is None:
            for name in [word for word in words[1:] if not word.startswith("-")]:
                program(f"{os.environ.get('CARGO_HOME', '/usr/local/cargo')}/bin/{name}", f"stand-in of {name}\n")
            return
        folder = folder or _must_have(
            "Cargo.toml", words=f"error: could not find `Cargo.toml` in `{os.getcwd()}` or any parent directory"
        )
        if {"--locked", "--frozen"} & set(words) and not os.path.exists(f"{folder}/Cargo.lock"):
            place.fail("error: the lock file needs to be updated but --locked was passed to prevent this", 101)
        if not (
            os.path.exists(f"{folder}/src")
            or "[workspace]" in place.read(f"{folder}/Cargo.toml")
            or "path" in place.read(f"{folder}/Cargo.toml")
        ):
            place.fail(
                "error: failed to parse manifest: no targets specified in the manifest",
                101,
            )
        names = re.findall(r"^name\s*=\s*\"([^\"]+)\"", place.read(f"{folder}/Cargo.toml"), re.M)
        profile = (
            "release" if {"--release", "-r", "--profile=release"} & set(words) or command == "install" else "debug"
        )
        triple = _value(words, "--target")
        out = os.path.join(
            folder, os.environ.get("CARGO_TARGET_DIR") or "target", *([triple] if triple else []), profile
        )
        if command in ("check", "fetch"):
            return
        chosen = _value(words, "--bin")
        for name in [chosen] if chosen else names or ["main"]:
            program(f"{out}/{name}", sources(folder, _ENDS["cargo"]))
        if not os.path.exists(f"{folder}/Cargo.lock"):
            place.write(f"{folder}/Cargo.lock", "version = 4\n")
        if command == "install":
            for name in names:
                target = f"{_value(words, '--root') or os.environ.get('CARGO_HOME', '/usr/local/cargo')}/bin/{name}"
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copy(f"{out}/{name}", target)
        if command in ("run", "r", "watch"):
            os.execv(f"{out}/{names[0]}", [names[0]])
    elif command == "new" or command == "init":
        name = next((word for word in words[1:] if not word.startswith("-")), ".")
        place.write(
            f"{name}/Cargo.toml",
            f'[package]\nname = "{os.path.basename(os.path.abspath(name))}"\nversion = "0.1.0"\nedition = "2021"\n',
        )
        place.write(f"{name}/src/main.rs", 'fn main() {\n    println!("Hello, world!");\n}\n')
    elif command == "chef":
        place.write(_value(words, "--recipe-path") or "recipe.json", "{}")


def maven(words: list[str]) -> None:
    folder = os.path.dirname(_value(words, "-f", "--file") or "") or os.getcwd()
    pom = place.read(f"{folder}/pom.xml")
    goals = {word for word in words if not word.startswith("-")}
    if not pom:
        if goals:
            place.fail(
                "[ERROR] The goal you specified requires a project to execute but there is no POM in this directory"
            )
        return
    os.makedirs(os.path.expanduser("~/.m2/repository"), exist_ok=True)
    if goals & {"package", "install", "verify", "deploy", "compile"}:
        own = re.sub(r"<(parent|dependencies|build|profiles)>.*?</\1>", "", pom, flags=re.S)
        name = (re.findall(r"<artifactId>([^<]+)", own) or ["app"])[0]
        version = (re.findall(r"<version>([^<]+)", own) or ["1.0"])[0]
        final = (re.findall(r"<finalName>([^<$]+)<", pom) or [f"{name}-{version}"])[0]
        os.makedirs(f"{folder}/target/classes", exist_ok=True)
        if goals != {"compile"}:
            program(f"{folder}/target/{final}.jar", sources(f"{folder}/src", _ENDS["mvn"]))
    elif any(word.endswith((":run", ":dev")) for word in goals):
        program("/tmp/mvn-run", sources(f"{folder}/src", _ENDS["mvn"]))
        os.execv("/tmp/mvn-run", ["java"])


def gradle(words: list[str]) -> None:
    folder = _value(words, "-p", "--project-dir") or os.getcwd()
    tasks = " ".join(word for word in words if not word.startswith("-"))
    settings = place.read(f"{folder}/settings.gradle") + place.read(f"{folder}/settings.gradle.kts")
    build = place.read(f"{folder}/build.gradle") + place.read(f"{folder}/build.gradle.kts")
    if tasks and not build and not settings:
        place.fail(
            "FAILURE: Build failed with an exception.\n\n* What went wrong:\nDirectory does not contain a Gradle build."
        )
    name = (
        re.findall(r"rootProject\.name\s*=\s*['\"]([^'\"]+)", settings) or [os.path.basename(os.path.abspath(folder))]
    )[0]
    version = (re.findall(r"^version\s*=?\s*['\"]([^'\"]+)", build, re.M) or [""])[0]
    if re.search(r"build|assemble|[jJ]ar|war|installDist", tasks):
        program(
            f"{folder}/build/libs/{name}{'-' + version if version else ''}.jar",
            sources(f"{folder}/src", _ENDS["gradle"]),
        )
    elif re.search(r"bootRun|\brun\b", tasks):
        program("/tmp/gradle-run", sources(f"{folder}/src", _ENDS["gradle"]))
        os.execv("/tmp/gradle-run", ["java"])


def dotnet(words: list[str]) -> None:
    import glob

    command, rest = (words[0] if words else "help"), words[1:]
    if command.endswith(".dll"):
        if not os.path.exists(command):
            place.fail(
                f"The command could not be loaded, possibly because:\n  * The application '{command}' does not exist."
            )
        if "ASPNETCORE_HTTP_PORTS" in os.environ and "PORT" not in os.environ:
            os.environ["PORT"] = os.environ["ASPNETCORE_HTTP_PORTS"].partition(";")[0]
        urls = re.search(r":(\d+)", os.environ.get("ASPNETCORE_URLS", ""))
        os.environ.update({"PORT": urls[1]} if urls else {})
        os.execv(command, ["dotnet", command])
    if command not in ("restore", "build", "publish", "run", "watch"):
        return
    flagged = (
        "-c",
        "-o",
        "-r",
        "-f",
        "--configuration",
        "--output",
        "--runtime",
        "--framework",
        "--project",
        "-v",
        "--verbosity",
    )
    named = [
        word
        for index, word in enumerate(rest)
        if not word.startswith(("-", "/p")) and (index == 0 or rest[index - 1] not in flagged)
    ]
    target = _value(rest, "--project") or next((word for word in named if word not in ("run", "watch")), ".")
    found = (
        [target]
        if os.path.isfile(target)
        else sorted(glob.glob(f"{target}/*.sln") + glob.glob(f"{target}/*.slnx") + glob.glob(f"{target}/*.??proj"))
    )
    if not found:
        place.fail(f"MSBUILD : error MSB1003: Specify a project or solution file: {target} does not contain one.")
    project = next((path for path in found if path.endswith("proj")), found[0])
    folder = os.path.dirname(project) or "."
    name = (
        re.findall(r"<AssemblyName>([^<]+)", place.read(project)) or [os.path.splitext(os.path.basename(project))[0]]
    )[0]
    framework = (re.findall(r"<TargetFramework>([^<]+)", place.read(project)) or ["net9.0"])[0]
    place.write(f"{folder}/obj/project.assets.json", "{}")
    if command == "restore":
        return
    text = sources(folder, _ENDS["dotnet"])
    asked = _value(rest, "-c", "--configuration") or ("Release" if command == "publish" else "Debug")
    out = f"{folder}/bin/{asked}/{framework}"
    out = _value(rest, "-o", "--output") or (f"{out}/publish" if command == "publish" else out)
    for file in (f"{name}.dll", name):
        program(f"{out}/{file}", text)
    place.write(f"{out}/{name}.runtimeconfig.json", "{}")
    if command in ("run", "watch"):
        os.execv(f"{out}/{name}", [name])


def mix(words: list[str]) -> None:
    command = words[0] if words else "help"
    if command in ("local.hex", "local.rebar", "archive.install", "help"):
        os.makedirs(os.path.expanduser("~/.mix"), exist_ok=True)
        return
    if not os.path.exists("mix.exs"):
        place.fail("** (Mix) Could not find a Mix.Project, there is no mix.exs file here")
    environment = os.environ.get("MIX_ENV", "dev")
    names = re.findall(r"\{:(\w+),", place.read("mix.exs"))
    app = (re.findall(r"app:\s*:(\w+)", place.read("mix.exs")) or ["app"])[0]
    for step in re.split(r"\s*,\s*", " ".join(words).removeprefix("do ")):
        task = step.split()[0]
        if task == "deps.get":
            for name in names:
                place.write(f"deps/{name}/mix.exs", "")
            if not os.path.exists("mix.lock"):
                place.write("mix.lock", "%{}\n")
            continue
        missing = [name for name in names if not os.path.isdir(f"deps/{name}")]
        if missing:
            place.fail(f'Unchecked dependencies for {environment}: {missing[0]} is not available, run "mix deps.get"')
        for name in names if task == "deps.compile" else [*names, app]:
            os.makedirs(f"_build/{environment}/lib/{name}/ebin", exist_ok=True)
        if task == "release":
            program(f"_build/{environment}/rel/{app}/bin/{app}", sources(".", _ENDS["mix"]))
        elif task in ("phx.server", "run"):
            program("/tmp/mix-run", sources(".", _ENDS["mix"]))
            os.execv("/tmp/mix-run", ["beam.smp"])


def one_file(words: list[str]) -> None:
    """gcc, g++, cc, rustc, javac: the named files."""
    files = [word for word in words if word.endswith(_ENDS[TOOL])]
    for name in files:
        if not os.path.isfile(name):
            place.fail(f"{TOOL}: error: {name}: No such file or directory")
    if files and TOOL == "javac":
        place.write(files[0].removesuffix(".java") + ".class", "")
    elif files:
        default = files[0].removesuffix(".rs") if TOOL == "rustc" else "a.out"
        program(_value(words, "-o") or default, "".join(place.read(name) for name in files))


if __name__ == "__main__":
    tools = {"go": go, "cargo": cargo, "mvn": maven, "gradle": gradle, "dotnet": dotnet, "mix": mix}
    if TOOL in tools:
        tools[TOOL](sys.argv[1:])
    elif TOOL in _ENDS:
        one_file(sys.argv[1:])

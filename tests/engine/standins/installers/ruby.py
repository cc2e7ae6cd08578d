#!/opt/standin/bin/python3 -SE
"""bundle and gem: a gem for each line of the Gemfile, where Bundler and RubyGems put it.

Gems that Debian has (puma, sinatra, rack, pg) are real through Ruby's own load path; the others are empty.
"""

import os
import re
import sys

import place
from serving import SERVERS

_ABI = "3.1.0"


def _abi() -> str:
    found = re.search(r'"row": "ruby".*?"version": \[(\d+), (\d+)', place.read("/opt/standin/image.json"))
    return f"{found[1]}.{found[2]}.0" if found else _ABI


def _setting(name: str, folder: str | None) -> str:
    """A setting of Bundler: the project's, the environment's, the user's or the image's."""
    for path in (
        f"{folder}/.bundle/config",
        None,
        f"{os.environ.get('BUNDLE_APP_CONFIG', '')}/config",
        os.path.expanduser("~/.bundle/config"),
    ):
        if path is None:
            if os.environ.get(name):
                return os.environ[name]
            continue
        found = re.search(rf"^{name}: \"?([^\"\n]*)", place.read(path), re.M)
        if found:
            return found[1]
    return ""


def home(folder: str) -> str:
    """Where Bundler keeps a project's gems: the folder that holds `gems`."""
    path = _setting("BUNDLE_PATH", folder)
    if not path and _setting("BUNDLE_DEPLOYMENT", folder) in ("1", "true"):
        path = "vendor/bundle"
    if path:
        return f"{os.path.join(folder, path)}/ruby/{_abi()}"
    return os.environ.get("GEM_HOME") or f"/usr/local/lib/ruby/gems/{_abi()}"


def wanted(folder: str) -> list[str]:
    """Names of the Gemfile, without those of groups that BUNDLE_WITHOUT leaves out."""
    without = set(re.split(r"[:\s]+", _setting("BUNDLE_WITHOUT", folder)))
    names, groups = [], []
    for line in place.read(f"{folder}/Gemfile").splitlines():
        opened = re.match(r"\s*group\s+(.*?)\s+do\b", line)
        if opened:
            groups.append(set(re.findall(r"\w+", opened[1])))
        elif re.match(r"\s*(source|platforms?|path|git)\b.*\bdo\b", line):
            groups.append(set())
        elif re.match(r"\s*end\b", line) and groups:
            groups.pop()
        gem = re.match(r"\s*gem\s*\(?\s*['\"]([\w.-]+)['\"](.*)", line)
        if gem:
            inline = re.search(r"group:?s?\s*(?:=>)?\s*(\[.*?\]|:\w+)", gem[2])
            mine = set(re.findall(r"\w+", inline[1])) if inline else set()
            member = mine or (groups[-1] if groups else set())
            if not member or not member <= without:
                names.append(gem[1])
    return names


def lay(names: list[str], at: str) -> None:
    for name in names:
        version = "1.0.0"
        place.write(f"{at}/gems/{name}-{version}/lib/{name}.rb", "")
        said = f"  s.name = {name!r}\n  s.version = {version!r}\n  s.summary = 'stand-in'\n  s.authors = []\n"
        spec = f"Gem::Specification.new do |s|\n{said}end\n"
        place.write(f"{at}/specifications/{name}-{version}.gemspec", spec)
        target = place.program(name if name != "rack" else "rackup")
        if name in SERVERS:
            target = f"{place.STORE}/installers/serving.py"
        if target:
            place.link(target, f"{at}/bin/{name if name != 'rack' else 'rackup'}")


def bundle(words: list[str]) -> None:
    folder = place.above("Gemfile")
    if os.environ.get("BUNDLE_GEMFILE"):
        folder = os.path.dirname(os.path.abspath(os.environ["BUNDLE_GEMFILE"]))
    command = words[0] if words else "install"
    if command in ("--version", "-v", "version"):
        print("Bundler version 2.5.0")
    elif command == "config":
        _configure(words[1:], folder)
    elif folder is None:
        place.fail("Could not locate Gemfile", 10)
    elif command in ("install", "update"):
        rest = iter(words[1:])
        for word in rest:
            head, _, value = word.partition("=")
            if head in ("--path", "--without", "--deployment"):
                value = "true" if head == "--deployment" else value or next(rest, "")
                place.write(
                    f"{folder}/.bundle/config",
                    place.read(f"{folder}/.bundle/config") + f'BUNDLE_{head[2:].upper()}: "{value}"\n',
                )
        strict = {_setting(name, folder) for name in ("BUNDLE_DEPLOYMENT", "BUNDLE_FROZEN")} & {"1", "true"}
        if not os.path.exists(f"{folder}/Gemfile.lock"):
            if strict:
                place.fail(
                    "The deployment setting requires a lockfile.",
                    16,
                )
            place.write(
                f"{folder}/Gemfile.lock",
                "GEM\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n"
                + "".join(f"  {name}\n" for name in wanted(folder)),
            )
        lay(wanted(folder), home(folder))
        print(f"Bundle complete! {len(wanted(folder))} Gemfile dependencies.")
    elif command == "add":
        place.write(f"{folder}/Gemfile", place.read(f"{folder}/Gemfile") + f'gem "{words[1]}"\n')
        lay([words[1]], home(folder))
    elif command in ("exec", "check"):
        missing = [name for name in wanted(folder) if not os.path.isdir(f"{home(folder)}/gems/{name}-1.0.0")]
        if missing:
            place.fail(
                f"Could not find {', '.join(missing)} in locally installed gems\nRun `bundle install`",
                7 if command == "exec" else 1,
            )
        if command == "exec":
            _become(words[1:], home(folder))


def _become(words: list[str], at: str) -> None:
    environment = {**os.environ, "PATH": f"{at}/bin:{os.environ.get('PATH', '')}"}
    try:
        os.execvpe(words[0], words, environment)
    except FileNotFoundError:
        tool = place.program(words[0])
        if tool is None:
            place.fail(f"bundler: command not found: {words[0]}", 127)
        os.execve(tool, words, environment)


def _configure(words: list[str], folder: str | None) -> None:
    named = [word for word in words if not word.startswith("-") and word != "set"]
    if len(named) >= 2:
        local = "--local" in words or ("set" in words and "--global" not in words and folder)
        path = f"{folder or os.getcwd()}/.bundle/config" if local else os.path.expanduser("~/.bundle/config")
        if not local and os.environ.get("BUNDLE_APP_CONFIG"):
            path = f"{os.environ['BUNDLE_APP_CONFIG']}/config"
        key = named[0].upper().replace(".", "__").replace("-", "___")
        place.write(path, place.read(path) + f'BUNDLE_{key}: "{" ".join(named[1:])}"\n')


def gem(words: list[str]) -> None:
    named = [word for word in words if not word.startswith("-")]
    if named[:1] == ["install"]:
        at = os.environ.get("GEM_HOME") or f"/usr/local/lib/ruby/gems/{_abi()}"
        names = [name.partition(":")[0] for name in named[1:] if not re.match(r"\d", name)]
        lay(names, at)
        for name in names:
            if os.path.lexists(f"{at}/bin/{name}") and not os.environ.get("GEM_HOME"):
                place.link(f"{at}/bin/{name}", f"/usr/local/bin/{name}")


if __name__ == "__main__":
    tool = gem if os.path.basename(sys.argv[0]) == "gem" else bundle
    tool(sys.argv[1:])

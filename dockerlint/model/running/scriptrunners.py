"""How npm, yarn, pnpm and bun name a script of package.json, and how programs such as concurrently list commands.

https://docs.npmjs.com/cli/commands/npm-run-script, https://yarnpkg.com/cli/run, https://pnpm.io/cli/run,
https://bun.sh/docs/cli/run
"""

from __future__ import annotations

from dockerlint.source.record import dataclass

_RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_VALUES = {
    "npm": {"--prefix": "folder", "-C": "folder", "-w": "workspace", "--workspace": "workspace", "--loglevel": ""},
    "yarn": {"--cwd": "folder"},
    "pnpm": {"-C": "folder", "--dir": "folder", "--filter": "workspace", "-F": "workspace", "--prefix": "folder"},
    "bun": {"--cwd": "folder", "--filter": "workspace"},
}
_LIFECYCLE = frozenset({"start", "stop", "restart", "test"})
# Words behind the runner that are its own commands and not scripts.
_COMMANDS = frozenset(
    "install i ci add remove rm update upgrade up link exec dlx create init cache config info list ls outdated pack"
    " publish audit why global version versions workspaces prune rebuild import patch store set plugin node npx"
    " deploy fetch approve-builds root bin login logout help x pm test:ci unlink".split()
)


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """A script that is asked for. `bare` says that the word may as well be a program of node_modules/.bin.

    `hooks` says that the runner runs ``preX`` before X.
    """

    runner: str
    name: str
    arguments: tuple[str, ...] = ()
    folder: str | None = None
    workspace: str | None = None
    bare: bool = False
    hooks: bool = True


def script_call(argv: tuple[str, ...]) -> ScriptCall | None:
    """The script that an argument list asks for, None where it asks for none."""
    runner = argv[0].rpartition("/")[2] if argv else ""
    if runner not in _RUNNERS:
        return None
    given: dict[str, str | None] = {"folder": None, "workspace": None}
    rest = _without_options(runner, list(argv[1:]), given)
    explicit = False
    if runner == "yarn" and rest[:1] == ["workspace"] and len(rest) >= 3:
        given["workspace"] = rest[1]
        rest = rest[2:]
    if rest[:1] in (["run"], ["run-script"], ["rum"], ["urn"]):
        explicit = True
        rest = _without_options(runner, rest[1:], given)
    elif runner == "bun" and rest and ("." in rest[0] or "/" in rest[0]):
        return None
    if not rest:
        return None
    name, arguments = rest[0], rest[1:]
    if not explicit:
        if runner == "npm" and name not in _LIFECYCLE:
            return {"t": ScriptCall(runner, "test"), "tst": ScriptCall(runner, "test")}.get(name)
        if name in _COMMANDS or "$" in name:
            return None
    if "$" in name:
        return None
    if runner == "npm":
        passed: list[str] = []
        if "--" in arguments:
            passed = arguments[arguments.index("--") + 1 :]
            arguments = arguments[: arguments.index("--")]
        _without_options(runner, arguments, given)
        arguments = [word for word in arguments if not word.startswith("-") and word != given["workspace"]]
        arguments = [word for word in arguments if word != given["folder"]] + passed
    elif arguments[:1] == ["--"]:
        arguments = arguments[1:]
    hooks = runner in ("npm", "yarn", "bun")
    return ScriptCall(
        runner, name, tuple(arguments), given["folder"], given["workspace"], runner != "npm" and not explicit, hooks
    )


def _without_options(runner: str, words: list[str], given: dict[str, str | None]) -> list[str]:
    """Drop the runner's own options from the front; all of them when they stand before and behind the name."""
    values = _VALUES[runner]
    while words and words[0].startswith("-") and words[0] != "--":
        option, equals, value = words.pop(0).partition("=")
        kind = values.get(option)
        if kind is None:
            continue
        if not equals and words:
            value = words.pop(0)
        if kind:
            given[kind] = value
    for index, word in enumerate(words):
        if word == "--":
            break
        option, equals, value = word.partition("=")
        kind = values.get(option) if runner == "npm" else None
        if kind and (equals or index + 1 < len(words)):
            given[kind] = value if equals else words[index + 1]
    return words


def listed_commands(argv: tuple[str, ...]) -> tuple[str, ...] | None:
    """The shell texts that concurrently, npm-run-all and the like start; None where argv is no such program."""
    name = argv[0].rpartition("/")[2] if argv else ""
    if name == "concurrently":
        values: tuple[str, ...] = (
            "-n",
            "--names",
            "-c",
            "--prefix-colors",
            "-p",
            "--prefix",
            "-l",
            "-m",
            "--max-processes",
        )
        values += ("--restart-tries", "--restart-after", "-s", "--success", "--default-input-target")
        return tuple(_npm_shorthand(word) for word in _positional(argv[1:], values))
    if name in ("npm-run-all", "npm-run-all2", "run-p", "run-s"):
        return tuple(f"npm run {word}" for word in _positional(argv[1:], ("--max-parallel",)))
    return None


def _positional(words: tuple[str, ...], values: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in values
        else:
            found.append(word)
    return found


def _npm_shorthand(word: str) -> str:
    for runner in ("npm", "yarn", "pnpm", "bun"):
        if word.startswith(runner + ":"):
            return f"{runner} run {word[len(runner) + 1 :]}"
    return word

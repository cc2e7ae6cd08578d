"""The command line that makes a server pick up changes, as it would be written into a compose file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockerlint.model.running.servers import ServerUse

# A wrapper that found the program in its own environment must stay in front of it.
_PREFIXES = {
    "poetry": "poetry run", "uv": "uv run", "pipenv": "pipenv run", "pdm": "pdm run", "bundle": "bundle exec",
    "npx": "npx", "npm": "npx", "yarn": "yarn", "pnpm": "pnpm exec", "bunx": "bunx", "bun": "bunx",
}  # fmt: skip
_OWN = ("node --watch", "npx ", "bun ", "deno ", "php ", "air", "dotnet ", "cargo ")
# These options need a package that the program does not bring, or end it after a while.
_NEED_MORE = frozenset({"dramatiq", "arq", "taskiq worker", "artisan octane:start", "messenger:consume"})


def better_words(use: ServerUse) -> tuple[str, ...] | None:
    """The program's words with those that make it reload; None where that takes another program or package."""
    words = tuple(better_line(use, wrapped=False).split())
    own = words[:1] == use.program.argv[:1] and words[:2] != ("cargo", "watch")
    return words if own and words != use.program.argv and use.name not in _NEED_MORE else None


def better_line(use: ServerUse, wrapped: bool = True) -> str:
    """The whole line, the prefix of its wrapper included if `wrapped`; "" where no option of the program helps."""
    line = " ".join(map(_quoted, _without_folder(use)))
    wrappers = use.program.wrappers if wrapped else ()
    prefix = next((_PREFIXES[name] for name in reversed(wrappers) if name in _PREFIXES), "")
    added, instead = use.row.get("add"), use.row.get("instead")
    if use.reload.excluded:
        return _joined(prefix, line.replace(f" {use.reload.excluded}", "", 1))
    if use.reload.works:
        return ""
    if use.reload.how in use.row.get("off", ()):
        return _joined(prefix, line.replace(f" {use.reload.how}", "", 1))
    if added:
        return _joined(prefix, f"{line} {added}")
    if not instead:
        return ""
    better = instead.replace("{line}", line).replace("{arguments}", " ".join(map(_quoted, _arguments(use)))).strip()
    return better if better.startswith(_OWN) else _joined(prefix, better)


def _without_folder(use: ServerUse) -> tuple[str, ...]:
    return use.program.argv


def _arguments(use: ServerUse) -> tuple[str, ...]:
    """What stands behind the words that start the program."""
    starts = [start.split(" ") for start in use.row.get("starts", ())]
    matching = [start for start in starts if start[0] == use.argv[0]]
    longest = max((len(start) for start in matching if set(start[1:]) <= set(use.argv)), default=1)
    rest = list(use.argv[1:])
    for start in matching:
        if len(start) == longest:
            for word in start[1:]:
                if word in rest:
                    rest.remove(word)
            break
    return tuple(rest)


def _joined(prefix: str, line: str) -> str:
    return f"{prefix} {line}" if prefix else line


def _quoted(word: str) -> str:
    return f'"{word}"' if any(sign in word for sign in " *?;&|()<>") and '"' not in word else word

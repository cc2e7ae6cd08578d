"""Which source files a container's programs run: from the files that they are started with along the imports.

JavaScript and Python are followed file by file. In other languages every file of the program's folder is part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from dockerlint.formats.sourcecode import is_test_path
from dockerlint.model.paths import absolute
from dockerlint.source.record import dataclass
from dockerlint.source.tree import join, parent

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import SourceFacts
    from dockerlint.model.project import Project, SourceUse
    from dockerlint.model.running.command import Program
    from dockerlint.model.running.servers import ServerUse
    from dockerlint.model.service import Service

_SCRIPT_ENDINGS = ("", ".js", ".ts", ".mjs", ".cjs", ".jsx", ".tsx", ".mts", ".cts")
_WHOLE = frozenset({"go", "java", "csharp", "php", "ruby"})
_OUTPUTS = ("dist", "build", "lib", "out", ".build", "compiled")
_DJANGO = "DJANGO_SETTINGS_MODULE"
# Calls that import what a text names.
_BY_TEXT = ("from_object", "import_string", "import_module", "config_from_object")


@dataclass(frozen=True, slots=True)
class Reach:
    """The files by path of the tree: `certain` run whatever happens, `possible` may (in a function, on a condition).

    `programs` are the servers and workers that were followed.
    """

    certain: Mapping[str, SourceUse]
    possible: Mapping[str, SourceUse]
    programs: tuple[Program, ...]


def reached(project: Project, service: Service) -> Reach | None:
    """What the service's own programs run; None where nobody knows what is started."""
    return project.once("reach", service, lambda: _reached(project, service))


def _reached(project: Project, service: Service) -> Reach | None:
    command = project.command_of(service)
    if command is None:
        return None
    from dockerlint.model.running.servers import servers_of

    uses = {use.path: use for use in project.sources_of(service) if not is_test_path(project.workspace.own(use.path))}
    certain: dict[str, SourceUse] = {}
    possible: dict[str, SourceUse] = {}
    followed: list[Program] = []
    files, environment = project.files_of(service), project.environment_of(service)
    for server in servers_of(command.programs, environment, files, project.workspace.facts):
        found = _Follower(project, service, uses, server)
        if found.certain:
            certain.update(found.certain)
            possible.update(found.possible)
            followed.append(server.program)
    main = command.main
    if (
        not followed
        and main is not None
        and not _runs_part(main)
        and not any(use.container_path for use in uses.values() if _is_script(use))
    ):
        languages = {use.facts.language for use in uses.values()} & _WHOLE
        if len(languages) == 1:
            certain = possible = _whole(uses, languages.pop())
            followed.append(main)
    return Reach(certain, possible, tuple(followed)) if followed else None


def _runs_part(program: Program) -> bool:
    """Does Ruby load one file of a folder's inside, which may need little of the rest?"""
    if program.name == "sidekiq":
        words = zip(program.argv, program.argv[1:], strict=False)
        return any(word in ("-r", "--require") and after.endswith(".rb") for word, after in words)
    script = next((word for word in program.argv[1:] if not word.startswith("-")), "")
    return program.name == "ruby" and script.endswith(".rb") and "/" in script.removeprefix("./")


def _is_script(use: SourceUse) -> bool:
    return use.facts.language in ("javascript", "python")


def _whole(uses: Mapping[str, SourceUse], language: str) -> dict[str, SourceUse]:
    """All files of a language; none where several programs may be built of them."""
    found = {path: use for path, use in uses.items() if use.facts.language == language}
    if language == "go":
        mains = {parent(path) for path, use in found.items() if use.facts.file.text.find("package main") >= 0}
        return found if len(mains) == 1 else {}
    return found


class _Follower:
    """The imports of one program, breadth first."""

    def __init__(self, project: Project, service: Service, uses: Mapping[str, SourceUse], server: ServerUse) -> None:
        self.project = project
        self.uses = uses
        self.server = server
        self.files = project.files_of(service)
        self.environment = project.environment_of(service)
        self.certain: dict[str, SourceUse] = {}
        self.possible: dict[str, SourceUse] = {}
        entries = [path for path in self._entries(service) if path in uses]
        language = uses[entries[0]].facts.language if entries else server.language
        if _runs_part(server.program):
            return
        if entries and language in _WHOLE:
            self.certain = self.possible = _whole(uses, language)
            return
        resolve = self._python if language == "python" else self._javascript
        self._roots = self._python_roots(entries) if language == "python" else ()
        self.certain = self._closure(entries, resolve, lazy=False)
        self.possible = self._closure(entries, resolve, lazy=True)

    def _closure(
        self, entries: list[str], resolve: Callable[[str, SourceFacts, bool], Iterator[str]], *, lazy: bool
    ) -> dict[str, SourceUse]:
        found = {path: self.uses[path] for path in entries}
        waiting = list(found)
        while waiting:
            path = waiting.pop()
            for target in resolve(path, self.uses[path].facts, lazy):
                if target in self.uses and target not in found:
                    found[target] = self.uses[target]
                    waiting.append(target)
        return found

    def _entries(self, service: Service) -> Iterator[str]:
        """The files of the tree that the program is started with."""
        server = self.server
        hosts = [host for path in server.entries if (host := self.files.host_path(path)) is not None]
        for host in hosts:
            if self.project.tree.kind(host) == "file":
                yield host
        if server.argv[:1] == ("manage.py",) and server.root is not None:
            script = self.files.host_path(absolute("manage.py", server.root))
            if script is not None:
                yield script
        if not hosts and server.language == "javascript" and server.row.get("runs") == "file":
            yield from self._built(service) if server.expected is not None else self._configured()
        if server.name == "nest" or server.argv[:2] == ("nest", "start"):
            for name in ("src/main.ts", "main.ts"):
                found = self.files.host_path(absolute(name, server.root or "/"))
                if found is not None:
                    yield found
                    return

    def _built(self, service: Service) -> Iterator[str]:
        """``dist/main.js`` is built of ``src/main.ts``."""
        build = self.project.build_of(service)
        expected, root = self.server.expected, self.server.root
        if build is None or build.context is None or expected is None or root is None:
            return
        parts = expected.removeprefix(root).strip("/").split("/")
        if len(parts) < 2 or parts[0] not in _OUTPUTS:
            return
        stem = "/".join(part for part in parts[1:] if part != "src").removesuffix(".js")
        for folder in dict.fromkeys((self.files.host_path(root) or "", build.context.folder)):
            for top in ("src/", ""):
                for ending in (".ts", ".js", ".tsx", ".mts"):
                    path = join(folder, f"{top}{stem}{ending}")
                    if path is not None and path in self.uses:
                        yield path
                        return

    def _configured(self) -> Iterator[str]:
        """What nodemon runs without an argument: its configuration, else the package's main file."""
        root = self.server.root
        if root is None or self.server.argv[:1] != ("nodemon",) or len(self.server.argv) > 1:
            return
        host = self.files.host_path(root)
        if host is None:
            return
        workspace = self.project.workspace
        settings = workspace.config(_in(host, "nodemon.json"))
        words = next((one.value for one in settings if one.key == "exec"), "").split()
        manifest = workspace.manifest(_in(host, "package.json"))
        if not words and manifest is not None:
            words = [manifest.settings.get("main", "index.js")]
        for word in words[::-1]:
            for ending in _SCRIPT_ENDINGS:
                path = join(host, word + ending)
                if path is not None and path in self.uses:
                    yield path
                    return

    def _javascript(self, path: str, facts: SourceFacts, lazy: bool) -> Iterator[str]:
        from dockerlint.model.browser.frontend import resolved

        skipped = frozenset() if lazy else frozenset(facts.lazy_imports)
        package = self._package(path)
        for name in facts.imports:
            if name in skipped:
                continue
            names = (name, name[:-3] + ".ts") if name.startswith(".") and name.endswith(".js") else (name,)
            for spelled in names:
                found = next((one for one in resolved(path, spelled, package) if one in self.uses), None)
                if found is not None:
                    yield found
                    break

    def _package(self, path: str) -> str:
        folder = parent(path)
        while folder and self.project.tree.kind(_in(folder, "package.json")) is None:
            folder = parent(folder)
        return folder

    def _python_roots(self, entries: list[str]) -> tuple[str, ...]:
        """The folders of the tree in which Python looks for modules."""
        found = [parent(path) for path in entries]
        setting = self.environment.text("PYTHONPATH") or ""
        for place in (self.server.root, *(part for part in setting.split(":") if part.startswith("/"))):
            host = self.files.host_path(place) if place is not None else None
            if host is not None:
                found.insert(0, host)
            elif place is not None:
                found[:0] = [above for path in entries if (above := self._above(path, place)) is not None]
        return tuple(dict.fromkeys(found))

    def _above(self, path: str, place: str) -> str | None:
        """The tree's folder that stands for a container folder of which only parts come from the tree."""
        for container in self.files.paths_of(path):
            inner = container.removeprefix(place.rstrip("/") + "/")
            if inner != container and path.endswith("/" + inner):
                return path[: -len(inner) - 1]
        return None

    def _python(self, path: str, facts: SourceFacts, lazy: bool) -> Iterator[str]:
        skipped = frozenset() if lazy else frozenset(facts.lazy_imports)
        for name in (*facts.imports, *facts.members):
            if name not in skipped:
                yield from self._module(path, name)
        for text in facts.texts:
            if (text.call or "").endswith(_BY_TEXT) or (text.value.endswith("Config") and text.fallback_of):
                given = self.environment.get(text.fallback_of) if text.fallback_of else None
                chosen = given.value if given is not None else text.value
                if chosen is not None and chosen.replace(".", "_").isidentifier():
                    yield from self._module(path, chosen)
                    yield from self._module(path, chosen.rpartition(".")[0])
        if _DJANGO in facts.env_writes:
            named = self.environment.get(_DJANGO)
            own = named.value if named is not None else None
            texts = [text.value for text in facts.texts if "settings" in text.value.lower() and text.value != _DJANGO]
            for module in [own] if named is not None else texts:
                if module is not None and "/" not in module and " " not in module:
                    yield from self._module(path, module)
        if lazy and (path.endswith("settings.py") or "/settings/" in path):
            for text in facts.texts:
                if text.value.replace(".", "_").isidentifier():
                    yield from self._module(path, text.value)
                    yield from self._module(path, text.value + ".apps")

    def _module(self, path: str, name: str) -> Iterator[str]:
        """The files of a module and of the packages around it."""
        if name.startswith("."):
            folder: str | None = parent(path)
            rest = name[1:]
            while rest.startswith("."):
                folder, rest = parent(folder or ""), rest[1:]
            roots: tuple[str, ...] = (folder or "",)
        else:
            rest, roots = name, self._roots
        parts = [part for part in rest.split(".") if part]
        for root in roots:
            base = _in(root, "/".join(parts)) if parts else root
            for found in (base + ".py", _in(base, "__init__.py")):
                if found in self.uses:
                    for count in range(1, len(parts)):
                        yield _in(_in(root, "/".join(parts[:count])), "__init__.py")
                    yield found
                    return


def _in(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name

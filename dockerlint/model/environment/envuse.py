"""What the source of a container does with its variables: it reads them, calls what they name, shows it to browsers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockerlint.formats.sourcecode import is_test_path
from dockerlint.source.discover import is_compose
from dockerlint.source.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockerlint.formats.sourcefacts import EnvRead
    from dockerlint.model.project import Project, SourceUse
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

# A source file that reads variables by names that it builds.
_BUILT_NAMES = ("env_prefix", "AutomaticEnv", "envconfig", "env_nested_delimiter", "Dotenv", "environ.items", "viper.")

# Programs that ask an address on their command line.
CLIENTS = ("curl", "wget", "http", "xh", "grpc_health_probe")


@dataclass(frozen=True, slots=True)
class Reads:
    """`used` as in Connection; `place` a read; `browser`: client code reads it; `calls`: server code asks it."""

    used: bool | None
    place: Span | None = None
    browser: bool = False
    calls: bool = False


class EnvUse:
    """The reads of one service, looked up once."""

    def __init__(self, project: Project, service: Service) -> None:
        self._project, self._service = project, service
        self._asked: dict[str, Reads] = {}
        self._words: frozenset[str] | None = None

    def of(self, name: str) -> Reads:
        if name not in self._asked:
            self._asked[name] = self._find(name)
        return self._asked[name]

    def _find(self, name: str) -> Reads:
        from dockerlint.model.browser.clientcalls import is_called
        from dockerlint.model.browser.frontend import client_files

        project = self._project
        uses = [use for use in project.sources_of(self._service) if not is_test_path(project.workspace.own(use.path))]
        reads = [(use, read) for use in uses for read in use.facts.env_reads if read.name == name]
        if reads:
            clients = client_files(uses, project.workspace)
            server = [(use, read) for use, read in reads if use.path not in clients]
            if server and not self._runs(server):
                return Reads(False, server[0][1].span)
            calls = any(is_called(use.facts, read, uses) for use, read in server)
            return Reads(True, (server or reads)[0][1].span, not server, calls)
        asked = self._asked_by_command(name)
        if asked is not None:
            return Reads(True, asked, False, True)
        if _is_public(project, name):
            return Reads(None, None, True)
        return Reads(self._unread(name))

    def _asked_by_command(self, name: str) -> Span | None:
        """The command whose curl or wget is given the variable, as in ``curl $$API_URL``."""
        value = self._project.environment_of(self._service).text(name)
        command = self._project.command_of(self._service)
        if not value or command is None or command.span is None:
            return None
        if not re.search(rf"\$\{{?{re.escape(name)}(?!\w)", command.span.text):
            return None
        for program in command.programs:
            if program.name in CLIENTS and any(word.startswith(value) for word in program.argv[1:]):
                return command.span
        return None

    def _runs(self, reads: Sequence[tuple[SourceUse, EnvRead]]) -> bool:
        """Does a program, a build tool or nobody known run one of the files?"""
        from dockerlint.model.running.reached import reached

        reach = reached(self._project, self._service)
        if reach is None or not reach.possible:
            return True
        followed = {use.facts.language for use in reach.possible.values()}
        return any(
            use.path in reach.possible or use.facts.language not in followed or _is_tool(use.path) for use, _ in reads
        )

    def _unread(self, name: str) -> bool | None:
        """False where the programs are known to the last file and none has the name."""
        from dockerlint.model.running.reached import reached

        project, service = self._project, self._service
        known = any(name in row["names"] for row in project.workspace.facts["backing_services"]["variables"])
        if known or "__" in name or name.upper().startswith(("SPRING_", "QUARKUS_", "MICRONAUT_", "GF_")):
            return None
        if self._words is None:
            reach = reached(project, service)
            texts = [use.facts.file.text for use in project.sources_of(service)]
            if reach is None or any(word in text for text in texts for word in _BUILT_NAMES):
                self._words = frozenset(("*",))
            else:
                texts += self._settings()
                self._words = frozenset(word.lower() for text in texts for word in re.findall(r"\w+", text))
        return None if "*" in self._words or name.lower() in self._words else False

    def _settings(self) -> list[str]:
        """The texts of settings files and scripts around the source."""
        project, service = self._project, self._service
        build = project.build_of(service)
        folders = {mount.host_path_in_tree for mount in service.mounts if mount.kind == "bind"}
        if build is not None and build.context is not None:
            folders.add(build.context.folder)
        found = [build.file.text] if build is not None else []
        for folder in folders:
            for path in project.workspace.paths_below(folder) if folder is not None else ():
                name = path.rpartition("/")[2].lower()
                if (not name.endswith(_SETTING_ENDS) and "." in name) or is_compose(path):
                    continue
                file = project.tree.read(path)
                if file is not None and len(file.text) < 200_000:
                    found.append(file.text)
        return found


def _is_tool(path: str) -> bool:
    """A file that a tool finds by its name: ``vite.config.ts``, ``knexfile.js``, ``alembic/env.py``."""
    name = path.rpartition("/")[2]
    return ".config." in name or name.startswith(("setupProxy.", "knexfile", "ormconfig", "env.py", "gunicorn"))


_SETTING_ENDS = (
    ".yml", ".yaml", ".properties", ".json", ".toml", ".ini", ".conf", ".cfg", ".sh", ".xml", ".template", ".prisma",
    ".exs", ".ex", ".erb", ".tmpl", ".config", ".tpl",
)  # fmt: skip


def _is_public(project: Project, name: str) -> bool:
    rows = project.workspace.facts.get("frontends", ())
    return name.startswith(tuple(prefix for row in rows for prefix in row["prefixes"]))

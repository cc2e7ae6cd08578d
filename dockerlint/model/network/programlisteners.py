"""Where one server program listens: its options, its variables, its configuration, its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dockerlint.model.environment.effective import example_of
from dockerlint.model.network.listening import ANY, UNKNOWN, Listener, Listening
from dockerlint.model.network.names import LOOPBACK
from dockerlint.source.record import replace

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import Listen, SourceFacts
    from dockerlint.model.project import Project
    from dockerlint.model.running.servers import Bind, ServerUse
    from dockerlint.model.service import Service
    from dockerlint.source.text import Span

# Their own options, variables and defaults decide; the source that they run may open further ports.
_TOLD = frozenset(
    {
        "uvicorn", "fastapi run", "fastapi dev", "gunicorn", "hypercorn", "daphne", "waitress-serve", "granian",
        "flask run", "quart run", "manage.py runserver", "php artisan serve", "php -S", "streamlit", "http.server",
        "mkdocs serve", "celery flower", "rails server", "react-scripts start", "next dev", "next start", "serve",
        "strapi start", "gatsby develop", "parcel",
    }
)  # fmt: skip
_STRICT = frozenset({"serve", "http.server", "celery flower", "php -S"})
_SCRIPTS = frozenset({"python", "node", "ts-node", "tsx", "bun", "nodemon", "nest start", "ts-node-dev"})
_LIBRARIES = ("gunicorn", "hypercorn")


def use_listening(project: Project, service: Service, use: ServerUse) -> Listening:
    """What the program listens on; complete where nothing can add to it but its source."""
    if use.kind == "worker" or use.name == "celery":
        return Listening((), True, False)
    if use.script is not None or use.name in _SCRIPTS:
        return _of_script(project, service, use)
    if use.name == "java -jar":
        from dockerlint.model.network.applicationports import spring_listening

        return spring_listening(project, service, use)
    if use.name == "dotnet":
        from dockerlint.model.network.applicationports import kestrel_listening

        return kestrel_listening(project, service, use)
    if (use.row.get("runs") == "binary" and use.language == "go") or use.name in ("go run", "air"):
        return _of_sources(project, service, use, "go")
    row = next((one for one in project.workspace.facts["listening"]["config"] if one["server"] == use.name), None)
    if row is not None:
        from dockerlint.model.network.serverconfigs import configured

        return configured(project, service, use, row)
    if use.name not in _TOLD:
        return UNKNOWN
    return _told(project, service, use)


def _told(project: Project, service: Service, use: ServerUse) -> Listening:
    host, port = use.host, use.port
    host_text, port_text = host.value, port.value
    if use.name == "rails server":
        host_text = _rails_host(project, service, use)
    if use.name == "serve":
        if use.argv[0] != "serve" or not (port.how != "default" or _newest_serve(project, service)):
            return UNKNOWN
        if port.how in ("-l", "--listen") and not (port_text or "").isdigit():
            return UNKNOWN
    if host.how == "default" and not _defaults(project, service, use, "host"):
        host_text = None
    if port.how == "default" and not _defaults(project, service, use, "port"):
        port_text = None
    if use.name == "gunicorn" and port.how == "PORT":
        host_text = ANY
    if any(word.startswith(("unix:", "--uds", "--unix-socket", "--fd", "-u=")) or ".sock" in word for word in use.argv):
        return UNKNOWN
    if port_text is None or not port_text.isdigit():
        return UNKNOWN
    listener = Listener(
        port_text, normal(host_text), label(use), host.how, place(project, service, use, host), service.name
    )
    return Listening((listener,), True, use.name in _STRICT)


def label(use: ServerUse) -> str:
    return {"rails server": "rails server", "react-scripts start": use.argv[0]}.get(use.name, use.name)


def place(project: Project, service: Service, use: ServerUse, bind: Bind) -> Span:
    """The place that decides where it listens: a variable's value, else the command that starts it."""
    setting = project.environment_of(service).get(bind.how) if bind.how else None
    if setting is not None and setting.span is not None:
        return setting.span
    if bind.how == "source" and use.script is not None:
        for listen in use.script.listens:
            return listen.host_span or listen.span
    return use.program.span


def normal(host: str | None) -> str | None:
    if host is None:
        return None
    host = host.strip("[]'\"")
    return ANY if host in ("", "*", "::", "0", "true", ANY, "+") else host


def _defaults(project: Project, service: Service, use: ServerUse, part: str) -> bool:
    """Does the program's own default hold? Not where a variable or a file that nobody sees may say otherwise."""
    environment = project.environment_of(service)
    facts: Mapping[str, Any] = use.row.get(part) or {}
    names = [*facts.get("env", ()), *use.row.get("words_env", ())]
    if use.name == "gunicorn":
        names.append("GUNICORN_CMD_ARGS")
    if not environment.closed and names:
        return False
    if any(name in environment or name in use.program.environment for name in names):
        return False
    if use.name in _LIBRARIES:
        if any(word in ("-c", "--config") or word.startswith(("-c", "--config=")) for word in use.argv):
            return False
        if use.root is None or project.files_of(service).read(f"{use.root.rstrip('/')}/gunicorn.conf.py") is not None:
            return False
    if use.name == "streamlit" and use.root is not None:
        return project.files_of(service).host_path(f"{use.root.rstrip('/')}/.streamlit/config.toml") is None
    return not any(_names(text, names) for text in env_texts(project, service, use.root))


def _names(text: str, names: list[str]) -> bool:
    return any(line.strip().removeprefix("export ").partition("=")[0].strip() in names for line in text.splitlines())


def env_texts(project: Project, service: Service, root: str | None) -> Iterator[str]:
    """The env files beside the program, which many programs load."""
    if root is None:
        return
    files = project.files_of(service)
    for name in (".env", ".flaskenv", ".env.local", ".env.development", ".env.development.local", ".env.production"):
        file = files.read(f"{root.rstrip('/')}/{name}")
        if file is not None:
            yield file.text


def _newest_serve(project: Project, service: Service) -> bool:
    """``serve`` listens on 3000 from version 14 on, on 5000 before."""
    from dockerlint.model.network.serverconfigs import requirement

    found = requirement(project, service, None, "serve")
    return found is None or found[:1] == () or found >= (14,)


def _rails_host(project: Project, service: Service, use: ServerUse) -> str | None:
    if use.host.how != "default":
        return use.host.value
    environment = project.environment_of(service)
    mode = environment.get("RAILS_ENV") or environment.get("RACK_ENV")
    if (mode is not None and mode.value != "development") or any(word in ("-e", "--environment") for word in use.argv):
        return None
    puma = project.files_of(service).read(f"{(use.root or '').rstrip('/')}/config/puma.rb")
    if puma is None or any(line.strip().startswith("bind") for line in puma.text.splitlines()):
        return None
    return use.host.value


def _of_script(project: Project, service: Service, use: ServerUse) -> Listening:
    """A program whose own files start the server."""
    files, script = project.files_of(service), use.script
    if script is None and use.entries and use.language == "javascript":
        from dockerlint.model.running.scriptfiles import read_script

        words = project.workspace.facts["servers"]["scripts"]
        script = read_script(use.entries, use.root, use.language, files, words)
    if script is not None and script.listens and use.entries:
        from dockerlint.formats.sourcecode import read_source

        facts = [read_source(file) for path in script.paths if (file := files.read(path)) is not None]
        return _of_listens(project, service, use, script.listens, facts)
    if script is not None:
        from dockerlint.model.running.silentprograms import is_silent

        if is_silent(project, service, replace(use, script=script)):
            return Listening((), True, False)
    language = use.language or "javascript"
    if language != "javascript" or (script is not None and script.paths):
        return UNKNOWN
    return _of_sources(project, service, use, language)


def _of_sources(project: Project, service: Service, use: ServerUse, language: str) -> Listening:
    """A program that was built from source: every server that its source starts."""
    from dockerlint.formats.sourcecode import is_test_path
    from dockerlint.model.browser.frontend import client_files

    uses = project.sources_of(service)
    clients = client_files(uses, project.workspace)
    facts = [
        one.facts
        for one in uses
        if one.facts.language == language
        and one.path not in clients
        and not is_test_path(project.workspace.own(one.path))
    ]
    listens = [listen for source in facts for listen in source.listens]
    if not listens:
        return UNKNOWN
    return _of_listens(project, service, use, tuple(listens), facts)


def _of_listens(
    project: Project, service: Service, use: ServerUse, listens: tuple[Listen, ...], sources: list[SourceFacts]
) -> Listening:
    listeners: list[Listener] = []
    sockets: list[tuple[str, Span]] = []
    complete = True
    by_path = {source.file.path: source for source in sources}
    for listen in listens:
        source = by_path.get(listen.span.path)
        host, port = _address(project, service, use, listen, source)
        if port is None:
            complete = False
        elif port.isdigit():
            span = _settings(project, service, use, listen)[2] or listen.host_span or listen.span
            listeners.append(Listener(port, host, use.program.text, "source", span, service.name))
        elif ":" in port and port.rpartition(":")[2].isdigit() and use.language == "javascript":
            sockets.append((port, listen.port_span or listen.span))
        else:
            complete = False
    return Listening(tuple(listeners), complete and bool(listeners or sockets), False, tuple(sockets))


def _settings(
    project: Project, service: Service, use: ServerUse, listen: Listen
) -> tuple[str | None, str | None, Span | None]:
    """Host and port with what a settings module says, and the place where it says the host."""
    from dockerlint.model.network.namedsettings import setting_of

    host, port, span = listen.host, listen.port, None
    if use.language == "python" and host is None and listen.host_env is None and listen.host_span is not None:
        found = setting_of(project, service, listen.host_span.text)
        host, span = (found.value, found.span) if found is not None else (None, None)
    if use.language == "python" and port is None and listen.port_env is None and listen.port_span is not None:
        found = setting_of(project, service, listen.port_span.text)
        port = found.value if found is not None else None
    return host, port, span


def _address(
    project: Project, service: Service, use: ServerUse, listen: Listen, source: SourceFacts | None
) -> tuple[str | None, str | None]:
    """Host and port of one call; None for what nobody knows."""
    row = _library(project, listen, source)
    host_text, port_text, _ = _settings(project, service, use, listen)
    host = _value(project, service, use, host_text, listen.host_env, listen.host_given)
    port = _value(project, service, use, port_text, listen.port_env, listen.port_given)
    if row is not None:
        names = row.get("env", ())
        free = project.environment_of(service).closed and not any(
            name in project.environment_of(service) for name in (*names, "SERVER_NAME")
        )
        free = free and not (source is not None and "SERVER_NAME" in source.file.text)
        if not listen.host_given and listen.host is None:
            host = row["host"] if free else None
        if not listen.port_given and listen.port is None:
            port = str(row["port"]) if free else None
    elif not listen.host_given and listen.host is None and use.language in ("javascript", "go"):
        host = ANY
    return normal(host), port


def _library(project: Project, listen: Listen, source: SourceFacts | None) -> Mapping[str, Any] | None:
    if source is None:
        return None
    tops = {name.partition(".")[0] for name in source.imports}
    for row in project.workspace.facts["listening"]["script"]:
        if row["package"] in tops and listen.call in row["calls"]:
            found: Mapping[str, Any] = row
            return found
    return None


def _value(
    project: Project, service: Service, use: ServerUse, text: str | None, name: str | None, given: bool
) -> str | None:
    """An argument: its variable's value where it is set, its literal otherwise; None where it is unknown or absent."""
    if name is None:
        return text
    if name in use.program.environment:
        return use.program.environment[name]
    environment = project.environment_of(service)
    setting = environment.get(name)
    if setting is not None:
        return setting.value
    if not environment.closed:
        return None
    for content in env_texts(project, service, use.root):
        if _names(content, [name]):
            return None
    if _loads_env(project, service):
        return None
    del given
    return text


def _loads_env(project: Project, service: Service) -> bool:
    """Does a file of the source load an env file that only the author has? One that git would keep is not there."""
    return any(
        _may_have_env(project, one.path, load.path) for one in project.sources_of(service) for load in one.facts.dotenv
    )


def _may_have_env(project: Project, path: str, given: str | None) -> bool:
    """May an env file lie above a source file? It counts where it is ignored, or where an example stands for it."""
    if given is not None and given.rpartition("/")[2] != ".env":
        return True
    folder, hidden = path, False
    while folder:
        folder = folder.rpartition("/")[0]
        env = f"{folder}/.env" if folder else ".env"
        if project.tree.kind(env) is not None:
            return False
        hidden = hidden or project.tree.ignored(env) or example_of(project.tree, env) is not None
    return hidden


__all__ = ["LOOPBACK", "env_texts", "label", "normal", "place", "use_listening"]

"""Rules about ports: where something listens, and who asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dockerlint.rulebook.finding import Finding, Fix, Related
from dockerlint.rulebook.rule import Rule

if TYPE_CHECKING:
    from dockerlint.model.network.listening import Listener, Listening
    from dockerlint.model.project import Project
    from dockerlint.model.service import Port, Service
    from dockerlint.source.text import Edit


def unreachable_port(project: Project, rule: Rule) -> Iterator[Finding]:
    """A port is published or asked for, and nothing that can be reached listens on it."""
    if project.compose is None:
        return
    for service in project.services:
        if service.ports:
            yield from _published(project, service, rule)
    from dockerlint.model.network.browserports import browser_ports
    from dockerlint.model.network.portuse import asked_ports

    for asked in asked_ports(project):
        words: dict[str, Any] = {"asker": asked.asker, "port": asked.port, "listens": _listed(asked.listening)}
        linked = _related(asked.listening.listeners)
        if asked.loopback is not None:
            place = asked.loopback.span or asked.span
            linked = [Related(asked.span, f"{asked.asker} asks for it here")]
            yield rule.finding(
                place, case="asked-loopback", service=asked.service.name, related=linked, subject=asked.port,
                fix=_listen_everywhere(project, asked.service, asked.loopback),
                program=_short(asked.loopback.program), host=asked.loopback.host, **words,
            )  # fmt: skip
        else:
            yield rule.finding(
                asked.span,
                case="asked",
                service=asked.asker,
                related=linked,
                subject=asked.port,
                target=asked.service.name,
                **words,
            )
    for port in browser_ports(project):
        numbers = ", ".join(dict.fromkeys(number for _, number, _ in port.published))
        yield rule.finding(
            port.span,
            case="browser-variable" if port.variable else "browser",
            service=port.service.name,
            related=[Related(span, f"{name} publishes {number} here") for name, number, span in port.published],
            subject=port.port,
            variable=port.variable,
            url=port.url,
            port=port.port,
            published=numbers,
        )


def _published(project: Project, service: Service, rule: Rule) -> Iterator[Finding]:
    from dockerlint.model.network.listening import listening_of
    from dockerlint.model.network.portuse import may_listen

    listening = listening_of(project, service)
    told: set[str] = set()
    for port in service.ports:
        target = port.target
        if target is None or not target.isdigit() or port.protocol != "tcp" or target in told:
            continue
        here = listening.on(target)
        shown: dict[str, Any] = {"published": _shown(port), "port": target}
        if here:
            if all(one.loopback for one in here):
                told.add(target)
                yield _loopback(project, rule, service, port, here[0], shown)
            continue
        socket = next((one for one in listening.sockets if one[0].rpartition(":")[2] == target), None)
        if socket is not None:
            told.add(target)
            related = [Related(port.span, f"{service.name} publishes the port here")]
            yield rule.finding(
                socket[1], case="socket", service=service.name, related=related, subject=target, text=socket[0], **shown
            )
            continue
        if not listening.complete or may_listen(project, service, target, listening):
            continue
        told.add(target)
        yield rule.finding(
            port.span, case="nothing" if listening.listeners else "silent", service=service.name, subject=target,
            related=_related(listening.listeners), listens=_listed(listening),
            right=_right(port, listening), **shown,
        )  # fmt: skip


def _loopback(
    project: Project, rule: Rule, service: Service, port: Port, listener: Listener, shown: dict[str, Any]
) -> Finding:
    place = listener.span or port.span
    related = [] if place == port.span else [Related(port.span, "the port is published here")]
    return rule.finding(
        place, case="loopback", service=service.name, related=related, subject=shown["port"],
        program=_short(listener.program), host=listener.host, better=_better(listener),
        fix=_listen_everywhere(project, service, listener), **shown,
    )  # fmt: skip


def _better(listener: Listener) -> str:
    return _BETTER.get(listener.program, "let it listen on 0.0.0.0 in the container")


_BETTER = {
    "uvicorn": "start it with `--host 0.0.0.0`",
    "fastapi dev": "start it with `--host 0.0.0.0`",
    "flask run": "start it with `--host 0.0.0.0`",
    "vite": "start it with `--host`, or set `server: { host: true }` in its configuration",
    "ng serve": "start it with `--host 0.0.0.0`",
    "astro dev": "start it with `--host`",
    "gunicorn": "start it with `--bind 0.0.0.0:8000`",
    "manage.py runserver": "start it with `runserver 0.0.0.0:8000`",
    "rails server": "start it with `-b 0.0.0.0`",
    "php artisan serve": "start it with `--host 0.0.0.0`",
}


def _listen_everywhere(project: Project, service: Service, listener: Listener) -> Fix | None:
    """The address in the command. Unsafe in a package.json, whose scripts run on the machine itself too."""
    uses = [one for one in project.servers_of(service) if one.program.span == listener.span]
    if len(uses) != 1 or listener.span is None or listener.service != service.name or listener.host is None:
        return None
    from dockerlint.model.edits.words import add_words, replace_host

    span, argv = listener.span, uses[0].argv
    behind, words = argv[-1], _EVERYWHERE.get(listener.program, ())
    edits: tuple[Edit | None, ...] | None
    if listener.how != "default":
        edits = (replace_host(span, listener.host, "0.0.0.0"),) if listener.how.startswith("-") else None
    elif listener.program == "manage.py runserver":
        own = argv[argv.index("runserver") + 1 :] if "runserver" in argv else ("?",)
        if own == (listener.port,):
            edits = (replace_host(span, listener.port, f"0.0.0.0:{listener.port}"),)
        else:
            flags = all(word in ("--noreload", "--nothreading", "--insecure", "--nostatic") for word in own)
            edits = add_words(span, "runserver", [f"0.0.0.0:{listener.port}"]) if flags else None
    else:
        text = [word.format(port=listener.port) for word in words]
        edits = add_words(span, behind, text) if words and "--" not in argv else None
    found = tuple(edit for edit in edits or () if edit is not None)
    safe = not span.path.endswith(".json")
    return Fix(f"Let {listener.program} listen on 0.0.0.0", found, safe) if found else None


_EVERYWHERE = {
    "uvicorn": ("--host", "0.0.0.0"),
    "fastapi dev": ("--host", "0.0.0.0"),
    "flask run": ("--host", "0.0.0.0"),
    "vite": ("--host",),
    "ng serve": ("--host", "0.0.0.0"),
    "astro dev": ("--host",),
    "gunicorn": ("--bind", "0.0.0.0:{port}"),
    "rails server": ("-b", "0.0.0.0"),
    "php artisan serve": ("--host", "0.0.0.0"),
}


def _right(port: Port, listening: Listening) -> str:
    if not listening.ports:
        return "remove the line"
    host = f"{port.published}:" if port.published else ""
    return f'write `- "{host}{listening.ports[0]}"`, or let the program listen on {port.target}'


def _shown(port: Port) -> str:
    return f"{port.published}:{port.target}" if port.published and port.published != port.target else str(port.target)


def _listed(listening: Listening) -> str:
    found = dict.fromkeys(f"{_short(one.program)} listens on {one.port}" for one in listening.listeners)
    return ", ".join(list(found)[:4])


def _related(listeners: tuple[Listener, ...]) -> list[Related]:
    seen: dict[tuple[str, int], Related] = {}
    for one in listeners:
        if one.span is not None and one.span.path:
            seen.setdefault(
                (one.span.path, one.span.start), Related(one.span, f"{_short(one.program)} listens on {one.port}")
            )
    return list(seen.values())[:3]


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."

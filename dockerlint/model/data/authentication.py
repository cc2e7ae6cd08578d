"""Whom the server of a service lets in: what its variables, options and configuration files say together.

The switches of each image are in rules/facts/images.yaml (`auth`); Authentication in image.py says what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dockerlint.model.data.datafolders import option_values, server_arguments
from dockerlint.model.paths import absolute
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.formats.configfiles import ConfigEntry
    from dockerlint.model.environment.effective import Environment
    from dockerlint.model.image.facts import Authentication, ImageFacts
    from dockerlint.model.project import Project
    from dockerlint.model.service import Port, Service

_CONFIG_ENDINGS = (".conf", ".cnf", ".cfg", ".ini", ".yml", ".yaml", ".toml")
_BIND_OPTIONS = ("--bind", "--bind_ip", "--bind-address")
_NO = frozenset(("", '""', "''"))


@dataclass(frozen=True, slots=True)
class Access:
    """How a server lets clients in.

    `state` is "open" (everybody), "closed" (nobody without credentials) or "known" (credentials that everybody knows).
    `switch` is the place where the project itself opens it and `switched` what stands there; None and "" where it is
    open because nothing closes it.
    """

    facts: ImageFacts
    state: str
    switch: Span | None = None
    switched: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """From where the ports of a service can be reached: "everywhere", "host" (its loopback), "network" (containers), or
    "itself" (nothing but the network stack that the container shares).

    `port` is the one that decides it, None where there is none or the host's own network is used.
    """

    reach: str
    port: Port | None


def access_of(project: Project, service: Service) -> Access | None:
    """None where the service runs no server of a known image, or where nobody can tell."""
    facts = project.base_of(service)
    if facts is None or facts.authentication is None or not service.complete:
        return None
    argv = server_words(project, service, facts)
    if argv is None:
        return None
    rules, environment = facts.authentication, project.environment_of(service)
    own = runs_entrypoint(project, service, facts)
    options = [*argv, *_option_words(rules, environment)]
    given = _has(options, rules.off_options)
    if given is not None:
        return Access(facts, "open", _command_place(project, service), given)
    variable = _off_variable(rules, environment) if own else None
    if variable is not None:
        setting = environment.settings[variable]
        if setting.value is None:
            return None
        return Access(facts, "open", setting.span, f"{variable}={setting.value}")
    entries = _configuration(project, service, facts, argv)
    for entry in entries or ():
        if _keyed(entry, rules.config_off):
            return Access(facts, "open", entry.span, f"{entry.key}: {entry.value}")
    if rules.default == "closed":
        return Access(facts, "closed")
    if _has(options, rules.on_options) is not None or any(_keyed(entry, rules.config_on) for entry in entries or ()):
        return Access(facts, "closed")
    switched_on = _on_variables(rules, environment)
    if switched_on is not False:
        return Access(facts, "closed") if switched_on and own else None
    if (
        not facts.owner_known
        or entries is None
        or (rules.on_environment and not environment.closed)
        or any("$" in word for word in options)
    ):
        return None
    if service.command is not None and not service.command.known:
        return None
    return Access(facts, rules.default)


def exposure_of(project: Project, service: Service) -> Exposure:
    """Who reaches the ports that a service publishes; an unknown host address counts as nothing published."""
    from dockerlint.model.network.names import namespace_of

    space, facts = namespace_of(project, service), project.base_of(service)
    if _is_bound_to_itself(project, service, facts):
        return Exposure("itself" if space.kind != "host" else "host", None)
    if space.kind == "host":
        return Exposure("everywhere", None)
    # Of the ports of a shared network stack only the server's own count.
    own = {str(port) for port in facts.ports or ()} if facts is not None and space.leader is not service else set()
    local: Port | None = None
    for port in space.leader.ports:
        if port.protocol != "tcp" or not port.host_ip_known or (own and port.target not in own):
            continue
        if is_loopback(port.host_ip):
            local = local or port
        else:
            return Exposure("everywhere", port)
    return Exposure("network", None) if local is None else Exposure("host", local)


def _is_bound_to_itself(project: Project, service: Service, facts: ImageFacts | None) -> bool:
    """Do the server's options let it listen on loopback addresses alone: ``redis-server --bind 127.0.0.1 -::1``?"""
    words = server_words(project, service, facts) if facts is not None else None
    for option in _BIND_OPTIONS if words else ():
        given = option_words(words or (), option)
        if given:
            return all(is_loopback(word.lstrip("-")) for word in given)
    return False


def option_words(words: Sequence[str], option: str) -> tuple[str, ...]:
    """Every word that an option is given: ``--bind a b``, ``--bind a,b``, ``--bind=a``; of several the last counts."""
    found: tuple[str, ...] = ()
    for index, word in enumerate(words):
        if word.startswith(f"{option}="):
            found = tuple(word[len(option) + 1 :].replace(",", " ").split())
        elif word == option:
            rest = []
            for text in words[index + 1 :]:
                if text.startswith("-") and not text.startswith(("-:", "-1")):
                    break
                rest += text.replace(",", " ").split()
            found = tuple(rest)
    return found


def is_loopback(address: str | None) -> bool:
    return address is not None and (address.startswith("127.") or address in ("::1", "localhost", "[::1]"))


def server_words(project: Project, service: Service, facts: ImageFacts) -> tuple[str, ...] | None:
    """The words that start the server of `facts`; None where something else runs, or nobody knows what."""
    return server_arguments(service, facts, project.command_of(service))


def runs_entrypoint(project: Project, service: Service, facts: ImageFacts) -> bool:
    """Does the image's own start script run, which reads the variables?"""
    stage = project.stage_of(service)
    entry = service.entrypoint.words if service.entrypoint is not None else ()
    if not entry and (stage is None or stage.entrypoint is None):
        return service.entrypoint is None
    command = project.command_of(service)
    words = [*entry, *(command.words if command is not None else ())]
    for program in command.programs if command is not None else ():
        words += [*program.wrappers, *program.argv]
    own = [word.rpartition("/")[2] for word in facts.entrypoint or ()]
    return any(name and any(name in word for word in words) for name in own)


def is_set(environment: Environment, name: str) -> bool | None:
    """Is a variable set to something? None where nobody knows. `name` may be NAME or NAME=value."""
    name, equals, wanted = name.partition("=")
    setting = environment.get(name)
    if setting is None:
        return False if environment.closed else None
    if setting.value is None:
        return None
    return setting.value.lower() == wanted.lower() if equals else setting.value != ""


def _option_words(rules: Authentication, environment: Environment) -> Iterator[str]:
    for name in rules.option_environment:
        setting = environment.get(name)
        if setting is not None:
            yield from (setting.value if setting.value is not None else "$").split()


def _off_variable(rules: Authentication, environment: Environment) -> str | None:
    """The variable that opens the server, or may do so."""
    if any(is_set(environment, name) is not False for name in rules.off_unless if name in environment):
        return None
    for entry in rules.off_environment:
        name = entry.partition("=")[0]
        if name in environment and is_set(environment, entry) is not False:
            return name
    return None


def _on_variables(rules: Authentication, environment: Environment) -> bool | None:
    """Do variables close the server? None where it depends on what nobody knows."""
    result: bool | None = False
    for group in rules.on_environment:
        found = [is_set(environment, name) for name in group if name.partition("=")[0] in environment]
        if len(found) < len(group) or False in found:
            continue
        # A name that is given counts as set, whatever it will be; of NAME=value nobody knows.
        if all(state or "=" not in name for state, name in zip(found, group, strict=True)):
            return True
        result = None
    return result


def _has(words: Sequence[str], options: Sequence[str]) -> str | None:
    for word in words:
        for option in options:
            if word == option or word.startswith((f"{option}=", f"{option} ")):
                return option
    return None


def _configuration(
    project: Project, service: Service, facts: ImageFacts, argv: Sequence[str]
) -> tuple[ConfigEntry, ...] | None:
    """What the server's configuration files say; None where one is read that is not in the tree."""
    rules = facts.authentication
    if rules is None or not (rules.config_on or rules.config_off):
        return ()
    from dockerlint.formats.configfiles import read_config

    workdir = project.workdir_of(service) or facts.workdir or "/"
    files = project.files_of(service)
    named = [*option_values(argv, facts.configured_by_options)]
    named += [word for word in argv[1:] if word.endswith(_CONFIG_ENDINGS) and not word.startswith("-")]
    found: list[ConfigEntry] = []
    for path in dict.fromkeys(named):
        file = files.read(absolute(path, workdir)) if "$" not in path else None
        if file is None:
            return None
        found += read_config(file)
    for path in rules.config_files:
        file = files.read(path)
        if file is not None:
            found += read_config(file)
        elif any(mount.target in (path, path.rpartition("/")[0]) for mount in service.mounts):
            return None
    if any(grant.target in rules.config_files for grant in service.configs):
        return None
    return tuple(found)


def _keyed(entry: ConfigEntry, keys: Sequence[str]) -> bool:
    for key in keys:
        name, equals, wanted = key.partition("=")
        fits = entry.value.lower() == wanted.lower() if equals else entry.value not in _NO
        if fits and (entry.key == name or entry.key.endswith(f".{name}")):
            return True
    return False


def _command_place(project: Project, service: Service) -> Span | None:
    command = project.command_of(service)
    return command.span if command is not None else None

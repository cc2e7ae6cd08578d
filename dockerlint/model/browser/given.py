"""Addresses that the user's browser is given: literals of client code, and variables that a bundle is built with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dockerlint.model.browser.frontend import FrontEnd, client_files, front_end_of
from dockerlint.model.environment.effective import read_env
from dockerlint.model.image.commands import ran_commands
from dockerlint.model.running.hidden import is_build
from dockerlint.model.value import Known, Value
from dockerlint.source.record import dataclass
from dockerlint.source.text import Span

if TYPE_CHECKING:
    from dockerlint.model.image.dockerfile import Stage
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.model.workspace import Workspace

_SCHEMES = ("http://", "https://", "ws://", "wss://")
# Words in a variable's name that say that a server reads it, and services whose browser is inside the network.
_SERVER_WORDS = ("PROXY", "INTERNAL", "SSR", "SERVER_SIDE", "SERVERSIDE", "_SERVER_URL_INTERNAL", "BACKEND_PROXY")
_TEST_BROWSERS = ("cypress", "playwright", "selenium", "puppeteer", "webdriver", "e2e", "chrome", "browserless")


@dataclass(frozen=True, slots=True)
class PublicVariable:
    """A variable with a public prefix, as something sets it for a service. `origin` is "environment", "env_file",
    "args", "image" or "file" (an env file of the front end itself)."""

    name: str
    value: str
    span: Span
    origin: str


@dataclass(frozen=True, slots=True)
class BrowserAddress:
    """An address with a container's name that a browser is given.

    `use` is the place in client code; None where no place is seen. `readers` says what is known of the variable's
    readers: "client", "nobody", or "unknown" where the source is not in the tree.
    """

    host: str
    address: str
    span: Span
    variable: str | None
    use: Span | None
    readers: str


@dataclass(frozen=True, slots=True)
class TooLate:
    """A public variable that is set when the container starts, while the bundle was built before."""

    name: str
    span: Span
    use: Span
    built: Span


def container_names(project: Project) -> dict[str, str]:
    """Every name by which only the project's containers know each other, in lower case → the service."""
    found: dict[str, str] = {}
    for service in project.services:
        names = [service.name]
        names += [text.value for text in (service.container_name, service.hostname) if text is not None and text.value]
        names += [alias for use in service.networks.values() for alias in use.aliases]
        for name in names:
            found.setdefault(name.lower(), service.name)
    found.pop("localhost", None)
    return found


def host_of(address: str) -> str | None:
    """The host of an absolute web address, in lower case; None for a relative one or one with a variable in it."""
    for scheme in _SCHEMES:
        if address.lower().startswith(scheme):
            rest = address[len(scheme) :]
            for sign in "/?#":
                rest = rest.partition(sign)[0]
            host = rest.rpartition("@")[2].partition(":")[0].lower()
            return host if host and "$" not in host and "." not in host else None
    return None


def browser_addresses(project: Project, service: Service, names: Mapping[str, str]) -> Iterator[BrowserAddress]:
    """What code of this service asks browsers to reach by one of the `names` that only containers know."""
    if _is_test_browser(project, service):
        return
    uses = project.sources_of(service)
    clients = client_files(uses, project.workspace)
    for use in uses:
        if use.path not in clients:
            yield from _framework_settings(use.path, use.facts, names, project.workspace)
            continue
        for text in use.facts.texts:
            host = host_of(text.value)
            if host is None or host not in names or text.compared or text.kind not in ("string", "attribute"):
                continue
            if not _of_another_mode(text.span):
                yield BrowserAddress(host, text.value, text.span, text.fallback_of, text.span, "client")
    reads = _client_reads(clients, project)
    everything = {read.name for use in uses for read in use.facts.env_reads}
    for variable in public_variables(project, service, clients):
        host = host_of(variable.value)
        if host is None or host not in names or any(word in variable.name for word in _SERVER_WORDS):
            continue
        place = reads.get(variable.name)
        if place is not None:
            yield BrowserAddress(host, variable.value, variable.span, variable.name, place, "client")
        elif variable.name not in everything:
            readers = "nobody" if uses else "unknown"
            yield BrowserAddress(host, variable.value, variable.span, variable.name, None, readers)


def _of_another_mode(span: Span) -> bool:
    """Does the statement choose by the mode or by the page's own address? Nobody knows which way it goes."""
    line = span.line
    nearby = [span.file.line_text(number) for number in range(max(1, line - 2), line + 1)]
    return any(word in text for text in nearby for word in ("NODE_ENV", "import.meta.env.MODE", "location."))


def _is_test_browser(project: Project, service: Service) -> bool:
    image = service.image.value if service.image is not None and service.image.value else ""
    stage = project.stage_of(service)
    base = stage.root.base or "" if stage is not None else ""
    return any(word in text.lower() for text in (service.name, image, base) for word in _TEST_BROWSERS)


def _client_reads(clients: Mapping[str, FrontEnd], project: Project) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for path in clients:
        facts = project.workspace.source(path)
        for read in facts.env_reads if facts is not None else ():
            found.setdefault(read.name, read.span)
    return found


def _framework_settings(
    path: str, facts: object, names: Mapping[str, str], workspace: Workspace
) -> Iterator[BrowserAddress]:
    """Settings of a framework's own configuration that reach the browser: Nuxt's Apollo, axios and public runtime."""
    if not path.rpartition("/")[2].startswith("nuxt.config."):
        return
    texts = facts.texts  # type: ignore[attr-defined]
    paths = {text.path for text in texts}
    for text in texts:
        host = host_of(text.value)
        if host is None or host not in names:
            continue
        key = text.path.rpartition(".")[2]
        parent = text.path.rpartition(".")[0]
        apollo = key == "httpEndpoint" and f"{parent}.browserHttpEndpoint" not in paths
        axios = text.path in ("axios.baseURL", "axios.baseUrl") and not {"axios.browserBaseURL", "axios.proxy"} & paths
        public = text.path.startswith(("publicRuntimeConfig.", "runtimeConfig.public.")) or key in (
            "browserBaseURL",
            "browserHttpEndpoint",
            "wsEndpoint",
        )
        if apollo or axios or public:
            yield BrowserAddress(host, text.value, text.span, None, text.span, "client")


def public_variables(project: Project, service: Service, clients: Mapping[str, FrontEnd]) -> Iterator[PublicVariable]:
    """The variables of a service that its framework writes into the bundle; the effective value of each only."""
    prefixes = _prefixes(project, service, clients)
    taken: set[str] = set()
    for name, entry in service.environment_full.items():
        if name.startswith(prefixes) and entry.value is not None and entry.value_span is not None:
            taken.add(name)
            origin = "environment" if name in service.environment else "env_file"
            yield PublicVariable(name, entry.value, entry.value_span, origin)
    if service.build is not None:
        for name, value in service.build.args.items():
            if name.startswith(prefixes) and isinstance(value, Known):
                taken.add(name)
                yield PublicVariable(name, value.text, value.span or service.build.arg_spans[name], "args")
    stage = project.stage_of(service)
    build = project.build_of(service)
    for other in build.dockerfile.needed(stage) if build is not None and stage is not None else ():
        for name, value in other.variables.items():
            if name.startswith(prefixes) and name not in taken and isinstance(value, Known) and value.span is not None:
                taken.add(name)
                yield PublicVariable(name, value.text, value.span, "image")
    for folder in sorted({front.folder for front in clients.values()}):
        for item in project.tree.entries(folder):
            path = f"{folder}/{item.name}" if folder else item.name
            if item.folder or not item.name.startswith(".env") or _is_example(item.name):
                continue
            env = read_env(project.tree, path)
            for line in env.entries if env is not None else ():
                if line.name.startswith(prefixes) and line.name not in taken and line.value is not None:
                    yield PublicVariable(line.name, line.value, line.value_span or line.span, "file")


def _is_example(name: str) -> bool:
    return any(word in name for word in ("example", "sample", "dist", "template"))


def _prefixes(project: Project, service: Service, clients: Mapping[str, FrontEnd]) -> tuple[str, ...]:
    """The prefixes of the frameworks that the service's source uses; all of them where no source is known."""
    fronts = list(clients.values())
    if not fronts:
        fronts = [
            front
            for use in project.sources_of(service)
            if (front := front_end_of(use.path, project.workspace)) is not None
        ]
    rows = [front.row for front in fronts] or project.workspace.facts.get("frontends", ())
    own = [prefix for front in fronts for prefix in vite_prefixes(front, project.workspace)]
    return tuple(dict.fromkeys([prefix for row in rows for prefix in row["prefixes"]] + own))


def vite_prefixes(front: FrontEnd, workspace: Workspace) -> Iterator[str]:
    """``envPrefix`` of a Vite configuration (https://vite.dev/config/shared-options#envprefix)."""
    if front.name not in ("vite", "sveltekit"):
        return
    for ending in ("ts", "js", "mts", "mjs"):
        path = f"{front.folder}/vite.config.{ending}" if front.folder else f"vite.config.{ending}"
        facts = workspace.source(path) if workspace.tree.kind(path) == "file" else None
        for text in facts.texts if facts is not None else ():
            if "envPrefix" in (text.name or "", text.path.rpartition(".")[2]):
                yield text.value


def too_late(project: Project, service: Service) -> Iterator[TooLate]:
    """Public variables that only ``environment:`` sets while the image has built the bundle before."""
    layout = project.layout_of(service)
    if layout is None or writes_bundle(project, service) is not False:
        return
    clients = client_files(project.sources_of(service), project.workspace)
    reads = _client_reads(clients, project)
    variables = {variable.name: variable for variable in public_variables(project, service, clients)}
    late = [v for v in variables.values() if v.origin in ("environment", "env_file") and v.name in reads]
    if not late:
        return
    build = project.build_of(service)
    stages = build.dockerfile.needed(build.stage) if build is not None and build.stage is not None else ()
    built = next(
        (
            ran.span
            for stage in stages
            for ran in ran_commands(layout.of(stage), project.workspace.facts)
            if is_build(ran.words)
        ),
        None,
    )
    if built is None:
        return
    given = _given_to_build(stages, build.spec.args if build is not None and build.spec is not None else {})
    for variable in late:
        if variable.name not in given:
            yield TooLate(variable.name, variable.span, reads[variable.name], built)


def writes_bundle(project: Project, service: Service) -> bool | None:
    """Does the container itself write the bundle, when it runs? None where nobody knows what it runs."""
    command = project.command_of(service)
    if command is None or not command.complete:
        return None
    return any(is_build(program.argv) or _serves_source(program.argv, project) for program in command.programs)


def _given_to_build(stages: Sequence[Stage], args: Mapping[str, Value]) -> set[str]:
    """The variables that the build knows: an ARG without a default counts only where something passes it."""
    bare = {
        pair.name
        for stage in stages
        for instruction in stage.instructions
        if instruction.keyword == "ARG"
        for pair in instruction.pairs
        if pair.value is None and pair.name not in args
    }
    variables = {name: value for stage in stages for name, value in stage.variables.items()}
    return {name for name, value in variables.items() if isinstance(value, Known) or name not in bare}


def _serves_source(argv: tuple[str, ...], project: Project) -> bool:
    """A development server writes the bundle when the container runs."""
    name = argv[0].rpartition("/")[2] if argv else ""
    for row in project.workspace.facts.get("frontends", ()):
        for words in row["serves"]:
            if [name, *argv[1 : len(words)]] == words and (len(words) > 1 or len(argv) == 1 or argv[1].startswith("-")):
                return True
    return False

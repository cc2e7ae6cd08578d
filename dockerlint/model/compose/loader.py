"""Read a project's compose files into one canonical tree: .env, include, extends and merging, in Compose's order.

Every fault is reported and left out, so that the rest of the project is still understood.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from typing import TYPE_CHECKING

from dockerlint.formats.dotenv import fill_dotenv, parse_dotenv
from dockerlint.formats.interpolation import UNKNOWN, Fault, Variable
from dockerlint.formats.yamlnodes import Entry, Mapping, Node, Scalar, Sequence, text_span
from dockerlint.formats.yamltree import ParsedYaml, parse_yaml_once
from dockerlint.model.compose.found import Found
from dockerlint.model.compose.longform import canonical, drop_empty_dns
from dockerlint.model.compose.merging import merge, merge_at, merge_service, unique
from dockerlint.model.compose.normal import Paths, add_defaults, clean, resolve_environment, resolve_paths
from dockerlint.model.compose.prepare import Preparation, apply_resets, take_resets
from dockerlint.model.compose.shape import PROJECT
from dockerlint.model.compose.tree import is_null, made, mapping_of, put, text, texts, with_entries, without
from dockerlint.model.compose.validate import validate
from dockerlint.model.service import EnvSetting, Interpolation
from dockerlint.source.record import dataclass
from dockerlint.source.text import SourceFile, Span

if TYPE_CHECKING:
    from dockerlint.source.tree import FileTree

RESOURCES = ("services", "volumes", "networks", "secrets", "configs", "models")
CHAIN_CAP = 50  # files that include or services that extend one another
MOST_INCLUDES = 300  # in one project, counted each time that a file is included

Resets = tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Env:
    """What variables are filled in with: the machine's environment where it counts, over the .env files."""

    values: dict[str, str | None]
    settings: dict[str, EnvSetting]

    def lookup(self, name: str) -> str | None:
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class Place:
    """The file that is being read, and the folder that its relative paths start from."""

    file: str
    folder: str


# What loaders of one run have read of the files that projects begin with: by file, env files and project name.
Begun = dict[tuple[str, tuple[str, ...], "str | None"], tuple["Loader", Mapping]]


class Loader(Found):
    """Reads one project; its lists fill while it does. All paths in here are absolute."""

    def __init__(
        self, tree: FileTree, root: str, home: str | None, unset: str, virtual_root: bool, begun: Begun | None = None
    ) -> None:
        self.tree = tree
        self.root = root
        self.home = home
        self.unset = unset
        self.virtual_root = virtual_root
        super().__init__()
        self._begun: Begun = begun if begun is not None else {}
        self._bases: dict[tuple[str, str, int], tuple[Mapping, Resets] | None] = {}

    # -- files --

    def tree_path(self, path: str) -> str | None:
        """A path in the tree; None outside of it or where a part of it is unknown."""
        if UNKNOWN in path:
            return None
        if path == self.root:
            return ""
        prefix = self.root if self.root.endswith("/") else self.root + "/"
        return path[len(prefix) :] if path.startswith(prefix) else None

    def read(self, path: str) -> tuple[str | None, SourceFile | None]:
        """A file's path in the tree and its text; both None outside of the tree, which is noted."""
        inside = self.tree_path(path)
        if inside is None:
            if UNKNOWN not in path:
                self.outside[path] = None
            return None, None
        return inside, self.tree.read(inside)

    def parse(self, path: str, wanted_by: Span | None) -> ParsedYaml | None:
        """A compose file; None where it cannot be read, which is reported unless it lies outside of the tree."""
        if path in self.parsed:
            return self.parsed[path]
        inside, file = self.read(path)
        parsed = None
        if file is not None:
            parsed = parse_yaml_once(file)
            self.files[file.path] = file
            self.comments[file.path] = parsed.comments
            for problem in parsed.problems:
                self.report(problem.span, problem.message)
        elif inside is not None and wanted_by is not None:
            kind = self.tree.kind(inside)
            reason = "does not exist" if kind is None else "is a folder" if kind == "folder" else "cannot be read"
            tell = self.miss if kind is None and self.tree.ignored(inside) else self.report
            tell(wanted_by, f"the file {inside} {reason}")
        self.parsed[path] = parsed
        return parsed

    def env(self, paths: list[tuple[str, Span | None]], base: Map[str, str | None], required: bool) -> Env:
        """The values of .env files, under those of `base`."""
        values: dict[str, str | None] = {}
        settings: dict[str, EnvSetting] = {}
        for path, span in paths:
            inside, file = self.read(path)
            if file is None:
                if required and inside is not None and span is not None:
                    self.miss(span, f"the env file {inside} does not exist")
                continue
            if file.path not in self.env_paths:
                self.env_paths.append(file.path)
            parsed = parse_dotenv(file)
            for problem in (*parsed.problems, *fill_dotenv(parsed, base.get, values, self.unset)):
                self.report(problem.span, problem.message)
            for entry in parsed.entries:
                value = values.get(entry.name)
                known = value is not None and UNKNOWN not in value
                settings[entry.name] = EnvSetting(
                    entry.name,
                    value if known else None,
                    known,
                    entry.span,
                    entry.value_span,
                    not entry.has_variables,
                    entry.value or "",
                    entry.value is None,
                )
        return Env({**values, **base}, {name: s for name, s in settings.items() if name not in base})

    # -- one project, or one that it includes --

    def project(self, files: list[tuple[str, Span | None]], folder: str, env: Env, included: list[str]) -> Mapping:
        """The files merged, in long form, with defaults and absolute paths."""
        start = Span(SourceFile("", ""), 0, 0)
        root = Mapping({}, start)
        if files and not included:
            root = self.first_file(Place(files[0][0], folder), root, env)
        for path, span in files if included else files[1:]:
            root = self.file(Place(path, folder), root, env, [*included, path], span)
        root = add_defaults(root)
        root = resolve_paths(root, Paths(folder, self.home), self.report)
        return resolve_environment(root, env.lookup)

    def first_file(self, place: Place, root: Mapping, env: Env) -> Mapping:
        """The file that a project begins with: read once with all that it includes, for the variants share it."""
        key = (place.file, tuple(self.env_paths), env.lookup("COMPOSE_PROJECT_NAME"))
        if key not in self._begun:
            loader = Loader(self.tree, self.root, self.home, self.unset, self.virtual_root)
            self._begun[key] = loader, loader.file(place, root, env, [place.file], None)
        loader, root = self._begun[key]
        self.take_over(loader)
        return root

    def file(self, place: Place, root: Mapping, env: Env, included: list[str], span: Span | None) -> Mapping:
        parsed = self.parse(place.file, span)
        if parsed is None:
            return root
        documents = parsed.documents
        if not root.entries:
            root = Mapping({}, documents[0].span if documents else Span(parsed.file, 0, 0))
        for document in documents:
            prepared = self.prepare(document, env)
            if prepared is None:
                continue
            content, resets = prepared
            for name, entry in mapping_of(content.get("services")).items():
                self.service_keys.setdefault(name, []).append(entry.key.span)
            content = self.include(content, place, env, included, resets)
            root = apply_resets(root, resets)
            content = self.extend_all(content, place, env, resets)
            merged = merge(root, content, self.report)
            assert isinstance(merged, Mapping)
            root = self.long_form(merged, check=True)
        return root

    def prepare(self, document: Node, env: Env) -> tuple[Mapping, Resets] | None:
        if not isinstance(document, Mapping):
            self.report(document.span, "a compose file must be a mapping with services")
            return None
        resets: Resets = ()
        if "!reset" in document.span.file.text or "!override" in document.span.file.text:
            document, resets = take_resets(document)
        return self.preparation(env).document(document), resets

    def preparation(self, env: Env) -> Preparation:
        def variable(scalar: Scalar, found: Variable, path: tuple[str, ...]) -> None:
            span = text_span(scalar, found.start, found.end)
            setting = env.settings.get(found.name)
            key = (span.file, span.start, found.name)
            if key not in self.interpolations:
                self.interpolations[key] = Interpolation(
                    found.name,
                    span,
                    found.operator,
                    found.argument,
                    found.value,
                    setting.span if setting else None,
                    path,
                )

        def fault(scalar: Scalar, found: Fault, path: str) -> None:
            span = text_span(scalar, found.start, found.end)
            (self.miss if found.missing else self.report)(span, found.message)

        return Preparation(env.lookup, self.unset, self.report, variable, fault)

    def long_form(self, root: Mapping, check: bool) -> Mapping:
        node: Node | None = unique(root, self.report)
        if check and node is not None:
            node = validate(node, PROJECT, self.report)
        if isinstance(node, Mapping):
            node = canonical(without(node, "version"), self.report)
        if isinstance(node, Mapping):
            return self._unique(drop_empty_dns(node))
        return root

    def _unique(self, root: Mapping) -> Mapping:
        node = unique(root, self.report)
        return node if isinstance(node, Mapping) else root

    # -- include --

    def include(self, content: Mapping, place: Place, env: Env, included: list[str], resets: Resets) -> Mapping:
        wanted = content.get("include")
        if wanted is None:
            return content
        if not isinstance(wanted, Sequence):
            if not is_null(wanted):
                self.report(wanted.span, "include must be a list")
            return without(content, "include")
        for item in wanted.items:
            imported = self.included(item, place, env, included)
            if imported is not None:
                content = self.import_into(content, imported, resets)
        return without(content, "include")

    def included(self, item: Node, place: Place, env: Env, included: list[str]) -> Mapping | None:
        self.includes += 1
        if self.includes > MOST_INCLUDES:
            self.report(item.span, f"more than {MOST_INCLUDES} includes make this project; the rest was not read")
            return None
        options = item if isinstance(item, Mapping) else made(item.span, [("path", item)])
        paths = [(text(node) or "", node) for node in texts(options.get("path"))]
        if not paths or any(UNKNOWN in path for path, _ in paths):
            return None
        if any("://" in path or path.startswith("oci:") for path, _ in paths):
            return None  # a remote project: nobody knows what is in it
        resolve = Paths(place.folder, self.home)
        files: list[tuple[str, Span | None]] = [(clean(resolve.absolute(path)), node.span) for path, node in paths]
        if files[0][0] in included or len(included) > CHAIN_CAP:
            chain = " → ".join(self.tree_path(path) or path for path in (*included, files[0][0]))
            self.report(paths[0][1].span, f"includes itself: {chain}")
            return None
        folder_node = options.get("project_directory")
        folder = files[0][0].rpartition("/")[0] or "/"
        if text(folder_node):
            folder = clean(resolve.absolute(text(folder_node) or ""))
        env_nodes = texts(options.get("env_file"))
        env_files: list[tuple[str, Span | None]] = [
            (clean(resolve.absolute(text(node) or "")), node.span)
            for node in env_nodes
            if text(node) not in ("/dev/null", None)
        ]
        inner = self.env(env_files or [(f"{folder}/.env", None)], env.values, bool(env_files))
        inner.settings = {**inner.settings, **env.settings}
        return self.project(files, folder, inner, included)

    def import_into(self, content: Mapping, imported: Mapping, resets: Resets) -> Mapping:
        for kind in RESOURCES:
            group = imported.get(kind)
            if not isinstance(group, Mapping):
                continue
            own = content.get(kind)
            entries = dict(own.entries) if isinstance(own, Mapping) else {}
            for name, entry in group.entries.items():
                conflict = entries.get(name)
                if conflict is None:
                    entries[name] = entry
                    continue
                cleared = apply_resets(made(group.span, [(kind, made(group.span, [(name, entry.value)]))]), resets)
                base = mapping_of(cleared.get(kind)).get(name, entry).value
                entries[name] = Entry(conflict.key, merge_at(base, conflict.value, self.report, (kind, name)))
            content = put(content, kind, Mapping(entries, own.span if own is not None else group.span))
        return content

    # -- extends --

    def extend_all(self, content: Mapping, place: Place, env: Env, resets: Resets) -> Mapping:
        services = content.get("services")
        if not isinstance(services, Mapping):
            return content
        if not any(isinstance(e.value, Mapping) and "extends" in e.value.entries for e in services.entries.values()):
            return content
        entries = {}
        for name, entry in services.entries.items():
            if isinstance(entry.value, Mapping) and "extends" in entry.value.entries:
                self.extends.setdefault(name, entry.value.entries["extends"].value)
            value, complete = self.extended(name, services, place, env, resets, ())
            if not complete:
                self.incomplete.add(name)
            entries[name] = entry if value is entry.value or value is None else Entry(entry.key, value)
        return put(content, "services", with_entries(services, entries))

    def extended(
        self, name: str, services: Mapping, place: Place, env: Env, resets: Resets, chain: tuple[tuple[str, str], ...]
    ) -> tuple[Node | None, bool]:
        """A service with what it extends underneath, and whether all of that could be read."""
        service = services.get(name)
        if not isinstance(service, Mapping):
            return service, True
        extends = service.get("extends")
        own = without(service, "extends")
        if extends is None:
            return service, True
        wanted = extends.get("service") if isinstance(extends, Mapping) else extends
        base_name = text(wanted)
        if base_name is None or UNKNOWN in base_name:
            if base_name is None:
                self.report(extends.span, f"services.{name}.extends must name a service")
            return own, False
        file_node = extends.get("file") if isinstance(extends, Mapping) else None
        base_place, base_services, base_resets = place, services, resets
        if text(file_node):
            if UNKNOWN in (text(file_node) or ""):
                return own, False
            path = clean(Paths(place.folder, self.home).absolute(text(file_node) or ""))
            found = self.base_file(path, extends.span, env)
            if found is None:
                return own, False
            base_place, (base_services, base_resets) = Place(path, path.rpartition("/")[0] or "/"), found
        step = (base_place.file, base_name)
        if step in chain or (base_place.file == place.file and base_name == name) or len(chain) > CHAIN_CAP:
            names = " → ".join(dict.fromkeys([other for _, other in chain] + [name, base_name]))
            self.report(extends.span, f"services.{name} extends itself: {names}")
            return own, False
        if base_name not in base_services.entries:
            where = self.tree_path(base_place.file) or base_place.file
            self.report(extends.span, f'services.{name} extends the service "{base_name}", which {where} does not have')
            return own, False
        start = chain or ((place.file, name),)
        base, complete = self.extended(base_name, base_services, base_place, env, base_resets, (*start, step))
        if not isinstance(base, Mapping):
            return own, complete
        cleared = apply_resets(made(base.span, [("services", made(base.span, [(name, base)]))]), resets)
        source = mapping_of(cleared.get("services")).get(name)
        merged = own if source is None else merge_service(source.value, own, self.report)
        return (without(merged, "extends") if isinstance(merged, Mapping) else own), complete

    def base_file(self, path: str, span: Span, env: Env) -> tuple[Mapping, Resets] | None:
        """The services of a file that a service extends, in long form with absolute paths."""
        key = (path, "", id(env))
        if key not in self._bases:
            self._bases[key] = self._base_file(path, span, env)
        return self._bases[key]

    def _base_file(self, path: str, span: Span, env: Env) -> tuple[Mapping, Resets] | None:
        parsed = self.parse(path, span)
        if parsed is None:
            return None
        root = Mapping({}, Span(parsed.file, 0, 0))
        resets: Resets = ()
        for document in parsed.documents:
            prepared = self.prepare(document, env)
            if prepared is not None:
                content, resets = prepared
                merged = merge(apply_resets(root, resets), content, self.report)
                assert isinstance(merged, Mapping)
                root = self.long_form(merged, check=False)
        root = resolve_paths(root, Paths(path.rpartition("/")[0] or "/", self.home), self.report)
        services = root.get("services")
        if not isinstance(services, Mapping):
            self.report(span, f"{self.tree_path(path) or path} has no services to extend")
            return None
        return services, resets

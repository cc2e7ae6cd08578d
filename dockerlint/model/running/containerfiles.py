"""What lies at the paths of a service's container, as far as it comes from the tree: mounts first, then the image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from dockerlint.model.paths import absolute, is_within, relative
from dockerlint.model.running.mounts import winning_mount
from dockerlint.source.record import dataclass, field
from dockerlint.source.text import SourceFile, Span
from dockerlint.source.tree import FileTree

if TYPE_CHECKING:
    from dockerlint.model.image.layout import Layout
    from dockerlint.model.service import Mount


@dataclass(frozen=True, slots=True, eq=False)
class MountedFiles:
    """Answers what a container path holds. `layout` is None for an image that the project does not build."""

    tree: FileTree
    mounts: tuple[Mount, ...]
    layout: Layout | None
    written: Mapping[str, SourceFile] = field(default_factory=dict)  # files that RUN writes

    def host_path(self, path: str) -> str | None:
        """The path in the tree of what lies at a container path."""
        mount = winning_mount(self.mounts, path)
        if mount is not None and mount.kind == "bind":
            if mount.host_path_in_tree is None or mount.target is None:
                return None
            rest = relative(path, mount.target) or ""
            found = "/".join(part for part in (mount.host_path_in_tree, rest) if part)
            return found if self.tree.kind(found) is not None else None
        return self.layout.host_path(path) if self.layout is not None else None

    def read(self, path: str) -> SourceFile | None:
        if path in self.written and winning_mount(self.mounts, path) is None:
            return self.written[path]
        found = self.host_path(path)
        return self.tree.read(found) if found is not None and self.tree.kind(found) == "file" else None

    def exists(self, path: str) -> bool | None:
        return True if path in self.written or self.host_path(path) is not None else None

    def paths_of(self, tree_path: str) -> Iterator[str]:
        """Where a file of the tree is visible in the container."""
        for mount in self.mounts:
            if mount.kind != "bind" or mount.target is None or mount.host_path_in_tree is None:
                continue
            rest = _below(tree_path, mount.host_path_in_tree)
            if rest is not None:
                path = absolute(rest, mount.target) if rest else mount.target
                if winning_mount(self.mounts, path) is mount:
                    yield path
        if self.layout is not None and self.layout.context is not None:
            inner = self.layout.context.path_of(tree_path)
            for path in self.layout.container_paths(inner) if inner is not None else ():
                winner = winning_mount(self.mounts, path)
                if winner is None or winner.kind == "volume":
                    yield path

    def package_scripts(self, workdir: str) -> tuple[str, Mapping[str, tuple[str, Span]]] | None:
        found = self._package(workdir)
        if found is None:
            return None
        folder, file = found
        from dockerlint.formats.manifests import read_manifest

        scripts = read_manifest(file).scripts
        return folder, {name: (script.value, script.span) for name, script in scripts.items()}

    def workspace(self, workdir: str, name: str) -> str | None:
        found = self._package(workdir)
        host = self.host_path(found[0]) if found is not None else None
        if found is None or host is None:
            return None
        from dockerlint.formats.manifests import read_manifest
        from dockerlint.model.image.packages import member_folders

        for path in member_folders(self.tree, host):
            file = self.tree.read(f"{path}/package.json")
            inner = _below(path, host)
            if file is None or not inner:
                continue
            if name in (read_manifest(file).name, inner, f"./{inner}") or fnmatchcase(
                read_manifest(file).name or "", name
            ):
                return absolute(inner, found[0])
        return None

    def _package(self, workdir: str) -> tuple[str, SourceFile] | None:
        folder = workdir
        while True:
            file = self.read(absolute("package.json", folder))
            if file is not None:
                return folder, file
            if folder == "/":
                return None
            folder = folder.rpartition("/")[0] or "/"


def _below(path: str, folder: str) -> str | None:
    return relative("/" + path, "/" + folder if folder else "/") if is_within("/" + path, "/" + folder) else None

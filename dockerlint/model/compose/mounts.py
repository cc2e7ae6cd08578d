"""A service's mounts and its build, read from the canonical project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockerlint.formats.interpolation import UNKNOWN
from dockerlint.formats.yamlnodes import Mapping, Node, Scalar, Sequence
from dockerlint.model.compose.normal import PASSED, clean, is_remote
from dockerlint.model.compose.tree import at, is_null, mapping_of, text, texts
from dockerlint.model.service import BuildSpec, Located, Mount
from dockerlint.model.value import Known, Unknown, Value
from dockerlint.source.text import SourceFile, Span

if TYPE_CHECKING:
    from dockerlint.model.compose.loader import Loader


def read_mounts(service: Mapping, loader: Loader) -> tuple[Mount, ...]:
    """``volumes:`` and ``tmpfs:``, in the order that they are written."""
    volumes = service.get("volumes")
    mounts = [
        _mount(item, loader)
        for item in (volumes.items if isinstance(volumes, Sequence) else ())
        if isinstance(item, Mapping)
    ]
    for item in texts(service.get("tmpfs")):
        target = (text(item) or "").partition(":")[0]
        known = None if UNKNOWN in target else clean(target)
        mounts.append(_tmpfs(known, item.span))
    return tuple(mounts)


def _tmpfs(target: str | None, span: Span) -> Mount:
    return Mount("tmpfs", None, None, True, target, False, None, False, span, None, span, None)


def _mount(node: Mapping, loader: Loader) -> Mount:
    kind = text(node.get("type")) or "volume"
    source_node, target_node = node.get("source"), node.get("target")
    source, target = text(source_node), text(target_node)
    in_tree = None
    if kind == "bind" and source is not None:
        in_tree = loader.tree_path(clean(source) if source.startswith("/") else source)
    source_known = source is None or UNKNOWN not in source
    written = source_node.text if isinstance(source_node, Scalar) else None
    shown = source if in_tree is None else in_tree
    if in_tree is None and kind == "bind" and loader.virtual_root and written and written[0] not in "/~":
        shown = written  # it leaves the tree, and nobody knows where the tree lies
    type_node = node.get("type")
    return Mount(
        kind=kind,
        source=shown if source_known else None,
        source_text=written if written is None or UNKNOWN not in written else None,
        source_known=source_known,
        target=target if target is not None and UNKNOWN not in target else None,
        read_only=text(node.get("read_only")) == "true",
        subpath=text(at(node, "volume", "subpath")) or text(at(node, "image", "subpath")),
        create_host_path=text(at(node, "bind", "create_host_path")) == "true",
        span=node.span,
        source_span=None if source_node is None else source_node.span,
        target_span=None if target_node is None else target_node.span,
        host_path_in_tree=in_tree,
        long_syntax=type_node is not None and type_node.span != node.span,
        nocopy=text(at(node, "volume", "nocopy")) == "true",
    )


def read_build(node: Node | None, loader: Loader) -> BuildSpec | None:
    if not isinstance(node, Mapping):
        return None
    context_node = node.get("context")
    context = text(context_node) or "."
    remote = context if is_remote(context) and UNKNOWN not in context else None
    folder = None if remote else loader.tree_path(context)
    dockerfile_node, target_node, inline_node = (node.get(key) for key in ("dockerfile", "target", "dockerfile_inline"))
    dockerfile = text(dockerfile_node) or "Dockerfile"
    inline_text = text(inline_node)
    inline = None
    if inline_text and inline_node is not None and UNKNOWN not in inline_text:
        inline = SourceFile(inline_node.span.path, inline_text)
    path = None
    if inline_text is None and remote is None and UNKNOWN not in dockerfile and UNKNOWN not in context:
        path = loader.tree_path(clean(dockerfile if dockerfile.startswith("/") else f"{context}/{dockerfile}"))
    arguments = mapping_of(node.get("args"))
    target = text(target_node)
    written = dockerfile_node is not None and dockerfile_node.span != node.span
    return BuildSpec(
        context=folder,
        remote=remote,
        dockerfile=dockerfile if UNKNOWN not in dockerfile else "",
        dockerfile_path=path,
        inline=inline,
        target=target if target and UNKNOWN not in target else None,
        target_known=UNKNOWN not in (target or ""),
        args={name: _argument(entry.value) for name, entry in arguments.items()},
        arg_spans={name: entry.span for name, entry in arguments.items()},
        additional_contexts={
            name: Located(
                None if UNKNOWN in (text(entry.value) or "") else _in_tree(text(entry.value) or "", loader),
                entry.value.span,
                entry.value.text if isinstance(entry.value, Scalar) else "",
            )
            for name, entry in mapping_of(node.get("additional_contexts")).items()
        },
        secrets=tuple(text(at(item, "source")) or "" for item in _list(node.get("secrets"))),
        span=node.span,
        context_span=node.span if context_node is None else context_node.span,
        dockerfile_span=dockerfile_node.span if dockerfile_node is not None and written else None,
        target_span=None if target_node is None else target_node.span,
        inline_span=None if inline_node is None else inline_node.span,
    )


def _list(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _in_tree(path: str, loader: Loader) -> str:
    """A folder as its path in the tree; an image, a service, a URL or what lies elsewhere as it is."""
    inside = loader.tree_path(path)
    return path if inside is None else inside


def _argument(node: Node) -> Value:
    value = text(node)
    if is_null(node) or value is None:
        return Unknown("only its name is given", node.span)
    if UNKNOWN in value:
        return Unknown("a variable in it has no value", node.span)
    if isinstance(node, Scalar) and node.tag == PASSED:
        return Known(value, node.span)
    return Known(value, node.span)

"""Another host and port in an address, where it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockerlint.model.edits.composefile import add_setting, replace_text
from dockerlint.model.edits.words import replace_host
from dockerlint.source.text import Edit, Span

if TYPE_CHECKING:
    from dockerlint.model.network.connections import Connection


def other_address(connection: Connection, host: str, port: str) -> tuple[Edit, ...] | None:
    """Edits that lead a connection to `host` and `port`; a `port` of "" stays as it is.

    None where one of them stands in a variable of its own, or where a port would have to be put in.
    """
    edits = []
    if host != connection.host:
        edits.append(replace_host(connection.host_span or connection.span, connection.host, host))
    if port and port != connection.port:
        written = connection.port_span
        if written is None or written.text != connection.port:
            return None
        edits.append(_other_part(written, port))
    found = tuple(edit for edit in edits if edit is not None)
    return found if found and len(found) == len(edits) else None


def with_variable(service: Span, connection: Connection, edits: tuple[Edit, ...]) -> tuple[Edit, ...] | None:
    """The variable that a literal stands in for, set for a service with what the literal is after `edits`.

    None for a literal with a password, which must not stand in two files, and for one that holds other values.
    """
    text, start = connection.span.text, connection.span.start
    if connection.name is None or connection.password or any(edit.span.file != connection.span.file for edit in edits):
        return None
    for edit in sorted(edits, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start - start] + edit.text + text[edit.span.end - start :]
    if not re.fullmatch(r"[\w.:/@?&=%+,-]+", text, re.ASCII):
        return None
    added = add_setting(service, "environment", connection.name, text)
    return (added,) if added is not None else None


def _other_part(part: Span, text: str) -> Edit | None:
    return replace_text(part, text) if part.path.endswith((".yaml", ".yml")) else Edit(part, text)

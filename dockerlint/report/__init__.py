"""How is it told? One format a file. Knows findings and places; not how they came about."""

from __future__ import annotations

from collections.abc import Callable

from dockerlint.rulebook.finding import Report

Renderer = Callable[..., str]

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown", "rdjson")


def renderer(name: str) -> Renderer:
    """The `render(report, *, color=False, **options)` of the module dockerlint/report/<name>.py."""
    from importlib import import_module

    render: Renderer = import_module(f"dockerlint.report.{name}").render
    return render


__all__ = ["FORMATS", "Renderer", "Report", "renderer"]

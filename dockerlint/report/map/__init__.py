"""How is the map of a project's networks told? One format a file, all from one `Chart` of plain data.

Knows neither the model nor how a fault was found.
"""

from __future__ import annotations

from collections.abc import Callable

from dockerlint.report.map.chart import Chart

FORMATS = ("text", "mermaid", "svg", "html", "json")


def renderer(name: str) -> Callable[..., str]:
    """The `render(chart, *, color=False)` of the module dockerlint/report/map/<name>.py."""
    from importlib import import_module

    render: Callable[..., str] = import_module(f"dockerlint.report.map.{name}").render
    return render


__all__ = ["FORMATS", "Chart", "renderer"]

"""Options of the test run."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-expected", action="store_true", help="write expected.txt of the whole projects anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Comparisons with other programs, looks into a browser and experiments on an engine run only when asked for."""
    for name in ("peers", "browser", "engine", "robust"):
        if name not in (config.option.markexpr or ""):
            skip = pytest.mark.skip(reason=f"make test-{name}")
            for item in items:
                if item.get_closest_marker(name) is not None:
                    item.add_marker(skip)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Keeps the card index of the tests out of the user's cache."""
    import os

    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    return None

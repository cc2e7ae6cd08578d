"""What the experiments share: the engine that run.py has started."""

from __future__ import annotations

import pytest

from tests.engine import daemon
from tests.engine.daemon import Engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The running engine with all stand-in images; run.py makes both, so that workers need not agree who does."""
    engine = Engine(daemon.default_home())
    if not engine.answers():
        pytest.exit("no engine runs: make test-engine starts one, or python -m tests.engine.run --keep", returncode=3)
    return engine

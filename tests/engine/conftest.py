"""What the experiments share: the engine that run.py has started, and the page that tells what came of them."""

from __future__ import annotations

import pytest

from tests.engine import daemon
from tests.engine.daemon import Engine
from tests.engine.page import PAGE, Result, told, write

_results: list[Result] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--page", action="store_true", help="write docs/proof.md from this run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Proofs run beside one another; the tests of any other module share what they start and stay on one worker."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            if "engine" in item.path.parts and item.path.stem != "test_proofs":
                item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The running engine with all stand-in images; run.py makes both, so that workers need not agree who does."""
    engine = Engine(daemon.default_home())
    if not engine.answers():
        pytest.exit("no engine runs: make test-engine starts one", returncode=3)
    return engine


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collects `about`, `claim`, `experiment` and `result` of what ran; a claim makes a test a line of the page."""
    if report.when != "call" or report.skipped:
        return
    said = dict(report.user_properties)
    if "claim" in said:
        outcome = str(said.get("result", "")) if report.passed else ""
        came = f"as claimed{f': {outcome}' if outcome else ''}" if report.passed else "**contradicted**"
        about = str(said.get("about", report.nodeid.rpartition("/")[2].partition("::")[0]))
        _results.append(Result(about, str(said["claim"]), str(said.get("experiment", "")), came))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--page") and not hasattr(session.config, "workerinput"):
        again = session.config.getoption("lf") and PAGE.exists()
        write(Engine(daemon.default_home()), _results, told() if again else ())

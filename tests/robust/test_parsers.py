"""Whatever the text, a parser answers: within it, the same each time, and without an exception.

`make test` tries a few texts; `make test-robust` (marker `robust`) many.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.robust.parsers import PARSERS, check_parser, seeds
from tests.robust.texts import noise, spoilt

SHAPE = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}
PHASES = (Phase.generate,)  # without shrinking: a few examples are for speed


@pytest.mark.parametrize("name", PARSERS)
def test_few(name: str) -> None:
    @settings(max_examples=12, phases=PHASES, **SHAPE)
    @given(st.one_of(spoilt(seeds(name)), noise()))
    def hold(text: str) -> None:
        check_parser(name, text)

    hold()


@pytest.mark.robust
@pytest.mark.parametrize("name", PARSERS)
def test_many(name: str) -> None:
    @settings(max_examples=2000, **SHAPE)
    @given(st.one_of(spoilt(seeds(name)), noise()))
    def hold(text: str) -> None:
        check_parser(name, text)

    hold()


@pytest.mark.parametrize("name", PARSERS)
def test_seeds_exist(name: str) -> None:
    assert seeds(name)

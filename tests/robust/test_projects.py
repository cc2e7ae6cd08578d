"""Projects with a few spoilt files are linted to the end: by every rule, into every format, twice the same."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.robust.projects import check_project, main_files, projects
from tests.robust.test_parsers import PHASES, SHAPE
from tests.robust.texts import noise, spoilt


@st.composite
def spoilt_project(draw: st.DrawFn) -> Mapping[str, str]:
    files = dict(draw(st.sampled_from(projects()))[1])
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(main_files(files)))
        how = draw(st.integers(0, 9))
        if how == 0:
            files[path] = draw(noise())
        elif how == 1 and len(files) > 1:
            del files[path]
        elif how == 2:
            files[path] = draw(st.sampled_from([text for other, text in files.items() if other != path] or [""]))
        else:
            files[path] = draw(spoilt([files[path]]))
    return files


def _hold(examples: int, few: bool) -> None:
    shape = {**SHAPE, "phases": PHASES} if few else SHAPE

    @settings(max_examples=examples, **shape)
    @given(spoilt_project())
    def hold(files: Mapping[str, str]) -> None:
        check_project(files)

    hold()


def test_few() -> None:
    _hold(25, few=True)


@pytest.mark.robust
def test_many() -> None:
    _hold(3000, few=False)

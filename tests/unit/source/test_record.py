from __future__ import annotations

import copy
from typing import ClassVar

import pytest

from dockerlint.source.record import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Point:
    """A point."""

    x: int
    y: int = 0
    names: list[str] = field(default_factory=list, compare=False)
    hidden: int = field(default=7, repr=False, compare=False)
    made: dict[str, int] = field(default_factory=dict, init=False, compare=False, repr=False)
    KIND: ClassVar[str] = "point"

    @property
    def sum(self) -> int:
        return self.x + self.y


@dataclass(frozen=True, slots=True)
class Named(Point):
    name: str = ""


@dataclass(frozen=True, eq=False)
class Loose:
    a: int
    b: tuple[int, ...] = ()


@dataclass(slots=True)
class Counter:
    count: int = 0

    def __post_init__(self) -> None:
        self.count += 1


def test_fields_and_defaults() -> None:
    point = Point(1, names=["a"])
    assert (point.x, point.y, point.names, point.hidden, point.made, point.sum) == (1, 0, ["a"], 7, {}, 1)
    assert Point(1).names is not Point(1).names
    assert Point.KIND == "point" and Point.__doc__ == "A point."
    assert Named(1, 2, name="n").name == "n" and Named(1, 2).sum == 3
    assert Loose(1).b == () and Loose(1, (2,)).b == (2,)
    assert Counter(4).count == 5
    for arguments in ((), (1, 2, [], 3, {})):
        with pytest.raises(TypeError):
            Point(*arguments)  # type: ignore[arg-type]


def test_equality_and_hash() -> None:
    assert Point(1, 2) == Point(1, 2, ["other"]) and Point(1, 2) != Point(2, 1)
    assert Point(1, 2) != Named(1, 2) and Point(1) != 1
    assert len({Point(1), Point(1), Point(2)}) == 2
    assert Loose(1) != Loose(1) and len({Loose(1), Loose(1)}) == 2
    with pytest.raises(TypeError):
        hash(Counter())


def test_repr_replace_and_copy() -> None:
    assert repr(Point(1, 2, [])) == "Point(x=1, y=2, names=[])"
    assert replace(Named(1, 2, name="n"), x=5) == Named(5, 2, name="n")
    assert copy.copy(Point(1, 2)) == Point(1, 2) == copy.deepcopy(Point(1, 2))
    match Point(3, 4):
        case Point(x=x, y=y):
            assert (x, y) == (3, 4)


def test_objects_that_come_from_elsewhere() -> None:
    """An object of a class that has none yet: unpickled in another process, or copied."""

    @dataclass(frozen=True)
    class Far:
        x: int
        y: int = 2

    one, other = object.__new__(Far), object.__new__(Far)
    for made in (one, other):
        made.__dict__.update(x=1, y=2)
    assert one == other and hash(one) == hash(other) and repr(one).endswith("Far(x=1, y=2)")
    assert one == Far(1)

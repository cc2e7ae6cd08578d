"""`dataclass` and `field` as the standard library has them, made in a tenth of the time.

dockerlint has some hundred small frozen types, and the standard decorator compiles six methods for each of them at
every start: as long as all the rest of a small run. Here a class gets one compiled method, `__init__`, once it has
more than a few objects, and shared ones.
Type checkers see the standard decorator, so `frozen=True` is held by them; at run time nothing stops a writer.
What is not offered (order, kw_only, InitVar) raises TypeError. Objects work with `replace` from here only.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:

    class _Field:
        __slots__ = ("compare", "default", "factory", "init", "repr")

        def __init__(self, default: Any, factory: Any, init: bool, repr: bool, compare: bool) -> None:
            self.default = default
            self.factory = factory
            self.init = init
            self.repr = repr
            self.compare = compare

    _NOTHING = object()
    _FEW = 8  # objects, that are made sooner than their class's `__init__` is compiled

    def field(
        *,
        default: Any = _NOTHING,
        default_factory: Any = None,
        init: bool = True,
        repr: bool = True,
        compare: bool = True,
    ) -> Any:
        return _Field(default, default_factory, init, repr, compare)

    def dataclass(
        cls: Any = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True, repr: bool = True
    ) -> Any:
        def make(made: Any) -> Any:
            return _make(made, frozen, slots, eq, repr)

        return make if cls is None else make(cls)

    def replace(instance: Any, /, **changes: Any) -> Any:
        for name, given in instance.__record__.items():
            if given.init:
                changes.setdefault(name, getattr(instance, name))
        return type(instance)(**changes)

    def _make(cls: Any, frozen: bool, slots: bool, eq: bool, repr: bool) -> Any:
        inherited: dict[str, _Field] = {}
        for base in reversed(cls.__mro__[1:]):
            inherited.update(getattr(base, "__record__", ()))
        own = _own_fields(cls)
        fields = {**inherited, **own}
        members = dict(cls.__dict__)
        members["__record__"] = fields
        members.setdefault("__match_args__", tuple(fields))
        has_post_init = "__post_init__" in members or hasattr(cls, "__post_init__")
        members["__init__"] = _first_init(fields, has_post_init)
        if repr and "__repr__" not in members:
            members["__repr__"] = _repr
        if eq:
            _add_equality(members, [name for name, given in fields.items() if given.compare], frozen)
        if not slots:
            for name, member in members.items():
                if name not in ("__dict__", "__weakref__") and cls.__dict__.get(name) is not member:
                    setattr(cls, name, member)
            for name, given in own.items():
                if isinstance(cls.__dict__.get(name), _Field):
                    delattr(cls, name)
                    if given.default is not _NOTHING:
                        setattr(cls, name, given.default)
            return cls
        for name in own:
            members.pop(name, None)
        members.pop("__dict__", None)
        members.pop("__weakref__", None)
        members["__slots__"] = tuple(own)
        made = type(cls)(cls.__name__, cls.__bases__, members)
        made.__qualname__ = cls.__qualname__
        return made

    def _own_fields(cls: Any) -> dict[str, _Field]:
        fields = {}
        for name, annotation in cls.__annotations__.items():
            if str(annotation).startswith(("ClassVar", "typing.ClassVar")):
                continue
            default = cls.__dict__.get(name, _NOTHING)
            fields[name] = default if isinstance(default, _Field) else _Field(default, None, True, True, True)
        return fields

    def _first_init(fields: dict[str, _Field], has_post_init: bool) -> Any:
        """The `__init__` of a class that has few objects yet: it makes way for the compiled one."""
        names = [name for name, given in fields.items() if given.init]
        made = 0

        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            nonlocal made
            made += 1
            if made <= _FEW and _filled(self, fields, dict(zip(names, args, strict=False)), len(args), kwargs):
                if has_post_init:
                    self.__post_init__()
                return
            compiled = _init(fields, has_post_init)
            for cls in type(self).__mro__:
                if cls.__dict__.get("__init__") is __init__:
                    cls.__init__ = compiled
            compiled(self, *args, **kwargs)

        return __init__

    def _filled(
        self: Any, fields: dict[str, _Field], values: dict[str, Any], count: int, named: dict[str, Any]
    ) -> bool:
        """Give an object its values; False for wrong arguments, about which the compiled `__init__` can tell."""
        if len(values) < count or not values.keys().isdisjoint(named):
            return False
        values.update(named)
        known = 0
        for name, given in fields.items():
            if given.init and name in values:
                known += 1
                setattr(self, name, values[name])
            elif given.factory is not None:
                setattr(self, name, given.factory())
            elif given.default is not _NOTHING:
                setattr(self, name, given.default)
            elif given.init:
                return False
        return known == len(values)

    def _init(fields: dict[str, _Field], has_post_init: bool) -> Any:
        scope: dict[str, Any] = {"_NOTHING": _NOTHING}
        parameters, lines = ["self"], []
        for name, given in fields.items():
            if not given.init:
                if given.factory is not None or given.default is not _NOTHING:
                    scope[f"_made_{name}"] = given.factory or (lambda value=given.default: value)
                    lines.append(f" self.{name}=_made_{name}()")
            elif given.factory is not None:
                scope[f"_made_{name}"] = given.factory
                parameters.append(f"{name}=_NOTHING")
                lines.append(f" self.{name}={name} if {name} is not _NOTHING else _made_{name}()")
            elif given.default is _NOTHING:
                parameters.append(name)
                lines.append(f" self.{name}={name}")
            else:
                scope[f"_default_{name}"] = given.default
                parameters.append(f"{name}=_default_{name}")
                lines.append(f" self.{name}={name}")
        if has_post_init:
            lines.append(" self.__post_init__()")
        exec(f"def __init__({','.join(parameters)}):\n" + "\n".join(lines or [" pass"]), scope)
        return scope["__init__"]

    def _add_equality(members: dict[str, Any], names: list[str], frozen: bool) -> None:
        key = attrgetter(*names) if names else _no_key

        def __eq__(self: Any, other: Any) -> Any:
            return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

        def __hash__(self: Any) -> int:
            return hash(key(self))

        members.setdefault("__eq__", __eq__)
        if members.get("__hash__") is None:
            members["__hash__"] = __hash__ if frozen else None

    def _no_key(_: Any) -> tuple[()]:
        return ()

    def _repr(self: Any) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name, given in self.__record__.items() if given.repr)
        return f"{self.__class__.__qualname__}({shown})"


__all__ = ["dataclass", "field", "replace"]

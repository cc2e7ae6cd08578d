"""`dataclass` and `field` as the standard library has them, made in a fraction of the time.

dockerlint has some hundred small frozen types, and the standard decorator compiles six methods for each of them at
every start: as long as all the rest of a small run. Here a class gets shared methods; what they must know of it is
found out at its first object, and its own `__init__` is compiled once it has more than a few.
Type checkers see the standard decorator, so `frozen=True` and `slots=True` are held by them; at run time nothing stops
a writer. What is not offered (order, kw_only, InitVar, patterns by position) raises TypeError. Objects work with
`replace` from here only.
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
            return _make(made, frozen, eq, repr)

        return make if cls is None else make(cls)

    def replace(instance: Any, /, **changes: Any) -> Any:
        for name, given in _FIELDS[instance.__class__].items():
            if given.init:
                changes.setdefault(name, getattr(instance, name))
        return type(instance)(**changes)

    def _make(cls: Any, frozen: bool, eq: bool, repr: bool) -> Any:
        own = cls.__dict__
        cls.__record__ = True
        cls.__init__ = _first_init()
        if repr and "__repr__" not in own:
            cls.__repr__ = _repr
        if eq and "__eq__" not in own:
            cls.__eq__ = _equal
            if "__hash__" not in own:
                cls.__hash__ = _hashed if frozen else None
        return cls

    class _Fields(dict):
        """By class: its fields by name, the inherited ones first."""

        def __missing__(self, cls: Any) -> dict[str, _Field]:
            fields: dict[str, _Field] = {}
            for base in reversed(cls.__mro__):
                if "__record__" in base.__dict__:
                    fields.update(_own_fields(base))
            self[cls] = fields
            return fields

    class _Keys(dict):
        """By class: what reads the values of an object that are compared."""

        def __missing__(self, cls: Any) -> Any:
            names = [name for name, given in _FIELDS[cls].items() if given.compare]
            key = self[cls] = attrgetter(*names) if names else _no_key
            return key

    _FIELDS = _Fields()
    _KEYS = _Keys()

    def _own_fields(cls: Any) -> dict[str, _Field]:
        fields = {}
        for name, annotation in cls.__annotations__.items():
            if str(annotation).startswith(("ClassVar", "typing.ClassVar")):
                continue
            default = cls.__dict__.get(name, _NOTHING)
            fields[name] = default if isinstance(default, _Field) else _Field(default, None, True, True, True)
        return fields

    def _first_init() -> Any:
        """The `__init__` of a class that has few objects yet: it makes way for the compiled one."""
        made = 0

        def __init__(self: Any, *args: Any, **named: Any) -> None:
            nonlocal made
            made += 1
            fields = _FIELDS[self.__class__]
            has_post_init = hasattr(self, "__post_init__")
            if made <= _FEW and _filled(self, fields, args, named):
                if has_post_init:
                    self.__post_init__()
                return
            compiled = _init(fields, has_post_init)
            for cls in type(self).__mro__:
                if cls.__dict__.get("__init__") is __init__:
                    cls.__init__ = compiled
            compiled(self, *args, **named)

        return __init__

    def _filled(self: Any, fields: dict[str, _Field], args: tuple[Any, ...], named: dict[str, Any]) -> bool:
        """Give an object its values; False for wrong arguments, about which the compiled `__init__` can tell."""
        known = 0
        for name, given in fields.items():
            if given.init and known < len(args):
                if name in named:
                    return False
                value = args[known]
                known += 1
            elif given.init and name in named:
                value = named[name]
                known += 1
            elif given.factory is not None:
                value = given.factory()
            elif given.default is not _NOTHING:
                value = given.default
            elif given.init:
                return False
            else:
                continue
            setattr(self, name, value)
        return known == len(args) + len(named)

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

    def _equal(self: Any, other: Any) -> Any:
        cls = self.__class__
        return _KEYS[cls](self) == _KEYS[cls](other) if other.__class__ is cls else NotImplemented

    def _hashed(self: Any) -> int:
        return hash(_KEYS[self.__class__](self))

    def _no_key(_: Any) -> tuple[()]:
        return ()

    def _repr(self: Any) -> str:
        fields = _FIELDS[self.__class__]
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name, given in fields.items() if given.repr)
        return f"{self.__class__.__qualname__}({shown})"


__all__ = ["dataclass", "field", "replace"]

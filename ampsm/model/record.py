"""Value classes that cost little to define and to make: every command defines some, `list` makes thousands."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=True)
def record(cls: type[T]) -> type[T]:
    """A dataclass that type checkers hold to be frozen: fields are set once, `dataclasses.replace` makes changed ones.

    It compares, hashes and prints by its fields like a dataclass, by methods that all of them share: `dataclass` would
    compile six for every class, which is a tenth of the whole time of a `list`, and its frozen `__init__` is slow.
    """
    for method in (__init__, __eq__, __hash__, __repr__):
        setattr(cls, method.__name__, method)
    return dataclass(eq=False, repr=False, init=False, slots=True)(cls)


def __init__(self: Any, *args: Any, **values: Any) -> None:  # noqa: N807
    """Of the first one of a class: most commands make none of most classes, and compiling is what costs."""
    cls = type(self)
    cls.__init__ = _compiled_init(cls)
    cls.__init__(self, *args, **values)


def _compiled_init(cls: Any) -> Any:
    """An `__init__` as `dataclass` would write it."""
    known: dict[str, Any] = {"MISSING": MISSING}
    parameters, lines = ["self"], []
    for field in fields(cls):
        name = field.name
        value = name
        if field.default_factory is not MISSING:
            known[f"_make_{name}"] = field.default_factory
            value = f"_make_{name}() if {name} is MISSING else {name}"
            parameters.append(f"{name}=MISSING")
        elif field.default is not MISSING:
            known[f"_default_{name}"] = field.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        lines.append(f" self.{name} = {value}")
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or [" pass"]), known)
    made = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in self.__dataclass_fields__)


def __eq__(self: Any, other: object) -> bool:  # noqa: N807
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def __hash__(self: Any) -> int:  # noqa: N807
    return hash(_values(self))


def __repr__(self: Any) -> str:  # noqa: N807
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{type(self).__qualname__}({shown})"

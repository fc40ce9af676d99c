"""Value classes that cost little to define, to make and to write as JSON: `list` does so with thousands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=True)
def record(cls: type[T]) -> type[T]:
    """A dataclass that type checkers hold to be frozen: fields are set once, `dataclasses.replace` makes changed ones.

    It compares, hashes and prints by its fields like a dataclass, by methods that all of them share: `dataclass` would
    compile six for every class, which is a tenth of the whole time of a `list`, and its frozen `__init__` is slow.
    Fields that a class names in its attribute `internal` are no part of its `document`.
    """
    for method in (__init__, __eq__, __hash__, __repr__):
        setattr(cls, method.__name__, method)
    return dataclass(eq=False, repr=False, init=False, slots=True)(cls)


def __init__(self: Any, *args: Any, **values: Any) -> None:  # noqa: N807
    """What the first record of a class calls. It compiles the real one only then: most commands use few of the
    classes."""
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


def document(value: object) -> Any:
    """A value as JSON has it. A record, or another dataclass, is an object of its fields in order, their names in
    camelCase and without an underscore at the end; an enum is its value, a list or tuple a list of documents, bytes are
    text with U+FFFD for what is no UTF-8; what has a `document` of its own is that. Anything else, dicts too, is left
    as it is."""
    return _writers[type(value)](value)


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed: in records, lists, tuples and dicts (not their keys), however deep."""
    if isinstance(value, str):
        changed = change(value)
        return value if changed == value else changed
    if isinstance(value, list):
        return [with_texts(part, change) for part in value]
    if type(value) is tuple:
        return tuple(with_texts(part, change) for part in value)
    if isinstance(value, dict):
        return {key: with_texts(part, change) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        news = {name: new for name, part in parts.items() if (new := with_texts(part, change)) is not part}
        return replace(value, **news) if any(news[name] != parts[name] for name in news) else value
    return value


def camel_case(name: str) -> str:
    """`base_branch` → `baseBranch`, `from_` → `from`."""
    first, *others = name.removesuffix("_").split("_")
    return first + "".join(word.capitalize() for word in others)


class _Writers(dict[type, Callable[[Any], Any]]):
    """What makes the document of a value, by its type; made when the first value of that type is written."""

    def __missing__(self, kind: Any) -> Callable[[Any], Any]:
        if is_dataclass(kind):
            write = _compiled_writer(kind)
        elif issubclass(kind, Enum):
            write = _enum_value
        elif issubclass(kind, list | tuple):
            write = _list
        else:
            write = _text if kind is bytes else getattr(kind, "document", _as_it_is)
        self[kind] = write
        return write


_writers = _Writers()
_PLAIN = re.compile(r"((str|int|float|bool|None|dict\[.*\])( \| |$))+")


def _compiled_writer(cls: Any) -> Callable[[Any], Any]:
    """A function that returns a dict of the fields, as one would write it by hand."""
    internal, items = getattr(cls, "internal", ()), []
    for field in fields(cls):
        if field.name not in internal:
            value = f"self.{field.name}"
            if not _PLAIN.fullmatch(str(field.type)):
                value = f"writers[type({value})]({value})"
            items.append(f"{camel_case(field.name)!r}: {value}")
    known: dict[str, Any] = {"writers": _writers}
    exec(f"def write(self):\n return {{{', '.join(items)}}}", known)
    write: Callable[[Any], Any] = known["write"]
    return write


def _enum_value(value: Any) -> Any:
    return value.value


def _list(values: Any) -> list[Any]:
    return [_writers[type(value)](value) for value in values]


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace")


def _as_it_is(value: Any) -> Any:
    return value

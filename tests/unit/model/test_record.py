"""`record`: value classes that behave as frozen dataclasses do, and their documents."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import Enum
from typing import Any

import pytest

from ampsm.model.record import document, record


@record
class Point:
    x: int
    y: int = 2


@record
class Other:
    x: int
    y: int = 2


@record
class Holder:
    values: dict[str, Any]


@record
class Box:
    name: str
    things: list[str] = field(default_factory=list)


def test_equal_fields_of_one_class_make_equal_records() -> None:
    assert Point(1) == Point(1, 2)
    assert Point(1) != Point(2)
    strangers: tuple[object, ...] = (Other(1), (1, 2))
    assert Point(1) not in strangers
    assert len({Point(1), Point(1, 2), Point(2)}) == 2


def test_a_record_is_made_changed_and_shown_like_a_dataclass() -> None:
    assert replace(Point(1), y=5) == Point(1, 5)
    assert [field.name for field in fields(Point)] == ["x", "y"]
    assert repr(Point(1)) == "Point(x=1, y=2)"
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]


def test_a_record_takes_no_field_it_does_not_have() -> None:
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]


def test_a_record_that_holds_something_changeable_has_no_hash() -> None:
    with pytest.raises(TypeError):
        hash(Holder({}))


def test_the_first_record_of_a_class_is_like_all_others() -> None:
    first, second = Box("a"), Box(name="a", things=[])
    assert first == second
    first.things.append("x")
    assert Box("a").things == second.things == []
    for wrong in ({}, {"name": "a", "other": 1}):
        with pytest.raises(TypeError, match=r"Box\.__init__"):
            Box(**wrong)  # type: ignore[arg-type]


class Colour(Enum):
    RED = "red"


@record
class Line:
    """Of every kind of field that documents have."""

    internal = ("kept_back",)

    from_: Point | None
    line_colour: Colour
    all_points: tuple[Point, ...]
    patch_text: bytes | None = None
    kept_back: str = "secret"
    free_values: dict[str, Any] | None = None

    @property
    def length(self) -> int:
        return len(self.all_points)


def test_a_document_is_what_json_has_for_the_fields_in_order() -> None:
    values = {"snake_case": (1, 2)}
    shown = document(Line(Point(1), Colour.RED, (Point(1), Point(2)), b"a\xff", free_values=values))
    assert list(shown.items()) == [
        ("from", {"x": 1, "y": 2}),
        ("lineColour", "red"),
        ("allPoints", [{"x": 1, "y": 2}, {"x": 2, "y": 2}]),
        ("patchText", "a\ufffd"),
        ("freeValues", values),
    ]
    assert document(Line(None, Colour.RED, ())) == {
        "from": None, "lineColour": "red", "allPoints": [], "patchText": None, "freeValues": None
    }  # fmt: skip


def test_documents_of_other_values() -> None:
    assert document([Point(1), None, "text"]) == [{"x": 1, "y": 2}, None, "text"]
    assert document(Changing([Point(1)])) == {"manyPoints": [{"x": 1, "y": 2}]}


@dataclass(slots=True)
class Changing:
    many_points: list[Point]

"""Rules for line ends that are in conflict with the files that follow them: no file is taken for edited, and each is
committed as its side had it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ampsm.model.conflicts import Choice
from ampsm.workflows.finishing import conflicts_of, unresolve_file
from tests.workflows.finishing.merge.conflicts.test_resolving import Waiting, waiting, writes

__all__ = ["waiting"]
Make = Callable[..., Waiting]
RULES = ".gitattributes"


def torn(waiting: Make, target: str, session: str) -> Waiting:
    return waiting(*(
        writes(**{"a.txt": f"{side}\n2\n", "b.txt": f"{side}\n2\n", RULES: rules})
        for side, rules in (("1", "# none\n"), ("T", target), ("S", session))
    ))  # fmt: skip


def edited(w: Waiting) -> list[str]:
    return [file.path for file in conflicts_of(w.d.ctx, w.id).files if file.outside_edit]


@pytest.mark.parametrize(("target", "session"), [
    ("* -text\n", "* text eol=crlf\n"), ("* text eol=crlf\n", "* -text\n"), ("* text eol=crlf\n", "* text eol=lf\n"),
])  # fmt: skip
@pytest.mark.parametrize("rules_first", [False, True])
def test_line_ends_follow_the_rules_that_are_chosen(
    waiting: Make, target: str, session: str, rules_first: bool
) -> None:
    w = torn(waiting, target, session)
    for path in (RULES, "a.txt") if rules_first else ("a.txt", RULES):
        w.choose(path, Choice.TARGET)
        assert w.resolve(path).resolved and edited(w) == []
    for path in (RULES, "a.txt"):
        unresolve_file(w.d.ctx, w.id, path)
        assert edited(w) == []
    for path in ("a.txt", "b.txt", RULES):
        w.choose(path, Choice.TARGET)
        w.resolve(path)
    end = b"\r\n" if "crlf" in target else b"\n"
    assert {(w.wt / name).read_bytes() for name in ("a.txt", "b.txt")} == {b"T" + end + b"2" + end}
    assert w.d.git("status", "--porcelain", at=w.wt) == ""
    w.merged()
    assert {path: w.blob(path) for path in ("a.txt", RULES)} == {"a.txt": b"T\n2\n", RULES: target.encode()}


@pytest.mark.parametrize(("target", "session"), [
    ("* -text\n", "* text eol=crlf\n"), ("* text eol=crlf\n", "* -text\n"), ("* text eol=crlf\n", "* text eol=lf\n"),
])  # fmt: skip
@pytest.mark.parametrize("staged", [True, False])
def test_rules_that_are_settled_in_an_editor_are_followed_by_what_was_resolved_before(
    waiting: Make, target: str, session: str, staged: bool
) -> None:
    w = torn(waiting, target, session)
    w.choose("a.txt", Choice.TARGET)
    w.resolve("a.txt")
    (w.wt / RULES).write_text(target)
    if staged:
        w.d.git("add", RULES, at=w.wt)
    w.choose("b.txt", Choice.TARGET)
    w.resolve("b.txt")
    w.merged()
    assert {path: w.blob(path) for path in ("a.txt", "b.txt")} == dict.fromkeys(("a.txt", "b.txt"), b"T\n2\n")
    end = b"\r\n" if "crlf" in target else b"\n"
    assert {(w.wt / name).read_bytes() for name in ("a.txt", "b.txt")} == {b"T" + end + b"2" + end}


def test_what_somebody_has_edited_is_still_seen_and_left_alone(waiting: Make) -> None:
    w = torn(waiting, "* -text\n", "* text eol=crlf\n")
    (w.wt / "a.txt").write_bytes(b"mine\r\n")
    w.choose(RULES, Choice.TARGET)
    w.resolve(RULES)
    assert edited(w) == ["a.txt"] and (w.wt / "a.txt").read_bytes() == b"mine\r\n"


def test_without_rules_in_conflict_line_ends_are_an_edit(waiting: Make) -> None:
    rules = {RULES: "* -text\n"}
    w = waiting(*(writes(**{"a.txt": f"{side}\n2\n", **rules}) for side in ("1", "T", "S")))
    (w.wt / "a.txt").write_bytes((w.wt / "a.txt").read_bytes().replace(b"\n", b"\r\n"))
    assert edited(w) == ["a.txt"]

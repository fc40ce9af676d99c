"""Every kind of conflict as git makes it: what the sides do, what is said of it, and what each choice comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from ampsm.git.command import git
from ampsm.model.conflicts import ConflictKind

_K = ConflictKind
LINES = "".join(f"a line that is found again, {n}\n" for n in range(20))


class Thing(NamedTuple):
    """What a path may be; of a submodule `content` is its commit."""

    content: bytes
    mode: str = "100644"


def text(content: str) -> Thing:
    return Thing(content.encode())


def program(content: str) -> Thing:
    return Thing(content.encode(), "100755")


def link(target: str) -> Thing:
    return Thing(target.encode(), "120000")


def submodule(digit: str) -> Thing:
    return Thing(digit.encode() * 40, "160000")


Tree = Mapping[str, Thing | None]


class Told(NamedTuple):
    """What is said of a path, and what it becomes by each choice."""

    kind: ConflictKind
    sentence: str
    outcomes: Mapping[str, Thing | None]
    old_path: str | None = None


class Row(NamedTuple):
    """What both began with, what each side made of it (None: it was removed), and what is told; `a~` stands for the
    name that git gave a file of the session."""

    base: Tree
    target: Tree
    session: Tree
    told: Mapping[str, Told]


def sides(target: Thing | None, session: Thing | None, **more: Thing | None) -> dict[str, Thing | None]:
    return {"target": target, "session": session, **more}


def kept(thing: Thing) -> dict[str, Thing | None]:
    return {"keep": thing, "delete": None}


T, S, B = text("t\n"), text("s\n"), text("b\n")
MOVED, NAMED = text(LINES), text('[submodule "a"]\n\tpath = a\n\turl = ./a\n')
BESIDE = "Git has put {0}'s beside it, at {1}"
UNDER = "Git has put {0}'s beside it, under this name"
ROWS = {
    "binary": Row({"a": Thing(b"\0b")}, {"a": Thing(b"\0t")}, {"a": Thing(b"\0s")}, {"a": Told(
        _K.BINARY, "Target and Session changed it, and it is not merged line by line",
        sides(Thing(b"\0t"), Thing(b"\0s"), base=Thing(b"\0b")))}),
    "added binary": Row({}, {"a": Thing(b"\0t")}, {"a": Thing(b"\0s")}, {"a": Told(
        _K.BINARY, "Target and Session added it, and it is not merged line by line",
        sides(Thing(b"\0t"), Thing(b"\0s")))}),
    "deleted by target": Row({"a": B}, {"a": None}, {"a": S}, {"a": Told(
        _K.DELETED_BY_TARGET, "Target deleted it, Session changed it", sides(None, S, **kept(S), base=B))}),
    "deleted by session": Row({"a": B}, {"a": program("b\n")}, {"a": None}, {"a": Told(
        _K.DELETED_BY_SESSION, "Session deleted it, Target made it executable",
        sides(program("b\n"), None, **kept(program("b\n"))))}),
    "moved by one, deleted by the other": Row({"a": MOVED}, {"a": None}, {"a": None, "n": MOVED}, {"n": Told(
        _K.DELETED_BY_TARGET, "Target deleted it, Session moved it here from a", sides(None, MOVED, **kept(MOVED)),
        "a")}),
    "moved and changed": Row({"a": MOVED}, {"a": None, "n": text(LINES + "t\n")}, {"a": None}, {"n": Told(
        _K.DELETED_BY_SESSION, "Session deleted it, Target changed it and moved it here from a",
        sides(text(LINES + "t\n"), None), "a")}),
    "moved apart": Row({"a": MOVED}, {"a": None, "t": MOVED}, {"a": None, "s": MOVED}, {
        "a": Told(_K.RENAMED_APART, "Target moved it to t, Session moved it to s", kept(MOVED)),
        "s": Told(_K.RENAMED_APART, "Session moved a here, Target to t", {**kept(MOVED), "target": None}, "a"),
        "t": Told(_K.RENAMED_APART, "Target moved a here, Session to s", {**kept(MOVED), "session": None}, "a")}),
    "added to a folder that was moved": Row(
        {"d/x": MOVED, "d/y": text(LINES * 2)},
        {"d/x": None, "d/y": None, "e/x": MOVED, "e/y": text(LINES * 2)}, {"d/a": S}, {"e/a": Told(
            _K.RENAMED_APART, "Session has it as d/a, and Target moved the folder, so that it may belong here",
            kept(S), "d/a")}),
    "modes": Row({}, {"a": text("x\n")}, {"a": program("x\n")}, {"a": Told(
        _K.MODE, "Target and Session have the same file, but not with the same mode: Target's is not executable, "
        "Session's is executable", sides(text("x\n"), program("x\n")))}),
    "links": Row({"a": link("b")}, {"a": link("t")}, {"a": link("s")}, {"a": Told(
        _K.SYMLINK, "Target and Session changed the link, and it leads to different places",
        sides(link("t"), link("s"), base=link("b")))}),
    "added links": Row({}, {"a": link("t")}, {"a": link("s")}, {"a": Told(
        _K.SYMLINK, "Target and Session added the link, and it leads to different places",
        sides(link("t"), link("s")))}),
    "submodules": Row({"a": submodule("1")}, {"a": submodule("2")}, {"a": submodule("3")}, {"a": Told(
        _K.SUBMODULE, "Target and Session put the submodule at different commits",
        sides(submodule("2"), submodule("3"), base=submodule("1")))}),
    "a submodule that is deleted": Row({"a": submodule("1")}, {"a": None}, {"a": submodule("3")}, {"a": Told(
        _K.DELETED_BY_TARGET, "Target deleted it, Session changed it", sides(None, submodule("3")))}),
    "a file and a link": Row({"a": B}, {"a": T}, {"a": link("s")}, {
        "a": Told(_K.TYPE, "Session has a symbolic link here, Target a file. " + BESIDE.format("Target", "a~HEAD"),
                  sides(T, link("s"), base=B, keep=link("s"), delete=None)),
        "a~HEAD": Told(_K.TYPE, "Target has a file at a, where Session has a symbolic link. " + UNDER.format("Target"),
                       {"delete": None, "session": None, "target": T, "keep": T}, "a")}),
    "a link and a program": Row({}, {"a": link("t")}, {"a": program("s\n")}, {
        "a": Told(_K.TYPE, "Target has a symbolic link here, Session an executable file. "
                  + BESIDE.format("Session", "a~"), sides(link("t"), program("s\n"), delete=None)),
        "a~": Told(_K.TYPE, "Session has an executable file at a, where Target has a symbolic link. "
                   + UNDER.format("Session"), kept(program("s\n")), "a")}),
    "a file and a folder": Row({"a": B}, {"a": T}, {"a": None, "a/in": S}, {"a~HEAD": Told(
        _K.TYPE, "Target has a file at a, where Session has a folder. " + UNDER.format("Target"), kept(T), "a")}),
    "a link and a submodule": Row({"a": link("b"), ".gitmodules": NAMED}, {"a": link("t")}, {"a": submodule("3")}, {
        "a~HEAD": Told(_K.TYPE, "Target has a symbolic link at a, where Session has a submodule. "
                       + UNDER.format("Target"), kept(link("t")), "a"),
        "a~": Told(_K.TYPE, "Session has a submodule at a, where Target has a symbolic link. "
                   + UNDER.format("Session"), {"delete": None, "keep": submodule("3")}, "a")}),
    "a link that is deleted": Row({"a": link("b")}, {"a": link("t")}, {"a": None}, {"a": Told(
        _K.DELETED_BY_SESSION, "Session deleted it, Target changed it", sides(link("t"), None, base=link("b")))}),
    "a file and a submodule": Row({"a": B, ".gitmodules": NAMED}, {"a": T}, {"a": submodule("3")}, {
        "a": Told(_K.TYPE, "Session has a submodule here, Target a file. " + BESIDE.format("Target", "a~HEAD"),
                  sides(T, submodule("3"), delete=None)),
        "a~HEAD": Told(_K.TYPE, "Target has a file at a, where Session has a submodule. " + UNDER.format("Target"),
                       kept(T), "a")}),
}  # fmt: skip


_SWAPPED = {
    "a~HEAD": "a~", "a~": "a~HEAD", "target": "session", "session": "target",
    _K.DELETED_BY_TARGET: _K.DELETED_BY_SESSION, _K.DELETED_BY_SESSION: _K.DELETED_BY_TARGET,
}  # fmt: skip


def other_way_round(row: Row) -> Row:
    """The same with the sides changed places; the sentences are left as they are."""
    told = {
        _SWAPPED.get(path, path): Told(
            ConflictKind(_SWAPPED.get(found.kind, found.kind)), found.sentence,
            {_SWAPPED.get(choice, choice): thing for choice, thing in found.outcomes.items()}, found.old_path,
        )
        for path, found in row.told.items()
    }  # fmt: skip
    return Row(row.base, row.session, row.target, told)


def grown(tree: Tree) -> Callable[[Path], None]:
    def grow(at: Path) -> None:
        for path, thing in sorted(tree.items(), key=lambda item: item[1] is not None):
            if thing is None:
                git(at, "rm", "-q", "-f", "--", path, writes=True)
                continue
            blob = thing.content.decode()
            if thing.mode != "160000":
                stored = git(at, "hash-object", "-w", "--stdin", stdin=thing.content, writes=True).stdout
                blob = stored.decode().strip()
            entry = f"{thing.mode},{blob},{path}"
            git(at, "update-index", "--add", "--replace", "--cacheinfo", entry, writes=True)

    return grow

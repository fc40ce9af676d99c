"""Ignored files are somebody's: no checkout of the program writes over one or deletes it (SPEC section 6)."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ampsm.git.command import git
from ampsm.model.errors import ExitCode, UserError
from ampsm.workflows.finishing.merge.abort import abort_merge
from ampsm.workflows.finishing.merge.resume import continue_merge
from ampsm.workflows.finishing.rebase import rebase_session
from ampsm.workflows.finishing.undo import undo_operation
from tests.support.drawn import Drawn, files_of
from tests.support.variants import slow_but
from tests.workflows.finishing.merge.merges import check, checks, run

Make = Callable[..., Drawn]

_MINE = b"MINE\0\r\nmy own\n"
#: What is left of it is looked at where it was put.
_MODE = 0o600


@dataclass(frozen=True)
class Way:
    """A history, and where in the session's worktree somebody has an ignored file that is in the way of its rebase."""

    history: str
    path: str
    ignored: str
    #: Where the rule stands that ignores it: a path below the worktree, or `exclude` or `global`.
    rule: str = "exclude"
    link: bool = False
    #: Whether it is also in the way when all commits are squashed.
    squashed: bool = True


_RENAMED = "main: base{d/a.txt=1\\n2\\n3\\n} u{d/a.txt>e/a.txt} | session: base > s1*{d/new.txt=n\\n} s2*"
_WAYS = {
    "file": Way("main: base u{.env=template\\n} | session: base > s1* s2*", ".env", ".env"),
    "global": Way("main: base u{.env=template\\n} | session: base > s1* s2*", ".env", ".env", rule="global"),
    "rule-goes": Way(
        "main: base{.gitignore=.env\\n} u{.env=template\\n,-.gitignore} | session: base > s1* s2*", ".env", ".env", ""
    ),
    "nested-rule": Way(
        "main: base{app/.gitignore=*.conf\\n} u{app/my.conf=t\\n} | session: base > s1* s2*", "app/my.conf", "", ""
    ),
    "folder": Way("main: base u{build=file\\n} | session: base > s1* s2*", "build/cache/x.o", "build/"),
    "file-for-folder": Way("main: base u{data/x=1\\n} | session: base > s1* s2*", "data", "data"),
    "link-for-folder": Way("main: base u{data/x=1\\n} | session: base > s1* s2*", "data", "data", link=True),
    "in-a-tracked-folder": Way(
        "main: base{build/x=1\\n} u{-build/x,build=file\\n} | session: base > s1* s2*", "build/cache", "cache"
    ),
    "in-between": Way(
        "main: base u | session: base > s1*{key.pem=k\\n} s2*{-key.pem} s3*", "key.pem", "*.pem", squashed=False
    ),
    "renamed-folder": Way(_RENAMED, "e/new.txt", "/e/new.txt"),
}  # fmt: skip


def put(d: Drawn, way: Way) -> Path:
    """Puts the file there, ignored as it is said."""
    place = d.worktree / way.path
    place.parent.mkdir(parents=True, exist_ok=True)
    if way.link:
        place.symlink_to("/nowhere/at/all")
    else:
        place.write_bytes(_MINE)
        place.chmod(_MODE)
    if way.rule == "exclude":
        with (d.repo / ".git" / "info" / "exclude").open("a") as file:
            file.write(f"{way.ignored}\n")
    elif way.rule == "global":
        rules = d.repo.with_name("rules")
        rules.write_text(f"{way.ignored}\n")
        d.git("config", "core.excludesFile", str(rules))
    assert d.git("status", "--porcelain", at=d.worktree) == ""
    return place


def is_mine(place: Path) -> bool:
    if place.is_symlink():
        return os.readlink(place) == "/nowhere/at/all"
    return place.read_bytes() == _MINE and place.stat().st_mode & 0o777 == _MODE


def follow(d: Drawn, hint: str | None) -> None:
    """Does what a hint says: it moves something elsewhere."""
    words = shlex.split((hint or "").partition(", then:")[0].partition("; then:")[0])
    assert words[:2] == ["mv", "-i"] and words[3] == "elsewhere", hint
    os.rename(words[2], d.repo.with_name("elsewhere"))


@pytest.mark.parametrize("name", slow_but(_WAYS, ("file", "folder", "file-for-folder", "in-between", "renamed-folder")))
def test_a_rebase_is_refused_first(drawn: Make, name: str) -> None:
    way = _WAYS[name]
    d = drawn(way.history)
    place = put(d, way)
    before = d.state()
    with pytest.raises(UserError) as refused:
        rebase_session(d.ctx, d.session.id)
    assert (refused.value.code, refused.value.exit_code) == ("files-in-the-way", ExitCode.REFUSED)
    assert way.path in refused.value.message
    assert d.state() == before and is_mine(place)
    follow(d, refused.value.hint)
    rebase_session(d.ctx, d.session.id)
    assert not d.git("diff", "--name-only", "--diff-filter=D", "main", d.tip)


def test_a_repository_in_the_way_is_moved_whole(drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    d = drawn("main: base u*{vendor=f\\n} | session: base > s1*")
    (d.repo / ".git" / "info" / "exclude").write_text("/vendor\n/.worktrees/\n/AGENT_CONTEXT/\n")
    d.git("init", "-q", "vendor", at=d.worktree)
    monkeypatch.chdir(d.repo.parent)
    with pytest.raises(UserError) as refused:
        rebase_session(d.ctx, d.session.id)
    assert refused.value.hint == f"mv -i {d.worktree}/vendor elsewhere"
    follow(d, refused.value.hint)
    rebase_session(d.ctx, d.session.id)
    assert (d.repo.with_name("elsewhere") / ".git" / "HEAD").exists() and (d.worktree / "vendor").is_file()


@pytest.mark.parametrize("name", slow_but(_WAYS, ("file", "in-between")))
@pytest.mark.parametrize("squash", [True, False])
@pytest.mark.rounds(2)
def test_a_merge_is_refused_first_as_preflight_says(drawn: Make, name: str, squash: bool) -> None:
    way = _WAYS[name]
    d = drawn(way.history)
    place = put(d, way)
    before = d.state()
    in_the_way = way.squashed or not squash
    assert (checks(check(d, squash=squash))["worktree-free"] == "fail") == in_the_way
    found = run(d, squash=squash)
    if not in_the_way:
        assert found.status == "merged" and is_mine(place)
        undo_operation(d.ctx, d.session.id)
        assert d.state()[1:] == before[1:] and is_mine(place)
        return
    assert (found.status, found.exit_code, found.merge_id) == ("refused", ExitCode.REFUSED, None)
    assert found.error and way.path in found.error.message
    assert d.state() == before and is_mine(place)
    follow(d, found.error.hint)
    assert run(d, squash=squash).status == ("conflict" if name == "renamed-folder" else "merged")


@pytest.mark.parametrize("path", slow_but(("out/.env", "out", ".env"), (".env",)))
def test_the_users_checkout_is_theirs_too(drawn: Make, path: str) -> None:
    """The session tracks what somebody has ignored in the main checkout."""
    d = drawn("main: base | session: base > s1*{out/.env=t\\n,.env=t\\n}")
    (d.repo / ".git" / "info" / "exclude").write_text(".env\nout\n/.worktrees/\n/AGENT_CONTEXT/\n")
    place = d.repo / path
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(_MINE)
    place.chmod(_MODE)
    before, files = d.state(), files_of(d.repo)
    assert checks(check(d))["target-checkout"] == "fail"
    found = run(d)
    assert found.exit_code == ExitCode.REFUSED and found.error and path in found.error.message
    assert d.state() == before and files_of(d.repo) == files and is_mine(place)
    follow(d, found.error.hint)
    assert run(d).status == "merged"


def test_continuing_looks_at_what_is_still_to_come(drawn: Make) -> None:
    d = drawn("main: base{a=1\\n} u{a=2\\n} | session: base > s1*{a=3\\n} s2*{key.pem=k\\n} s3*{-key.pem}")
    assert rebase_session(d.ctx, d.session.id).status == "conflict"
    way = Way("", "key.pem", "*.pem")
    (d.worktree / "a").write_text("4\n")
    d.git("add", "a", at=d.worktree)
    with (d.repo / ".git" / "info" / "exclude").open("a") as file:
        file.write("*.pem\n")
    place = d.worktree / way.path
    place.write_bytes(_MINE)
    place.chmod(_MODE)
    at = d.git("rev-parse", "HEAD", at=d.worktree)
    with pytest.raises(UserError) as refused:
        continue_merge(d.ctx, d.session.id)
    assert refused.value.exit_code == ExitCode.REFUSED and is_mine(place)
    assert d.git("rev-parse", "HEAD", at=d.worktree) == at
    assert (refused.value.hint or "").endswith(f", then: amp-sessions continue-merge {d.session.id}")
    follow(d, refused.value.hint)
    assert continue_merge(d.ctx, d.session.id).status == "rebased"


@pytest.mark.parametrize("ignored", [True, False])
@pytest.mark.parametrize("merging", [False, True])
def test_an_abort_is_refused_first(drawn: Make, merging: bool, ignored: bool) -> None:
    """The target no longer tracks a file, and may ignore it; while the rebase waits, somebody writes one of their own.
    git itself would write over an ignored one, and not go back for the other."""
    rule = ",.gitignore=conf.ini\\n" if ignored else ""
    d = drawn(f"main: base{{a=1\\n,conf.ini=old\\n}} u{{a=2\\n,-conf.ini{rule}}} | session: base > s1*{{a=3\\n}} s2*")
    before = d.state()
    status = run(d).status if merging else rebase_session(d.ctx, d.session.id).status
    assert status == "conflict"
    place = d.worktree / "conf.ini"
    place.write_bytes(_MINE)
    place.chmod(_MODE)
    open_state = d.state()
    with pytest.raises(UserError) as refused:
        abort_merge(d.ctx, d.session.id)
    assert (refused.value.code, refused.value.exit_code) == ("files-in-the-way", ExitCode.REFUSED)
    assert d.state() == open_state and is_mine(place)
    follow(d, refused.value.hint)
    abort_merge(d.ctx, d.session.id)
    assert d.state() == before


@pytest.mark.parametrize("rule", [",.gitignore=conf.ini\\n", ""])
def test_an_abort_takes_what_git_itself_has_left(drawn: Make, rule: str) -> None:
    d = drawn(f"main: base{{a=1\\n,conf.ini=old\\n}} u{{a=2\\n,-conf.ini{rule}}} | session: base > s1*{{a=3\\n}}")
    before = d.state()
    assert rebase_session(d.ctx, d.session.id).status == "conflict"
    (d.worktree / "conf.ini").write_text("old\n")
    abort_merge(d.ctx, d.session.id)
    assert d.state() == before


@pytest.mark.parametrize("how", ["rebase", "merge"])
def test_an_undo_is_refused_first(drawn: Make, how: str) -> None:
    d = drawn("main: base{conf.ini=old\\n} u{-conf.ini,.gitignore=conf.ini\\n} | session: base > s1* s2*")
    before = d.state()
    if how == "merge":
        assert run(d).status == "merged"
    else:
        rebase_session(d.ctx, d.session.id)
    place = d.worktree / "conf.ini"
    place.write_bytes(_MINE)
    place.chmod(_MODE)
    after = d.state()
    with pytest.raises(UserError) as refused:
        undo_operation(d.ctx, d.session.id)
    assert (refused.value.code, refused.value.exit_code) == ("files-in-the-way", ExitCode.REFUSED)
    assert d.state() == after and is_mine(place)
    follow(d, refused.value.hint)
    undo_operation(d.ctx, d.session.id)
    assert d.state() == before


def test_an_abort_keeps_what_is_untracked_byte_for_byte(drawn: Make) -> None:
    """Line ends that git would change on the way into a commit are not changed on the way into the snapshot."""
    d = drawn("main: base{a=1\\n,.gitattributes=* text=auto\\n} u{a=2\\n} | session: base > s1*{a=3\\n}")
    assert rebase_session(d.ctx, d.session.id).status == "conflict"
    mine = b"MINE\r\nmy own\r\n"
    (d.worktree / "other.txt").write_bytes(mine)
    kept = abort_merge(d.ctx, d.session.id).snapshot_ref
    assert git(d.repo, "cat-file", "blob", f"{kept}:other.txt").stdout == mine


def test_an_abort_keeps_what_no_filter_takes(drawn: Make) -> None:
    d = drawn("main: base{a=1\\n,.gitattributes=*.txt filter=gone\\n} u{a=2\\n} | session: base > s1*{a=3\\n}")
    before = d.state()
    assert rebase_session(d.ctx, d.session.id).status == "conflict"
    for key, value in (("required", "true"), ("clean", "false"), ("smudge", "false")):
        d.git("config", f"filter.gone.{key}", value)
    (d.worktree / "mine.txt").write_bytes(_MINE)
    kept = abort_merge(d.ctx, d.session.id).snapshot_ref
    assert git(d.repo, "cat-file", "blob", f"{kept}:mine.txt").stdout == _MINE
    (d.worktree / "mine.txt").unlink()
    assert d.state() == before

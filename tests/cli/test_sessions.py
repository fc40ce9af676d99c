"""`new`, `list`, `status`, `set`, `path`, `diff`, `commit`: what they print for people and for programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.world import Result


def test_new_tells_everything_one_needs(cli: Callable[..., Result], make_repo: Callable[..., Path]) -> None:
    repo = make_repo()
    result = cli("new", "--name", "Ünïcode", "--prompt-file", "-", input="line one\nline two\n", cwd=repo)
    assert result.code == 0, result
    (listed,) = cli("list", "--json").json["sessions"]
    for fact in (listed["id"], listed["branch"], listed["worktree"], "main", listed["baseSha"]):
        assert fact in result.out
    assert listed["prompt"].splitlines() == ["line one", "line two"]
    assert f"amp-sessions iterate {listed['id']}" in result.out


def test_an_empty_store_says_what_to_do(cli: Callable[..., Result]) -> None:
    result = cli("list")
    assert result.code == 0 and result.out == "" and "amp-sessions new" in result.err
    assert cli("list", "--json").json == {"sessions": [], "error": None}


def test_list_is_aligned_complete_and_plain(cli: Callable[..., Result], session: dict[str, Any]) -> None:
    long_name = "A name that is longer than any terminal would show " * 3
    cli("new", "--repo", session["repo"], "--name", long_name, "--prompt", "x")
    titles, *rows = cli("list").out.splitlines()
    at = titles.index("BRANCH")
    assert all(row[at:].startswith("amp/") for row in rows) and len(rows) == 2
    assert any(long_name.strip() in row for row in rows)
    assert any(session["id"] in row and session["branch"] in row for row in rows)
    assert "\x1b" not in titles + "".join(rows)


def test_status_set_and_path(cli: Callable[..., Result], session: dict[str, Any]) -> None:
    assert cli("path", "Add a feature").out == session["worktree"] + "\n"
    changed = cli("set", session["id"], "--script", "true", "--model", "smart", "--name", "Renamed", "--json")
    assert changed.json["session"]["scriptCommand"] == "true" and changed.json["session"]["name"] == "Renamed"
    human = cli("status", session["id"]).out
    for fact in (session["id"], "Renamed", session["branch"], session["worktree"], "Next: "):
        assert fact in human


def test_global_options_stand_anywhere(cli: Callable[..., Result], session: dict[str, Any], tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    assert cli("--db", other, "list", "--json").json["sessions"] == []
    assert cli("list", "--db", other, "--json").json["sessions"] == []
    assert len(cli("--json", "list").json["sessions"]) == 1


def test_diff_is_the_exact_patch_and_raw_names(
    cli: Callable[..., Result], session: dict[str, Any], run_git: Callable[..., str]
) -> None:
    worktree = Path(session["worktree"])
    (worktree / "späce ä.txt").write_bytes(b"caf\xe9\r\n\x1b[31m\n")
    assert cli("diff", session["id"], "--name-only").out == "späce ä.txt\n"
    run_git(worktree, "add", "-A")
    patch = run_git(worktree, "-c", "core.quotePath=false", "diff", "--cached", "--no-color")
    assert cli("diff", session["id"], "--staged").out.rstrip("\n") == patch.encode("utf-8", "surrogateescape").decode(
        "utf-8", "replace"
    )
    assert "späce ä.txt" in cli("diff", session["id"], "--stat").out
    document = cli("diff", session["id"], "--stat", "--json").json
    assert document["patch"] is None and document["files"][0]["insertions"] == 2


def test_commit_makes_a_manual_commit(
    cli: Callable[..., Result], session: dict[str, Any], run_git: Callable[..., str]
) -> None:
    (Path(session["worktree"]) / "mine.txt").write_text("mine\n")
    document = cli("commit", session["id"], "--message", "Mine", "--json").json
    assert document == {"commit": run_git(session["worktree"], "rev-parse", "HEAD"), "files": 1, "error": None}
    assert cli("commit", session["id"], "-m", "Again").code == 5

"""The form of a new session without widgets: what is missing, where problems belong, the command it makes."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime

from ampsm_gui.models.new_session.form import NewSessionForm, problem_of, what_is_left

FILLED = NewSessionForm("/src/shop", "main", "Add login", "Do it.\nIt's -- needed.", "pytest -q", "smart")


def test_the_prompt_goes_to_standard_input() -> None:
    assert FILLED.words() == [
        "new", "--repo", "/src/shop", "--base", "main", "--name", "Add login", "--prompt-file", "-",
        "--script", "pytest -q", "--model", "smart",
    ]  # fmt: skip


def test_the_command_to_copy_is_the_same_as_one_line() -> None:
    line = FILLED.command_line(["--db", "/tmp/my db"])
    assert shlex.split(line) == [
        "amp-sessions", "--db", "/tmp/my db", "new", "--repo", "/src/shop", "--base", "main", "--name", "Add login",
        "--prompt", FILLED.prompt, "--script", "pytest -q", "--model", "smart", "--iterate",
    ]  # fmt: skip


def test_what_is_empty_is_left_out() -> None:
    form = NewSessionForm("/src/shop", name=" a  b ", prompt=" keep ", start=False, allow_dirty=True).stripped()
    assert shlex.split(form.command_line()) == [
        "amp-sessions", "new", "--repo", "/src/shop", "--name", "a b", "--prompt", " keep ", "--allow-dirty"
    ]  # fmt: skip


def test_missing_fields_are_named() -> None:
    assert NewSessionForm(prompt=" \n").missing() == ["repository", "name", "prompt"]
    assert what_is_left(["name", "prompt"], {}) == "Needs a name and a prompt"
    assert what_is_left([], {}) == ""


def test_problems_are_counted_and_named_before_what_is_missing() -> None:
    repository, base = problem_of("uncommitted-changes", "dirty"), problem_of("no-such-branch", "unknown")
    assert what_is_left(["name"], {"repository": repository}) == "1 problem with the repository"
    found = what_is_left([], {"base": base, "repository": repository})
    assert found == "2 problems with the repository and base"


def test_an_error_belongs_to_its_field() -> None:
    found = problem_of("no-such-branch", "There is no branch 'maim'", "did you mean", {"candidates": ["main"]})
    assert (found.field, found.hint, found.instead) == ("base", None, "main")
    assert problem_of("branch-name-blocked", "taken", "rename it").hint == "rename it"
    assert problem_of("disk-full", "no space").field == ""


def test_the_branch_is_that_of_the_name_now() -> None:
    now = datetime(2026, 11, 24, 7, 19, 14, tzinfo=UTC)
    assert FILLED.branch(now) == "amp/add-login/20261124-071914"

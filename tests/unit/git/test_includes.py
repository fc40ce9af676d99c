"""Which files a configuration includes is told from its text, whether they are there or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampsm.git.git_files.includes import users_own_configs, with_includes

TEXT = r"""
[user]
	path = no-include
[include]
	path = one ; a comment
	path = "two words # no comment"
[includeIf "gitdir:/a[1]\"/"] path = "back\\slash"
[include] # a comment
	PATH = /absolute/\
three
	# path = four
[difftool "x"]
	path = /bin/ls
"""


def test_every_file_that_may_be_included_is_named_once(tmp_path: Path) -> None:
    config, one = tmp_path / "config", tmp_path / "one"
    config.write_text(TEXT)
    one.write_text("[include]\npath = config\npath = ~/five\n")
    named = [config, one, tmp_path / "two words # no comment", tmp_path / "back\\slash", Path("/absolute/three")]
    assert with_includes([config]) == [*named, Path("~/five").expanduser()]


def test_the_users_own_configurations_are_where_git_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert users_own_configs() == [tmp_path / "gitconfig"]
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")
    assert users_own_configs() == [tmp_path / "home/.config/git/config", tmp_path / "home/.gitconfig"]

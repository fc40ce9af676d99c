"""Scratch repositories: real ones, untouched by the user's git settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ampsm.git.command import git

#: What a scratch repository does not take from the user's git settings: identity, signing, hooks, line ends.
_GIT_SETTINGS: Mapping[str, str] = {
    "user.name": "Demo User",
    "user.email": "demo@example.org",
    "commit.gpgSign": "false",
    "core.hooksPath": "no-hooks",
    "core.autocrlf": "false",
    "core.excludesFile": os.devnull,
}


def make_scratch_repository(repo: Path, files: Mapping[str, str], message: str) -> None:
    """Makes a repository on `main` whose one commit holds what is in the folder, and `files` besides."""
    repo.mkdir(exist_ok=True)
    for name, text in files.items():
        (repo / name).write_text(text, encoding="utf-8")
    git(repo, "init", "--quiet", "--template=", "--initial-branch=main")
    for setting, value in _GIT_SETTINGS.items():
        git(repo, "config", setting, value)
    git(repo, "add", "--all", optional_locks=True)
    git(repo, "commit", "--quiet", "-m", message, optional_locks=True)

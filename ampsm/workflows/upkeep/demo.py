"""A scratch place in which the demo lives a session's whole life and leaves nothing behind (SPEC section 3, `demo`).

Scratch repositories are real ones, untouched by the user's git settings.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ampsm.git.command import git
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.system.paths import resources_dir

TASK_NAME = "Add a top option"
TASK_PROMPT = "Add an option --top N that lists the N most frequent words, with a test."
MERGE_MESSAGE = "feat: list the most frequent words"

_MARK = ".ampsm-demo"
_REPOSITORY = "wordcount"
_SCRIPT = "python3 -m unittest"

#: What a scratch repository does not take from the user's git settings: identity, signing, hooks, line ends.
_GIT_SETTINGS: Mapping[str, str] = {
    "user.name": "Demo User",
    "user.email": "demo@example.org",
    "commit.gpgSign": "false",
    "core.hooksPath": "no-hooks",
    "core.autocrlf": "false",
    "core.excludesFile": os.devnull,
}


@record
class Scratch:
    """The folder that holds everything of one demo; `environ` is what commands in it run with."""

    place: Path
    repo: Path
    database: Path
    environ: dict[str, str]
    script: str


def make_scratch(environ: Mapping[str, str]) -> Scratch:
    """A new folder with a small repository of one commit, outside the user's HOME and settings."""
    template = resources_dir() / "demo"
    if not template.is_dir():
        raise UserError("failed", f"The demo's files are missing: {template}", hint="install the program again")
    place = Path(tempfile.mkdtemp(prefix="ampsm-demo-")).resolve()
    database = place / "sessions.sqlite"
    scratch = Scratch(place, place / _REPOSITORY, database, _environment(environ, database), _SCRIPT)
    try:
        (place / _MARK).touch()
        shutil.copytree(template, scratch.repo, ignore=shutil.ignore_patterns("__pycache__"))
        make_scratch_repository(scratch.repo, {}, "Count lines, words and characters")
    except BaseException:
        remove_scratch(scratch)
        raise
    return scratch


def remove_scratch(scratch: Scratch) -> None:
    """Deletes the folder, after proving that it is one that `make_scratch` made."""
    place = scratch.place
    if place.is_symlink() or not place.name.startswith("ampsm-demo-") or not (place / _MARK).is_file():
        return
    shutil.rmtree(place, ignore_errors=True)


def is_of_demo(database: Path) -> bool:
    """Whether a database is a demo's own, also one that was kept."""
    return (database.parent / _MARK).is_file()


def make_scratch_repository(repo: Path, files: Mapping[str, str], message: str) -> None:
    """Makes a repository on `main` whose one commit holds what is in the folder, and `files` besides."""
    repo.mkdir(exist_ok=True)
    for name, text in files.items():
        (repo / name).write_text(text, encoding="utf-8")
    git(repo, "init", "--quiet", "--template=", "--initial-branch=main")
    for setting, value in _GIT_SETTINGS.items():
        git(repo, "config", setting, value)
    git(repo, "add", "--all", writes=True)
    git(repo, "commit", "--quiet", "-m", message, writes=True)


def _environment(environ: Mapping[str, str], database: Path) -> dict[str, str]:
    """The environment without the user's settings for Amp and this program."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(("AMP_", "AMPSM_")) or name in ("AMPSM_DEBUG", "AMPSM_DEMO_SPEED")
    }
    # Byte code beside the sources would look like changes of the agent.
    return {**kept, "AMPSM_DB_PATH": str(database), "PYTHONDONTWRITEBYTECODE": "1"}

"""Which settings differ between two states of a configuration file, and how each is brought back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ampsm.git.command import git
from ampsm.git.programs import known
from ampsm.git.surroundings.change import CONFIG, USERS, Change
from ampsm.git.surroundings.look import FileState, told_apart
from ampsm.model.errors import quoted
from ampsm.system.plain_files import read_plain

#: Settings whose values are nobody's business.
_SECRET = re.compile(r"extraheader|password|token|secret|credential", re.IGNORECASE)
_LONGEST = 100
_SUBMODULE = re.compile(r"submodule\.(.+)\.(url|active)", re.DOTALL)


def settings_in(content: bytes) -> dict[str, tuple[str, ...]] | None:
    """The settings of a configuration file, with all their values; None when git cannot read it."""
    done = git("/", "config", "--file", "-", "--no-includes", "--list", "-z", stdin=content or b"\n", check=False)
    if done.returncode != 0:
        return None
    found: dict[str, tuple[str, ...]] = {}
    for setting in done.stdout.split(b"\0"):
        if setting:
            key, separator, value = os.fsdecode(setting).partition("\n")
            found[key] = (*found.get(key, ()), value if separator else "true")
    return found


def config_changes(
    path: str, before: FileState | None, after: FileState | None, saved: str | None, *, users: bool = False
) -> Iterator[Change]:
    """What changed in one file; `saved` is where its content from before is kept. `users` says that it is the user's
    own and no repository's."""
    kind, whose = (USERS, f"The user's setting (in {path})") if users else (CONFIG, "The repository's setting")
    old, new = (settings_in(state.content or b"") if state else {} for state in (before, after))
    if old is None or new is None:
        back = f"cp -p {quoted(saved)} {quoted(path)}" if saved else None
        message = f"{path} can no longer be read by git" if new is None else f"{path} was mended"
        yield Change(f"{kind}:{path}", kind, path, told_apart(before), told_apart(after), message, back, True, path)
        return
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        if was != now:
            yield Change(
                f"{kind}:{path}:{key}", kind, key, told(was[-1] if was else None), told(now[-1] if now else None),
                f"{whose} {key} was changed: {_shown(key, was)} → {_shown(key, now)}",
                _back(path, key, was, saved), True, path,
            )  # fmt: skip


def is_submodules_own(change: Change, worktree: Path | None) -> bool:
    """Whether a setting is what `git submodule add`, `init` and `deinit` put there and take away: the address that
    `.gitmodules` in the worktree says, and that the submodule is in use."""
    found = _SUBMODULE.fullmatch(change.subject)
    if found is None or (change.before is not None and change.after is not None):
        return False
    if found[2] == "active" or change.after is None:
        return True
    try:
        said = settings_in(read_plain(worktree / ".gitmodules")) if worktree else None
    except OSError:
        return False
    url = ((said or {}).get(change.subject) or (None,))[-1]
    return url is not None and (url.startswith(("./", "../")) or told(url) == change.after)


def told(value: str | None) -> str | None:
    """What tells the value that a setting has from others, without saying it; None where there is none."""
    return None if value is None else known.told(value)


def setting_now(path: str, key: str) -> str | None:
    """What `told` says of a file's setting now."""
    try:
        found = settings_in(read_plain(Path(path)))
    except OSError:
        return None
    return told(((found or {}).get(key) or (None,))[-1])


def _back(path: str, key: str, was: tuple[str, ...] | None, saved: str | None) -> str | None:
    if was is None:
        return f"git config --file {quoted(path)} --unset-all {quoted(key)}"
    if len(was) == 1 and not _SECRET.search(key) and len(was[0]) <= _LONGEST and was[0].isprintable():
        return f"git config --file {quoted(path)} --replace-all {quoted(key)} {quoted(was[0])}"
    return f"cp -p {quoted(saved)} {quoted(path)}" if saved else None


def _shown(key: str, values: tuple[str, ...] | None) -> str:
    if values is None:
        return "not set"
    if _SECRET.search(key):
        return "(not shown)"
    text = re.sub(r"://[^/@\s]+@", "://", ", ".join(values))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"({len(text)} characters)"  # a part of a secret is not recognised

"""Looking at a repository before a session is made of it: its branches, the exact base, what this Amp offers.

Nothing here changes anything; it says beforehand what `new` would do or refuse (SPEC section 4).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import repository, status
from ampsm.git.command import git
from ampsm.model.errors import UserError
from ampsm.store import sessions

_BRANCHES = 200
_PROBE_SECONDS = 5.0
_FORMAT = "%(refname:short)%00%(objectname)%00%(contents:subject)%00%(upstream:track,nobracket)%00%(upstream:short)"


def recent_repositories(ctx: Context) -> list[str]:
    """Repositories of sessions, the one used last first; those that are gone are left out."""
    rows = sessions.session_rows(ctx.store, include_cleaned=True)
    return [repo for repo in dict.fromkeys(session.repo for session in rows) if os.path.isdir(repo)]  # noqa: PTH112


def inspect_repository(ctx: Context, path: str) -> dict[str, Any]:
    """`{root, defaultBase, currentBranch, dirty, unstaged: [path], branches: [{name, sha, subject, behindUpstream,
    upstream}]}`, branches by the date of their last commit. `dirty`: whether `new` would refuse for unstaged changes.

    Raises `not-a-repository`, `bare-repository` or `no-commits` (exit 3).
    """
    root = repository.main_root(path)
    head = repository.head(root)
    if head.sha is None:
        raise repository.no_commits(root)
    unstaged = status.unstaged_tracked_changes(root)
    default = repository.resolve_base(root, None, ctx.settings.get("defaultBase"))
    return {
        "root": str(root),
        "defaultBase": default.branch or default.name,
        "currentBranch": head.branch,
        "dirty": bool(unstaged) and not ctx.settings.get("allowDirty"),
        "unstaged": list(unstaged[:100]),
        "branches": _branches(root),
    }


def resolve_session_base(ctx: Context, path: str, base: str | None = None) -> dict[str, Any]:
    """The exact commit that a session would start from: `{name, branch, sha, subject, behind}`; `branch` null when it
    is no local branch, `behind` its upstream by so many commits, null without one.

    Raises what `inspect_repository` does and `no-such-branch` (exit 3).
    """
    root = repository.main_root(path)
    found = repository.resolve_base(root, base, ctx.settings.get("defaultBase"))
    subject = git(root, "log", "-1", "--format=%s", "--encoding=UTF-8", found.sha).stdout
    return {
        "name": found.name,
        "branch": found.branch,
        "sha": found.sha,
        "subject": os.fsdecode(subject).strip(),
        "behind": repository.behind_upstream(root, found.branch) if found.branch else None,
    }


def model_choices(ctx: Context) -> list[str]:
    """Modes that this Amp lists, then models and modes that sessions have used. Takes seconds when a new Amp has to be
    asked; one that cannot be asked offers nothing."""
    used = (session.model for session in sessions.session_rows(ctx.store, include_cleaned=True))
    offered = [*_modes(ctx), *filter(None, used)]
    default = ctx.settings.get("defaultModel")
    return list(dict.fromkeys([*offered, *([default] if default else [])]))


def _modes(ctx: Context) -> tuple[str, ...]:
    from ampsm.amp.capabilities import detect
    from ampsm.amp.locate import locate
    from ampsm.system.environment import clean_environment

    try:
        amp = locate(ctx.settings, ctx.environ)
        return detect(amp, ctx.paths.cache_dir, clean_environment(ctx.environ), patience=_PROBE_SECONDS).modes
    except (UserError, OSError):
        return ()


def _branches(root: Path) -> list[dict[str, Any]]:
    listed = git(root, "for-each-ref", "--sort=-committerdate", f"--count={_BRANCHES}", f"--format={_FORMAT}",
                 "refs/heads/").stdout  # fmt: skip
    found = []
    for line in os.fsdecode(listed).split("\n")[:-1]:  # a subject may hold what else counts as the end of a line
        name, sha, subject, track, upstream = line.split("\0")
        known = bool(upstream) and track != "gone"
        found.append({
            "name": name, "sha": sha, "subject": subject, "behindUpstream": _behind(track) if known else None,
            "upstream": upstream if known else None,
        })  # fmt: skip
    return found


def _behind(track: str) -> int:
    """Of `ahead 1, behind 2`: 2."""
    parts = dict(part.split(" ") for part in track.split(", ") if " " in part)
    return int(parts.get("behind", 0))

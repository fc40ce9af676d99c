"""Looking at a repository before a session is made of it: its branches, the exact base, what this Amp offers.

Nothing here changes anything; it says beforehand what `new` would do or refuse (SPEC section 4).
"""

from __future__ import annotations

import os

from ampsm.context import Context
from ampsm.git import repository, status
from ampsm.git.branches import Branch, local_branches
from ampsm.git.objects import subjects
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.store import sessions

_PROBE_SECONDS = 5.0


def recent_repositories(ctx: Context) -> list[str]:
    """Repositories of sessions, the one used last first; those that are gone are left out."""
    rows = sessions.session_rows(ctx.store, include_cleaned=True)
    return [repo for repo in dict.fromkeys(session.repo for session in rows) if os.path.isdir(repo)]  # noqa: PTH112


@record
class RepositoryFacts:
    """What `new` would find. `dirty`: whether it would refuse for unstaged changes; branches by their last commit."""

    root: str
    default_base: str
    dirty: bool
    unstaged: tuple[str, ...]
    branches: tuple[Branch, ...]


@record
class BaseFacts:
    """The exact commit that a session would start from; `branch` None when the base is no local branch, `behind` its
    upstream by so many commits, None without one."""

    name: str
    branch: str | None
    sha: str
    subject: str
    behind: int | None


def inspect_repository(ctx: Context, path: str) -> RepositoryFacts:
    """Looks at the repository that has `path`.

    Raises `not-a-repository`, `bare-repository` or `no-commits` (exit 3).
    """
    root = repository.main_root(path)
    head = repository.head(root)
    if head.sha is None:
        raise repository.no_commits(root)
    unstaged = status.unstaged_tracked_changes(root)
    default = repository.resolve_base(root, None, ctx.settings.get("defaultBase"))
    return RepositoryFacts(
        str(root), default.branch or default.name, bool(unstaged) and not ctx.settings.get("allowDirty"),
        tuple(unstaged[:100]), local_branches(root),
    )  # fmt: skip


def resolve_session_base(ctx: Context, path: str, base: str | None = None) -> BaseFacts:
    """What a session would start from with this `base`, or without one.

    Raises what `inspect_repository` does and `no-such-branch` (exit 3).
    """
    root = repository.main_root(path)
    found = repository.resolve_base(root, base, ctx.settings.get("defaultBase"))
    behind = repository.behind_upstream(root, found.branch) if found.branch else None
    return BaseFacts(found.name, found.branch, found.sha, subjects(root, [found.sha]).get(found.sha, ""), behind)


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

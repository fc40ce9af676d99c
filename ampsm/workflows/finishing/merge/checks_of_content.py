"""The checks of a preflight about what the session's commits bring, whoever made them (SPEC sections 5.6 and 6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.content.committed import GITLINK, Committed, huge_on_the_way, look
from ampsm.git.diff import diff
from ampsm.git.worktree.nested import ignored_repositories, unique_in
from ampsm.model.errors import UserError, moving_away, quoted
from ampsm.model.merge import FAIL, PASS, SKIP, WARN
from ampsm.model.phrases import few
from ampsm.workflows.finishing.merge.asked import Asked, Verdict
from ampsm.workflows.iteration.content import ContentRemark, remarks


def repositories(asked: Asked) -> Verdict:
    """No repository inside the worktree has work that the target would lack: as a link that leads to no files, at a
    commit of a submodule that nobody else has, or left out altogether."""
    if asked.tip is None:
        return SKIP, "Cannot be told without the branch"
    serious = [remark for remark in _remarks(asked) if remark.serious]
    if serious:
        return FAIL, "; ".join(remark.message for remark in serious), serious[0].hint
    worktree = Path(asked.session.worktree)
    for path in asked.local.status.nested if asked.local else ():
        if reason := _unique_in(worktree, path):
            message = f"The repository at {path} {reason}, and is no part of the merge"
            return FAIL, message, moving_away(worktree / path)
    for path in ignored_repositories(worktree):
        if reason := _unique_in(worktree, path):
            message = f"The repository at {path}, which git ignores, {reason}, and is no part of the merge"
            return WARN, message, f"git -C {quoted(worktree / path)} status"
    return PASS, "No nested repository has work that the merge would leave out"


def _unique_in(worktree: Path, path: str) -> str | None:
    try:
        return unique_in(worktree, path)
    except (UserError, OSError):
        return "cannot be read"


def content(asked: Asked) -> Verdict:
    """No huge files, links that lead out of the worktree, or markers of conflicts are merged."""
    if asked.plan is None:
        return SKIP, "Cannot be told without the branch"
    found = [remark for remark in _remarks(asked) if not remark.serious]
    plan = asked.plan
    if not asked.options.squash and not any(remark.code == "large-file" for remark in found):
        huge = huge_on_the_way(Path(asked.session.worktree), plan.branch_point, plan.tip)
        if huge:
            message = f"Files over 50 MB are in commits that are kept: {few(huge)}"
            found.append(ContentRemark("large-file", message, f"amp-sessions squash {asked.session.id} --message '…'"))
    if found:
        return WARN, "; ".join(remark.message for remark in found), found[0].hint
    return PASS, "Nothing unusual is committed: no huge files, links that lead out, or conflict markers"


def _remarks(asked: Asked) -> list[ContentRemark]:
    """About what the session brings; when only the target is still to be moved, what that will get."""
    if not asked.brought:
        asked.brought.append(_look(asked))
    return list(remarks(asked.session, asked.brought[0]))


def _look(asked: Asked) -> Committed:
    before, after = (asked.plan.branch_point, asked.plan.tip) if asked.plan else (asked.target.sha, asked.tip)
    if after is None or before == after:
        return Committed()
    worktree = Path(asked.session.worktree)
    entries = diff(worktree, base=before, mode=("range", before, after), patch=False).entries
    if asked.plan is None:  # only `repositories` asks again
        entries = tuple(entry for entry in entries if entry.mode == GITLINK)
    return look(worktree, before, after, entries)

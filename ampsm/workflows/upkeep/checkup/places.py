"""Repositories, worktrees and branches: those of sessions are where they belong and hidden from git, and what looks
like a session's is one (SPEC section 4.4)."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs
from ampsm.git.git_files.pipes import pipe_named, require_no_pipes
from ampsm.git.unfinished import Unfinished
from ampsm.git.worktree import hidden_folders, worktrees
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import CONTEXT_FOLDER, WORKTREES_FOLDER
from ampsm.model.session import Session
from ampsm.workflows.session import agent_context, recover
from ampsm.workflows.session.create import pending
from ampsm.workflows.status import wording
from ampsm.workflows.status.condition import Condition, true_of
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.git_state import GitState, load_place
from ampsm.workflows.status.kind import ELSEWHERE, Kind
from ampsm.workflows.status.merge_status import merge_status
from ampsm.workflows.upkeep.checkup.findings import ERROR, WARNING, Checkup, Finding, Findings

#: What each kind is called among the findings.
_IDS = {
    Kind.REPOSITORY_GONE: "repository-missing",
    Kind.BRANCH_RENAMED: "branch-renamed",
    Kind.BRANCH_GONE: "branch-missing",
    Kind.WORKTREE_MOVED: "worktree-moved",
    Kind.WORKTREE_GONE: "worktree-missing",
    Kind.LINK_BROKEN: "wrong-worktree",
    Kind.PLACE_TAKEN: "wrong-worktree",
    Kind.BLOCKED: "wrong-worktree",
    Kind.MISREAD: "wrong-worktree",
    Kind.OPERATION_OPEN: "operation-open",
    Kind.LEFT_BRANCH: "branch-moved",
    Kind.REWOUND: "branch-rewound",
}


def check_places(checkup: Checkup) -> Findings:
    """Every session's repository, branch and worktree."""
    lost: set[str] = set()
    for session in checkup.at_rest():
        if (pipe := _pipe_in(session)) is not None:
            yield pipe
            continue
        try:
            merge = merge_status(checkup.ctx, session)
        except UserError:
            continue  # `check_records` has said so, and only the file tells what is right
        facts = Facts(session, load_place(checkup.ctx, session), merge=merge)
        kind = next((kind for kind in true_of(facts) if kind in _IDS), None)
        # An iteration that began meanwhile may be anywhere.
        if kind is None or session.repo in lost or recover.worker_lives(checkup.ctx, session.id):
            continue
        if kind is Kind.REPOSITORY_GONE:
            lost.add(session.repo)
        yield finding(Condition(kind, facts))


def _pipe_in(session: Session) -> Finding | None:
    """A pipe in the place of a file that git reads: git would wait for it, so nothing else is looked at."""
    if not Path(session.worktree).is_dir():
        return None
    try:
        require_no_pipes(session.worktree)
    except UserError as error:
        if (pipe := pipe_named(error)) is None:
            return None
        blocked = Condition(Kind.BLOCKED, Facts(session, GitState(folder_there=True, blocked_by=pipe)))
        return Finding("pipe-in-place", ERROR, session.id, wording.complaint(blocked), error.hint)
    return None


def finding(condition: Condition) -> Finding:
    """What `doctor` says of a condition, with the step that leads on."""
    session = condition.facts.session
    of_repository = condition.kind is Kind.REPOSITORY_GONE
    fix = condition.steps[0].text
    if of_repository:
        back = condition.facts.git and condition.facts.git.repository_back
        fix = back or "mount or move it back to where it was"
    if condition.kind is Kind.PLACE_TAKEN:
        fix = f"{condition.facts.move_away}, then: {fix}"
    elif condition.kind is Kind.LEFT_BRANCH:
        fix = f"{condition.facts.let_go}{fix}"
    elif condition.kind is Kind.OPERATION_OPEN and condition.facts.git:
        fix = Unfinished(Path(session.worktree), condition.facts.git.operation, ()).hint  # not only how it is lost
    elif condition.kind is Kind.BLOCKED and condition.facts.git:
        fix = condition.facts.git.way_free
    elif condition.kind is Kind.MISREAD and condition.facts.git and condition.facts.git.misread:
        fix = condition.facts.git.misread.back
    return Finding(
        _IDS[condition.kind], WARNING if condition.kind in (*ELSEWHERE, Kind.REWOUND) else ERROR,
        session.repo if of_repository else session.id, wording.complaint(condition), fix,
    )  # fmt: skip


def check_strays(checkup: Checkup) -> Findings:
    """Worktrees and branches that look like a session's and belong to none of this database. None is removed."""
    # In this order: what is being created meanwhile is a note first, then a session.
    listed = [
        (root, worktrees.linked_worktrees(root), refs.refs_below(root, refs.branch_ref("amp/")))
        for root in checkup.repositories()
    ]
    half_made = pending(checkup.ctx)
    known = checkup.sessions()
    places = {os.path.realpath(session.worktree) for session in known}
    for root, linked, branches in listed:
        repo = quoted(root)
        for path, branch in linked:
            ours = path.parent == root / WORKTREES_FOLDER and path.is_dir()
            if ours and str(path) not in places and path.name not in half_made:
                # `git worktree remove` refuses to remove uncommitted work, so it may be typed as it is.
                yield Finding(
                    "worktree-without-session", WARNING, str(path),
                    f"No session of this database has this worktree (on {branch or 'no branch'}): it is another "
                    "database's, or its session was lost. Nothing is removed here, as it may hold work.",
                    f"git -C {quoted(path)} status ; when nothing in it is needed: git -C {repo} worktree remove "
                    f"{quoted(path)}",
                )  # fmt: skip
        spoken_for = {session.branch for session in known if session.repo == str(root)}
        spoken_for |= {*half_made.values(), *(branch for _, branch in linked if branch)}
        for branch in sorted({refs.branch_name(ref) or ref for ref in branches} - spoken_for):
            yield Finding(
                "branch-without-session", WARNING, branch,
                f"No session of this database has this branch of {root}. Its commits are left alone.",
                f"git -C {repo} log {quoted(branch)} ; when they are merged or not needed: git -C {repo} branch -d "
                f"{quoted(branch)}",
            )  # fmt: skip


def check_hidden_folders(checkup: Checkup) -> Findings:
    """The program's two folders are there and git does not see them."""
    at_rest = [session for session in checkup.at_rest() if Path(session.worktree, ".git").exists()]
    for root in checkup.repositories():
        if str(root) in {session.repo for session in at_rest}:
            yield from _worktrees_folder(root)
    for session in at_rest:
        yield from _context_folder(checkup.ctx, session)


def _worktrees_folder(root: Path) -> Findings:
    missing = [f"info/exclude does not hold {line}" for line in hidden_folders.missing_exclusions(root)]
    if not hidden_folders.is_hidden(root / WORKTREES_FOLDER):
        missing.append(f"{WORKTREES_FOLDER}/.gitignore does not hold *")
    if missing:
        yield Finding(
            "folders-visible", WARNING, str(root),
            f"`git status` may show the program's own folders: {'; '.join(missing)}.",
            "doctor --fix adds what is missing", partial(hidden_folders.hide_folders, root),
        )  # fmt: skip


def _context_folder(ctx: Context, session: Session) -> Findings:
    folder = Path(session.worktree) / CONTEXT_FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        what = "is no folder of ours"
    elif not folder.is_dir():
        what = "is gone"
    elif not hidden_folders.is_hidden(folder):
        what = "is not hidden from git"
    elif not agent_context.is_complete(session):
        what = "is not complete"
    else:
        return
    yield Finding(
        "context-folder", WARNING, session.id, f"{folder} {what}. The next iteration puts that right.",
        "doctor --fix makes it again", partial(_make_context_folder, ctx, session),
    )  # fmt: skip


def _make_context_folder(ctx: Context, session: Session) -> bool:
    if recover.worker_lives(ctx, session.id):
        return False
    agent_context.write_session_file(ctx, session)
    return True

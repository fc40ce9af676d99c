"""Opening a pull request with GitHub's `gh` instead of moving the target (SPEC section 6)."""

from __future__ import annotations

from ampsm.git import refs
from ampsm.git.commits import commits_between, message_of
from ampsm.git.github import Gh
from ampsm.git.push import branch_on, known_on, push, require_remote
from ampsm.model.errors import quoted
from ampsm.system.environment import clean_environment
from ampsm.system.processes import MARKER
from ampsm.workflows.finishing.merge.commands import pushing
from ampsm.workflows.finishing.merge.merging import Merging


def open_pull_request(merging: Merging) -> str:
    """Pushes the session's branch, with lease, and opens a pull request for it; of one that is open already that one is
    brought up to date. Returns its address. Raises `push-failed` or `pull-request-failed` (exit 1)."""
    root, state, session, ours = merging.root, merging.state, merging.session, merging.branch_ref
    remote = require_remote(root, state.target_name, state.options.remote)
    pushed_ref = f"{refs.OWN_REFS}pushed/{session.id}/{remote}"
    # Where the remote's copy of the branch is supposed to be; empty when it was never pushed.
    last_pushed = known_on(root, remote, ours) or refs.read_ref(root, pushed_ref) or ""
    merging.announce(pushing(remote, state.tip, ours, lease=last_pushed))
    push(root, remote, state.tip, ours, lease=last_pushed)
    refs.keep(root, pushed_ref, state.tip)
    environment = clean_environment(merging.ctx.environ, {MARKER: f"{session.id}/merge"})
    go_on = f"amp-sessions continue-merge {session.id}  (the branch {quoted(session.branch)} is pushed)"
    gh = Gh(merging.worktree, environment, go_on, merging.ctx.redactor.redact)
    known = gh.open_request(session.branch)
    if known is not None:
        return known
    base = refs.branch_name(branch_on(root, state.target_name, remote)) or state.target_name
    return gh.create_request(session.branch, base, *_words(merging))


def _words(merging: Merging) -> tuple[str, str]:
    """Title and text of the request: the message of the one commit, else the session's name and all subjects."""
    state = merging.state
    found = commits_between(merging.root, state.branch_point, state.tip)
    message = state.options.message if state.options.squash else None
    if message is None and len(found) == 1:
        message = message_of(merging.root, state.tip)
    if message is not None:
        title, _, text = message.strip().partition("\n")
        return title, text.strip()
    return " ".join(merging.session.name.split()), "\n".join(f"* {commit.subject}" for commit in found)

"""Opening a pull request with GitHub's `gh` instead of moving the target (SPEC section 6)."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Sequence
from typing import Any

from ampsm.context import Context
from ampsm.git import refs
from ampsm.git.commits import commits_between
from ampsm.git.push import branch_on, known_on, push, require_remote
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.system.environment import clean_environment
from ampsm.system.processes import MARKER, Completed, run
from ampsm.workflows.finishing.merge import outcome
from ampsm.workflows.finishing.merge.merging import Merging

#: Seconds that one call of `gh` may take.
GH_TIMEOUT = 120.0

_QUIETLY = {"GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1"}


def require_gh(ctx: Context) -> str:
    """The path of `gh`. Raises `gh-missing` (exit 1)."""
    found = shutil.which("gh", path=ctx.environ.get("PATH"))
    if found is None:
        raise UserError(
            "gh-missing", "A pull request is opened with GitHub's program gh, which was not found",
            hint="install it from https://cli.github.com, then: gh auth login",
        )  # fmt: skip
    return found


def open_pull_request(merging: Merging) -> str:
    """Pushes the session's branch, with lease, and opens a pull request for it; of one that is open already that one is
    brought up to date. Returns its address. Raises `push-failed` or `pull-request-failed` (exit 1)."""
    state, session = merging.state, merging.session
    remote = require_remote(merging.root, state.target_name, state.options.remote)
    ours = merging.branch_ref
    push(merging.root, remote, state.tip, ours, lease=_last_pushed(merging, remote))
    refs.keep(merging.root, _pushed_ref(session, remote), state.tip)
    branch = merging.session.branch
    known = _open_one(merging, branch)
    if known is not None:
        return known
    base = refs.branch_name(branch_on(merging.root, state.target_name, remote)) or state.target_name
    title, body = _words(merging)
    done = _gh(
        merging, ["pr", "create", "--head", branch, "--base", base, "--title", title, "--body-file", "-"], stdin=body
    )
    lines = done.stdout.decode("utf-8", "replace").split()
    url = next((word for word in reversed(lines) if word.startswith(("https://", "http://"))), None)
    if url is None:
        raise _failed(merging, "gh named no pull request", done)
    return url


def _last_pushed(merging: Merging, remote: str) -> str:
    """Where the remote's copy of the session's branch is supposed to be; empty when it was never pushed."""
    known = known_on(merging.root, remote, merging.branch_ref)
    return known or refs.read_ref(merging.root, _pushed_ref(merging.session, remote)) or ""


def _pushed_ref(session: Session, remote: str) -> str:
    return f"{refs.OWN_REFS}pushed/{session.id}/{remote}"


def _open_one(merging: Merging, branch: str) -> str | None:
    done = _gh(merging, ["pr", "list", "--head", branch, "--state", "open", "--json", "url", "--limit", "1"])
    try:
        found: Any = json.loads(done.stdout or b"[]")
        return str(found[0]["url"]) if found else None
    except (ValueError, LookupError, TypeError):
        return None


def _words(merging: Merging) -> tuple[str, bytes]:
    """Title and text of the request: the message of the one commit, else the session's name and all subjects."""
    state = merging.state
    found = commits_between(merging.root, state.branch_point, state.tip)
    message = state.options.message if state.options.squash else None
    if message is None and len(found) == 1:
        message = outcome.message_of(merging, state.tip)
    if message is not None:
        title, _, text = message.strip().partition("\n")
        return title, text.strip().encode("utf-8", "replace")
    listed = "\n".join(f"* {commit.subject}" for commit in found)
    return " ".join(merging.session.name.split()), listed.encode("utf-8", "replace")


def _gh(merging: Merging, words: Sequence[str], *, stdin: bytes = b"") -> Completed:
    environment = clean_environment(merging.ctx.environ, {**_QUIETLY, MARKER: f"{merging.session.id}/merge"})
    try:
        done = run(
            [require_gh(merging.ctx), *words], cwd=merging.worktree, env=environment, stdin=stdin, timeout=GH_TIMEOUT
        )
    except OSError as error:
        raise UserError("pull-request-failed", f"gh cannot be started: {error}", hint="gh --version") from error
    if done.timed_out:
        raise _failed(merging, f"gh did not end within {GH_TIMEOUT:g} s", done)
    if done.returncode != 0:
        raise _failed(merging, "gh could not open the pull request", done)
    return done


def _failed(merging: Merging, what: str, done: Completed) -> UserError:
    said = merging.ctx.redactor.redact(done.stderr.decode("utf-8", "replace")[-4000:]).strip()
    last = f": {said.splitlines()[-1]}" if said else ""
    branch = shlex.quote(merging.session.branch)
    return UserError(
        "pull-request-failed", what + last,
        hint=f"gh auth status; then: amp-sessions continue-merge {merging.session.id}  (the branch {branch} is pushed)",
        details={"output": said},
    )  # fmt: skip

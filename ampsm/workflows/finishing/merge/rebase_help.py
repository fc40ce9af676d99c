"""`AGENT_CONTEXT/REBASE_HELP.md`: what a rebase stopped at and how to go on, for a person or the agent (SPEC 6)."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from ampsm.git.rewrite import resolving
from ampsm.git.worktree import hidden_folders
from ampsm.model.errors import UserError
from ampsm.model.phrases import few
from ampsm.model.session import Session
from ampsm.workflows.finishing.merge.merging import Merging
from ampsm.workflows.finishing.rewrite import go_on_or_give_up

_NAME = "REBASE_HELP.md"


def write(merging: Merging, conflicts: Sequence[str]) -> UserError:
    """Writes the page for a rebase, alone or as part of a merge, that stopped at `conflicts`; returns what is said of
    that (exit 4)."""
    session, worktree, target, onto = merging.session, merging.worktree, merging.state.target_name, merging.state.onto
    kinds, operation = resolving.kinds(worktree), merging.state.operation
    listed = "\n".join(f"- `{path}`: {kinds.get(path, 'conflict')}" for path in conflicts)
    text = f"""\
# Conflicts with {target}

The session's commits are being put on top of `{target}` ({onto[:12]}), as part of a {operation}. Both sides changed the
same places, so it waits for a decision in this worktree:

{listed}

In these files, what stands between `<<<<<<<` and `=======` is from `{target}`, and what stands between `=======` and
`>>>>>>>` is from this session.

## What to do

1. Edit each file until it holds what both sides want, and remove the lines with the markers.
2. A file without markers (deleted on one side, binary): keep it with `git add -- FILE`, or remove it with
   `git rm -- FILE`.
3. Or choose a side for each place instead, without editing; what is chosen can be taken back:

       amp-sessions conflicts {session.id}
       amp-sessions resolve {session.id} FILE

4. Do not commit and do not run `git rebase`; leave that to the command:

       amp-sessions continue-merge {session.id}

To give up, with the session as it was before:

       amp-sessions abort-merge {session.id}

Useful in {session.worktree}: `git status`, `git diff`, `git show REBASE_HEAD` (the session's commit at work).
"""
    page = merging.ctx.redactor.redact(text).encode("utf-8", "replace")
    with hidden_folders.context_folder(worktree) as folder:
        folder.write(_NAME, page)
    return UserError(
        "conflicts", f"Conflicts to resolve in {session.worktree}: {few(conflicts, 1)}",
        hint=go_on_or_give_up(session, f"look at them: amp-sessions conflicts {session.id}, and resolve them"),
        details={"worktree": session.worktree, "conflicts": list(conflicts)},
    )  # fmt: skip


def remove(session: Session) -> None:
    """Removes the page; fine when there is none."""
    with contextlib.suppress(OSError), hidden_folders.existing_context_folder(Path(session.worktree)) as folder:
        if folder is not None:
            folder.remove(_NAME)

"""What the wizard says of a rebase alone, before it begins."""

from __future__ import annotations

from collections.abc import Sequence

from ampsm.model.phrases import few
from ampsm.workflows.finishing import MergeOutlook
from ampsm_gui.look import figures

_NAMED = 5


def rebase_words(
    outlook: MergeOutlook, conflicts: Sequence[str], script: str | None, *, checked: bool
) -> list[tuple[str, str]]:
    """A title and a sentence for each thing that counts. `conflicts` are predicted, once that is `checked`."""
    target, at, count = outlook.target, outlook.target_sha[:7], figures.count
    if not outlook.rebases:
        return [("Commits", f"The session is on top of {target} at {at} already: there is nothing to rebase.")]
    one = outlook.commits == 1
    moves = (
        f"{count(outlook.commits, 'commit')} move{'s' if one else ''} from {outlook.branch_point[:7]} onto {target} "
    )
    kept = "It stays" if one else "Each stays"
    where = f"Predicted{'' if one else ' at first'} in {few(conflicts, _NAMED)}. "
    again = "" if one else " A later commit may stop it again."
    waits = f"{where}The rebase then waits in the worktree, for you or the agent to resolve them.{again}"
    return [
        ("Commits", f"{moves}at {at}, which has {count(outlook.target_commits, 'commit')} more."),
        ("Messages", f"{kept} a commit of its own, with its message, author and date."),
        ("Conflicts", waits if conflicts else "None are predicted." if checked else "Not known yet."),
        ("Tests", "The test script does not run; a merge runs it." if script else "There is no test script."),
        ("Target", f"{target} does not move, and no branch is switched in a checkout of yours."),
        ("Way back", f"The old tip {outlook.tip[:7]} is kept: Undo brings the branch back to it."),
    ]

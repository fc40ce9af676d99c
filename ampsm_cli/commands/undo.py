"""`undo`: back to before the last squash, rebase or merge."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from ampsm.model.record import document
from ampsm_cli.options import command, session_argument
from ampsm_cli.output import Output
from ampsm_cli.request import Request
from ampsm_cli.style import local_time, paint
from ampsm_cli.summary import fact

if TYPE_CHECKING:
    from ampsm.workflows.finishing import Undone
    from ampsm.workflows.session import TargetMove, UndoStep


@command(
    "undo",
    stream=True,
    examples=("amp-sessions undo add-login-k3j9xa --list", "amp-sessions undo add-login-k3j9xa"),
)
@session_argument
@click.option("--list", "only_list", is_flag=True, help="Only show what could be undone and what would move.")
def undo_command(request: Request, ref: str, only_list: bool) -> None:
    """Put a session back to before its last squash, rebase or merge; again for the one before.

    Branch, files and status become what they were. Of a merge the target goes back as well, as long as it is where the
    merge left it and was not pushed. Needs a worktree without uncommitted changes, and no new commits since.
    """
    from ampsm.workflows.finishing import undo_operation
    from ampsm.workflows.session import undo_list

    output = request.output
    if only_list:
        listed = undo_list(request.context, ref)
        output.finish({"operations": document(listed)}, lambda: _show_list(output, ref, listed))
        return
    undone = undo_operation(request.context, ref)
    output.finish(document(undone), lambda: _show(output, undone))


def _show(output: Output, undone: Undone) -> None:
    output.answer(f"The {undone.operation} is undone.", "bold")
    _show_moves(output, undone.from_, undone.to, undone.target)


def _show_moves(output: Output, from_: str, to: str, target: TargetMove | None) -> None:
    """Which branch goes from where to where."""
    fact(output, "session", f"{from_[:10]} → {to[:10]}")
    if target:
        fact(output, target.branch, f"{target.from_[:10]} → {target.to[:10]}")


def _show_list(output: Output, ref: str, operations: list[UndoStep]) -> None:
    if not operations:
        output.narrate("There is no squash, rebase or merge to undo.")
        return
    on = output.answer_color
    for i, found in enumerate(operations):
        word = found.operation if found.undoable else f"{found.operation} (cannot be undone now)"
        title = paint(word, "bold" if found.undoable else "dim", on=on)
        output.answer(f"{found.n:>3}  {local_time(found.at)}  {title}")
        if i == 0 and found.reason:
            output.answer(f"     {found.reason}.")
        if i == 0 and found.undoable:
            output.answer("     `amp-sessions undo` would move:")
            _show_moves(output, found.to, found.from_, found.target)
    if operations[0].undoable:
        output.answer()
        output.answer(output.typed(f"Undo the first: amp-sessions undo {shlex.quote(ref)}"))

"""What a merge or rebase makes of what: the graph, and what it leaves alone."""

from __future__ import annotations

from ampsm.workflows.finishing import MergeOutlook
from ampsm_gui.models.merge.form import MergeForm
from ampsm_gui.widgets.merge.graph import GraphFacts


def graph_facts(form: MergeForm, outlook: MergeOutlook) -> GraphFacts:
    """What the graph paints."""
    alone, pull = form.operation == "rebase", form.pull_request
    return GraphFacts(
        outlook.target, outlook.target_sha, outlook.tip, outlook.branch_point, outlook.commits, outlook.target_commits,
        outlook.result_commits, form.merge_commit and not pull and not alone, pull and not alone, alone,
    )  # fmt: skip


def what_stays(form: MergeForm, outlook: MergeOutlook) -> str:
    """What is untouched, and how one comes back."""
    if form.operation == "rebase":
        return f"{outlook.target} does not move. Undo brings back {outlook.tip[:7]}."
    if form.export and form.patch_file and not outlook.patch_refused:
        instead = ", in place of the one that is there" if outlook.replaces else ""
        return f"The patch goes to {form.patch_file}{instead}. {_stays(form, outlook)}"
    return _stays(form, outlook)


def _stays(form: MergeForm, outlook: MergeOutlook) -> str:
    where = f"No branch is switched in {outlook.checkout}. " if outlook.checkout else ""
    if form.pull_request:
        return f"{where}{outlook.target} does not move: the session’s branch is pushed, and gh opens a pull request."
    if form.push:
        return f"{where}Once {outlook.target} is pushed, Undo cannot take the merge back."
    return f"{where}Undo brings back {outlook.tip[:7]} and {outlook.target} while nothing was pushed."

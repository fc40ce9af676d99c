"""How the wizard says what checks come to and what the options will do."""

from __future__ import annotations

from typing import NamedTuple

from ampsm.model.merge import FAIL, WARN, Judgement, PreflightCheck
from ampsm.workflows.finishing import MergeOutlook
from ampsm_gui.look import figures
from ampsm_gui.models.merge.form import MergeForm

#: What each check is about, in the wizard's list.
TITLES = {
    "worktree-clean": "Worktree", "commits": "Commits", "base-up-to-date": "Base", "conflicts": "Conflicts",
    "tests": "Tests", "target-checkout": "Target checkout", "branch": "Branch", "worktree-free": "Files in the way",
    "signing": "Signing", "nothing-open": "Open merge", "repositories": "Repositories", "content": "Content",
}  # fmt: skip

#: What a merge does about a check that fails and does not block it.
_WAITS = {
    "conflicts": "It then waits in the worktree. Your checkout is untouched.",
    "tests": "The tests failed when they ran last. While they do, {base} stays.",
}
_WAITS_FOR = {"conflicts": "conflicts", "tests": "failed tests"}


class Headline(NamedTuple):
    """What the checks come to in bold, and what that means."""

    bold: str
    rest: str
    status: str


def headline(judged: Judgement, target: str, operation: str = "merge") -> Headline:
    """The worst of the checks decides."""
    if judged.blocking:
        blocking, warning = len(judged.blocking), len(judged.warning) + len(judged.waiting)
        block, warn = (verb if many != 1 else f"{verb}s" for verb, many in (("block", blocking), ("warn", warning)))
        also = f", {warning} {warn}" if warning else ""
        bold = f"Not ready: {figures.count(blocking, 'check')} {block}{also}."
        return Headline(bold, "Nothing has changed yet.", FAIL)
    if judged.waiting:
        waits = " and ".join(_WAITS_FOR[check.id] for check in judged.waiting)
        rest = " ".join(_WAITS[check.id].format(base=target) for check in judged.waiting)
        return Headline(f"The {operation} will wait for {waits}.", rest, WARN)
    if judged.warning:
        return Headline(f"Ready, {figures.count(len(judged.warning), 'warning')}.", "Nothing has changed yet.", WARN)
    return Headline("Ready.", "Nothing has changed yet.", "pass")


def brief(judged: Judgement | None) -> str:
    """The same for the step at the left."""
    if judged is None:
        return "checking"
    blocking, warning = len(judged.blocking), len(judged.warning) + len(judged.waiting)
    parts = [f"{blocking} block{'s' if blocking == 1 else ''}"] if blocking else []
    parts += [f"{warning} warn{'s' if warning == 1 else ''}"] if warning else []
    return ", ".join(parts) or "ready"


def shown_status(check: PreflightCheck, judged: Judgement) -> str:
    """One for which a merge waits does not block it."""
    return WARN if check in judged.waiting else check.status


def commits_become(outlook: MergeOutlook | None) -> str:
    """What the squash makes of the session's commits."""
    if outlook is None:
        return ""
    many = figures.count(outlook.commits, "commit")
    if outlook.squashes and outlook.commits == outlook.result_commits == 1:
        return f"{many} gets this message"
    if outlook.result_commits == outlook.commits:
        return f"{many} stay{'s' if outlook.commits == 1 else ''} as {'it is' if outlook.commits == 1 else 'they are'}"
    return f"{many} become{'s' if outlook.commits == 1 else ''} {outlook.result_commits}"


NO_GH = "needs GitHub’s program gh, which is not installed"


def option_words(form: MergeForm, outlook: MergeOutlook | None, script: str | None) -> dict[str, str]:
    """What each option will do, by the option's name."""
    target = outlook.target if outlook else form.target or "the base"
    at = f"{target} stays at {outlook.target_sha[:7]}" if outlook else f"{target} does not move"
    remote = (form.remote or (outlook.remote if outlook else None)) or ""
    commits = figures.count(outlook.commits, "commit") if outlook else "every commit"
    go = "goes" if outlook and outlook.commits == 1 else "go"
    moved = outlook is not None and outlook.rebases
    no_remote = "there is no remote to push to"
    tests = f"{script}, {'because the rebase changes the tree' if moved else 'if the rebase moves anything'}"
    return {
        "test": tests if script else "there is no test script",
        "keep": f"{commits} {go} to {target} {'as it is' if go == 'goes' else 'as they are'}",
        "merge_commit": f"{target} gets one commit with two parents",
        "push": "only after the merge" if remote else no_remote,
        "export": f"one file for git am, before {target} moves",
        "pull_request": (at if outlook is None or outlook.has_gh else NO_GH) if remote else no_remote,
        "cleanup": "worktree and branch go, a snapshot stays",
    }


def option_titles(form: MergeForm, outlook: MergeOutlook | None) -> dict[str, str]:
    """The words on the check boxes."""
    target = outlook.target if outlook else form.target or "the base"
    remote = form.remote or (outlook.remote if outlook else None)
    return {
        "test": "Run the tests again",
        "keep": "Keep every commit",
        "merge_commit": "Make a merge commit",
        "push": f"Push {target} to {remote}" if remote else f"Push {target}",
        "export": "Export a patch",
        "pull_request": "Open a pull request instead",
        "cleanup": "Clean up afterwards",
    }

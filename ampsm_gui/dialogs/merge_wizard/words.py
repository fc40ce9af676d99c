"""The sentences of the wizard: above its page, beside Abort, and on the button that begins."""

from __future__ import annotations

from typing import Any

from ampsm.model.merge import FAIL, PASS, MergeStatus, MergeStep, WaitsFor
from ampsm.model.phrases import few
from ampsm.workflows.finishing import MergeCourse
from ampsm_gui.dialogs.merge_wizard.checking import MergeChecking
from ampsm_gui.dialogs.merge_wizard.mode import MergeReading
from ampsm_gui.look import figures
from ampsm_gui.look.status import StatusLook, check_look, session_look
from ampsm_gui.look.way_on import spelled_out
from ampsm_gui.models.merge.form import MergeForm
from ampsm_gui.models.merge.words import Headline, headline

_CHECKING = StatusLook("Checking", "status-running", "running.text")
_LONG = 24
RESTORED = "Branch, worktree and files are back"
TESTS_RUN = "All conflicts are resolved. The tests run on what came of them; nothing moves meanwhile."


def head_of_checks(checking: MergeChecking, form: MergeForm, target: str) -> tuple[Headline, StatusLook]:
    """What stands above the checks."""
    if checking.problem is not None:
        words = spelled_out(checking.problem.message, checking.problem.hint)
        return Headline(f"The {form.operation} cannot be checked now.", words, FAIL), check_look(FAIL)
    if checking.judged is None:
        return Headline("Checking…", "", ""), _CHECKING
    found = headline(checking.judged, target, form.operation)
    if form.operation == "rebase" and checking.outlook is not None and not checking.outlook.rebases:
        found = Headline("There is nothing to rebase.", f"The session is on top of {target} already.", PASS)
    return found, check_look(found.status)


def age_words(seconds: float | None, *, stale: bool) -> str:
    """How old the checks are."""
    if seconds is None:
        return ""
    if stale:
        return "Changed since the check"
    if seconds < 60:
        return f"Checked {int(seconds)} s ago"
    return f"Checked {int(seconds // 60)} min ago"


def start_words(form: MergeForm, target: str) -> str:
    """The verb of the one button, with what it acts on where there is room for that."""
    if form.pull_request:
        return "Open pull request"
    if form.operation == "rebase":
        return f"Rebase onto {target}" if len(target) <= _LONG else "Rebase"
    return f"Merge into {target}" if len(target) <= _LONG else "Merge"


def why_not_started(checking: MergeChecking, form: MergeForm) -> str:
    """What keeps the merge or rebase from being started, empty when nothing does."""
    judged, outlook = checking.judged, checking.outlook
    if checking.problem is not None:
        return "It cannot be checked"
    if judged is None:
        return "Still checking"
    if judged.blocking:
        blocking = len(judged.blocking)
        return f"{figures.count(blocking, 'check')} block{'s' if blocking == 1 else ''}"
    if form.operation == "rebase":
        return "" if outlook is None or outlook.rebases else "Nothing to do"
    if form.export and not form.patch.strip():
        return "The patch needs a file"
    if outlook is not None and outlook.patch_refused:
        return outlook.patch_refused
    if form.pull_request and outlook is not None and not outlook.has_gh:
        return "gh is not installed"
    many = outlook is None or outlook.commits > 1
    message = (form.message or "").strip()
    return "Needs a message" if many and not form.keep and not message else ""


def restores_words(course: MergeCourse) -> str:
    """What an abort brings back."""
    back = f"puts the branch back to {course.tip_before[:7]}"
    if course.operation == "rebase":
        return f"{back}; {course.target} does not move"
    if course.options is not None and course.options.pr:
        stays = "; what is pushed stays" if course.step == MergeStep.PUSH else ""
        return f"{back}; {course.target} was never moved{stays}"
    moved = course.step in (MergeStep.PUSH, MergeStep.CLEANUP)
    return f"{back}, and {course.target} too" if moved else f"{back}; {course.target} was never moved"


def over_words(course: MergeCourse, *, cleaned_up: bool) -> tuple[StatusLook, str]:
    """What came of a merge or rebase that is over."""
    commit, warnings = (course.commit or "")[:7], len(course.warnings)
    but = f", with {figures.count(warnings, 'warning')}" if warnings else ""
    if course.status == MergeStatus.PULL_REQUEST:
        return session_look("idle"), f"The pull request is open: {course.pull_request or ''}"
    if course.operation == "rebase":
        return session_look("idle"), f"Rebased onto {course.target}: the branch is at {commit}."
    pushed = " and pushed" if course.pushed else ""
    broke = [step.message for step in course.steps if step.step == MergeStep.PUSH and step.status == "failed"]
    failed = f" {broke[-1]}." if broke and broke[-1] and not course.pushed else ""
    undo = "" if course.pushed else ", then Undo can take the merge back"
    back = f" Restore brings its worktree and branch back{undo}." if cleaned_up else ""
    return session_look("done"), f"Merged into {course.target} at {commit}{pushed}{but}.{failed}{back}"


def waits_words(course: MergeCourse, reading: MergeReading, sentence: str) -> str:
    """Where an open merge stands. What it waits for at its target was said by the step itself."""
    if reading.works or reading.marked:
        return sentence
    if course.waiting_for == WaitsFor.CONFLICTS and reading.left and reading.problem:
        return reading.problem
    if course.waiting_for == WaitsFor.CONFLICTS and reading.left:
        onto = f"The {course.operation} {'onto' if course.operation == 'rebase' else 'into'} {course.target}"
        files, stop = f"{reading.left} of {figures.count(reading.total, 'file')}", reading.stop
        at = f"commit {stop.n} of {stop.of}: {files} left" if stop and stop.of > 1 else files
        return f"{onto} waits at {at}. Your checkout is untouched."
    said = (course.steps[-1].message or "").rstrip(".") if course.steps and course.steps[-1].status == "failed" else ""
    if course.waiting_for == WaitsFor.TARGET and said:
        return f"{said}. {sentence}"
    if course.waiting_for is None and said:
        return f"{said}. The {course.operation} can go on when that is put right."
    return sentence


def why_not_continued(reading: MergeReading) -> str | None:
    """What keeps it from going on; None: nothing does."""
    if reading.marked:
        return f"Conflict markers are left in {few([f'{path}:{line}' for path, line in reading.marked])}"
    why: str | None = reading.view["actions"].get("continue-merge")
    return why


def ended_words(document: dict[str, Any]) -> str:
    """One line on what a merge or rebase has done, from the document of its command."""
    target, commit = str(document.get("onto") or "the base"), str(document.get("commit") or "")[:10]
    match document.get("status"):
        case "merged":
            warnings = len(document.get("warnings") or ())
            but = f", with {figures.count(warnings, 'warning')}" if warnings else ""
            return f"Merged into {target} at {commit}{but}"
        case "rebased":
            return f"Rebased onto {target}" if document.get("operation") else f"Rebased, on top of {target[:10]}"
        case "pull-request":
            return "The pull request is open"
        case _:
            return f"The {document.get('operation') or 'merge'} goes on"

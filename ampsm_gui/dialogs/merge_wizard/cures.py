"""What helps where a check does not pass, as buttons beside it."""

from __future__ import annotations

from ampsm.model.merge import FAIL, PASS, SKIP, Judgement, PreflightCheck
from ampsm.workflows.finishing import MergeOutlook
from ampsm_gui.look.status import check_look
from ampsm_gui.look.way_on import way_on
from ampsm_gui.models.merge.words import TITLES, shown_status
from ampsm_gui.widgets.merge.checks_list import CheckRow, Cure

COMMIT, SHOW, CHECKOUT, TESTS, AGENT, COPY = "commit", "show", "checkout", "tests", "agent", "copy"
FOLDER, FETCH = "folder", "fetch"

_COMMIT = Cure("Commit now…", COMMIT, "Commits what is in the worktree, as a manual commit")
_SHOW = Cure("Show", SHOW, "Shows in the main window what is not committed; Merge… leads back here")
_FOLDER = Cure("Show", FOLDER, "Shows the folder in which the target is checked out")
_CHECKOUT = Cure("Open checkout", CHECKOUT, "Opens that folder in your editor")
_TESTS = Cure("Run tests", TESTS, "Runs the test script in the worktree")
_MEND = Cure("Let the agent mend", AGENT, "Starts an iteration that is told to fix the failing tests")
_ADAPT = Cure("Let the agent adapt", AGENT, "Starts an iteration that is told to adapt to the target")

#: Checks that have a row of their own when they pass, too; the others share one then.
_ALWAYS = ("worktree-clean", "commits", "base-up-to-date", "conflicts", "tests", "target-checkout", "branch")

#: What an iteration is told that is to cure a check.
NOTES = {"tests": "Fix the failing tests", "conflicts": "Adapt to the changes on {target}"}


def check_rows(judged: Judgement, script: str | None, outlook: MergeOutlook | None) -> list[CheckRow]:
    """The checks as they are shown, the worst first; of those that were left out only the tests."""
    rows, calm = [], []
    for check in judged.checks:
        if check.status == SKIP and check.id != "tests":
            continue
        if check.status == PASS and check.id not in _ALWAYS:
            calm.append(check)
            continue
        status = shown_status(check, judged)
        tip = "\n".join(filter(None, (check.message, check.hint)))
        rows.append(
            CheckRow(check.id, _title(check), check.message, check_look(status), _cures(check, script, outlook), tip)
        )
    if calm:
        titles = ", ".join(_title(check).lower() for check in calm)
        tip = "\n".join(check.message for check in calm)
        words = f"{titles[:1].upper()}{titles[1:]}"
        rows.append(CheckRow("others", "Other checks", words, check_look(PASS), (), tip))
    return rows


def _title(check: PreflightCheck) -> str:
    return TITLES.get(check.id, check.id.replace("-", " ").capitalize())


def _cures(check: PreflightCheck, script: str | None, outlook: MergeOutlook | None) -> tuple[Cure, ...]:
    if check.id == "base-up-to-date" and check.status != SKIP and outlook is not None and outlook.fetch:
        return (*_of_its_hint(check, script, outlook), Cure("Copy fetch", FETCH, outlook.fetch))
    return _of_its_hint(check, script, outlook)


def _of_its_hint(check: PreflightCheck, script: str | None, outlook: MergeOutlook | None) -> tuple[Cure, ...]:
    command = way_on(check.hint).command
    copy = (Cure("Copy command", COPY, command),) if command else ()
    if check.id == "tests" and script and check.status != PASS:
        return (_MEND, _TESTS) if check.status == FAIL else (_TESTS,)
    if check.status in (PASS, SKIP):
        return ()
    if check.id == "worktree-clean":
        return (_SHOW, _COMMIT) if command.startswith("amp-sessions commit ") else (_SHOW, *copy)
    if check.id == "target-checkout" and outlook is not None and outlook.checkout:
        return (_FOLDER, _CHECKOUT, *copy)
    return (_ADAPT,) if check.id == "conflicts" else copy

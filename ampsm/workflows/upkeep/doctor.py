"""`doctor`: finds and explains what is wrong, and with `fix` puts right what can be without touching work (SPEC 3).

Each check is a generator of findings, and sees what the ones before it have repaired. Others work meanwhile, and write
one thing after another: so only what is found twice counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.workflows.upkeep.checkup import (
    access,
    database,
    installation,
    kept,
    left,
    misplaced,
    objects,
    outside,
    pipes,
    places,
    records,
    rows,
    texts,
)
from ampsm.workflows.upkeep.checkup.findings import ERROR, Checkup, Finding, Findings

Examination = Callable[[Checkup], Findings]

#: How long, in seconds, others may take between two writes that belong together.
_MOMENT = 0.2

#: Topic and check, in the order in which they run: what later ones build on comes first.
CHECKS: tuple[tuple[str, Examination], ...] = (
    ("Permissions", access.check_access),
    ("Permissions", misplaced.check_misplaced),
    ("Programs", installation.check_programs),
    ("Configuration", installation.check_configuration),
    ("Database", database.check),
    ("Database", texts.check_texts),
    ("Sessions", records.check_records),
    ("Sessions", rows.check_sessions),
    ("Sessions", left.check_creations),
    ("Iterations", rows.check_iterations),
    ("Sessions", rows.check_merges),
    ("Processes", left.check_workers),
    ("Sessions", left.check_cleanups),
    ("Sessions", left.check_removed),
    ("Sessions", places.check_places),
    ("Repositories", pipes.check_pipes),
    ("Repositories", objects.check_objects),
    ("Repositories", places.check_strays),
    ("Repositories", places.check_hidden_folders),
    ("Repositories", outside.check_main_checkouts),
    ("Repositories", outside.check_outside),
    ("Permissions", installation.check_permissions),
    ("Space", kept.check_retention),
    ("Space", kept.check_space),
)


@record
class Report:
    """What was found, in the order of the topics; `ok` when no error and no warning is left."""

    ok: bool
    findings: list[Finding]


def examine_health(ctx: Context, *, fix: bool = False) -> Report:
    """Looks at everything that belongs to the database of `ctx`. Without `fix` nothing is changed anywhere; with it, no
    work is deleted: whatever may hold some is only named."""
    checkup = Checkup(ctx, fixing=fix)
    try:
        found = [finding for topic, check in CHECKS for finding in _run(checkup, topic, check)]
    finally:
        checkup.close()
    order = list(dict.fromkeys(topic for topic, _ in CHECKS[2:]))
    found.sort(key=lambda finding: order.index(finding.topic))
    return Report(not any(finding.left for finding in found), found)


def _run(checkup: Checkup, topic: str, check: Examination) -> list[Finding]:
    """What a check finds, repaired if that is wanted."""
    found = _look(checkup, topic, check)
    if check is not database.check and any(finding.left for finding in found):
        time.sleep(_MOMENT)
        checkup.look_again()
        seen = {(finding.id, finding.subject) for finding in found}
        again = _look(checkup, topic, check)
        found = [finding for finding in again if not finding.left or (finding.id, finding.subject) in seen]
    for finding in found:
        finding.topic = topic
        if checkup.fixing and finding.repair is not None:
            _repair(finding, finding.repair)
    return found


def _look(checkup: Checkup, topic: str, check: Examination) -> list[Finding]:
    """One that cannot look says so: that is no sign of health."""
    found: list[Finding] = []
    try:
        found.extend(check(checkup))
    except (UserError, OSError) as error:
        hint = error.hint if isinstance(error, UserError) else None
        found.append(Finding("check-failed", ERROR, topic, f"Could not be looked at: {error}", hint))
    return found


def _repair(finding: Finding, repair: Callable[[], object]) -> None:
    try:
        finding.fixed = repair() is not False
    except (UserError, OSError) as error:
        finding.message += f" It could not be put right: {error}"
        if isinstance(error, UserError) and error.hint:
            finding.fix = error.hint
        finding.repair = None

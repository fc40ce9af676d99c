"""The programs that everything rests on: git and Amp."""

from __future__ import annotations

import re
import tempfile

from ampsm.amp.locate import locate
from ampsm.git import commits
from ampsm.git.command import git
from ampsm.model.errors import UserError
from ampsm.system.environment import clean_environment
from ampsm.system.processes import run
from ampsm.workflows.upkeep.checkup.findings import ERROR, INFO, WARNING, Checkup, Finding, Findings

#: The oldest git that has all that is used.
_OLDEST = (2, 38)
_SECONDS = 15.0


def check(checkup: Checkup) -> Findings:
    yield _git()
    yield from _identities(checkup)
    yield _amp(checkup)


def _git() -> Finding:
    try:
        said = git(".", "version").stdout.decode(errors="replace").strip()
    except UserError as error:
        return Finding("git-missing", ERROR, "git", error.message, error.hint)
    numbers = re.search(r"(\d+)\.(\d+)", said)
    if numbers and (int(numbers[1]), int(numbers[2])) < _OLDEST:
        return Finding(
            "git-old", WARNING, "git", f"{said} is older than 2.38; merging and predictions need that.",
            "install git 2.38 or newer",
        )  # fmt: skip
    return Finding("git", INFO, "git", said)


def _identities(checkup: Checkup) -> Findings:
    """Without a name and address no iteration can commit."""
    for root in checkup.repositories():
        try:
            commits.require_identity(root)
        except UserError as error:
            if error.code == "no-identity":
                message = f"{error.message} in {root}; no iteration there can commit."
                yield Finding("no-identity", WARNING, str(root), message, error.hint)


def _amp(checkup: Checkup) -> Finding:
    """Not having one is no fault: whoever only reviews and merges needs none."""
    try:
        amp = locate(checkup.ctx.settings, checkup.ctx.environ)
    except UserError as error:
        return Finding("amp", INFO, "amp", error.message, error.hint)
    if amp.is_demo:
        return Finding("amp", INFO, "amp", "The built-in demo agent stands in for Amp.")
    with tempfile.TemporaryDirectory(prefix="ampsm-", ignore_cleanup_errors=True) as folder:
        try:
            done = run(
                [*amp.argv, "--version"], cwd=folder, env=clean_environment(checkup.ctx.environ), timeout=_SECONDS
            )
        except OSError as error:
            return Finding("amp", INFO, amp.path, f"It cannot be started: {error.strerror}", "amp-sessions verify-amp")
    said = done.stdout.decode(errors="replace").strip().splitlines()
    if done.returncode != 0 or not said:
        return Finding("amp", INFO, amp.path, "It does not tell its version.", "amp-sessions verify-amp")
    return Finding("amp", INFO, amp.path, said[-1].strip()[:200])

"""Pipes that git would wait for in every call in a repository: named once, and nothing else is looked at there."""

from __future__ import annotations

from ampsm.model.errors import quoted
from ampsm.model.phrases import few
from ampsm.workflows.upkeep.checkup.findings import ERROR, Checkup, Finding, Findings


def check_pipes(checkup: Checkup) -> Findings:
    """One finding a pipe, whatever number of repositories and sessions it keeps git from."""
    for pipe in sorted(set(checkup.blocked.values())):
        roots = [root for root, found in checkup.blocked.items() if found == pipe]
        yield Finding(
            "pipe-in-place", ERROR, roots[0],
            f"{pipe} is a pipe, and git would wait for ever to read it, so nothing else was looked at in {few(roots)}.",
            f"rm {quoted(pipe)}",
        )  # fmt: skip

"""Options of a merge that do not go together: one of them would be left out without a word."""

from __future__ import annotations

from collections.abc import Iterator

from ampsm.model.errors import UserError
from ampsm.workflows.session.open_merge import MergeOptions


def require_consistent(options: MergeOptions) -> None:
    """Raises `usage` (exit 2) for options of which one would mean nothing. For `merge` and `preflight` alike."""
    for message in _contradictions(options):
        raise UserError("usage", message, hint="amp-sessions merge --help")


def _contradictions(options: MergeOptions) -> Iterator[str]:
    if options.pr and (options.no_ff or options.cleanup or options.push):
        what = "no-ff" if options.no_ff else "cleanup" if options.cleanup else "push"
        yield f"--pr moves no branch, so --{what} makes no sense with it"
    if not options.squash and options.message is not None:
        yield "--no-squash keeps every commit with its own message, so --message would be left out"
    if not options.squash and not options.include:
        yield "--no-squash keeps every commit, so --include-manual exclude makes no sense with it"
    if options.remote is not None and not (options.push or options.pr):
        yield "--remote says where to push, so give --push or --pr with it"

"""Whether the commits of a merge can be made, and are signed where the target takes only signed ones."""

from __future__ import annotations

from pathlib import Path

from ampsm.git import commits, repository
from ampsm.git import signing as git_signing
from ampsm.git.checkouts import where_checked_out
from ampsm.model.errors import UserError, quoted
from ampsm.model.merge import FAIL, PASS, SKIP
from ampsm.workflows.finishing.merge.asked import Asked, Verdict


def signing(asked: Asked) -> Verdict:
    """git knows in whose name to commit, can sign if it is to, and has a signature for a target that asks for one.

    Signing is tried with a commit that is thrown away, and only when the merge may make one: where commits are
    squashed, one that is alone is made again as soon as there is a message for it, which a preflight does not know.
    """
    session, plan = asked.session, asked.plan
    if plan is None or (not plan.commits and asked.pending is None):
        return SKIP, "No commits would be made"
    try:
        commits.require_identity(session.worktree)
    except UserError as error:
        return FAIL, error.message, error.hint or ""
    options, pending = asked.options, asked.pending is not None
    squashes = options.squash and (options.include or plan.amp > 0) and (bool(plan.commits) or pending)
    makes = squashes or plan.rebases or pending or options.no_ff
    trial = None
    if makes and git_signing.signs(session.worktree):
        trial = git_signing.try_to_sign(session.worktree, repository.tree_of(session.worktree, plan.tip))
        if trial.failure:
            return FAIL, f"git cannot sign commits: {trial.failure}", commits.see_what_signs(session.worktree)
    well = "Commits can be made" + (" and signed" if trial else "")
    if options.pr or not asked.moves_target:
        return PASS, well
    place = where_checked_out(Path(session.repo), asked.target.name) or session.repo
    if not git_signing.takes_only_signed(place, asked.target.name):
        return PASS, well
    stays = asked.merging and not (plan.squashes or plan.rebases or pending or options.no_ff)
    if makes and not stays:
        trusted = trial is not None and trial.trusted
    else:
        trusted = git_signing.is_trusted(place, plan.tip)
    if trusted:
        return PASS, f"What goes into {asked.target.name} has a signature that git trusts"
    return (FAIL, *_unsigned(asked.target.name, str(place), tried=trial is not None))


def require_trusted(place: Path, target: str, commit: str) -> None:
    """Raises `not-ready` (exit 5) for a commit that git would not take into the target."""
    if git_signing.takes_only_signed(place, target) and not git_signing.is_trusted(place, commit):
        message, hint = _unsigned(target, str(place), tried=git_signing.signs(place))
        raise UserError("not-ready", message, hint=hint, details={"commit": commit})


def _unsigned(target: str, place: str, *, tried: bool) -> tuple[str, str]:
    message = f"{target} takes only commits with a trusted signature (merge.verifySignatures)"
    git = f"git -C {quoted(place)} config"
    if tried:
        return f"{message}, and git does not trust its own", f"{git} --show-origin --get-regexp '^(user|gpg|merge)[.]'"
    return f"{message}, and this one has none", f"{git} commit.gpgSign true"

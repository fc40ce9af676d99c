"""Whether the target, and the main checkout, are as people left them: a merge on top of what an agent did to them would
hide it, or leave the checkout taking the merge back (SPEC section 5.6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs
from ampsm.git.surroundings import ways_back
from ampsm.git.surroundings.main_checkout import misread_checkout
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.session import outside


@contextmanager
def hinting_at_deletion(ctx: Context, session: Session, branch: str | None) -> Iterator[None]:
    """Gives the error of a target that is not there the way back, where an iteration has deleted it."""
    try:
        yield
    except UserError as error:
        ref = refs.branch_ref(branch or "")
        if error.code == "no-such-branch" and (found := outside.lasting_deletion(ctx, session, ref)):
            other, change = found
            error.message += f"; it was deleted while an iteration of session {other.id} ran"
            error.hint = f"{ways_back.of_ref(Path(session.repo), ref, change.before, None)}; or {error.hint}"
        raise


def require_unharmed(ctx: Context, session: Session, target_ref: str) -> None:
    """Raises `repository-changed` (exit 5) while git misreads the main checkout, shows commits as others because of
    what an iteration did, or while commits are missing on the target that one took away; the hint puts that right."""
    root = Path(session.repo)
    if misread := misread_checkout(root):
        raise UserError("repository-changed", misread.message, hint=misread.back, details={"repository": session.repo})
    if disguised := outside.lasting_disguise(ctx, session):
        other, change = disguised
        raise UserError(
            "repository-changed",
            f"git shows commits as others than they are: {change.message}, while an iteration of session {other.id} "
            f"ran (if that was meant: amp-sessions doctor --accept {other.id})",
            hint=change.back,
            details={"sessionId": other.id, "subject": change.subject},
        )  # fmt: skip
    found = outside.lasting_rewind(ctx, session, target_ref)
    if found is None:
        return
    other, change = found
    now = refs.read_ref(root, target_ref)
    back = ways_back.of_ref_as_it_is(root, target_ref, change.before)
    raise UserError(
        "repository-changed",
        f"{refs.branch_name(target_ref)} lacks {(change.before or '')[:10]}, which was taken away while an "
        f"iteration of session {other.id} ran (if that was meant: amp-sessions doctor --accept {other.id})",
        hint=back,
        details={"ref": target_ref, "before": change.before, "found": now, "sessionId": other.id},
    )  # fmt: skip


def harm_to_base(ctx: Context, session: Session) -> tuple[str, str] | None:
    """What keeps merges off a session's base, as `require_unharmed` says it, and the command that puts it right."""
    try:
        require_unharmed(ctx, session, refs.branch_ref(session.base_branch or ""))
    except UserError as error:
        return (error.message, error.hint) if error.code == "repository-changed" and error.hint else None
    except OSError:
        return None
    return None

"""The open merge or rebase of a session, kept in `merge.json` beside its journals (SPEC section 6).

It is written before each step it announces, so that whoever finds it after a kill knows how far things may have gone.
"""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeOptions
from ampsm.model.record import record
from ampsm.model.session import Session, utc_now
from ampsm.system.files import atomic_write, make_private_dir, sync_directory


@record
class MergeState:
    """How far a merge, or a rebase that stopped at conflicts, has come.

    `step` is the one at work (model.merge.STEPS; of a rebase always `rebase`), or `abort`. The session's branch was at
    `tip_before`, is at `tip` and, when a step is about to move it, possibly already at `pending`. `onto` is the
    target's commit that `tip` builds on, or is being rebased onto; `branch_point` where the commits to rebase begin;
    `first_branch_point` the one from before the operation. `target_to` is where the target is about to be moved, or
    was. `waiting_for` is what keeps it open between two commands: `conflicts`, `tests` or `target`; None while at work.
    """

    merge_id: str
    operation: str
    started_at: str
    step: str
    target_ref: str
    target_name: str
    onto: str
    first_branch_point: str
    branch_point: str
    tip_before: str
    tip: str
    status_before: str
    options: MergeOptions = MergeOptions()
    merged_at_before: str | None = None
    blocked_by_tests_before: bool = False
    pending: str | None = None
    backup_ref: str | None = None
    attempts: int = 0
    waiting_for: str | None = None
    conflicts: tuple[str, ...] = ()
    rebased: bool = False
    target_from: str | None = None
    target_to: str | None = None
    pushed: bool = False
    pull_request: str | None = None
    warnings: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The `merge` part of `status`."""
        return {
            "mergeId": self.merge_id,
            "operation": self.operation,
            "step": self.step,
            "waitingFor": self.waiting_for,
            "onto": self.target_name,
            "startedAt": self.started_at,
            "conflicts": list(self.conflicts),
        }


def new_state(session: Session, operation: str, **known: Any) -> MergeState:
    """The state of an operation that begins: an id of its own, and what an abort has to bring back."""
    return MergeState(
        merge_id=f"{session.id}/m{os.urandom(4).hex()}", operation=operation, started_at=utc_now(),
        status_before=session.status, merged_at_before=session.merged_at,
        blocked_by_tests_before=session.blocked_by_tests, **known,
    )  # fmt: skip


def load(ctx: Context, session_id: str) -> MergeState | None:
    """The open operation of a session; None when there is none. Raises `failed` for a file that cannot be read: that
    is never taken for "nothing in progress"."""
    path = _file(ctx, session_id)
    try:
        found = json.loads(path.read_bytes())
        options = MergeOptions(**_known(MergeOptions, found.pop("options")))
        values = _known(MergeState, found)
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return MergeState(**{**values, **lists, "options": options})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError("failed", f"{path} cannot be read: {error}", hint=f"look at {path}") from None


def save(ctx: Context, session_id: str, state: MergeState) -> MergeState:
    """Writes the state, whole and to the disk; returns it."""
    path = _file(ctx, session_id)
    make_private_dir(path.parent)
    document = {_key(field.name): getattr(state, field.name) for field in fields(MergeState)}
    document["options"] = {_key(field.name): getattr(state.options, field.name) for field in fields(MergeOptions)}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    atomic_write(path, text.encode("utf-8", "surrogateescape"), mode=0o600)
    return state


def clear(ctx: Context, session_id: str) -> None:
    """Forgets the open operation; fine when there is none."""
    path = _file(ctx, session_id)
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        sync_directory(path.parent)


def _file(ctx: Context, session_id: str) -> Path:
    return ctx.paths.journal_dir(session_id) / "merge.json"


def _known(cls: type[Any], document: dict[str, Any]) -> dict[str, Any]:
    """The values of a document by the names of a class's fields; what a later release added is left out."""
    names = {_key(field.name): field.name for field in fields(cls)}
    return {names[key]: value for key, value in document.items() if key in names}


def _key(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def has_open_merge(ctx: Context, session_id: str) -> bool:
    """Whether a merge or rebase of the session is under way."""
    return load(ctx, session_id) is not None

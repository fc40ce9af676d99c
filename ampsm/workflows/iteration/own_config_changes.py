"""Settings of a repository that were changed with this program while an agent may be at work there: no agent did it."""

from __future__ import annotations

from contextlib import suppress

from ampsm.context import Context
from ampsm.git.surroundings.change import CONFIG, Change
from ampsm.git.surroundings.config import told
from ampsm.model.errors import UserError
from ampsm.model.session import utc_now
from ampsm.system.record_file import Record, RecordFile


class OwnConfigChange(Record, frozen=True):
    """Whose setting was made what, so that its value can be recognised, and when."""

    repo: str
    key: str
    value: str | None
    at: str


def note_config_change(ctx: Context, repo: str, key: str, value: str) -> None:
    """To be called before the setting is changed. Without room for it, it is told as if an agent had done it."""
    made = OwnConfigChange(repo, key, told(value), utc_now())
    with suppress(UserError):
        _file(ctx).change(lambda found: (*(one for one in found or () if (one.repo, one.key) != (repo, key)), made))


def is_own_config_change(ctx: Context, repo: str, change: Change, since: str) -> bool:
    """Whether a setting of a repository is what it was made with this program since then."""
    if change.kind != CONFIG:
        return False
    known: tuple[OwnConfigChange, ...] = ()
    with suppress(UserError):
        known = _file(ctx).load() or ()
    wanted = (repo, change.subject, change.after)
    return any((one.repo, one.key, one.value) == wanted and one.at >= since for one in known)


def _file(ctx: Context) -> RecordFile[tuple[OwnConfigChange, ...]]:
    return RecordFile(ctx.paths.data_dir / "own-config-changes.json", tuple[OwnConfigChange, ...])

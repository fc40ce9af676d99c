"""Where files live: database, journals, locks, configuration, resources (SPEC sections 2, 5 and 8)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record

_APP = "ampsm"
_DATABASE = "sessions.sqlite"
_CONFIG = "config.yaml"


@record
class Paths:
    """The absolute places that belong to one database. Nothing here makes anything on disk."""

    database: Path
    data_dir: Path
    config_file: Path

    @property
    def journals_dir(self) -> Path:
        return self.data_dir / "journals"

    @property
    def cache_dir(self) -> Path:
        return self.data_dir / "cache"

    @property
    def creating_dir(self) -> Path:
        """Notes of sessions that are being created, by which a half-made one is removed after a kill."""
        return self.data_dir / "creating"

    @property
    def repositories_dir(self) -> Path:
        """What is known of the programs in repositories' configurations."""
        return self.data_dir / "repositories"

    def journal_dir(self, session_id: str) -> Path:
        return self.journals_dir / session_id

    def journal(self, session_id: str, number: int) -> Path:
        return self.journal_dir(session_id) / f"iteration-{number:04d}.jsonl"

    def session_file(self, session_id: str) -> Path:
        """The session's own facts, beside its journals."""
        return self.journal_dir(session_id) / "session.json"

    def lock(self, session_id: str) -> Path:
        return self.data_dir / "locks" / f"{session_id}.lock"


def resolve_paths(database: str | None, environ: Mapping[str, str]) -> Paths:
    """The places of the database named by the option, else by `AMPSM_DB_PATH`, else of the user's own one.

    Symbolic links are resolved, so that one database has one set of locks and journals however it is named. The
    configuration is `AMPSM_CONFIG`, else beside the user's own database, else in another database's `<stem>.d`.
    Raises `usage` for an empty option or `/`, and `database-unavailable` for a link into a folder that is not there, as
    of a disk that is not mounted: nothing is made in its place.
    """
    if database is not None and not database.strip():
        raise UserError("usage", "--db names no file", hint="amp-sessions --db ~/sessions.sqlite list")
    named = database or environ.get("AMPSM_DB_PATH")
    file = _absolute(named) if named else _user_dir() / _DATABASE
    if not file.name:
        raise UserError("usage", f"{named} is a folder, and no file", hint="amp-sessions --db ~/sessions.sqlite list")
    if named and not file.parent.is_dir() and from_home(named).is_symlink():
        message = f"The database {named} is a link into a folder that is not there: {file.parent}"
        raise UserError("database-unavailable", message, hint=f"ls -ld {quoted(named)} {quoted(file.parent)}")
    data_dir = file.with_name(f"{file.stem}.d")
    wanted_config = environ.get("AMPSM_CONFIG")
    if wanted_config:
        config = _absolute(wanted_config)
    elif named and not is_users_own(file):
        config = data_dir / _CONFIG
    else:
        config = file.with_name(_CONFIG)
    return Paths(database=file, data_dir=data_dir, config_file=config)


def resources_dir() -> Path:
    """Data files of the program: icons, prices, the demo repository; in an installed wheel or in a checkout."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "_resources"
    return packed if packed.is_dir() else package.parent / "resources"


def moved_beside(place: Path) -> str:
    """The command that puts a file or folder beside, under a name that is free."""
    names = (place.with_name(f"{place.name}.{word}") for word in ("old", *(f"old{n}" for n in range(2, 1000))))
    return f"mv {quoted(place)} {quoted(next(free for free in names if not os.path.lexists(free)))}"


def from_home(name: Path | str) -> Path:
    """A path as the user wrote it, with the home folder in place of `~`; `~nobody`, who has none, stays."""
    return Path(os.path.expanduser(name))  # noqa: PTH111 - Path.expanduser() raises for ~nobody


def _absolute(name: str) -> Path:
    return Path(os.path.realpath(from_home(name)))


def is_users_own(file: Path) -> bool:
    # The cheap comparison first: looking up the user's folder costs an import that few commands need.
    return file.name == _DATABASE and file.parent.name == _APP and file.parent == _user_dir()


def _user_dir() -> Path:
    import platformdirs

    return _absolute(platformdirs.user_config_dir(_APP, appauthor=False, roaming=True))

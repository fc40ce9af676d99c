"""The database file: is it there, sound, of this release, and is its log in bounds."""

from __future__ import annotations

from pathlib import Path

from ampsm.model.errors import UserError
from ampsm.store import errors, inspection
from ampsm.workflows.session import session_file
from ampsm.workflows.upkeep.checkup.aside import database_files, free_folder, move_database_away, moved_by_hand
from ampsm.workflows.upkeep.checkup.findings import ERROR, INFO, WARNING, Checkup, Finding, Findings, size_text

#: A write-ahead log that grew larger than this was never moved into the file.
_LARGE_LOG = 64 * 1024 * 1024


def check(checkup: Checkup) -> Findings:
    path = checkup.ctx.paths.database
    try:
        version = inspection.schema_found(path)
        store = inspection.open_to_look(path)
    except UserError as error:
        yield _refused(checkup, error)
        return
    if store is None:
        yield from _made(checkup, version)
    else:
        problems = inspection.damage(store)
        if problems and inspection.log_size(path):  # somebody began to write while the file alone was read
            store.close()
            store = inspection.open_to_look(path)
            problems = inspection.damage(store) if store else []
        if problems:
            if store:
                store.close()
            yield _damaged(checkup, "; ".join(problems))
            return
        if checkup.fixing:
            if store:
                store.close()
            try:
                store = checkup.ctx.store
            except UserError as error:  # what only the log shows, which was not read
                yield _refused(checkup, error)
                return
        checkup.store = store
    if checkup.store is not None:
        if errors.obstacles(path):  # it can be read all the same
            yield _refused(checkup, errors.unavailable(path, "nothing can be written"))
        yield from _log(checkup)


def _made(checkup: Checkup, version: int | None) -> Findings:
    """There is no database, an empty file, or one that an earlier release made."""
    path = checkup.ctx.paths.database

    def open_it() -> None:
        try:
            checkup.store = checkup.ctx.make_store()
        except UserError as error:
            refused = _refused(checkup, error)
            if refused.repair is not None:
                refused.repair()
                return
            raise UserError(error.code, refused.message, hint=refused.fix) from error

    if version is None and not session_file.known_ids(checkup.ctx):
        yield Finding("no-sessions", INFO, str(path), "There is no database yet; the first session makes it.")
    elif version is None or (version == 0 and session_file.known_ids(checkup.ctx)):
        yield Finding(
            "database-missing", ERROR, str(path),
            f"The database is {'empty' if path.exists() else 'gone'}, but the journals of its sessions are there.",
            "doctor --fix makes it again from session.json, journals, worktrees and refs", open_it,
        )  # fmt: skip
    else:
        yield Finding(
            "schema-old", WARNING, str(path),
            f"The database has schema {version}, this release uses {inspection.LATEST_SCHEMA}. Every other command "
            "migrates it, after a backup.", "doctor --fix migrates it, after a backup", open_it,
        )  # fmt: skip


def _refused(checkup: Checkup, error: UserError) -> Finding:
    path = checkup.ctx.paths.database
    if error.code == "database-damaged":
        return _damaged(checkup, str(error.details.get("reason", error.message)))
    if errors.is_foreign(path) or not (in_the_way := errors.obstacles(path)):
        return Finding(error.code, ERROR, str(path), error.message, error.hint)
    message = f"{error.message}. No file: {', '.join(map(str, in_the_way))}."
    # A link may lead to a disk that is not mounted now.
    if any(place.is_symlink() for place in in_the_way):
        return _for_a_person(checkup, error.code, f"{message} It is left as it is.", in_the_way)
    return _mendable(checkup, error.code, message, in_the_way)


def _damaged(checkup: Checkup, problem: str) -> Finding:
    """It is never deleted: what can still be read in it may be wanted."""
    path = checkup.ctx.paths.database
    if errors.is_somebodys(path, problem):
        error = errors.damaged(path, problem)
        return Finding(error.code, ERROR, str(path), error.message, error.hint)
    message = (
        f"The file is damaged or no database of this program: {problem}. What a database holds of sessions and "
        "iterations is in their journals too, so it can be made again."
    )
    if not errors.can_be_made_again(path, problem):
        message += " It is left as it is."
        return _for_a_person(checkup, "database-damaged", message, database_files(path))
    return _mendable(checkup, "database-damaged", message, database_files(path))


def _for_a_person(checkup: Checkup, code: str, message: str, files: list[Path]) -> Finding:
    path = checkup.ctx.paths.database
    return Finding(code, ERROR, str(path), message, f"{moved_by_hand(path, files)} && amp-sessions doctor --fix")


def _mendable(checkup: Checkup, code: str, message: str, files: list[Path]) -> Finding:
    path = checkup.ctx.paths.database

    def make_it_again() -> None:
        move_database_away(checkup.ctx, files)
        checkup.store = checkup.ctx.make_store()

    fix = f"doctor --fix puts it into {free_folder(path)} and makes it again"
    return Finding(code, ERROR, str(path), message, fix, make_it_again)


def _log(checkup: Checkup) -> Findings:
    path, store = checkup.ctx.paths.database, checkup.store
    size = inspection.log_size(path)
    if size > _LARGE_LOG and store is not None:
        yield Finding(
            "log-large", WARNING, f"{path}-wal",
            f"The database's write-ahead log has {size // 2**20} MiB. It shrinks when no program reads from it.",
            "doctor --fix moves it into the database", lambda: inspection.empty_log(store),
        )  # fmt: skip
    if path.exists():
        yield Finding(
            "database", INFO, str(path),
            f"Sound; schema {inspection.LATEST_SCHEMA}; {size_text(path.stat().st_size)}, its log {size_text(size)}.",
        )  # fmt: skip

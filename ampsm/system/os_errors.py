"""What the operating system says when the program's own files cannot be written, in a user's words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.model.errors import UserError, quoted

#: No room left, on the disk or for this user.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

_FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def os_errors_in_words(path: Path) -> Iterator[None]:
    """Turns what writing at `path`, which belongs to a database, meets into `disk-full` or `database-unavailable`."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise disk_full(path) from error
        if error.errno in _FORBIDDEN:
            raise UserError(
                "database-unavailable", f"{path} cannot be written: {error.strerror}",
                hint=f"ls -la {quoted(path.parent)}", details={"path": str(path), "reason": str(error.strerror)},
            ) from error  # fmt: skip
        raise


def disk_full(path: Path) -> UserError:
    return UserError(
        "disk-full", f"No space left to write {path}", hint=f"df -h {quoted(path.parent)}", details={"path": str(path)}
    )

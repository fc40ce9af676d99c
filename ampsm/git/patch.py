"""Writing commits as a mailbox that `git am` applies, whatever the user's settings for mails and diffs."""

from __future__ import annotations

import re
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git
from ampsm.model.errors import UserError
from ampsm.system.files import why_not_written

#: Everything that `format.*` and `diff.*` could add, leave out or rearrange.
_OPTIONS = (
    "--stdout", "--no-cover-letter", "--no-numbered", "--subject-prefix=PATCH", "--no-attach", "--no-thread",
    "--no-signature", "--no-signoff", "--no-to", "--no-cc", "--no-add-header", "--no-from", "--no-base", "--no-notes",
    "--full-index", "--binary", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--src-prefix=a/",
    "--dst-prefix=b/", "--no-renames", "--diff-algorithm=myers", "--submodule=short", "-U3", "--inter-hunk-context=0",
    "-O/dev/null", "--topo-order", "--encoding=UTF-8",
)  # fmt: skip

_FIRST_LINE = re.compile(rb"From [0-9a-f]{40,64} ")


def why_no_place(path: Path) -> str | None:
    """Why a patch is not to be written to a file: it cannot be, or there is something else that would be lost. One that
    was written before, and an empty file, are replaced."""
    if wrong := why_not_written(path):
        return wrong
    try:
        with path.open("rb") as file:
            begins = file.read(80)
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    return f"{path} is there already, and is no patch" if begins and not _FIRST_LINE.match(begins) else None


def require_place(path: Path) -> None:
    """Raises `invalid-value` (exit 2) for such a file."""
    if wrong := why_no_place(path):
        raise UserError(
            "invalid-value", f"--export-patch: {wrong}", hint="give a new file in a folder that exists",
            details={"path": str(path)},
        )  # fmt: skip


def mailbox(root: Path | str, after: str, until: str) -> bytes:
    """All commits after `after` up to `until`, oldest first; merges have no patch of their own. Raises GitError."""
    return git(
        root, "-c", "format.encodeEmailHeaders=true", "-c", "format.mboxrd=false",
        "format-patch", *_OPTIONS, f"{after}..{until}", "--", timeout=LONG_TIMEOUT,
    ).stdout  # fmt: skip

"""Writing commits as a mailbox that `git am` applies, whatever the user's settings for mails and diffs."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git

#: Everything that `format.*` and `diff.*` could add, leave out or rearrange.
_OPTIONS = (
    "--stdout", "--no-cover-letter", "--no-numbered", "--subject-prefix=PATCH", "--no-attach", "--no-thread",
    "--no-signature", "--no-signoff", "--no-to", "--no-cc", "--no-add-header", "--no-from", "--no-base", "--no-notes",
    "--full-index", "--binary", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--src-prefix=a/",
    "--dst-prefix=b/", "--no-renames", "--diff-algorithm=myers", "--submodule=short", "-U3", "--inter-hunk-context=0",
    "-O/dev/null", "--topo-order", "--encoding=UTF-8",
)  # fmt: skip


def mailbox(root: Path | str, after: str, until: str) -> bytes:
    """All commits after `after` up to `until`, oldest first; merges have no patch of their own. Raises GitError."""
    return git(
        root, "-c", "format.encodeEmailHeaders=true", "-c", "format.mboxrd=false",
        "format-patch", *_OPTIONS, f"{after}..{until}", "--", timeout=LONG_TIMEOUT,
    ).stdout  # fmt: skip

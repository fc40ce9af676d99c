"""What git's own line diff shows between two texts that need not be in any repository."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ampsm.git.objects.loose_texts import diff_of_texts

_OPTIONS = (
    "--text", "--no-color", "--no-ext-diff", "--no-textconv", "--diff-algorithm=myers",
    "--indent-heuristic", "--inter-hunk-context=0", "--no-function-context",
)  # fmt: skip


def text_patch(old: bytes, new: bytes, context: int = 3) -> bytes:
    """The hunks of a patch from one text to the other, from the first `@@` on; nothing when they are the same. Raises
    GitError."""
    if old == new:
        return b""
    with tempfile.TemporaryDirectory(prefix="ampsm-") as folder:
        for name, text in (("old", old), ("new", new)):
            Path(folder, name).write_bytes(text)
        patch = diff_of_texts(folder, *_OPTIONS, f"-U{context}", "old", "new")
    return b"".join(patch.partition(b"\n@@ ")[1:]).removeprefix(b"\n")

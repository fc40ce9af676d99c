"""A rebase that brings other line ends begins, however young the files are which it does not write."""

from __future__ import annotations

import time

import pytest

from ampsm.git.rewrite import rebase
from tests.workflows.finishing.merge.merges import Make


@pytest.mark.parametrize("text", ["eol=crlf", "eol=lf"])
def test_other_attributes_are_no_edits(drawn: Make, text: str) -> None:
    changed = f".gitattributes=*.txt text {text}\\n,lib/b.txt=c\\n"
    d = drawn(
        "main: root{lib/a.txt=1\\n2\\n,lib/b.txt=b\\n,.gitattributes=# none\\n} base"
        f" | session: base > s1*{{{changed}}} | main: base > m1{{main.txt=m\\n}}"
    )
    time.sleep(1.05 - time.time() % 1)  # a second begins
    for path in ("lib/a.txt", "lib/b.txt"):
        (d.worktree / path).unlink()
    d.git("reset", "-q", "--hard", at=d.worktree)
    assert rebase.start(d.worktree, d.git("rev-parse", "main"), d.graph["base"]) == []
    assert d.git("status", "--porcelain", at=d.worktree) == ""

"""Unified diffs as programs and agents write them: with heads of files or without, with numbers or without."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ampsm.journal.results.bodies import FileDiff
from ampsm.journal.results.paths import shown_path
from ampsm.journal.text import plain_line

_HUNK = re.compile(r"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
_HEAD = re.compile(r"(?:---|\+\+\+) (?:[ab]/(?!/))?([^\t\r]*)")
_NOWHERE = "/dev/null"
#: What git writes of a file besides its lines, as far as that says no more than the lines do.
_GIT = re.compile(r"(?:diff --git |index [0-9a-f]+\.\.|new file mode |deleted file mode |\\ No newline)")
_BEGIN = re.compile(r"\s*(?:diff --git \S.*\n|--- \S.*\n\+\+\+ \S|@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@)")


class _Found:
    """A file of a diff while it is read: its hunks, each with its head as the first line where that has numbers."""

    def __init__(self, before: str = "") -> None:
        self.before = before
        self.after = ""
        self.hunks: list[list[str]] = []

    def add(self, line: str) -> None:
        if not self.hunks:
            self.hunks.append([])
        self.hunks[-1].append(line)

    def result(self, worktree: str) -> FileDiff:
        path = self.before if self.after in ("", _NOWHERE) else self.after
        kind = "added" if self.before == _NOWHERE else "deleted" if self.after == _NOWHERE else "changed"
        numbered = all(_HUNK.match(hunk[0]) for hunk in self.hunks if hunk)
        return file_of(self.hunks, shown_path(path, worktree), kind, numbered=numbered)


def files_of_all(text: str, worktree: str, path: str = "") -> list[FileDiff]:
    """The files of a text that is a diff from its first line to its last and says nothing else; else none."""
    if not _BEGIN.match(text):
        return []
    besides: list[str] = []
    files = files_of(text.strip("\n"), worktree, path, besides)
    if not all(_GIT.match(line) for line in besides):
        return []
    return files if sum(line.startswith("diff --git ") for line in besides) in (0, len(files)) else []


def files_of(diff: str, worktree: str, path: str = "", besides: list[str] | None = None) -> list[FileDiff]:
    """The files of a diff; `path` is what the only one is called. Empty when the text is no diff. The lines that say
    nothing of a file's lines or name go to `besides`."""
    found = [_Found()]
    left = 0  # lines of the hunk that its head still promises
    for line in diff.split("\n"):
        if left > 0 and line.rstrip("\r")[:1] in ("", " ", "+", "-"):
            found[-1].add(line if line.rstrip("\r") else " ")
            left -= {"+": 1, "-": 1}.get(line[:1], 2)
        elif head := _HUNK.match(line):
            found[-1].hunks.append([line])
            left = sum(1 if size is None else int(size) for size in head.groups())
        elif line.startswith("@@"):
            found[-1].hunks.append([])
        elif line.startswith("--- ") and (head := _HEAD.match(line)):
            if found[-1].hunks:
                found.append(_Found())
            found[-1].before = head[1]
        elif line.startswith("+++ ") and (head := _HEAD.match(line)):
            found[-1].after = head[1]
        elif line[:1] in ("+", "-") or (line[:1] == " " and found[-1].hunks):
            found[-1].add(line)
        elif besides is not None:
            besides.append(line)
    files = [one for one in found if any(one.hunks)]
    if len(files) == 1 and path:
        one = files[0]
        one.before, one.after = (named if named == _NOWHERE else path for named in (one.before, one.after))
    return [one.result(worktree) for one in files]


def file_of(hunks: Sequence[list[str]], path: str, kind: str, *, numbered: bool = False) -> FileDiff:
    """A file's diff of its hunks, whose heads are made up where they have none."""
    lines: list[str] = []
    for hunk in hunks:
        has_head = bool(hunk) and bool(_HUNK.match(hunk[0]))
        body = [_line(line) for line in (hunk[1:] if has_head else hunk) if not line.startswith("@@")]
        if body:
            lines += [plain_line(hunk[0]) if has_head and numbered else _made_up(body), *body]
    signs = [line[:1] for line in lines]
    return FileDiff(path, kind, signs.count("+"), signs.count("-"), "\n".join(lines), numbered)


def _line(line: str) -> str:
    line = plain_line(line)
    return line if line[:1] in ("+", "-", " ") else f" {line}"


def _made_up(lines: list[str]) -> str:
    old, new = sum(line[:1] != "+" for line in lines), sum(line[:1] != "-" for line in lines)
    return f"@@ -{min(1, old)},{old} +{min(1, new)},{new} @@"

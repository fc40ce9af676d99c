"""Changes of files, from what an agent's edit said or, where it said nothing of use, from what it was asked to do."""

from __future__ import annotations

import re
from typing import Any

from ampsm.journal.results import unified
from ampsm.journal.results.bodies import DiffBody, FileDiff
from ampsm.journal.results.numbers import number_in
from ampsm.journal.results.paths import shown_path
from ampsm.journal.text import plain_line, plain_lines

_FENCE = re.compile(r"^([ \t]*`{3,})diff\b[^\n`]*\n", re.MULTILINE)
_CODEX = re.compile(r"\*\*\* (Add|Update|Delete) File: (.+)")
_MOVED = "*** Move to: "
_KINDS = {
    "add": "added", "create": "added", "update": "changed", "modify": "changed", "delete": "deleted",
    "remove": "deleted", "move": "moved", "rename": "moved",
}  # fmt: skip
_COMPARED = 2_000  # lines that are compared one by one


def from_fences(text: str, args: dict[str, Any], worktree: str) -> DiffBody | None:
    """The diffs that stand in a text between fences of Markdown."""
    if "```diff" not in text:
        return None
    files: list[FileDiff] = []
    around, end = [], 0
    while fence := _FENCE.search(text, end):
        around.append(text[end : fence.start()])
        stop, end = _closing(text, fence.end(), fence[1])
        files += unified.files_of(text[fence.end() : stop], worktree, _path(args))
    said = [line for part in (*around, text[end:]) for line in plain_lines(part)]
    return DiffBody(tuple(files), "\n".join(said)) if files else None


def from_text(text: str, args: dict[str, Any], worktree: str) -> DiffBody | None:
    """Of a text that is a diff and nothing else."""
    return _body(unified.files_of_all(text, worktree, _path(args)))


def _closing(text: str, begin: int, fence: str) -> tuple[int, int]:
    """Where what is fenced ends, and where the text goes on. A fence closes where it opened: a line of the diff that
    holds one begins with a sign."""
    place = begin
    while (end := text.find("\n", place)) >= 0:
        if text.startswith(fence, place) and not text[place:end].strip(" \t\r`"):
            return place, end
        place = end + 1
    return (place if text.startswith(fence, place) else len(text)), len(text)


def from_value(value: dict[str, Any], args: dict[str, Any], worktree: str) -> DiffBody | None:
    """Of a JSON result with `diff`, or with `files` that have one each (AMP.md)."""
    if isinstance(diff := value.get("diff"), str):
        return from_fences(diff, args, worktree) or _body(unified.files_of(diff, worktree, _path(args)))
    parts = value.get("files")
    if not isinstance(parts, list) or not any(isinstance(part, dict) and "diff" in part for part in parts):
        return None
    return _body([_of_part(part, worktree) for part in parts if isinstance(part, dict)])


def from_arguments(tool: str, args: dict[str, Any], worktree: str) -> DiffBody | None:
    """What an edit was asked to do."""
    if isinstance(patch := args.get("patchText"), str):
        return _body(_from_codex(patch, worktree))
    where, content = shown_path(_path(args), worktree), args.get("content")
    if where and tool == "create_file" and isinstance(content, str):
        return _body([_compared(where, "added", "", content)])
    old, new = args.get("old_str"), args.get("new_str")
    if where and isinstance(old, str) and isinstance(new, str):
        return _body([_compared(where, "changed", old, new)])
    return None


def _of_part(part: dict[str, Any], worktree: str) -> FileDiff:
    path = next((str(part[key]) for key in ("uri", "path", "file") if isinstance(part.get(key), str)), "")
    diff = part.get("diff")
    files = unified.files_of(diff, worktree, path) if isinstance(diff, str) else []
    added, removed = number_in(part, ("additions",)), number_in(part, ("deletions",))
    return FileDiff(
        shown_path(path, worktree),
        _KINDS.get(str(part.get("type") or "").lower(), "changed"),
        sum(one.added for one in files) if added is None else added,
        sum(one.removed for one in files) if removed is None else removed,
        "\n".join(one.diff for one in files),
        all(one.numbered for one in files),
    )


def _from_codex(patch: str, worktree: str) -> list[FileDiff]:
    """The files of a patch as `apply_patch` takes it: its hunks have no numbers."""
    found: list[tuple[str, str, list[str]]] = []
    for line in patch.split("\n"):
        if head := _CODEX.fullmatch(line.strip()):
            found.append((_KINDS[head[1].lower()], head[2], []))
        elif found and line.startswith(_MOVED):
            found[-1] = ("moved", line[len(_MOVED) :], found[-1][2])
        elif found and not line.startswith("*** "):
            found[-1][2].append(line if line.strip() else " ")
    files = []
    for kind, path, lines in found:
        while lines and not lines[-1].strip():
            lines.pop()
        files.append(unified.file_of([lines], shown_path(path, worktree), kind))
    return files


def _compared(path: str, kind: str, old: str, new: str) -> FileDiff:
    """A diff of two texts. What is equal at both ends is context."""
    before, after = _lines(old), _lines(new)
    start = end = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    lines = [f" {line}" for line in before[:start]]
    lines += _between(before[start : len(before) - end], after[start : len(after) - end])
    lines += [f" {line}" for line in before[len(before) - end :]]
    return unified.file_of([lines], path, kind, numbered=kind == "added")


def _between(old: list[str], new: list[str]) -> list[str]:
    if not old or not new or len(old) + len(new) > _COMPARED:
        return [f"-{line}" for line in old] + [f"+{line}" for line in new]
    from difflib import SequenceMatcher

    lines: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            lines += [f" {line}" for line in old[a:b]]
        else:
            lines += [f"-{line}" for line in old[a:b]] + [f"+{line}" for line in new[c:d]]
    return lines


def _lines(text: str) -> list[str]:
    return [plain_line(line) for line in text.removesuffix("\n").split("\n")] if text else []


def _path(args: dict[str, Any]) -> str:
    return str(args.get("path") or "")


def _body(files: list[FileDiff]) -> DiffBody | None:
    return DiffBody(tuple(files)) if files else None

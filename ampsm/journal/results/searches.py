"""What a search found: as lines `path:line:text`, as a list of paths, or as JSON."""

from __future__ import annotations

import re
from typing import Any

from ampsm.journal.results.bodies import MatchesBody, SearchMatch
from ampsm.journal.results.numbers import number_in
from ampsm.journal.results.paths import shown_path
from ampsm.journal.text import plain_line

_TOOL = re.compile(r"grep|glob|search|find|ripgrep|^rg$|^ls$|list_(?:dir|files)", re.IGNORECASE)
_PLACE = re.compile(r"((?:[A-Za-z]:[\\/])?[^:\n\x00]{1,4096}?):(\d{1,9})(?::\d{1,9})?(?::[ \t]?|-|[ \t]|$)(.*)")
_LISTS = ("matches", "results", "files", "filenames", "paths", "hits")
_PATHS = ("path", "file", "filePath", "filename", "uri", "absolutePath")
_NUMBERS = ("line", "lineNumber", "line_number", "startLine")
_TEXTS = ("text", "content", "lineText", "lineContent", "preview", "snippet", "match")
_SOUGHT = ("pattern", "query", "filePattern", "regex", "objective")
_PATH = re.compile(r"[^\s:*?\"<>|]+|/.+|.+/.+")


def is_search(tool: str) -> bool:
    """Whether a tool, by its name, searches."""
    return bool(_TOOL.search(tool)) and "web" not in tool.lower()


def sought_by(args: dict[str, Any]) -> str:
    """What a search was asked for, empty when its arguments do not say."""
    return next((plain_line(str(args[key])) for key in _SOUGHT if isinstance(args.get(key), str)), "")


def from_text(text: str, args: dict[str, Any], worktree: str) -> MatchesBody | None:
    """Of lines, most of which are places, or all of which are paths."""
    lines = [line for line in text.split("\n") if line.strip() and line.strip() != "--"]
    found = [_place(line, worktree) for line in lines]
    places = [match for match in found if match is not None]
    if places and 2 * len(places) >= len(lines):
        return MatchesBody(tuple(places), sought_by(args))
    if lines and all(_PATH.fullmatch(line.strip()) for line in lines):
        return MatchesBody(tuple(_file(line, worktree) for line in lines), sought_by(args))
    return None


def from_value(value: Any, args: dict[str, Any], worktree: str) -> MatchesBody | None:
    """Of JSON: a list, or an object that holds one, of places, paths, or objects with a path. None when it is none of
    them, as what a search says that found nothing."""
    if isinstance(value, dict):
        value = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
    if not isinstance(value, list) or not value:
        return None
    found: list[SearchMatch] = []
    for part in value:
        if isinstance(part, str):
            place = _place(part, worktree) or (_file(part, worktree) if _PATH.fullmatch(part) else None)
            if place is None:
                return None  # words: Amp says in such a list that nothing was found
            found.append(place)
        elif isinstance(part, dict):
            found += _of_object(part, worktree)
        else:
            return None
    return MatchesBody(tuple(found), sought_by(args)) if found else None


def _of_object(part: dict[str, Any], worktree: str) -> list[SearchMatch]:
    path = next((str(part[key]) for key in _PATHS if isinstance(part.get(key), str)), "")
    inner = next((part[key] for key in _LISTS if isinstance(part.get(key), list)), None)
    if path and inner is not None:
        return [
            match for one in inner if isinstance(one, dict) for match in _of_object({"path": path, **one}, worktree)
        ]
    if not path:
        return []
    line = number_in(part, _NUMBERS)
    text = next((str(part[key]) for key in _TEXTS if isinstance(part.get(key), str)), "")
    return [SearchMatch(shown_path(path, worktree), line, plain_line(text.strip("\r\n").split("\n")[0]))]


def _place(line: str, worktree: str) -> SearchMatch | None:
    found = _PLACE.fullmatch(line.rstrip("\r"))
    if found is None:
        return None
    return SearchMatch(shown_path(found[1], worktree), int(found[2]), plain_line(found[3]))


def _file(line: str, worktree: str) -> SearchMatch:
    return SearchMatch(shown_path(line, worktree), None, "")

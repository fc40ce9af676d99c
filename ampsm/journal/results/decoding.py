"""From what a tool said to the kind in which it is read (AMP.md, "Stream").

Amp's results are strings: plain text, or JSON of a few shapes. What is JSON is told by its keys, what is text by the
tool; what is neither is shown as it is. Nothing is an error here: a result that looks broken is text.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ampsm.journal.results import files, patches, pictures, searches
from ampsm.journal.results.ansi import styled_lines
from ampsm.journal.results.bodies import (
    Body,
    Decoded,
    DiffBody,
    FileBody,
    JsonBody,
    MatchesBody,
    OutputBody,
    PictureBody,
    ProseBody,
    exit_words,
)
from ampsm.journal.results.facts import note_of, reason_of
from ampsm.journal.results.numbers import MOST, number_in
from ampsm.journal.results.paths import shown_path
from ampsm.journal.text import from_worktree, plain_lines

_SHELLS = frozenset(("bash", "shell_command", "shell", "run_terminal_cmd", "shell_command_status"))
_PROSE = frozenset((
    "task", "oracle", "librarian", "finder", "codebase_search_agent", "read_web_page", "web_search", "look_at", "skill",
    "read_thread", "handoff", "todo_read",
))  # fmt: skip
_EDITS = frozenset(("edit_file", "create_file", "apply_patch", "undo_edit"))
_MARKDOWN = re.compile(
    r"^(?:#{1,6} \S|```|\|.*\|[ \t]*$|> \S)|\*\*\S[^*\n]*\*\*|^[-*] .*\n[-*] |\]\(https?://", re.MULTILINE
)
_HALF = re.compile(r'\{\s*"output"\s*:\s*"([^"\\]*+(?:\\.[^"\\]*+)*)')
_DEEPEST = 5  # JSON in JSON


def decoded(
    tool: str, args: dict[str, Any], result: str | None, *, error: str | None = None, success: bool | None = None,
    worktree: str = "",
) -> Decoded:  # fmt: skip
    """What a call said. Takes time in proportion to the result; never raises."""
    call = _Call(tool.lower(), args, worktree, failed=success is False)
    text = result if result and result.strip() else (error or "" if success is False else "")
    try:
        body = call.of_text(text) if text.strip() else None
    except RecursionError:  # nested deeper than anybody reads
        body = OutputBody(styled_lines(text))
    if success is not False and not isinstance(body, DiffBody | PictureBody) and call.tool in _EDITS:
        body = patches.from_arguments(call.tool, args, worktree) or body
    reason = reason_of(body, call.exit_code, error or "") if success is False else ""
    return Decoded(body, call.exit_code, note_of(body), reason, _paths(body, args, worktree))


class _Call:
    """What is known of a call while its result is read."""

    def __init__(self, tool: str, args: dict[str, Any], worktree: str, *, failed: bool) -> None:
        self.tool = tool
        self.failed = failed
        self.args = args
        self.worktree = worktree
        self.exit_code: int | None = None
        self._searches = self.tool not in _PROSE and searches.is_search(tool)

    def of_text(self, text: str, depth: int = 0) -> Body | None:
        """The body of a text, which may be JSON."""
        stripped = text.strip()
        if stripped[:1] in ("{", "[") and depth < _DEEPEST:
            value = _json(stripped)
            if isinstance(value, dict | list):
                return self._of_value(value, stripped, depth)
            if half := _HALF.match(stripped):
                return OutputBody(styled_lines(_unescaped(half[1])))
        if stripped[:1] == stripped[-1:] == '"' and self.tool not in _SHELLS and depth < _DEEPEST:
            words = _json(stripped)
            if isinstance(words, str) and words.strip():
                return self.of_text(words, depth + 1)
        return self._of_words(text)

    def _of_words(self, text: str) -> Body:
        args, worktree = self.args, self.worktree
        if found := pictures.from_text(text, str(args.get("path") or ""), worktree):
            return found
        if self.tool in _SHELLS:
            return self._printed(text)
        if self.tool not in _PROSE and (diff := patches.from_fences(text, args, worktree)):
            return diff
        if self.tool not in (*_PROSE, "read") and (diff := patches.from_text(text, args, worktree)):
            return diff
        if self.failed:
            text = from_worktree(text, worktree)
        elif self._searches and (matches := searches.from_text(text, args, worktree)):
            return matches
        if self.tool == "read" and not self.failed and isinstance(path := args.get("path"), str):
            return files.of_text(text, path, worktree)
        if "\x1b" not in text and (self.tool in _PROSE or _MARKDOWN.search(text, 0, 100_000)):
            return ProseBody("\n".join(plain_lines(text)))
        return OutputBody(styled_lines(text))

    def _of_value(self, value: dict[str, Any] | list[Any], text: str, depth: int) -> Body | None:
        args, worktree, words = self.args, self.worktree, _words(value)
        if picture := pictures.from_value(value, args, worktree):
            said = "\n".join(plain_lines(words or ""))
            return PictureBody(picture.path, picture.mime, picture.data, said)
        if isinstance(value, dict):
            if (output := self._output(value)) is not None:
                return output
            if found := patches.from_value(value, args, worktree) or files.from_value(value, args, worktree):
                return found
        if self._searches and (matches := searches.from_value(value, args, worktree)):
            return matches
        if self._searches and isinstance(value, list) and all(isinstance(part, str) for part in value):
            return self._of_words("\n".join(value))
        if words is not None:
            return self.of_text(words, depth + 1)
        return JsonBody(_plain(value), len(text.encode("utf-8", "replace")))

    def _output(self, value: dict[str, Any]) -> Body | None:
        """Of `{"output", "exitCode"}`: what a command printed, which may be what another tool printed in its place."""
        code = number_in(value, ("exitCode", "exit_code"), least=-MOST)
        parts = [value[key] for key in ("output", "stdout", "stderr") if isinstance(value.get(key), str)]
        running = self.tool in _SHELLS and value.get("running") is True
        others = set(value) - {"output", "stdout", "stderr"}
        if not (parts or running) or (code is None and self.tool not in _SHELLS and others):
            return None
        self.exit_code = code
        text = "\n".join(part.removesuffix("\n") for part in parts if part.strip())
        if self.tool not in _SHELLS and code is None and text.strip():
            return self._of_words(text)
        cut = value.get("truncation")
        left_out = number_in(cut, ("prefixLinesOmitted",)) if isinstance(cut, dict) else None
        return self._printed(text, left_out or 0, running=running)

    def _printed(self, text: str, left_out: int = 0, *, running: bool = False) -> Body:
        """What a command printed; that of `git diff` is a diff as any other."""
        diff = None if left_out or running or self.exit_code else patches.from_text(text, {}, self.worktree)
        return diff or OutputBody(styled_lines(text), left_out, running)


def _json(text: str) -> Any:
    """The value of a text, None for what is no JSON or is nested deeper than anybody reads."""
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def _unescaped(text: str) -> str:
    """The text of a JSON string whose end is missing."""
    found = None
    for cut in range(7):  # a cut escape is at most six characters
        found = found or _json(f'["{text[: len(text) - cut]}"]')
    return str(found[0]) if found else text


def _words(value: Any) -> str | None:
    """The words of content blocks, as MCP's tools answer with; None for other JSON."""
    if isinstance(value, dict) and isinstance(value.get("content"), list):
        value = value["content"]
    blocks = value if isinstance(value, list) else [value]
    if not blocks or not all(isinstance(block, dict) and isinstance(block.get("type"), str) for block in blocks):
        return None
    words = [block["text"] for block in blocks if block["type"] == "text" and isinstance(block.get("text"), str)]
    return "\n".join(words) if words else None


def _plain(value: Any) -> Any:
    """JSON whose strings hold no control characters but line ends."""
    match value:
        case str():
            return "\n".join(plain_lines(value))
        case list():
            return [_plain(part) for part in value]
        case dict():
            return {" ".join(plain_lines(key)): _plain(part) for key, part in value.items()}
        case _:
            return value


def _paths(body: Body | None, args: dict[str, Any], worktree: str) -> tuple[str, ...]:
    match body:
        case DiffBody():
            found = [file.path for file in body.files]
        case MatchesBody():
            found = [match.path for match in body.found]
        case FileBody() | PictureBody():
            found = [body.path]
        case _:
            found = [shown_path(path, worktree)] if isinstance(path := args.get("path"), str) else []
    return tuple(dict.fromkeys(path for path in found if path))


__all__ = ["decoded", "exit_words"]

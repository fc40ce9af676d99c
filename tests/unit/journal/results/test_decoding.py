"""What a tool said is told by its keys and its tool, in every shape in which Amp and others write it (AMP.md)."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from typing import Any

import pytest

from ampsm.journal.results import (
    Decoded,
    DiffBody,
    FileBody,
    JsonBody,
    MatchesBody,
    OutputBody,
    PictureBody,
    ProseBody,
    decoded,
    size_words,
    styled_lines,
)

_TREE = "/srv/repo/.worktrees/s1"
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def said(tool: str, result: Any, args: dict[str, Any] | None = None, **more: Any) -> Decoded:
    text = result if isinstance(result, str) or result is None else json.dumps(result)
    return decoded(tool, args or {}, text, worktree=_TREE, **more)


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (3_049, "3.0 kB"), (9_950, "10 kB"), (999_499, "999 kB"),
     (999_500, "1.0 MB"), (48_000_000, "48 MB"), (3_200_000_000, "3,200 MB")],
)  # fmt: skip
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_words(size) == words


class TestShell:
    def test_lines_and_exit_code(self) -> None:
        found = said("Bash", {"output": 'collected\n"line 1"\nE  assert\n', "exitCode": 1}, success=False)
        assert isinstance(found.body, OutputBody)
        assert found.body.text == ["collected", '"line 1"', "E  assert"]
        assert (found.exit_code, found.ending, found.reason) == (1, "Exit code 1", "Exit code 1: E  assert")

    def test_nothing_printed(self) -> None:
        found = said("shell_command", {"output": "", "exitCode": 3}, success=False)
        assert found.body == OutputBody(())
        assert found.reason == "Exit code 3"

    def test_a_signal_is_named(self) -> None:
        found = said("Bash", {"output": "", "exitCode": 137}, success=False)
        assert found.ending == "Exit code 137, ended by SIGKILL"

    def test_both_streams(self) -> None:
        found = said("tb__run", {"stdout": "out\n", "stderr": "bad\n", "exitCode": 2})
        assert isinstance(found.body, OutputBody)
        assert found.body.text == ["out", "bad"]

    def test_a_result_whose_end_is_missing(self) -> None:
        found = said("Bash", '{"output":"one\\ntwo \\u00e9 and \\u00')
        assert isinstance(found.body, OutputBody)
        assert found.body.text == ["one", "two é and "]

    def test_lines_that_amp_left_out_are_counted(self) -> None:
        found = said("Bash", {"output": "500\n", "truncation": {"prefixLinesOmitted": 499}, "exitCode": 0})
        assert found.note == "499 earlier lines left out"

    @pytest.mark.parametrize("output", [{"output": "one\n"}, {}])
    def test_a_command_that_went_on(self, output: dict[str, str]) -> None:
        found = said("shell_command", {"running": True, "pid": 12, **output})
        assert isinstance(found.body, OutputBody)
        assert (found.body.text, found.note) == (["one"] if output else [], "still running")
        assert said("shell_command", {"running": False, "exitCode": 0, "output": "one"}).note == ""
        assert isinstance(said("tb__state", {"running": True, "pid": 12, **output}).body, JsonBody)

    def test_json_that_a_command_printed_stays_output(self) -> None:
        found = said("Bash", {"output": '{"a": 1}', "exitCode": 0})
        assert isinstance(found.body, OutputBody)


class TestChanges:
    def test_edit(self) -> None:
        heads = f"--- {_TREE}/README.md\toriginal\n+++ {_TREE}/README.md\tmodified\n"
        diff = f"```diff\n{heads}@@ -1,1 +1,1 @@\n-# a\n+# b\n```"
        found = said("edit_file", {"diff": diff, "lineRange": [1, 1]}, {"path": f"{_TREE}/README.md"})
        assert isinstance(found.body, DiffBody)
        (file,) = found.body.files
        assert (file.path, file.kind, file.added, file.removed) == ("README.md", "changed", 1, 1)
        assert file.diff == "@@ -1,1 +1,1 @@\n-# a\n+# b"
        assert file.numbered

    def test_patch_of_several_files(self) -> None:
        heads = "Index: {0}\n====\n--- {0}\n+++ {0}\n@@ -1,1 +1,1 @@\n-a\n+b\n"
        result = {
            "summary": "update",
            "files": [
                {"uri": f"file://{_TREE}/a%20b.py", "type": "update", "additions": 1, "deletions": 1,
                 "diff": heads.format(f"{_TREE}/a b.py")},
                {"uri": "file:///etc/x", "type": "delete", "additions": 0, "deletions": 7, "diff": ""},
            ],
        }  # fmt: skip
        found = said("apply_patch", result)
        assert isinstance(found.body, DiffBody)
        shown = [(file.path, file.kind, file.added, file.removed) for file in found.body.files]
        assert shown == [("a b.py", "changed", 1, 1), ("/etc/x", "deleted", 0, 7)]
        assert found.paths == ("a b.py", "/etc/x")

    def test_patch_text_without_a_result_of_use(self) -> None:
        patch = (
            "*** Begin Patch\n*** Add File: new.py\n+x = 1\n*** Update File: old.py\n*** Move to: moved.py\n@@ def f\n"
            " keep\n-a\n+b\n*** End Patch"
        )
        found = said("apply_patch", "Done", {"patchText": patch}, success=True)
        assert isinstance(found.body, DiffBody)
        new, moved = found.body.files
        assert (new.path, new.kind, new.added, new.diff) == ("new.py", "added", 1, "@@ -0,0 +1,1 @@\n+x = 1")
        assert (moved.path, moved.kind, moved.removed, moved.numbered) == ("moved.py", "moved", 1, False)

    def test_a_created_file(self) -> None:
        found = said("create_file", "Created", {"path": f"{_TREE}/a.py", "content": "x\ny\n"}, success=True)
        assert isinstance(found.body, DiffBody)
        assert found.body.files[0].diff == "@@ -0,0 +1,2 @@\n+x\n+y"

    def test_an_edit_while_it_runs_shows_what_it_is_to_do(self) -> None:
        args = {"path": "a.py", "old_str": "one\ntwo\nthree", "new_str": "one\n2\nthree"}
        found = said("edit_file", None, args)
        assert isinstance(found.body, DiffBody)
        assert found.body.files[0].diff == "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three"
        assert not found.body.files[0].numbered

    def test_a_failed_edit_shows_why(self) -> None:
        args = {"path": "a.py", "old_str": "x", "new_str": "y"}
        found = said("edit_file", "Could not find matching lines.\nExpected:\n  x", args, success=False)
        assert isinstance(found.body, OutputBody)
        assert found.reason == "Could not find matching lines."

    def test_any_tool_with_a_fenced_diff(self) -> None:
        text = "I changed it.\n\n```diff\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n--- old\n+new\n```\nDone."
        found = said("mcp__editor__apply", text)
        assert isinstance(found.body, DiffBody)
        assert found.body.said == "I changed it.\nDone."
        assert found.body.files[0].path == "x.py"
        assert found.body.files[0].diff.endswith("--- old\n+new")

    _GIT = "diff --git a/x.py b/x.py\nindex 1a..2b 100644\n--- a/x.py\n+++ b/x.py\n@@ -1 +1,2 @@\n-a\n+b\n+c\n"

    @pytest.mark.parametrize(("tool", "result"), [
        ("Bash", {"output": _GIT, "exitCode": 0}), ("shell_command", {"output": _GIT}), ("mcp__git__diff", _GIT),
        ("tb__diff", "--- a/x.py\n+++ b/x.py\n@@ -1 +1,2 @@\n-a\n+b\n+c\n\\ No newline at end of file\n"),
    ])  # fmt: skip
    def test_what_is_all_a_diff(self, tool: str, result: Any) -> None:
        found = said(tool, result, success=True)
        assert isinstance(found.body, DiffBody)
        assert [(file.path, file.added, file.removed) for file in found.body.files] == [("x.py", 2, 1)]

    @pytest.mark.parametrize("more", [
        "done\n", "diff --git a/p b/p\nindex 1..2\nBinary files a/p and b/p differ\n",
        "diff --git a/p b/q\nsimilarity index 100%\nrename from p\nrename to q\n",
    ])  # fmt: skip
    def test_output_that_says_more_than_its_diff_stays_output(self, more: str) -> None:
        found = said("Bash", {"output": self._GIT + more, "exitCode": 0})
        assert isinstance(found.body, OutputBody)
        assert more.splitlines()[-1] in found.body.text

    def test_an_undone_edit(self) -> None:
        heads = f"Index: {_TREE}/a\n===\n--- {_TREE}/a\toriginal\n+++ {_TREE}/a\tmodified\n"
        text = f"```diff\n{heads}@@ -1 +1 @@\n-b\n+a\n```"
        found = said("undo_edit", text, {"path": f"{_TREE}/a"}, success=True)
        assert isinstance(found.body, DiffBody)
        assert [(file.path, file.added) for file in found.body.files] == [("a", 1)]

    def test_a_diff_of_markdown_holds_fences(self) -> None:
        found = said("edit_file", "```diff\n@@ -1,3 +1,3 @@\n ```sh\n-a\n+b\n ```\n```", {"path": "a.md"})
        assert isinstance(found.body, DiffBody)
        assert found.body.files[0].diff == "@@ -1,3 +1,3 @@\n ```sh\n-a\n+b\n ```"
        assert found.body.said == ""

    def test_several_diffs_of_one_text(self) -> None:
        one = "```diff\n--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-a\n+b\n```"
        found = said("mcp__x", f"First:\n{one.format('x')}\nthen\n{one.format('y')}")
        assert isinstance(found.body, DiffBody)
        assert [file.path for file in found.body.files] == ["x", "y"]
        assert found.body.said == "First:\nthen"

    def test_a_bare_diff_without_heads(self) -> None:
        found = said("edit_file", "```diff\n-old\n+new\n```", {"path": "a.py"})
        assert isinstance(found.body, DiffBody)
        assert found.body.files[0].path == "a.py"
        assert not found.body.files[0].numbered


class TestFiles:
    def test_read_with_numbers(self) -> None:
        found = said("Read", {"absolutePath": f"{_TREE}/src/a.py", "content": "7: import os\n8: \n9:   x"})
        assert found.body == FileBody("src/a.py", ((7, "import os"), (8, ""), (9, "  x")))

    def test_lines_left_out(self) -> None:
        found = said("Read", {"absolutePath": "a", "content": "1: x\n2: y\n[... omitted lines 3 to 9 ...]"})
        assert isinstance(found.body, FileBody)
        assert found.body.lines[2] == (None, "[... omitted lines 3 to 9 ...]")

    def test_text_that_only_looks_numbered(self) -> None:
        found = said("Read", {"absolutePath": f"{_TREE}/a.yml", "content": "80: web\nname: x\nkind: y\n"})
        assert isinstance(found.body, FileBody)
        assert found.body.lines[0] == (None, "80: web")

    def test_a_folder(self) -> None:
        found = said("Read", {"absolutePath": f"{_TREE}/src", "directoryEntries": ["a.py", "b/"]})
        assert found.body == FileBody("src", ((None, "a.py"), (None, "b/")))

    def test_svg_is_text(self) -> None:
        found = said("Read", {"absolutePath": f"{_TREE}/a.svg", "content": "1: <svg/>"})
        assert isinstance(found.body, FileBody)


class TestSearches:
    def test_lines(self) -> None:
        lines = f"{_TREE}/src/a.py:12:const form = useForm(x)\n{_TREE}/src/b.py:9: y\n{_TREE}/src/a.py:40: z"
        found = said("Grep", lines, {"pattern": "useForm"})
        assert isinstance(found.body, MatchesBody)
        assert found.note == "3 matches in 2 files"
        assert (found.body.found[0].path, found.body.found[0].line) == ("src/a.py", 12)
        assert found.body.found[0].text == "const form = useForm(x)"
        assert found.body.sought == "useForm"

    @pytest.mark.parametrize("result", [
        ["a.py:3:x"],
        {"matches": [{"file": "a.py", "lineNumber": 3, "text": "x\n"}]},
        {"results": [{"path": "a.py", "matches": [{"line": 3, "content": "x"}]}]},
    ])  # fmt: skip
    def test_json(self, result: Any) -> None:
        body = said("Grep", result).body
        assert isinstance(body, MatchesBody)
        assert [(match.path, match.line, match.text) for match in body.found] == [("a.py", 3, "x")]

    def test_files(self) -> None:
        found = said("glob", [f"{_TREE}/a.py", f"{_TREE}/b/c.py"], {"filePattern": "**/*.py"})
        assert isinstance(found.body, MatchesBody)
        assert (found.note, found.paths) == ("2 files", ("a.py", "b/c.py"))

    @pytest.mark.parametrize("result", ["No results found.", ["No results found."]])
    def test_no_matches_is_what_it_says(self, result: Any) -> None:
        found = said("Grep", result)
        assert isinstance(found.body, OutputBody)
        assert (found.body.text, found.note) == (["No results found."], "")


class TestPictures:
    @pytest.mark.parametrize("result", [
        [{"type": "text", "text": "A page."},
         {"type": "image", "data": b64encode(_PNG).decode(), "mimeType": "image/png"}],
        {"content": [{"type": "text", "text": "A page."},
                     {"type": "image", "source": {"type": "base64", "data": b64encode(_PNG).decode()}}]},
    ])  # fmt: skip
    def test_blocks(self, result: Any) -> None:
        found = said("mcp__browser__shot", result)
        assert found.body == PictureBody("", "image/png", _PNG, "A page.")
        assert found.note == "PNG, 48 bytes"

    def test_a_file_that_was_read(self) -> None:
        found = said("Read", {"absolutePath": f"{_TREE}/a.png", "content": b64encode(_PNG).decode()})
        assert found.body == PictureBody("a.png", "image/png", _PNG)

    def test_an_address(self) -> None:
        found = said("painter", "data:image/png;base64," + b64encode(_PNG).decode())
        assert isinstance(found.body, PictureBody)

    @pytest.mark.parametrize(
        "text", ["iVBORw0KGgo=", "iVBORw0KGgoAAAA not base64 at all", "data:image/svg+xml;base64,PHN2Zz4="]
    )
    def test_what_is_none(self, text: str) -> None:
        assert not isinstance(said("painter", text).body, PictureBody)


class TestRest:
    def test_json(self) -> None:
        found = said("mcp__ci__get_run", {"id": 4182, "jobs": [{"a": "\x1b[31mred"}]})
        assert isinstance(found.body, JsonBody)
        assert found.body.value == {"id": 4182, "jobs": [{"a": "red"}]}
        assert found.note.startswith("JSON, ")

    def test_json_in_a_block(self) -> None:
        found = said("mcp__x", {"content": [{"type": "text", "text": '{"a": [1]}'}]})
        assert isinstance(found.body, JsonBody)
        assert found.body.value == {"a": [1]}

    @pytest.mark.parametrize(("tool", "text"), [
        ("Task", "Just words."), ("oracle", "## Plan"), ("mcp__x", "# Head\n\n* a"), ("mcp__x", "| a | b |\n|---|---|"),
    ])  # fmt: skip
    def test_prose(self, tool: str, text: str) -> None:
        assert said(tool, text).body == ProseBody(text)

    def test_a_string_of_json_is_what_it_says(self) -> None:
        found = said("mcp__x", json.dumps("one\ntwo"))
        assert isinstance(found.body, OutputBody)
        assert found.body.text == ["one", "two"]
        assert said("mcp__x", json.dumps("# Head\n\n* a")).body == ProseBody("# Head\n\n* a")

    def test_a_failed_read_or_search_says_why(self) -> None:
        for tool in ("Read", "Grep"):
            path = f"{_TREE}/src/a.py"
            found = said(tool, f"src/a.py:3: no such file {path}", {"path": path}, success=False)
            assert isinstance(found.body, OutputBody)
            assert found.body.text == ["src/a.py:3: no such file src/a.py"]
            assert found.reason == found.body.text[0]

    def test_nothing(self) -> None:
        assert said("Bash", None).body is None
        assert said("Bash", "").body is None

    def test_the_error_where_there_is_no_result(self) -> None:
        found = said("glob", None, error='tool "glob" is not allowed', success=False)
        assert found.reason == 'tool "glob" is not allowed'


_HOSTILE = (
    "[" * 100_000, "[" * 900 + "]" * 900, '{"output":' * 400, '{"diff":"```diff\\n@@ -1 +"}',
    '{"files":[{"diff":null}]}', '{"files":[null,{"diff":1,"uri":2}]}', "```diff\n" * 500,
    '{"content":[{"type":"image","data":7}]}', "\x1b[38;2m" * 50, '{"absolutePath":7,"content":[]}',
    '{"exitCode":99999999999999999999,"output":"x"}', '{"output":"\\ud800","exitCode":-9}', "\x00\x9b31m\u202eevil",
    '{"matches":[{"path":7}]}', '{"source":{"data":{"url":[]}}}', "@@ @@ @@\n+\n@@",
    '{"exitCode":1e9,"output":"x"}', '[{"type":"text"}]', '{"content":[]}', "NaN", "-", "\ud800",
    f'{{"diff":"@@ -1,{"9" * 5000} +{"9" * 5000} @@\\n-a"}}', f'{{"exitCode":-{"9" * 4000},"output":"x"}}',
    f'[{{"path":"a","line":{"9" * 4000}}}]', f'{{"files":[{{"path":"a","diff":"+a","additions":{"9" * 4000}}}]}}',
)  # fmt: skip


@pytest.mark.parametrize("tool", ["Bash", "Grep", "edit_file", "Read", "mcp__x", "Task", ""])
def test_nothing_raises_and_nothing_is_raw(tool: str) -> None:
    for text in _HOSTILE:
        for args in (
            {},
            {"path": 7, "pattern": [], "old_str": "a"},
            {"path": "p", "content": "c", "patchText": "@@\n+"},
        ):
            found = decoded(tool, args, text, success=False, error="\x1b[31mbad", worktree=_TREE)
            assert "\x1b" not in repr(found)
            assert "\\x1b" not in repr(found)
            assert "\\u202e" not in repr(found)
            assert decoded(tool, args, text, success=True) is not None


@pytest.mark.parametrize(("tool", "text"), [
    ("Bash", "\r" * 400_000 + "x"), ("Bash", ("\r" * 4_000 + "x") * 100), ("oracle", "\n" * 400_000 + "x"),
])  # fmt: skip
def test_a_text_takes_time_in_proportion(tool: str, text: str) -> None:
    begun = time.process_time()
    assert said(tool, text).body in (ProseBody("x"), OutputBody(styled_lines("x")))
    assert time.process_time() - begun < 2  # and not minutes


def test_numbers_are_short() -> None:
    for text in _HOSTILE:
        found = said("Grep", text, success=False)
        assert len(found.note) + len(found.ending) + len(found.reason) < 400

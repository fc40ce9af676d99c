"""Tool calls of an agent whose results have every shape that Amp gives them (AMP.md), for a fake agent to play."""

from __future__ import annotations

import json
import struct
import zlib
from base64 import b64encode
from typing import Any

_ESC = "\x1b"
_TEST_OUTPUT = "\n".join([
    f"{_ESC}[7;36m RUN {_ESC}[0m {_ESC}[36mv3.2.4{_ESC}[0m {_ESC}[90m~/src/web-console{_ESC}[0m",
    f"{_ESC}[32m✓{_ESC}[0m tests/settings/danger-zone.test.ts {_ESC}[90m(11 tests){_ESC}[0m {_ESC}[33m642 ms{_ESC}[0m",
    *(f"{_ESC}[32m✓{_ESC}[0m tests/settings/part-{number}.test.ts" for number in range(58)),
    f"{_ESC}[7;31m FAIL {_ESC}[0m tests/settings/profile.test.ts › shows the error under its field",
    f'{_ESC}[31mAssertionError: {_ESC}[39mexpected {_ESC}[32m"Enter a whole address"{_ESC}[39m, got ""',
    f"  ❯ tests/settings/profile.test.ts:{_ESC}[33m41:18{_ESC}[39m",
    f"Tests  {_ESC}[1;31m1 failed{_ESC}[0m | {_ESC}[32m37 passed{_ESC}[0m (38)",
])  # fmt: skip

_DIFF = """Index: src/settings/profile.ts
--- src/settings/profile.ts\toriginal
+++ src/settings/profile.ts\tmodified
@@ -22,4 +22,6 @@
   render() {
-    const field = input("email", this.form.email);
-    return [field, submit(this.save)];
+    const field = useField("email", this.form.email, toEmail);
+    return [
+      field, errorOf(field),
+      submit(this.save, { disabled: !field.valid }),
+    ];
   }
"""

_FILE = [
    'import { signal, computed } from "./signals";', 'import type { Check, Field } from "./types";', "",
    "/** A field with its value, its check and its error. */",
    "export function useField<T>(name: string, start: T, check: Check<T>): Field<T> {",
    "  const value = signal(start);",
    *(f"  const step{number} = computed(() => value.get() + {number});" for number in range(7, 58)), "}",
]  # fmt: skip

_MATCHES = "\n".join([
    "src/settings/profile.ts:12:  const form = useForm(profileSchema);",
    'src/settings/billing.ts:9:  const form = useForm(billingSchema, { validateOn: "blur" });',
    "src/settings/danger-zone.ts:17:export const useFormOnce = once(useForm);",
    *(f"src/settings/team.ts:{line}:useForm(team{line});" for line in range(20, 26)),
])  # fmt: skip

_RUN = {
    "id": 4182, "state": "failed", "jobs": [{"name": f"job {number}", "ok": number != 3} for number in range(6)],
    "failure": {"job": "e2e", "retryable": False}, "artifacts": {"log": "a", "trace": "b", "video": None},
}  # fmt: skip

_PROSE = """The page now uses the shared form components. **One behaviour** differs on purpose:

| Section | Before | Now | Lines |
|---|---|---|---:|
| Profile | checked on submit | checked on blur, error below the field | −31 |
| Billing | own date picker | `DateField` | −58 |

> The issue asks that “an invalid address never reaches the API”; `toEmail()` now refuses it.

Next, the danger zone: its labels still come from the old file.
"""


def png(width: int = 144, height: int = 60) -> bytes:
    """A picture: a page in a frame that light comes through."""
    frame, bar, page = b"\x9a\xb4\xd0\x80", b"\x2b\x3a\x67\xff", b"\xff\xff\xff\xff"
    rows = []
    for y in range(height):
        inner = frame if not 4 < y < height - 5 else bar if y < 8 else page
        rows.append(b"\0" + 5 * frame + (width - 10) * inner + 5 * frame)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(b"".join(rows))), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def every_result(worktree: str) -> list[dict[str, Any]]:
    """One call for every kind of result."""
    profile = f"{worktree}/src/settings/profile.ts"
    patch = {
        "summary": "update: 2 files", "files": [
            {"uri": f"file://{profile}", "type": "update", "additions": 5, "deletions": 2, "diff": _DIFF},
            {"uri": f"file://{worktree}/src/new.py", "type": "add", "additions": 2, "deletions": 0,
             "diff": "--- /dev/null\n+++ b/src/new.py\n@@ -0,0 +1,2 @@\n+def made():\n+    return 'new'\n"},
        ],
    }  # fmt: skip
    bash = {"output": _TEST_OUTPUT, "exitCode": 1}
    numbered = {"absolutePath": f"{worktree}/src/forms/useField.ts",
                "content": "\n".join(f"{number}: {line}" for number, line in enumerate(_FILE, 1))}  # fmt: skip
    image = {"absolutePath": f"{worktree}/shots/settings-profile.png", "content": b64encode(png()).decode()}
    return [
        {"name": "Bash", "input": {"cmd": "pnpm test --run tests/settings"}, "result": json.dumps(bash)},
        {"name": "edit_file", "input": {"path": profile, "old_str": "a", "new_str": "b"},
         "result": json.dumps({"diff": f"```diff\n{_DIFF}```", "lineRange": [22, 29]})},
        {"name": "Grep", "input": {"pattern": "useForm", "path": f"{worktree}/src/settings/"}, "result": _MATCHES},
        {"name": "Read", "input": {"path": f"{worktree}/src/forms/useField.ts", "read_range": [1, 58]},
         "result": json.dumps(numbered)},
        {"name": "Read", "input": {"path": f"{worktree}/shots/settings-profile.png"}, "result": json.dumps(image)},
        {"name": "mcp__ci__get_run", "input": {"run": "4182"}, "result": json.dumps(_RUN)},
        {"name": "apply_patch", "input": {"patchText": f"*** Update File: {profile}\n*** Add File: src/new.py\n"},
         "result": json.dumps(patch)},
        {"name": "oracle", "input": {"task": "Look at the page\nand say what changed"}, "result": _PROSE},
        {"name": "Bash", "input": {"cmd": "true"}, "result": json.dumps({"output": "one line", "exitCode": 0})},
    ]  # fmt: skip

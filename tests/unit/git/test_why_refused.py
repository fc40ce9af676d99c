"""Why a push was refused, in one line, from all that git has said."""

from __future__ import annotations

import pytest

from ampsm.git.push import why_refused

HOOK = "[remote rejected] main -> main (pre-receive hook declined)"
FAILED = "error: failed to push some refs to 'https://example.org/r'"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["remote: Commits need a ticket        ", f" ! {HOOK}", FAILED],
         "Commits need a ticket (pre-receive hook declined)"),
        (["remote: Resolving deltas: 100% (1/1), done.", "remote: ======", "remote: hello",
          "remote: error: GH006: Protected branch", f" ! {HOOK}", FAILED],
         "error: GH006: Protected branch (pre-receive hook declined)"),
        (["remote: No\x1b[K", FAILED, "[remote rejected] (hook declined)"], "No (hook declined)"),
        (["remote: \x1b[31mNo\x07", FAILED, "[rejected] (hook declined)"], "\x1b[31mNo\x07 (hook declined)"),
        (["hook says", FAILED, "[rejected] (fetch first)"], None),
        (["No pushing on Fridays", FAILED], "No pushing on Fridays"),
        (["fatal: unable to access 'https://example.org/r'"], None),
        ([FAILED], None),
        ([], None),
    ],
)  # fmt: skip
def test_why(lines: list[str], why: str | None) -> None:
    assert why_refused("\n".join(lines)) == why

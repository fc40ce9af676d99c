"""How sessions, branches and commits are named (SPEC sections 2 and 5.6)."""

from __future__ import annotations

import os
import re
import unicodedata

_ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
SLUG_LENGTH = 32
SUBJECT_LENGTH = 72
_LONG = 1_000  # characters of a line that are looked at
#: Around words, not in them: taking it away joins nothing.
_EMPHASIS = re.compile(r"(?<![^\s(\[\"'“])(\*\*|\*)(?=[^\s*])([^*]+)(?<=[^\s*])\1(?![^\s)\]\"'”.,:;!?…])")

#: Folders in a worktree that belong to the program and never to a commit.
CONTEXT_FOLDER = "AGENT_CONTEXT"
WORKTREES_FOLDER = ".worktrees"


def slug(name: str) -> str:
    """The name in lower-case ASCII letters, digits and hyphens, at most 32 characters; `session` if nothing is left."""
    ascii_name = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")
    return words[:SLUG_LENGTH].rstrip("-") or "session"


def session_id(name: str) -> str:
    """A new id: `<slug>-<6 random base32 characters>`."""
    return f"{slug(name)}-{''.join(_ID_ALPHABET[byte % 32] for byte in os.urandom(6))}"


def branch_name(name: str, stamp: str, attempt: int = 1) -> str:
    """`amp/<slug>/<YYYYMMDD-HHMMSS>`, with `-2`, `-3`, … from the second attempt on."""
    return f"amp/{slug(name)}/{stamp}" + (f"-{attempt}" if attempt > 1 else "")


def summary_line(text: str | None, fallback: str, length: int) -> str:
    """The first line of `text` that says something, as one line of at most `length` characters, without the marks of
    Markdown for headings, lists, quotes and emphasis."""
    for line in (text or "").splitlines():
        line = _EMPHASIS.sub(lambda found: found[2], _printable(line[:_LONG]))
        line = " ".join(re.sub(r"^(?:[\s#>*\-]|`{3,})+", "", line).split())
        if line:
            break
    else:
        line = fallback
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def amp_subject(text: str | None, *, partial: bool = False) -> str:
    """The subject of an iteration's commit: `amp: <summary>` or `amp: partial: <reason>`, at most 72 characters."""
    prefix = "amp: partial: " if partial else "amp: "
    return prefix + summary_line(text, "changes by the agent", SUBJECT_LENGTH - len(prefix))


def amp_message(subject: str, session: str, iteration: int, thread: str | None) -> str:
    """The whole message of an amp commit, with the trailers by which it is recognised later."""
    trailers = [f"Ampsm-Session: {session}", f"Ampsm-Iteration: {iteration}"]
    if thread:
        trailers.append(f"Amp-Thread: {thread}")
    return f"{subject}\n\n" + "\n".join(trailers) + "\n"


def _printable(text: str) -> str:
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)

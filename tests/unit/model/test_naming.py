"""Subjects of commits say what the agent said, in plain words."""

from __future__ import annotations

import pytest

from ampsm.model.naming import SUBJECT_LENGTH, amp_subject


@pytest.mark.parametrize(("said", "subject"), [
    ("Login answers with an **access token** and a *refresh one*:\n\n- more",
     "Login answers with an access token and a refresh one:"),
    ("## **Done.** All of it", "Done. All of it"),
    ("* the first (**one**)", "the first (one)"),
    ("a * b * c and 2**3", "a * b * c and 2**3"),
    ("path/*.py and *.md, __init__.py", "path/*.py and *.md, __init__.py"),
    ("key-**abc**def", "key-**abc**def"),
    ("**" * 4_000, "changes by the agent"),
    ("- `parse()` keeps `x`", "`parse()` keeps `x`"),
    ("```python\nx = 1\n```", "python"),
    (None, "changes by the agent"),
])  # fmt: skip
def test_marks_of_markdown_are_no_words(said: str | None, subject: str) -> None:
    assert amp_subject(said) == f"amp: {subject}"


def test_a_long_line_is_cut() -> None:
    subject = amp_subject("word " * 1_000)
    assert len(subject) <= SUBJECT_LENGTH and subject.endswith("…")

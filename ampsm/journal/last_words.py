"""What was said last in an iteration, read from the end of its journal, which may be long."""

from __future__ import annotations

from pathlib import Path

from ampsm.journal import events as ev
from ampsm.journal.codec import decode
from ampsm.journal.follower import lines_from_end
from ampsm.journal.text import plain_lines

#: So many of the test script's last lines are told.
TEST_LINES = 60


def last_words(path: Path, far: int) -> tuple[str | None, list[str], list[str]]:
    """The agent's last text in a journal, None without one, the last lines of the test script, and the warnings that
    came after that text: all as far as the last `far` lines of the journal tell."""
    tests: list[str] = []
    plain: list[str] = []
    warnings: list[str] = []
    answer: str | None = None
    for count, line in enumerate(lines_from_end(path) if path.exists() else ()):
        match decode(line):
            case ev.TestOutput(text=text) if len(tests) < TEST_LINES:
                tests.extend(reversed(plain_lines(text)))
            case ev.Warned(message=message):
                warnings.append(message)
            case ev.AgentFinished(text=str(text)) | ev.AssistantText(text=text, parent_id=None) if text.strip():
                answer = text
            case ev.OutputLine(stream="stdout", text=text):
                plain.append(text)
            case ev.ToolStarted() | ev.ToolFinished() if plain:  # the agent writes plain text: its lines from here on
                break
        if answer is not None or count > far:
            break
    written = "\n".join(reversed(plain)).strip()
    return answer or written or None, tests[:TEST_LINES][::-1], warnings[::-1]

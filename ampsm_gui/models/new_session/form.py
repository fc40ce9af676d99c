"""What a new session is asked for with: what is missing, what is wrong, the command that creates it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from ampsm.model.naming import branch_name

#: The fields in the order in which they stand, with the words for each.
FIELDS = {
    "repository": "repository",
    "base": "base",
    "name": "name",
    "prompt": "prompt",
    "script": "test script",
    "model": "model",
}

_FIELD_OF_CODE = {
    "not-a-repository": "repository",
    "bare-repository": "repository",
    "no-commits": "repository",
    "permission-denied": "repository",
    "uncommitted-changes": "repository",
    "git-failed": "repository",
    "no-such-branch": "base",
    "no-such-commit": "base",
    "context-folder-tracked": "base",
    "branch-name-blocked": "name",
    "invalid-value": "name",
}

#: Hints that speak of options of the command, in the words of the dialog.
_HINTS: Mapping[str, str | None] = {
    "not-a-repository": "Choose a folder inside a git repository, or make one: git init",
    "no-such-branch": None,
    "invalid-value": None,
    "uncommitted-changes": None,
}


class Problem(NamedTuple):
    """Something wrong, as the core said it, with the field that it is about ("" for none), and what may have been
    meant instead."""

    field: str
    code: str
    message: str
    hint: str | None = None
    instead: str = ""


@dataclass(frozen=True)
class NewSessionForm:
    """What a person has filled in. `prompt` is kept to the letter, the others without blanks around them."""

    repository: str = ""
    base: str = ""
    name: str = ""
    prompt: str = ""
    script: str = ""
    model: str = ""
    allow_dirty: bool = False
    start: bool = True

    def stripped(self) -> NewSessionForm:
        """The same without blanks around what is no prompt."""
        return replace(
            self, repository=self.repository.strip(), base=self.base.strip(), name=" ".join(self.name.split()),
            script=self.script.strip(), model=self.model.strip(),
        )  # fmt: skip

    def missing(self) -> list[str]:
        """The fields that need a word and have none."""
        needed = {"repository": self.repository, "name": self.name, "prompt": self.prompt}
        return [field for field, text in needed.items() if not text.strip()]

    def words(self) -> list[str]:
        """The words after `amp-sessions` that create it; the prompt goes to standard input."""
        return ["new", *self._options(), "--prompt-file", "-", *self._rest()]

    def command_line(self, options: Sequence[str] = ()) -> str:
        """The same as one line to type; `options` are those of the program. It also starts the first iteration."""
        words = ["amp-sessions", *options, "new", *self._options(), "--prompt", self.prompt, *self._rest()]
        return shlex.join([*words, "--iterate"] if self.start else words)

    def branch(self, now: datetime | None = None) -> str:
        """The branch that a session of this name would get now."""
        return branch_name(self.name, (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S"))

    def _options(self) -> list[str]:
        base = ["--base", self.base] if self.base else []
        return ["--repo", self.repository, *base, "--name", self.name]

    def _rest(self) -> list[str]:
        script = ["--script", self.script] if self.script else []
        model = ["--model", self.model] if self.model else []
        return [*script, *model, *(["--allow-dirty"] if self.allow_dirty else [])]


def problem_of(
    code: str, message: str, hint: str | None = None, details: Mapping[str, object] | None = None
) -> Problem:
    """An error of the core or of `amp-sessions new`, put to the field that it is about."""
    near = (details or {}).get("candidates")
    instead = str(near[0]) if code == "no-such-branch" and isinstance(near, list) and near else ""
    return Problem(_FIELD_OF_CODE.get(code, ""), code, message, _HINTS.get(code, hint), instead)


def what_is_left(missing: Sequence[str], problems: Mapping[str, Problem]) -> str:
    """What stands beside the button until it can be pressed, e.g. `1 problem with the repository`."""
    if problems:
        about = [FIELDS[field] for field in FIELDS if field in problems]
        count = f"{len(problems)} problem" + ("" if len(problems) == 1 else "s")
        return f"{count} with the {_and(about)}" if about else count
    return f"Needs {_and([f'a {FIELDS[field]}' for field in missing])}" if missing else ""


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

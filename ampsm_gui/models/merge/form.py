"""What is asked of a merge or rebase: as words of a command, and kept by session until it is over."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QSettings

from ampsm.workflows.session import MergeOptions

#: The checks of a merge by which a rebase alone is refused, or for which it waits or warns.
REBASE_CHECKS = frozenset(
    {"worktree-clean", "base-up-to-date", "conflicts", "branch", "worktree-free", "signing", "nothing-open"}
)


@dataclass(frozen=True)
class MergeForm:
    """`message` is None until somebody wrote one; `target` is None for the session's base, `remote` for the target's
    own."""

    operation: ClassVar[str] = "merge"

    message: str | None = None
    target: str | None = None
    include: bool = True
    test: bool = True
    keep: bool = False
    merge_commit: bool = False
    push: bool = False
    remote: str | None = None
    export: bool = False
    patch: str = ""
    pull_request: bool = False
    cleanup: bool = False

    def with_message(self, message: str) -> MergeForm:
        """The same where nobody has written one."""
        return self if self.message is not None else replace(self, message=message)

    @property
    def patch_file(self) -> str:
        """The whole path of what was typed, which is seen from the home folder: nobody knows which folder a window was
        started in, or a command is pasted in."""
        typed = self.patch.strip()
        home = os.path.expanduser("~")  # noqa: PTH111 - a `~name` of nobody is a name
        return os.path.abspath(Path(home, os.path.expanduser(typed))) if typed else ""  # noqa: PTH100, PTH111

    def options(self) -> MergeOptions:
        """As the core asks for it."""
        return MergeOptions(
            message=((self.message or "").strip() and self.message) or None, include=self.include, squash=not self.keep,
            onto=self.target, no_ff=self.merge_commit, push=self.push, remote=self.remote,
            patch=self.patch_file or None if self.export else None, pr=self.pull_request, test=self.test,
            cleanup=self.cleanup,
        )  # fmt: skip

    def heeds(self, check: str) -> bool:
        """Whether a check of the preflight counts."""
        return True

    def checked_words(self) -> list[str]:
        """Those that change what a preflight says."""
        words = ["--onto", self.target] if self.target else []
        words += ["--no-squash"] if self.keep else ([] if self.include else ["--include-manual", "exclude"])
        return words if self.test else [*words, "--no-test"]

    def words(self, session_id: str) -> list[str]:
        """The words after `amp-sessions`. Without squash there is no message to give."""
        words = ["merge", session_id]
        if self.message and self.message.strip() and not self.keep:
            words += ["--message", self.message]
        words += self.checked_words()
        if self.pull_request:
            words.append("--pr")
        elif self.merge_commit:
            words.append("--no-ff")
        words += ["--push"] if self.push and not self.pull_request else []
        words += ["--remote", self.remote] if self.remote and (self.push or self.pull_request) else []
        words += ["--export-patch", self.patch_file] if self.export and self.patch_file else []
        return [*words, "--cleanup"] if self.cleanup and not self.pull_request else words


class RebaseForm(MergeForm):
    """Of a rebase alone one chooses onto what. The rest of the form is that of a merge which keeps every commit, as the
    preflight is asked."""

    operation: ClassVar[str] = "rebase"

    def options(self) -> MergeOptions:
        return MergeOptions(squash=False, onto=self.target, test=False)

    def heeds(self, check: str) -> bool:
        return check in REBASE_CHECKS

    def checked_words(self) -> list[str]:
        return [*self._onto(), "--no-squash", "--no-test"]

    def words(self, session_id: str) -> list[str]:
        return ["rebase", session_id, *self._onto()]

    def _onto(self) -> list[str]:
        return ["--onto", self.target] if self.target else []


#: What is asked for, by its name.
FORMS: dict[str, type[MergeForm]] = {form.operation: form for form in (MergeForm, RebaseForm)}


class FormKeeper:
    """The forms that are open, by session, in what the window remembers; so they outlive it."""

    def __init__(self, state: QSettings) -> None:
        self._state = state

    def form(self, session_id: str, operation: str = "merge") -> MergeForm:
        """What was asked for last, of a merge or rebase; what an earlier release or somebody else wrote counts as far
        as it fits."""
        try:
            found = json.loads(str(self._state.value(_key(session_id, operation), "{}")))
        except ValueError:
            found = {}
        kinds = {field.name: str(field.type) for field in fields(MergeForm)}
        fits = {"bool": (bool,), "str": (str,), "str | None": (str, type(None))}
        known = found.items() if isinstance(found, dict) else ()
        fitting: dict[str, Any] = {
            name: value for name, value in known if isinstance(value, fits.get(kinds.get(name, ""), ()))
        }
        return replace(FORMS[operation](), **fitting)

    def keep(self, session_id: str, form: MergeForm) -> None:
        """Remembers it, on the disk at once."""
        if form != self.form(session_id, form.operation):
            self._state.setValue(_key(session_id, form.operation), json.dumps(asdict(form)))
            self._state.sync()

    def forget(self, session_id: str, operation: str) -> None:
        """The merge or rebase is over."""
        if self._state.contains(_key(session_id, operation)):
            self._state.remove(_key(session_id, operation))
            self._state.sync()


def _key(session_id: str, operation: str) -> str:
    return f"{operation}/{session_id}/form"

"""What is asked of a merge: as words of a command, and kept by session until the merge is over."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from PySide6.QtCore import QSettings

from ampsm.workflows.session import MergeOptions


@dataclass(frozen=True)
class MergeForm:
    """`message` is None until somebody wrote one; `target` is None for the session's base, `remote` for the target's
    own."""

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

    def options(self) -> MergeOptions:
        """As the core asks for it."""
        return MergeOptions(
            message=((self.message or "").strip() and self.message) or None, include=self.include, squash=not self.keep,
            onto=self.target, no_ff=self.merge_commit, push=self.push, remote=self.remote,
            patch=self.patch or None if self.export else None, pr=self.pull_request, test=self.test,
            cleanup=self.cleanup,
        )  # fmt: skip

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
        words += ["--export-patch", self.patch] if self.export and self.patch else []
        return [*words, "--cleanup"] if self.cleanup and not self.pull_request else words


class FormKeeper:
    """The forms that are open, by session, in what the window remembers; so they outlive it."""

    def __init__(self, state: QSettings) -> None:
        self._state = state

    def form(self, session_id: str) -> MergeForm:
        """What was asked for last; what an earlier release wrote, or somebody else, counts as far as it fits."""
        try:
            found = json.loads(str(self._state.value(self._key(session_id), "{}")))
        except ValueError:
            found = {}
        kinds = {field.name: str(field.type) for field in fields(MergeForm)}
        fits = {"bool": (bool,), "str": (str,), "str | None": (str, type(None))}
        known = found.items() if isinstance(found, dict) else ()
        fitting: dict[str, Any] = {
            name: value for name, value in known if isinstance(value, fits.get(kinds.get(name, ""), ()))
        }
        return replace(MergeForm(), **fitting)

    def keep(self, session_id: str, form: MergeForm) -> None:
        """Remembers it, on the disk at once."""
        if form != self.form(session_id):
            self._state.setValue(self._key(session_id), json.dumps(asdict(form)))
            self._state.sync()

    def forget(self, session_id: str) -> None:
        """The merge is over."""
        if self._state.contains(self._key(session_id)):
            self._state.remove(self._key(session_id))
            self._state.sync()

    def _key(self, session_id: str) -> str:
        return f"merge/{session_id}/form"

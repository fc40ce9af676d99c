"""What the user asked for besides the command itself: where the database is and how to answer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ampsm.model.errors import UserError
from ampsm_cli.output import HUMAN, Output

if TYPE_CHECKING:
    from pathlib import Path

    from ampsm.context import Context
    from ampsm.system.secrecy.redaction import Redactor


class Request:
    """One call of `amp-sessions`: the global options, and the output and context that they lead to.

    Options fill in the fields while the command line is parsed, so `output` and `context` are made at first use.
    """

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        self.environ = dict(os.environ if environ is None else environ)
        self.database: str | None = None
        self.amp_path: str | None = None
        self.color = True
        self.verbosity = 0
        self.mode = HUMAN
        self._output: Output | None = None
        self._context: Context | None = None
        self._redactor: Redactor | None = None

    @property
    def output(self) -> Output:
        if self._output is None:
            self._output = Output(self.mode, color=self.color, environ=self.environ)
            self._output.database = self.database
            self._output.redacted = self.redacted
            self._output.redactor = lambda: self.redactor
        return self._output

    @output.setter
    def output(self, output: Output) -> None:
        self._output = output
        output.redacted = self.redacted
        output.redactor = lambda: self.redactor

    @property
    def context(self) -> Context:
        if self._context is None:
            from ampsm.context import open_context

            overrides = {"ampPath": self.amp_path} if self.amp_path else {}
            self._context = open_context(self.database, overrides=overrides, environ=self.environ)
            self._context.on_note = lambda text: self.output.note(self.output.typed(text))
        return self._context

    def redacted(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document without secrets; when settings cannot be read, without those that are at hand (SPEC 5)."""
        try:
            redactor = self._context.redactor if self._context else self.redactor
        except UserError:
            redactor = self.redactor
        found: dict[str, Any] = redactor.redact_value(document)
        return found

    @property
    def redactor(self) -> Redactor:
        """Takes out of every word of this command the secrets that are at hand, also before it has a context."""
        if self._context is not None:
            return self._context.redactor_at_hand
        if self._redactor is None:
            from ampsm.system.secrecy.plain_secrets import plain_secrets
            from ampsm.system.secrecy.redaction import Redactor

            self._redactor = Redactor(plain_secrets(self._config_file(), self.environ))
        return self._redactor

    def _config_file(self) -> Path | None:
        from ampsm.system.paths import resolve_paths

        try:
            return resolve_paths(self.database, self.environ).config_file
        except (UserError, OSError):
            return None

    def close(self) -> None:
        """Closes the store; harmless when nothing was opened."""
        context, self._context = self._context, None
        if context is not None:
            context.close()

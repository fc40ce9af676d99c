"""What every workflow is given: where files live, the store, the settings; each opened at its first use."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

from ampsm.git.programs.beside import look_beside
from ampsm.store.connection import Store, open_store
from ampsm.system.paths import Paths, resolve_paths

if TYPE_CHECKING:
    from ampsm.amp.prices import Price
    from ampsm.system.configuration import Settings
    from ampsm.system.secrecy.redaction import Redactor


#: Names a database that somebody has seen, a window say: its commands make no other one when it is gone.
EXPECTED_DATABASE = "AMPSM_EXPECTED_DB"


class Context:
    """Paths, environment and options of one command. `overrides` maps settings keys to what an option said.

    Nothing is read before it is asked for, so that a command pays only for what it uses. Close it, or use it as a
    context manager.
    """

    def __init__(self, paths: Paths, environ: dict[str, str], overrides: dict[str, str] | None = None) -> None:
        self.paths = paths
        self.environ = environ
        self.overrides = overrides or {}
        #: Told what the user should know beside the answer of the command, as a sentence.
        self.on_note: Callable[[str], None] = lambda text: None

    @cached_property
    def store(self) -> Store:
        """The database; made or migrated when need be. Raises the errors of `open_store`."""
        return open_store(self.paths, expected=self.environ.get(EXPECTED_DATABASE) == str(self.paths.database))

    def make_store(self) -> Store:
        """As `store`, which it is from then on; made again where it is lost and journals tell of it."""
        self.__dict__["store"] = store = self.__dict__.get("store") or open_store(self.paths, anew=True)
        return store

    @cached_property
    def settings(self) -> Settings:
        """The settings in force. Raises `config-unreadable`."""
        from ampsm.system.configuration import Settings

        return Settings(self.paths.config_file, self.environ, self.overrides)

    @cached_property
    def redactor(self) -> Redactor:
        """Replaces every secret that settings and environment hold."""
        from ampsm.system.secrecy.redaction import Redactor

        return Redactor(self.settings.secret_values())

    @property
    def redactor_at_hand(self) -> Redactor:
        """The same as far as it costs little: without the keyring's, unless they are known already."""
        return self.__dict__.get("redactor") or self._plain_redactor

    @cached_property
    def _plain_redactor(self) -> Redactor:
        from ampsm.system.secrecy.plain_secrets import plain_secrets
        from ampsm.system.secrecy.redaction import Redactor

        return Redactor(plain_secrets(self.paths.config_file, self.environ))

    @cached_property
    def prices(self) -> Mapping[str, Price]:
        """The price table with the user's own prices in it."""
        from ampsm.amp.prices import load_prices

        return load_prices(self.settings.members("prices."))

    def forget_settings(self) -> None:
        """Lets settings, and what is made of them, be read again: the file has changed."""
        for name in ("settings", "redactor", "_plain_redactor", "prices"):
            self.__dict__.pop(name, None)

    def close(self) -> None:
        store = self.__dict__.pop("store", None)
        if store is not None:
            store.close()

    def __enter__(self) -> Context:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_context(
    database: str | None = None,
    *,
    overrides: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Context:
    """The context of one command. `database` is what `--db` said; `environ` defaults to this process's."""
    found = dict(os.environ if environ is None else environ)
    paths = resolve_paths(database, found)
    look_beside(paths.repositories_dir)
    return Context(paths, found, dict(overrides or {}))

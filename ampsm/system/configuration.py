"""The settings in force: what every key's value is and where it comes from (SPEC section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ampsm.model.errors import UserError
from ampsm.model.settings import AMP_ENV_ALIASES, SETTINGS, Setting, require_setting, setting
from ampsm.system.config_file import IN_KEYRING, InKeyring, load_configuration, remove_value, store_value
from ampsm.system.secrecy import secrets
from ampsm.system.secrecy.redaction import secret_values

__all__ = ["IN_KEYRING", "InKeyring", "Settings", "load_configuration", "remove_value", "store_value"]

_ENV_FAMILY = "ampEnv."


class Settings:
    """The settings in force: option > environment > own key > `ampEnv.*` alias > default. The file is read when first
    needed, so a command that needs no setting never fails because of it."""

    def __init__(
        self, config_file: Path, environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None
    ) -> None:
        self.config_file = config_file
        self._environ = environ
        self._overrides = dict(overrides or {})
        self._file: dict[str, Any] | None = None
        self._secrets: dict[str, str | None] = {}

    def get(self, key: str) -> Any:
        """The value in force. Raises `unknown-key`, `invalid-value` (option, environment), `config-unreadable`."""
        return self._find(key)[1]

    def source(self, key: str) -> str:
        """Where `get` finds the value: option, environment, config, keyring, ampEnv or default."""
        return self._find(key)[0]

    def configured(self) -> dict[str, Any]:
        """What the file holds, flat; a secret of the keyring as IN_KEYRING."""
        if self._file is None:
            self._file = load_configuration(self.config_file)
        return self._file

    def keys(self) -> list[str]:
        """Every known key, with the members of families that are set, in the order of the table."""
        members = [key for key in self.configured() if (found := setting(key)) and found.family]
        keys: list[str] = []
        for entry in SETTINGS:
            family = entry.family
            keys += sorted(key for key in members if key.startswith(family)) if family else [entry.key]
        return keys

    def unknown_keys(self) -> list[str]:
        """Keys of the file that the program does not know; they are kept but do nothing."""
        return [key for key in self.configured() if setting(key) is None]

    def missing_secrets(self) -> list[str]:
        """Keys whose secret should be in the keyring but does not come out of it."""
        return [key for key, value in self.configured().items() if value is IN_KEYRING and self._secret(key) is None]

    def members(self, family: str) -> dict[str, Any]:
        """The set members of a family, e.g. `prices.`, by the rest of their key."""
        keys = [key for key in self.configured() if key.startswith(family) and setting(key)]
        return {key.removeprefix(family): self.get(key) for key in keys}

    def amp_environment(self) -> dict[str, str]:
        """What the agent's environment gets on top of this process's own: `ampEnv.*` that the process does not set
        itself, and `AMP_API_KEY` from `AMP_TOKEN` unless that is set."""
        added = {
            name: str(value)
            for name, value in self.members(_ENV_FAMILY).items()
            if value is not None and not self._environ.get(name)
        }
        token = self._environ.get("AMP_TOKEN") or added.get("AMP_TOKEN")
        if token and not (self._environ.get("AMP_API_KEY") or added.get("AMP_API_KEY")):
            added["AMP_API_KEY"] = token
        return added

    def secret_values(self) -> list[str]:
        """The secrets of configuration and environment, for a Redactor."""
        stored = {key: self._secret(key) if value is IN_KEYRING else value for key, value in self.configured().items()}
        texts = {key: value for key, value in stored.items() if isinstance(value, str)}
        return sorted({*secret_values(self._environ), *secret_values(texts)})

    def _find(self, key: str) -> tuple[str, Any]:
        entry = require_setting(key)
        if self._overrides.get(key) is not None:
            return "option", _parsed(entry, self._overrides[key], f"option for {key}", f"amp-sessions config get {key}")
        name = key.removeprefix(_ENV_FAMILY) if entry.family == _ENV_FAMILY else entry.env
        if name and self._environ.get(name):
            return "environment", _parsed(entry, self._environ[name], name, f"unset {name}")
        values = self.configured()
        if key in values:
            if values[key] is IN_KEYRING:
                return "keyring", self._secret(key)
            return "config", values[key]
        for alias, target in AMP_ENV_ALIASES.items():
            if target == key and _ENV_FAMILY + alias in values:
                name = _ENV_FAMILY + alias
                return "ampEnv", _parsed(entry, self.get(name), name, f"amp-sessions config unset {name}")
        return "default", entry.default

    def _secret(self, key: str) -> str | None:
        if key not in self._secrets:
            self._secrets[key] = secrets.load_secret(self.config_file, key)
        return self._secrets[key]


def _parsed(entry: Setting, value: Any, where: str, hint: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return entry.parse(value)
    except ValueError as error:
        raise UserError("invalid-value", f"{where} is '{value}': {error}", hint=hint) from None

"""What `config` does: settings are set, read, removed and listed (SPEC section 8)."""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import field
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.settings import AMP_ENV_ALIASES, is_secret_key, parse_value, require_setting
from ampsm.system.configuration import remove_value, store_value
from ampsm.system.paths import from_home

REDACTED = "[REDACTED]"
DEMO_AGENT = "demo"


@record
class SettingChange:
    """What `config set` did: the key, its value as it may be shown, and what the user should know."""

    internal = ("warnings",)

    key: str
    value: Any
    warnings: list[str] = field(default_factory=list)


@record
class SettingInForce:
    """A setting, its value as it may be shown, and where that comes from."""

    key: str
    value: Any
    source: str
    secret: bool


def set_setting(ctx: Context, key: str, text: str) -> SettingChange:
    """Stores what a user typed for a key; a secret goes to the system keyring when that works.

    Raises `unknown-key`, `invalid-value` (exit 2) or `config-unreadable`; then the file is untouched.
    """
    _refuse_emptiness(key, text)
    value = parse_value(key, text)
    place = store_value(ctx.paths.config_file, key, value)
    ctx.forget_settings()
    warnings = [*_outranked(ctx, key), *_missing_path(key, value)]
    if is_secret_key(key):
        warnings.append(_where_kept(ctx, place))
    return SettingChange(key, _shown(ctx, key, value), warnings)


def _refuse_emptiness(key: str, text: str) -> None:
    """An empty path, command, model or branch would be taken for none, which is what `config unset` is for."""
    acts_as = AMP_ENV_ALIASES.get(_variable(key), key)
    kind = require_setting(acts_as).kind
    if not text.strip() and (kind in ("path", "command") or acts_as in ("defaultModel", "defaultBase")):
        raise UserError("invalid-value", f"{key} cannot be empty; without a value its default counts",
                        hint=f"amp-sessions config unset {key}", details={"key": key, "value": text})  # fmt: skip


def unset_setting(ctx: Context, key: str) -> Any:
    """Removes a key from file and keyring, and gives the value in force from now on; removing what is not set is fine.

    A key the program does not know is removed when the file has it, else raises `unknown-key` (exit 2).
    """
    known = key not in ctx.settings.unknown_keys()
    if known:
        require_setting(key)
    remove_value(ctx.paths.config_file, key)
    ctx.forget_settings()
    return get_setting(ctx, key) if known else None


def get_setting(ctx: Context, key: str) -> Any:
    """The value in force, the default when it is not set; a secret redacted. Raises `unknown-key` (exit 2)."""
    require_setting(key)
    return _shown(ctx, key, ctx.settings.get(key))


def list_settings(ctx: Context, *, only_set: bool = False) -> list[SettingInForce]:
    """Every known key; with `only_set` those that are in force by option, environment or file."""
    settings = ctx.settings
    return [
        SettingInForce(key, _shown(ctx, key, settings.get(key)), settings.source(key), is_secret_key(key))
        for key in settings.keys()  # noqa: SIM118 - no mapping
        if not only_set or settings.source(key) != "default"
    ]


def settings_warnings(ctx: Context) -> list[str]:
    """What is odd about the configuration: keys that do nothing, secrets that the keyring does not give back."""
    settings = ctx.settings
    unknown = [f"{ctx.paths.config_file} has the unknown key {key}; it does nothing" for key in settings.unknown_keys()]
    missing = [
        f"The keyring does not give back {key}. Set it again: amp-sessions config set {key}"
        for key in settings.missing_secrets()
    ]
    return unknown + missing


def config_path(ctx: Context) -> Path:
    """Where the configuration file is, or will be."""
    return ctx.paths.config_file


def _shown(ctx: Context, key: str, value: Any) -> Any:
    if value is None:
        return None
    if is_secret_key(key):
        return REDACTED
    return ctx.redactor.redact_value(value)


def _outranked(ctx: Context, key: str) -> list[str]:
    """Says what goes before the key just set (option > environment > own key > ampEnv.* > default)."""
    variable = _variable(key)
    try:
        source = ctx.settings.source(key)
    except UserError as error:  # what goes before it is itself no value for the key
        return [f"{key} is stored, but outranked: {error.message}"]
    if source == "option":
        return [f"{key} is stored, but outranked by an option of this command"]
    if source == "environment":
        name = variable or require_setting(key).env
        return [f"{key} is stored, but outranked by the environment variable {name} as long as that is set"]
    alias = AMP_ENV_ALIASES.get(variable)
    if alias is None:
        return []
    above = ctx.settings.source(alias)
    if above in ("option", "environment", "config", "keyring"):
        what = f"the setting {alias}" if above in ("config", "keyring") else f"the {above} for {alias}"
        return [f"{key} is stored, but for {alias} it is outranked by {what}"]
    return []


def _variable(key: str) -> str:
    """The variable that a key of the family `ampEnv.` sets for the agent; "" for other keys."""
    return key.removeprefix("ampEnv.") if key.startswith("ampEnv.") else ""


def _missing_path(key: str, value: Any) -> list[str]:
    kind = require_setting(AMP_ENV_ALIASES.get(_variable(key), key)).kind
    if kind == "path" and value != DEMO_AGENT and not _program_exists(str(value)):
        return [f"{value} does not exist or is no program; {key} is stored all the same"]
    if kind == "command" and not _program_exists(next(iter(shlex.split(str(value))), "")):
        return [f"{value} starts no program that exists; {key} is stored all the same"]
    return []


def _program_exists(name: str) -> bool:
    expanded = from_home(name)
    if os.sep in name:
        return expanded.is_file() and os.access(expanded, os.X_OK)
    return bool(name) and shutil.which(name) is not None


def _where_kept(ctx: Context, place: str) -> str:
    if place == "keyring":
        return "Kept in the system keyring"
    return f"There is no working system keyring: kept in {ctx.paths.config_file}, which only you can read"

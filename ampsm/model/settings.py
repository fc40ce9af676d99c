"""The one table of settings: every key, its type, default, environment name, secrecy and help (SPEC section 8).

`config set`, `config list`, the environment, redaction, the preferences dialog and the documentation are made from it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from ampsm.model.errors import UserError
from ampsm.model.record import record

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_PRICE_PARTS = ("input", "output", "cacheRead", "cacheWrite")


@record
class Setting:
    """One key. A key ending in `.*` stands for a family, e.g. `ampEnv.*`. `parse` turns what a user typed into the
    value, or raises ValueError with what was expected."""

    key: str
    kind: str
    default: Any
    help: str
    parse: Callable[[str], Any]
    env: str | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False

    @property
    def family(self) -> str | None:
        """`ampEnv.` for the family `ampEnv.*`; None for a single key."""
        return self.key[:-1] if self.key.endswith(".*") else None


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    word = value.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("expected true or false")


def _arguments(value: str) -> str:
    try:
        shlex.split(value)
    except ValueError as error:
        raise ValueError(f"expected arguments quoted as for a shell ({error})") from None
    return value


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[+-]?\d{1,12}", value.strip()) or not low <= int(value) <= high:
            raise ValueError(f"expected a whole number from {low} to {high}")
        return int(value)

    return parse


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError("expected one of: " + ", ".join(choices))
        return value

    return parse


def _price(value: str) -> dict[str, float]:
    """`input=3 output=15 cacheRead=0.3 cacheWrite=3.75`, US dollars per million tokens."""
    price: dict[str, float] = {}
    for part in value.replace(",", " ").split():
        name, _, number = part.partition("=")
        if name not in _PRICE_PARTS or not re.fullmatch(r"\d+(\.\d+)?", number):
            raise ValueError("expected e.g. 'input=3 output=15 cacheRead=0.3 cacheWrite=3.75' (USD per million tokens)")
        price[name] = float(number)
    if "input" not in price or "output" not in price:
        raise ValueError("expected at least input=… and output=… (USD per million tokens)")
    return price


def _choice(key: str, default: str, help_text: str, *choices: str) -> Setting:
    return Setting(key, "choice", default, help_text, _one_of(*choices), choices=choices)


def _number(key: str, default: int, help_text: str, low: int, high: int) -> Setting:
    return Setting(key, "number", default, help_text, _whole_number(low, high))


def _boolean(key: str, default: bool, help_text: str, env: str | None = None) -> Setting:
    return Setting(key, "true/false", default, help_text, _flag, env=env)


_DAY = 86_400

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ampPath",
        "path",
        None,
        "The Amp program; `demo` is the built-in demo agent. Not set: `amp` on PATH.",
        _text,
        env="AMP_BIN",
    ),
    Setting(
        "ampArgs", "arguments", None, "Extra arguments for Amp, quoted as for a shell.", _arguments, env="AMP_ARGS"
    ),
    _boolean(
        "enableJSONLogs",
        True,
        "Ask Amp for structured output; false: plain text, read with care.",
        env="AMP_ENABLE_JSONL",
    ),
    Setting("ampEnv.*", "text", None, "Environment variables for Amp; AMP_TOKEN also becomes AMP_API_KEY.", _text),
    _choice(
        "ampPermissions",
        "allow-all",
        "allow-all: tools run unasked; amp: Amp's own permission rules.",
        "allow-all",
        "amp",
    ),
    _number("ampRetries", 2, "Retries of what waiting can cure: rate limit, overload, network.", 0, 20),
    Setting("defaultModel", "text", None, "Model or mode of sessions that name none.", _text),
    Setting("defaultBase", "text", None, "Base branch of new sessions that name none.", _text),
    _boolean("allowDirty", False, "Create sessions also when the main checkout has unstaged changes."),
    _choice("commitHooks", "run", "Whether git's commit hooks run for iteration commits.", "run", "skip"),
    _number("iterationTimeoutSec", 3600, "Longest time for the agent in one iteration, in seconds.", 1, 30 * _DAY),
    _number("testTimeoutSec", 900, "Longest time for a test script, in seconds.", 1, 30 * _DAY),
    _number("noAnswerTimeoutSec", 90, "Longest wait for Amp's first line of structured output, in seconds.", 1, _DAY),
    _number("trashKeepDays", 90, "How long `doctor --fix` keeps snapshots of cleaned-up sessions, in days.", 1, 36500),
    _number("backupKeepDays", 90, "How long `doctor --fix` keeps backups of rewritten branches, in days.", 1, 36500),
    _number(
        "trashIgnoredMaxMiB", 50, "Ignored files up to this size are part of a cleanup snapshot, in MiB.", 0, 1_000_000
    ),
    Setting("editor", "command", None, "Command that opens a worktree or file in the desktop app.", _arguments),
    Setting("prices.*", "price", None, "Price of a model, e.g. `input=3 output=15` in USD per million tokens.", _price),
    _boolean("notifications.enabled", True, "Show desktop notifications."),
    _boolean("notifications.sound", False, "Play a sound with a notification."),
    _choice("theme", "system", "Look of the desktop app.", "system", "light", "dark"),
)

_BY_KEY = {setting.key: setting for setting in SETTINGS}
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_WORD = re.compile(r"(?:^|_)(?:token|key|secret|password|credential)s?(?=_|$)")

#: Members of ampEnv that also act as a setting of their own (SPEC section 8).
AMP_ENV_ALIASES: Mapping[str, str] = {s.env: s.key for s in SETTINGS if s.env}


def setting(key: str) -> Setting | None:
    """The setting a key belongs to: itself or its family; None for an unknown key."""
    found = _BY_KEY.get(key)
    if found is not None and found.family is None:
        return found
    for candidate in SETTINGS:
        family = candidate.family
        if family and key.startswith(family) and len(key) > len(family):
            if family == "ampEnv." and not _ENV_NAME.fullmatch(key[len(family) :]):
                return None
            return candidate
    return None


def require_setting(key: str) -> Setting:
    """As `setting`; raises `unknown-key` (exit 2) naming the valid keys, the nearest first."""
    found = setting(key)
    if found is None:
        import difflib

        keys = [s.key.replace(".*", ".<NAME>") for s in SETTINGS]
        near = difflib.get_close_matches(key.lower(), [k.lower() for k in keys], n=1, cutoff=0.5)
        nearest = next((k for k in keys if near and k.lower() == near[0]), None)
        question = f" Did you mean '{nearest}'?" if nearest else ""
        raise UserError(
            "unknown-key",
            f"There is no setting '{key}'.{question} Valid: {', '.join(keys)}",
            hint="amp-sessions config list",
            details={"key": key, "valid": keys, "nearest": nearest},
        )
    return found


def parse_value(key: str, text: str) -> Any:
    """The value a user typed for a key; raises `unknown-key` or `invalid-value` (exit 2)."""
    found = require_setting(key)
    try:
        return found.parse(text)
    except ValueError as error:
        hint = f"amp-sessions config set {key} {found.choices[0] if found.choices else _example(found)}"
        raise UserError(
            "invalid-value",
            f"'{text}' is no value for {key}: {error}",
            hint=hint,
            details={"key": key, "value": text, "choices": list(found.choices)},
        ) from None


def is_secret_name(name: str) -> bool:
    """Whether a name holds the word token, key, secret, password or credential (whole words at `_` and camelCase)."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return bool(_SECRET_WORD.search(re.sub(r"[^A-Za-z0-9]+", "_", words).lower()))


def is_secret_key(key: str) -> bool:
    """Whether the value of a settings key is a secret: never shown, kept in the keyring when there is one."""
    found = setting(key)
    return bool(found and (found.secret or (found.family == "ampEnv." and is_secret_name(key.split(".", 1)[1]))))


def _example(found: Setting) -> str:
    if found.kind == "price":
        return "'input=3 output=15'"
    if found.kind == "true/false":
        return "true"
    if found.kind == "number":
        return str(found.default)
    return "'…'"

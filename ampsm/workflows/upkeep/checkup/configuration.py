"""The configuration file: it can be read, every key is known, and every secret comes out of the keyring."""

from __future__ import annotations

from ampsm.model.errors import UserError
from ampsm.workflows.upkeep.checkup.findings import ERROR, WARNING, Checkup, Finding, Findings


def check(checkup: Checkup) -> Findings:
    path = checkup.ctx.paths.config_file
    try:
        settings = checkup.ctx.settings
        unknown, missing = settings.unknown_keys(), settings.missing_secrets()
    except UserError as error:
        yield Finding("config-unreadable", ERROR, str(path), error.message, error.hint)
        return
    for key in unknown:
        yield Finding(
            "config-key-unknown", WARNING, key, f"{path} sets a key that this release does not know; it does nothing.",
            f"amp-sessions config unset {key}",
        )  # fmt: skip
    for key in missing:
        yield Finding(
            "secret-missing", WARNING, key, "It is kept in the system keyring, which does not give it back.",
            f"amp-sessions config set {key}",
        )  # fmt: skip
    for key in settings.keys():  # noqa: SIM118 - no mapping
        try:
            settings.get(key)
        except UserError as error:
            yield Finding("config-value-wrong", ERROR, key, error.message, error.hint)

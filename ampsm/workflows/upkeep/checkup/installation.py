"""What everything rests on: git and Amp, the configuration file, and who may read what is kept."""

from __future__ import annotations

import os
import re
import tempfile
from functools import partial

from ampsm.amp.locate import locate
from ampsm.git import commits
from ampsm.git.command import git, line_of
from ampsm.model.errors import UserError
from ampsm.system.environment import clean_environment
from ampsm.system.probe import probe
from ampsm.workflows.upkeep.checkup.findings import ERROR, INFO, WARNING, Checkup, Finding, Findings

#: The oldest git that has all that is used.
_OLDEST = (2, 38)

_NO_CONFIG = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_SECONDS = 15.0
_OTHERS = 0o077


def check_programs(checkup: Checkup) -> Findings:
    """Git, whoever commits with it, and Amp."""
    yield _git(waits=bool(checkup.blocked))
    for root in checkup.repositories():
        try:
            commits.require_identity(root)
        except UserError as error:
            if error.code == "no-identity":
                message = f"{error.message} in {root}; no iteration there can commit."
                yield Finding("no-identity", WARNING, str(root), message, error.hint)
    yield _amp(checkup)


def check_configuration(checkup: Checkup) -> Findings:
    """The file can be read, every key is known, and every secret comes out of the keyring."""
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


def check_permissions(checkup: Checkup) -> Findings:
    """Nobody but their owner may read configuration, database and journals."""
    if os.name != "posix":
        return
    paths = checkup.ctx.paths
    ends = ("", "-wal", "-shm") if checkup.store is not None else ()  # else it may be a file of somebody's
    database = (paths.database.with_name(paths.database.name + end) for end in ends)
    for path, mode in [*((file, 0o600) for file in (paths.config_file, *database)), (paths.data_dir, 0o700)]:
        if path.exists() and (found := path.stat().st_mode & 0o777) & _OTHERS:
            yield Finding(
                "too-open", WARNING, str(path),
                f"Others than its owner may use it (mode {found:04o}): it can hold prompts and secrets.",
                f"doctor --fix sets mode {mode:04o}", partial(path.chmod, mode),
            )  # fmt: skip


def _git(*, waits: bool) -> Finding:
    """With `waits` a configuration may keep git from answering: then it reads none."""
    try:
        said = line_of(git(os.sep, "version", env=_NO_CONFIG if waits else None))
    except UserError as error:
        return Finding("git-missing", ERROR, "git", error.message, error.hint)
    numbers = re.search(r"(\d+)\.(\d+)", said)
    if numbers and (int(numbers[1]), int(numbers[2])) < _OLDEST:
        return Finding(
            "git-old", WARNING, "git", f"{said} is older than 2.38; merging and predictions need that.",
            "install git 2.38 or newer",
        )  # fmt: skip
    return Finding("git", INFO, "git", said)


def _amp(checkup: Checkup) -> Finding:
    """Not having one is no fault: whoever only reviews and merges needs none."""
    try:
        amp = locate(checkup.ctx.settings, checkup.ctx.environ)
    except UserError as error:
        return Finding("amp", INFO, "amp", error.message, error.hint)
    if amp.is_demo:
        return Finding("amp", INFO, "amp", "The built-in demo agent stands in for Amp.")
    env = clean_environment(checkup.ctx.environ)
    with tempfile.TemporaryDirectory(prefix="ampsm-", ignore_cleanup_errors=True) as folder:
        try:
            answer = probe([*amp.argv, "--version"], cwd=folder, env=env, timeout=_SECONDS)
        except OSError as error:
            return Finding("amp", INFO, amp.path, f"It cannot be started: {error.strerror}", "amp-sessions verify-amp")
    said = answer.stdout.decode(errors="replace").strip().splitlines()
    if answer.exit_code != 0 or not said:
        return Finding("amp", INFO, amp.path, "It does not tell its version.", "amp-sessions verify-amp")
    return Finding("amp", INFO, amp.path, said[-1].strip())

"""The secrets that are found at little cost: those that the environment and the configuration file hold openly.

That is what every command can leave out of its words, also before it has read its settings. A keyring, which may take
seconds to answer, is not asked, and a file that names no secret is not parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ampsm.model.errors import UserError
from ampsm.model.settings import is_secret_name
from ampsm.system.plain_files import read_plain
from ampsm.system.secrecy.redaction import secret_values

_LARGEST = 2**20
_WORD = r"[A-Za-z][A-Za-z0-9_]*"
_ENTRY = r"""(?m)^[ \t]*["']?([\w.]+)["']?[ \t]*:[ \t]*(\S.*?)[ \t]*$"""


def plain_secrets(config_file: Path | None, environ: Mapping[str, str]) -> list[str]:
    """The values, for a Redactor. Never raises: of a file that is no YAML those count that stand in a line of their
    own."""
    text = _text(config_file) if config_file else ""
    found = secret_values(environ)
    if any(is_secret_name(word) for word in set(re.findall(_WORD, text))):
        found += secret_values(_entries(text))
        found += secret_values(_parsed(config_file) if config_file else {})
    return found


def _entries(text: str) -> dict[str, str]:
    return {name: value.strip("\"'") for name, value in re.findall(_ENTRY, text)}


def _parsed(config_file: Path) -> dict[str, str]:
    from ampsm.system.config_file import load_configuration

    try:
        return {key: value for key, value in load_configuration(config_file).items() if isinstance(value, str)}
    except UserError:
        return {}


def _text(config_file: Path) -> str:
    try:
        return read_plain(config_file, limit=_LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""

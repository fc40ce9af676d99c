"""The configuration file: read, checked and rewritten whole (SPEC section 8).

In memory a configuration is flat: `{"ampPath": …, "ampEnv.AMP_TOKEN": …}`. In the file a family may be nested
(`ampEnv: {AMP_TOKEN: …}`) or flat. Comments in the file are lost when the program writes it.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ampsm.model.errors import UserError
from ampsm.model.settings import SETTINGS, Setting, is_secret_key, setting
from ampsm.system.files import atomic_write, locked, make_private_dir
from ampsm.system.plain_files import read_plain
from ampsm.system.secrecy import secrets


class InKeyring:
    """Stands in a configuration for a secret that the system keyring holds; `{from: keyring}` in the file."""

    def __repr__(self) -> str:
        return "IN_KEYRING"


IN_KEYRING = InKeyring()
_KEYRING_ENTRY = {"from": "keyring"}

#: Keys that may hold a mapping of further keys in the file: ampEnv, prices, notifications.
_PARENTS = frozenset(entry.key.split(".", 1)[0] for entry in SETTINGS if "." in entry.key)

#: Bytes; nobody writes so many settings.
_LIMIT = 16 * 2**20


def load_configuration(path: Path) -> dict[str, Any]:
    """The file's keys with their parsed values; empty when there is no file. Unknown keys keep what YAML makes of them.

    Raises `config-unreadable` naming `file:line` for a file that cannot be read, is no YAML mapping or holds a value
    of the wrong type.
    """
    try:
        text = "" if path == Path(os.devnull) else read_plain(path, limit=_LIMIT).decode()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise _unreadable(path, error.object[: error.start].count(b"\n") + 1, "is not UTF-8 text") from None
    except OSError as error:
        raise UserError(
            "config-unreadable",
            f"Cannot read {path}: {error.strerror}",
            hint=f"ls -l {shlex.quote(str(path))}",
            details={"path": str(path)},
        ) from None
    import yaml

    try:
        loader = yaml.SafeLoader(text)
        try:
            root = loader.get_single_node()
            return {} if root is None or _is_null(root) else _Reader(path, loader).read(root)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark and error.context_mark and mark.line >= len(text.splitlines()):
            mark = error.context_mark  # what was opened and never closed, not the end of the file
        problem = error.problem or error.context or "cannot be parsed"
        raise _unreadable(path, mark.line + 1 if mark else 1, problem) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _unreadable(path, 1, str(error)) from None


def store_value(path: Path, key: str, value: Any) -> str:
    """Sets a key (`value` as `model.settings.parse_value` returns it) and says where it is kept: `keyring` or `config`.

    A secret goes to the keyring when that gives it back, else into the file, which only its owner can read. Raises as
    `load_configuration`; a file that cannot be read is not touched.
    """
    with locked(_lock(path)):
        values = load_configuration(path)
        in_keyring = is_secret_key(key) and secrets.store_secret(path, key, str(value))
        if not in_keyring and values.get(key) is IN_KEYRING:
            secrets.delete_secret(path, key)
        values[key] = IN_KEYRING if in_keyring else value
        _save(path, values)
    return "keyring" if in_keyring else "config"


def remove_value(path: Path, key: str) -> bool:
    """Removes a key, also from the keyring; whether it was set. Raises as `load_configuration`."""
    with locked(_lock(path)):
        values = load_configuration(path)
        if key not in values:
            return False
        if values.pop(key) is IN_KEYRING:
            secrets.delete_secret(path, key)
        _save(path, values)
    return True


class _Reader:
    """Turns the YAML nodes of a configuration into its flat form."""

    def __init__(self, path: Path, loader: Any) -> None:
        self._path = path
        self._loader = loader
        self._values: dict[str, Any] = {}

    def read(self, root: Any) -> dict[str, Any]:
        for key, node in self._entries(root, "the file"):
            if key not in _PARENTS:
                self._add(key, node)
            elif not _is_null(node):
                for member, value in self._entries(node, key):
                    self._add(f"{key}.{member}", value)
        return self._values

    def _entries(self, node: Any, what: str) -> list[tuple[str, Any]]:
        if node.id != "mapping":
            raise _unreadable(self._path, node.start_mark.line + 1, f"{what}: expected `key: value` lines")
        for key, _ in node.value:
            if key.id != "scalar":
                raise _unreadable(self._path, key.start_mark.line + 1, "expected a name before the colon")
        return [(key.value, value) for key, value in node.value]

    def _add(self, key: str, node: Any) -> None:
        line = node.start_mark.line + 1
        if key in self._values:
            raise _unreadable(self._path, line, f"{key} is set twice")
        entry = setting(key)
        if entry is not None and _is_null(node):
            return
        if entry is None:
            self._values[key] = self._loader.construct_object(node, deep=True)
            return
        try:
            self._values[key] = self._value(entry, key, node)
        except ValueError as error:
            raise _unreadable(self._path, line, f"{key}: {error}") from None

    def _value(self, entry: Setting, key: str, node: Any) -> Any:
        if node.id == "scalar":
            # The text as written, so that `ampEnv.X: 01` stays 01 and `yes` is what the user typed.
            return entry.parse(node.value)
        if node.id == "mapping":
            fields = {k.value: v.value for k, v in node.value if k.id == v.id == "scalar"}
            if fields == _KEYRING_ENTRY and is_secret_key(key):
                return IN_KEYRING
            if entry.kind == "price" and len(fields) == len(node.value):
                return entry.parse(" ".join(f"{part}={_plain(number)}" for part, number in fields.items()))
        raise ValueError(f"expected one value ({entry.kind})")


def _plain(number: str) -> str:
    """A YAML number such as `1.0e-05` without exponent."""
    return f"{float(number):.12f}".rstrip("0").rstrip(".")


def _is_null(node: Any) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _save(path: Path, values: Mapping[str, Any]) -> None:
    import yaml

    nested: dict[str, Any] = {}
    for key, value in values.items():
        parent, _, member = key.partition(".")
        written = dict(_KEYRING_ENTRY) if value is IN_KEYRING else value
        if member and parent in _PARENTS:
            nested.setdefault(parent, {})[member] = written
        else:
            nested[key] = written
    text = yaml.dump(nested, Dumper=_dumper(), sort_keys=False, allow_unicode=True, default_flow_style=False)
    try:
        make_private_dir(path.parent)
        atomic_write(path, text.encode(), 0o600, follow=True)
    except OSError as error:
        code = "permission-denied" if isinstance(error, PermissionError) else "failed"
        hint = f"ls -ld {shlex.quote(str(path.parent))}"
        raise UserError(code, f"Cannot write {path}: {error.strerror}", hint=hint) from None


def _dumper() -> type[Any]:
    """YAML's safe writer; texts with unusual characters are quoted, since its plain styles change some (U+0085)."""
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        style = None if value.isprintable() else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)

    Dumper.add_representer(str, text)
    return Dumper


def _lock(path: Path) -> Path:
    return Path(f"{os.path.realpath(path)}.lock")


def _unreadable(path: Path, line: int, problem: str) -> UserError:
    return UserError(
        "config-unreadable",
        f"{path}:{line}: {problem}",
        hint=f"correct line {line} of {path}, or move the file away",
        details={"path": str(path), "line": line},
    )

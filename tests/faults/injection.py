"""Faults inside the program's own processes: a module that Python imports at its start, before the program's."""

from __future__ import annotations

from pathlib import Path

import pytest

_CLOCK = """\
import datetime, os, time

_real = time.time

def _offset():
    try:
        with open({file!r}) as file:
            return float(file.read() or 0)
    except (OSError, ValueError):
        return 0.0

time.time = lambda: _real() + _offset()

class datetime_(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)

datetime.datetime = datetime_
"""

_CRASH = """\
from {module} import {function} as _function
import {module} as _module

def _crash(*args, **kwargs):
    raise RuntimeError({message!r})

_module.{function} = _crash
"""


class Clock:
    """The clock of every Python that is started from now on: `set(seconds)` ahead of, or behind, the real one."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def set(self, seconds: float) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self._file)


def inject_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    file = tmp_path / "clock"
    _inject(tmp_path, monkeypatch, _CLOCK.format(file=str(file)))
    return Clock(file)


def inject_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, function: str, message: str) -> None:
    """Lets a function of the program raise an error that nobody expects."""
    _inject(tmp_path, monkeypatch, _CRASH.format(module=module, function=function, message=message))


def _inject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    folder = tmp_path / "injected"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(folder))

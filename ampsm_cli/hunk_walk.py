"""Settling the conflicts of a file on a terminal: a hunk at a time, one key each, those of the merge wizard."""

from __future__ import annotations

import os
import select
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from ampsm.model.conflicts import Choice, HunkKind
from ampsm.model.errors import UserError, quoted
from ampsm_cli.conflict_view import CHOSEN, show_hunk, show_resolved, show_whole, state
from ampsm_cli.style import clean

if TYPE_CHECKING:
    from ampsm.model.conflicts import ConflictSides, FileHunks, Hunk
    from ampsm_cli.request import Request

#: `#` is Shift+3 on most keyboards; where it is not, `r` is another way.
_KEYS = {
    "1": Choice.TARGET, "2": Choice.SESSION, "3": Choice.BOTH, "#": Choice.BOTH_REVERSED, "r": Choice.BOTH_REVERSED,
    "0": Choice.BASE,
}  # fmt: skip
_LEGEND = (
    "1 target · 2 session · 3 both · # reversed · 0 ancestor · u un-choose",
    "e edit · n p next, previous · s skip file · q quit",
)
_WHOLE_KEYS = {"1": Choice.TARGET, "2": Choice.SESSION, "0": Choice.BASE, "d": Choice.DELETE, "k": Choice.KEEP}


class HunkWalk:
    """Leads through the conflicts of one file after the other; every choice is kept at once."""

    def __init__(self, request: Request, ref: str, sides: ConflictSides) -> None:
        self._request = request
        self._output = request.output
        self._ref = ref
        self._sides = sides

    def through(self, path: str) -> bool:
        """Asks about a file; False: the person wants to stop here."""
        from ampsm.workflows.finishing import conflict_hunks

        found = conflict_hunks(self._request.context, self._ref, path)
        self._output.answer()
        self._output.answer(f"{clean(path)}: {found.file.sentence}", "bold", as_it_is=True)
        if found.file.resolved:
            self._output.answer("It is resolved. Make it unresolved again: add --undo")
            return True
        going = self._hunks(found) if found.file.hunks else self._whole(found)
        return going and self._offer_to_write(path)

    def _hunks(self, found: FileHunks) -> bool:
        """Goes through the conflicts, beginning at the first open one; False: quit."""
        hunks = _conflicts(found)
        at = next((i for i, hunk in enumerate(hunks) if hunk.choice is None), 0)
        while at < len(hunks):
            hunk = hunks[at]
            self._output.answer()
            show_hunk(self._output, self._sides, hunk, len(hunks))
            for line in _LEGEND:
                self._output.answer(line, "dim")
            key = self._key()
            if key == "q":
                return False
            if key == "s":
                return True
            if key == "p":
                at = max(0, at - 1)
                continue
            if key in ("n", " ", "\r", "\n"):
                at += 1
                continue
            if key not in _KEYS and key not in "ue":
                self._output.answer(f"There is nothing on the key {clean(key)!r}.", "yellow")
                continue
            changed = self._chosen(found, hunk, key)
            if changed is None:
                continue
            hunks = _conflicts(changed)
            if at < len(hunks) and hunks[at].choice is not None:
                self._output.answer(f"Hunk {hunk.n}: {CHOSEN[hunks[at].choice or Choice.TEXT]}", "green")
                at += 1
        return True

    def _chosen(self, found: FileHunks, hunk: Hunk, key: str) -> FileHunks | None:
        """Keeps what a key chooses; None when nothing came of it."""
        from ampsm.workflows.finishing import choose

        keep = partial(choose, self._request.context, self._ref, found.file.path, hunks=(hunk.n,), seen=found)
        before = hunk.result if hunk.choice else hunk.target + hunk.session
        try:
            if key in _KEYS:
                return keep(_KEYS[key])
            if key == "u":
                return keep(None)
            # As bytes: nothing is taken from them, and an editor may write another encoding.
            text = click.edit(before.encode("utf-8", "surrogateescape"), require_save=False)
            return keep(Choice.TEXT, text=text or b"")
        except click.ClickException as error:
            self._output.answer(clean(error.message), "yellow")
        except UserError as error:
            if error.code not in ("not-in-encoding", "invalid-value"):
                raise
            self._output.answer(clean(error.message), "yellow")
        return None

    def _whole(self, found: FileHunks) -> bool:
        """Asks about a file that has no hunks."""
        from ampsm.workflows.finishing import choose, outcomes_of, whole_sides

        file = found.file
        show_whole(self._output, self._sides, file, whole_sides(self._request.context, self._ref, file.path))
        outcomes = {outcome.key or "d": outcome for outcome in outcomes_of(file)}
        keys = {key: outcome.choice for key, outcome in outcomes.items()}
        keys |= {key: choice for key, choice in _WHOLE_KEYS.items() if choice in file.choices}
        legend = " · ".join(f"{key} {outcome.words}" for key, outcome in outcomes.items())
        while True:
            self._output.answer(f"{legend} · u un-choose · s skip file · q quit", "dim")
            key = self._key()
            if key in ("s", "n", "q"):
                return key != "q"
            if key in keys or key == "u":
                chosen = choose(self._request.context, self._ref, file.path, keys.get(key), seen=found).file
                self._output.answer(f"{clean(file.path)}: {state(chosen)}", "green", as_it_is=True)
                if key != "u":
                    return True

    def _offer_to_write(self, path: str) -> bool:
        """Where everything is chosen: writes and stages the file if that is wanted; False: quit."""
        from ampsm.model.conflicts import Resolved
        from ampsm.workflows.finishing import conflicts_of, resolve_file

        context, output = self._request.context, self._output
        file = next(file for file in conflicts_of(context, self._ref).files if file.path == path)
        if file.open:
            output.answer(f"{clean(path)}: {state(file)}", as_it_is=True)
            return True
        output.answer()
        output.answer(f"Everything in {clean(path)} is chosen.", as_it_is=True)
        output.answer("d write and stage it · s leave it a draft · q quit", "dim")
        while (key := self._key()) not in ("d", "s", "n", "q"):
            output.answer(f"There is nothing on the key {clean(key)!r}.", "yellow")
        if key == "d":
            try:
                resolve_file(context, self._ref, path)
            except UserError as error:
                error.hint = error.hint or f"amp-sessions conflicts {quoted(self._ref)}"
                raise
            found = conflicts_of(context, self._ref)
            files = tuple(file for file in found.files if file.path == path)
            left = sum(not file.resolved for file in found.files)
            show_resolved(output, self._ref, Resolved(files, left), found)
        return key != "q"

    def _key(self) -> str:
        self._output.flush()
        return _read_key()


def _read_key() -> str:
    """One key from the terminal, without waiting for Enter. Keys typed ahead are not lost: click's own reader throws
    them away each time."""
    try:
        import termios
        import tty
    except ImportError:  # Windows
        key: str = click.getchar()
        return key
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)
        typed = os.read(terminal, 1)
        if typed == b"\x1b" or typed >= b"\x80":  # the rest of an arrow or of a character: nothing is on those
            while select.select([terminal], [], [], 0.02)[0] and (more := os.read(terminal, 1)):
                typed += more
                if more.isalpha() or more == b"~":
                    break
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    return typed.decode("utf-8", "replace").replace("\x04", "q") or "q"  # nobody is there any more


def _conflicts(found: FileHunks) -> list[Hunk]:
    return [hunk for hunk in found.hunks if hunk.kind is HunkKind.CONFLICT]

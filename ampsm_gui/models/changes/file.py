"""One changed file as it can be shown: its diff, two images, or a sentence about what became of it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import NamedTuple

from PySide6.QtGui import QImage

from ampsm.context import Context
from ampsm.git.diff import FileChange
from ampsm.git.versions import Version
from ampsm.journal.results import size_words
from ampsm.model.errors import UserError
from ampsm.workflows.review import LIMIT, versions_of_file
from ampsm_gui.look import figures
from ampsm_gui.models.changes.sources import Source
from ampsm_gui.models.changes.tree import WORDS, shown_path
from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.models.diff.patch import FilePatch
from ampsm_gui.models.results.pixels import drawn

_IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".ico", ".webp", ".ppm", ".xpm"})
_TEXT_LIMIT = 4 * 2**20
_MODES = {"100644": "a file", "100755": "an executable file", "120000": "a symbolic link", "160000": "a submodule"}


class Picture(NamedTuple):
    """One version of an image: None where there is none, null where it cannot be drawn."""

    image: QImage | None
    size: int


class FileView(NamedTuple):
    """What is shown of a file. With neither document nor pictures the sentence says all."""

    change: FileChange
    sentence: str = ""
    document: DiffDocument | None = None
    pictures: tuple[Picture, Picture] | None = None
    facts: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Two words above the sentence."""
        if self.change.binary:
            return "Binary file"
        return "No lines to show" if self.change.status == "modified" else WORDS.get(self.change.status, "No lines")


def read_file(
    ctx: Context, session_id: str, source: Source, change: FileChange, parts: list[bytes], ignore_space: bool = False
) -> FileView:
    """Makes a changed file ready to be shown: for the pool.

    A file that has changed again since its patch was read is shown as the patch has it.
    """
    is_image = PurePosixPath(change.path).suffix.lower() in _IMAGES
    limit = LIMIT if change.binary and is_image else 0 if change.binary else _TEXT_LIMIT
    try:
        old, new = versions_of_file(ctx, session_id, change.path, source.what, old_path=change.old_path, limit=limit)
    except UserError:
        old = new = None
    if change.binary:
        if is_image:
            return FileView(change, "", pictures=(_picture(old), _picture(new)), facts=_facts(change, None))
        return FileView(change, _binary_sentence(old, new), facts=_facts(change, None))
    document = DiffDocument(b"".join(parts), _content(old), _content(new)) if parts else None
    patch = document.patch if document else None
    if document is None or patch is None or not patch.hunks or patch.submodule:
        return FileView(change, _sentence(change, patch, old, new, ignore_space), facts=_facts(change, patch))
    return FileView(change, document=document, facts=(*_facts(change, patch), *_text_facts(document)))


def _content(version: Version | None) -> bytes | None:
    return version.content if version else None


def _picture(version: Version | None) -> Picture:
    if version is None:
        return Picture(None, 0)
    return Picture(drawn(version.content or b""), version.size)


def _binary_sentence(old: Version | None, new: Version | None) -> str:
    if old and new:
        return f"A binary file: it was {size_words(old.size)} and is {size_words(new.size)} now."
    if new:
        return f"A binary file of {size_words(new.size)} was added."
    return f"A binary file of {size_words(old.size)} was deleted." if old else "A binary file has changed."


def _sentence(
    change: FileChange, patch: FilePatch | None, old: Version | None, new: Version | None, ignore_space: bool
) -> str:  # fmt: skip
    if patch and patch.submodule:
        return _submodule_sentence(patch)
    if (patch and patch.unmerged) or change.status == "unmerged":
        return "This file is in conflict and has no merged version yet."
    if change.status == "renamed":
        return f"Renamed from {shown_path(change.old_path or '')}. What it holds is the same."
    if change.status == "copied":
        return f"A copy of {shown_path(change.old_path or '')}. What it holds is the same."
    if change.status == "added":
        return "An empty file was added." if new is None or not new.size else "The file was added."
    if change.status == "deleted":
        return "An empty file was deleted." if old is None or not old.size else "The file was deleted."
    if patch and patch.old_mode != patch.new_mode and patch.old_mode and patch.new_mode:
        return f"Only its mode changed: from {_mode(patch.old_mode)} to {_mode(patch.new_mode)}."
    if ignore_space:
        return "Nothing but white space has changed."
    return "No line of it has changed."


def _submodule_sentence(patch: FilePatch) -> str:
    lines = [line for hunk in patch.hunks for line in hunk.lines]
    commits = {line.sign: line.text.removeprefix("Subproject commit ")[:10] for line in lines}
    if "-" in commits and "+" in commits:
        return f"A submodule: it was at commit {commits['-']} and is at {commits['+']} now."
    if "+" in commits:
        return f"A submodule was added at commit {commits['+']}."
    return f"A submodule, at commit {commits.get('-', 'unknown')}, was removed."


def _facts(change: FileChange, patch: FilePatch | None) -> tuple[str, ...]:
    found = []
    if change.old_path and change.old_path != change.path:
        alike = f", {patch.similarity} % the same" if patch and patch.similarity else ""
        found.append(f"from {shown_path(change.old_path)}{alike}")
    if patch and patch.old_mode and patch.new_mode and patch.old_mode != patch.new_mode:
        found.append(f"was {_mode(patch.old_mode)}, is {_mode(patch.new_mode)}")
    elif patch and patch.new_mode in ("100755", "120000") and patch.old_path is None:
        found.append(_mode(patch.new_mode).partition(" ")[2])
    return tuple(found)


def _text_facts(document: DiffDocument) -> tuple[str, ...]:
    ends = {"CRLF": ("lines end in CR LF",), "mixed": ("line ends differ",)}.get(document.line_ends, ())
    if document.patch.left_out:
        return (*ends, f"{figures.count(document.patch.left_out, 'line')} left out")
    return ends


def _mode(mode: str) -> str:
    return _MODES.get(mode, f"mode {mode}")

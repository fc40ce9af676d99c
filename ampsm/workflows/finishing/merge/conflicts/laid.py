"""The lines of a file in conflict: its three texts laid side by side, and what they become by a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ampsm.git.objects import LineChange, line_changes_of, read_blobs
from ampsm.git.rewrite.stages import BASE, SESSION, TARGET
from ampsm.model.conflicts import Choice, Hunk, HunkKind
from ampsm.model.record import record
from ampsm.workflows.finishing.merge.conflicts.conflicted import Conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import FileDraft
from ampsm.workflows.finishing.merge.conflicts.hunks import Region, ThreeWay, composed, three_way
from ampsm.workflows.finishing.merge.conflicts.recently_used import RecentlyUsed
from ampsm.workflows.finishing.merge.conflicts.texts import Encoding, encoding_of

#: Bytes of all texts that are remembered: a window asks again after every choice.
MOST_KEPT = 64 * 2**20
#: What a region takes beside its lines.
_OF_A_REGION = 1024

#: Bytes of texts that are read together.
_TOGETHER = 16 * 2**20

_Blobs = tuple[str | None, str | None, str | None]
_Known = Mapping[tuple[str, str], list[LineChange]]
_Chosen = dict[int, tuple[Choice, bytes | None]]


@record
class LaidText:
    """The three texts of a file; a side that has none is empty. `conflicts` are the regions that both changed."""

    base: bytes
    target: bytes
    session: bytes
    three: ThreeWay
    encoding: Encoding
    conflicts: tuple[Region, ...]

    @property
    def size(self) -> int:
        """The bytes that this takes, about: the texts, and their lines in parts."""
        parts = sum(
            len(part) if isinstance(part, bytes)
            else _OF_A_REGION + len(part.base) + len(part.target) + len(part.session)
            for part in self.three.parts
        )  # fmt: skip
        return len(self.base) + len(self.target) + len(self.session) + parts

    def chosen(self, draft: FileDraft) -> _Chosen:
        """What a draft has for the hunks, by their numbers, as bytes of the file."""
        known = {region.n for region in self.conflicts}
        return {
            hunk.n: (hunk.choice, None if hunk.text is None else self.encoding.encode(hunk.text))
            for hunk in draft.hunks
            if hunk.n in known
        }

    def left_open(self, draft: FileDraft) -> list[int]:
        """The numbers of the hunks in conflict for which nothing is chosen."""
        if draft.choice is not None:
            return []
        chosen = {hunk.n for hunk in draft.hunks}
        return [region.n for region in self.conflicts if region.n not in chosen]

    def result(self, draft: FileDraft) -> bytes:
        """The whole text as it would be written now."""
        if draft.choice is Choice.TEXT:
            return self.encoding.encode(draft.text or "")
        return composed(self.three, self.chosen(draft))

    def hunks(self, draft: FileDraft) -> Iterator[Hunk]:
        """What both or one side changed, with what it becomes. With a text of one's own for the whole file each
        conflict has that choice, and the lines that it would have without."""
        chosen, line, say = self.chosen(draft), 1, self.encoding.decode
        whole = draft.choice is Choice.TEXT
        for part in self.three.parts:
            if isinstance(part, bytes):
                line += part.count(b"\n")
                continue
            choice, text = chosen.get(part.n, (None, None))
            result = composed(ThreeWay((part,)), {part.n: (choice, text)} if choice else {})
            in_conflict = part.kind is HunkKind.CONFLICT
            yield Hunk(
                part.n, part.kind, line, say(part.base), say(part.target), say(part.session),
                Choice.TEXT if whole and in_conflict else choice, say(result),
            )  # fmt: skip
            line += result.count(b"\n")


def laid(root: Path, file: Conflicted) -> LaidText:
    """The three texts of a file that has hunks. Raises GitError."""
    blobs = _blobs(file)
    return _KEPT.get((root, *blobs), lambda: _laid(root, [blobs])[0])


def lay(root: Path, files: Iterable[Conflicted]) -> None:
    """Reads the small ones among these files together, so that `laid` has them at once. Raises GitError."""
    wanted, size = list[_Blobs](), 0
    for file in files:
        blobs = _blobs(file)
        size += sum(file.sizes.get(blob, 0) for blob in blobs if blob)
        if file.has_hunks and (root, *blobs) not in _KEPT and size < _TOGETHER:
            wanted.append(blobs)
    for blobs, text in zip(wanted, _laid(root, wanted) if wanted else (), strict=True):
        _KEPT.put((root, *blobs), text)


def _blobs(file: Conflicted) -> _Blobs:
    base, target, session = (
        entry.blob if (entry := file.stages.get(stage)) and entry.is_file else None for stage in (BASE, TARGET, SESSION)
    )
    return base, target, session


def _laid(root: Path, wanted: Sequence[_Blobs]) -> list[LaidText]:
    held = read_blobs(root, list(dict.fromkeys(blob for blobs in wanted for blob in blobs if blob)))
    pairs = {(blobs[0], blob): None for blobs in wanted for blob in blobs[1:] if blobs[0] and blob}
    known = line_changes_of(root, [(old, new) for old, new in pairs if old and new and old != new])
    return [_of(blobs, held, known) for blobs in wanted]


def _of(blobs: _Blobs, held: Mapping[str, bytes], known: _Known) -> LaidText:
    base, target, session = (held[blob] if blob else b"" for blob in blobs)
    changes = [_changes(blobs[0], blob, held, known) for blob in blobs[1:]]
    three = three_way(base, target, session, changes[0], changes[1])
    found = tuple(region for region in three.regions if region.kind is HunkKind.CONFLICT)
    return LaidText(base, target, session, three, encoding_of(target, session), found)


_KEPT = RecentlyUsed[LaidText](MOST_KEPT, lambda text: text.size)


def _changes(old: str | None, new: str | None, held: Mapping[str, bytes], known: _Known) -> list[LineChange]:
    if old and new:
        return known[old, new] if old != new else []
    counts = [_lines(held[blob]) if blob else 0 for blob in (old, new)]
    return [LineChange(0, counts[0], 0, counts[1])] if any(counts) else []


def _lines(text: bytes) -> int:
    return text.count(b"\n") + (not text.endswith(b"\n") and bool(text))

"""Choosing what becomes of hunks, or of a file as a whole: a draft, that touches neither worktree nor index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.model.conflicts import Choice, FileHunks
from ampsm.model.errors import UserError
from ampsm.workflows.finishing.merge.conflicts import kinds
from ampsm.workflows.finishing.merge.conflicts.conflicted import Conflicted, one_conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import FileDraft, HunkDraft, change_draft, drafts_of
from ampsm.workflows.finishing.merge.conflicts.laid import LaidText, laid
from ampsm.workflows.finishing.merge.conflicts.reading import told_hunks
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, gone_on, stop_of


def choose(
    ctx: Context,
    ref: str,
    path: str,
    choice: Choice | None,
    *,
    hunks: Sequence[int] = (),
    text: str | bytes | None = None,
    seen: FileHunks | None = None,
) -> FileHunks:
    """Chooses what hunks of a file become, by their numbers; the answer is the file as it is with that.

    Without numbers a choice is made for every hunk that is still open, or for all of a file that has no hunks, and
    `Choice.TEXT` gives the whole result. None takes choices back. `seen` is what somebody looks at who chooses. Only
    the draft is written, the session is not held; it is on the disk when this returns. Raises `invalid-value` (exit 2)
    for a choice that the file does not have, a hunk that is none, or a choice for hunks where all of the file is a text
    of one's own, which would be lost, `not-in-encoding` (exit 2), `branch-moved` (exit 5) when the rebase has gone on
    and the conflict is another than the one `seen`, and as `conflict_hunks`.
    """
    stop = stop_of(ctx, ref)
    file = one_conflicted(ctx, stop, drafts_of(ctx, stop), path)
    if choice is not None and not kinds.may_be_chosen(choice, file.kind, file.stages, file.beside):
        raise _not_for(stop, file, choice)
    if choice is Choice.TEXT and text is None:
        raise ValueError("A choice of a text needs one")
    if seen is not None and not told_hunks(stop, file, FileDraft(file.path, ())).has_sides_of(seen):
        raise gone_on(stop)
    lines = laid(stop.root, file) if file.has_hunks else None
    _require_hunks(stop, file, lines, hunks)

    def chosen(found: FileDraft) -> FileDraft:
        if lines is not None:
            _require_no_whole_text(stop, found, choice, hunks)
            with _way_to_write(stop, file):
                made = _of_hunks(lines, found, choice, hunks, text)
        else:
            made = replace(found, choice=choice, text=_as_text(text) if choice is Choice.TEXT else None)
        return replace(made, again=True) if file.resolved and made != found else made

    return told_hunks(stop, file, change_draft(ctx, stop, file.path, file.stages, chosen))


def _of_hunks(
    lines: LaidText, draft: FileDraft, choice: Choice | None, numbers: Sequence[int], text: str | bytes | None
) -> FileDraft:
    if not numbers and choice is None:
        return replace(draft, choice=None, text=None, hunks=())
    if not numbers and choice is Choice.TEXT:
        whole = lines.encoding.given_whole(text or "")
        return replace(draft, choice=Choice.TEXT, text=lines.encoding.decode(whole))
    wanted = numbers or lines.left_open(draft)
    if not wanted:
        return draft
    chosen = {hunk.n: hunk for hunk in draft.hunks}
    for number in wanted:
        chosen.pop(number, None)
        if choice is Choice.TEXT:
            own = lines.encoding.given(text or "")
            chosen[number] = HunkDraft(number, choice, lines.encoding.decode(own))
        elif choice is not None:
            chosen[number] = HunkDraft(number, choice)
    return replace(draft, choice=None, text=None, hunks=tuple(chosen[number] for number in sorted(chosen)))


def _require_no_whole_text(stop: ConflictStop, draft: FileDraft, choice: Choice | None, hunks: Sequence[int]) -> None:
    """A whole text has no hunks of which one could become something else. It gives way to another one, and to nothing:
    both are asked for."""
    if draft.choice is Choice.TEXT and choice is not None and (hunks or choice is not Choice.TEXT):
        raise UserError(
            "invalid-value", f"All of {draft.path} is a text of your own, which a choice for its hunks would drop",
            hint=f"to forget that text: {stop.command('resolve', draft.path, '--undo')}",
            details={"path": draft.path, "wholeText": True},
        )  # fmt: skip


@contextmanager
def _way_to_write(stop: ConflictStop, file: Conflicted) -> Iterator[None]:
    """Says of a text that the file cannot hold what can be done."""
    try:
        yield
    except UserError as error:
        if error.code == "not-in-encoding":
            outside = stop.command("resolve", file.path, "--outside")
            error.hint = f"write it in another way, or edit the file in the worktree, then: {outside}"
        raise


def _as_text(text: str | bytes | None) -> str:
    content = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text or b""
    return content.decode("latin-1")


def _require_hunks(stop: ConflictStop, file: Conflicted, lines: LaidText | None, numbers: Sequence[int]) -> None:
    known = [region.n for region in lines.conflicts] if lines else []
    if unknown := [number for number in numbers if number not in known]:
        has = f"its hunks are {', '.join(map(str, known))}" if known else "it has none"
        raise stop.session.error(
            "conflicts", "invalid-value", f"{file.path} has no hunk {unknown[0]} in conflict; {has}", path=file.path,
            hunks=known,
        )  # fmt: skip


def _not_for(stop: ConflictStop, file: Conflicted, choice: Choice) -> UserError:
    choices = kinds.choices_for(file.kind, file.stages, file.beside)
    may = ", ".join(one for one in choices if one is not Choice.TEXT)  # which is given, not named
    return stop.session.error(
        "conflicts", "invalid-value", f"'{choice}' cannot be chosen for {file.path} ({file.kind}); possible: {may}",
        path=file.path, kind=str(file.kind), choices=may.split(", "),
    )  # fmt: skip

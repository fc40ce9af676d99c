"""The conflicts of a merge that waits, for people: files with what is left of them, hunks with their sides by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampsm.model.arguments import path_argument, pathspec
from ampsm.model.conflicts import Choice, HunkKind
from ampsm.model.errors import quoted
from ampsm.model.phrases import few
from ampsm_cli.output import Output
from ampsm_cli.style import clean, clean_lines, paint, plural

if TYPE_CHECKING:
    from pathlib import Path

    from ampsm.model.conflicts import ConflictFile, Conflicts, ConflictSide, ConflictSides, FileHunks, Hunk, Resolved
    from ampsm.workflows.finishing import WholeSides

#: What a choice is called.
CHOSEN = {
    Choice.TARGET: "target",
    Choice.SESSION: "session",
    Choice.BOTH: "both, target first",
    Choice.BOTH_REVERSED: "both, session first",
    Choice.BASE: "ancestor",
    Choice.TEXT: "a text of your own",
    Choice.DELETE: "delete the file",
    Choice.KEEP: "keep the file",
}
#: So many files that git merged are named one by one.
_NAMED = 5
_STYLES = {"Target": "cyan", "Session": "green", "Ancestor": "dim"}


def show_files(output: Output, ref: str, found: Conflicts, files: Sequence[ConflictFile]) -> None:
    """The files, the sides by their names, and what to type next."""
    left = sum(not file.resolved for file in found.files)
    of = f", commit {found.step.n} of {found.step.of}" if found.step.of > 1 else ""
    if left:
        output.answer(f"The {found.operation} waits at {plural(left, 'conflicted file')}{of}.", "bold")
    else:
        but = "count as resolved, but markers are left" if found.marked else "are resolved"
        output.answer(f"All conflicts at which the {found.operation} stopped {but}{of}.", "bold")
    _show_sides(output, found.sides)
    for file in files:
        style = "green" if file.resolved else "yellow"
        mark = paint("✔" if file.resolved else "◆", style, on=output.answer_color)
        output.answer(f"{mark} {_name(file)}", as_it_is=True)
        output.answer(f"    {clean(file.sentence)}; {state(file)}" if file.sentence else f"    {state(file)}")
    if found.merged:
        of = plural(len(found.merged), "file")
        output.answer(f"Git merged {of} by itself: {clean(few(found.merged, _NAMED))}", as_it_is=True)
    for note in found.notes:
        output.answer(f"Note: {clean(output.typed(note))}", "yellow", as_it_is=True)
    waiting = [file for file in found.files if not file.resolved]
    if not waiting and found.marked:
        _show_marked(output, ref, found)
        return
    if not waiting:
        output.answer(output.typed(f"Go on: amp-sessions continue-merge {quoted(ref)}"))
        return
    named = f"{quoted(ref)} {path_argument(waiting[0].path)}"
    output.answer(output.typed(f"Look: amp-sessions conflicts {named}"))
    output.answer(output.typed(f"Settle: amp-sessions resolve {named}"))


def state(file: ConflictFile) -> str:
    """How far a file is settled."""
    if file.resolved:
        return "resolved"
    words = f"{file.hunks - file.open} of {plural(file.hunks, 'conflict')} chosen" if file.hunks else "nothing chosen"
    if not file.hunks and file.choice is not None:
        words = f"chosen: {CHOSEN[file.choice]}"
    if file.proposed_in is not None:
        return f"{words}; the agent proposes another text (iteration {file.proposed_in})"
    if file.at_work:
        return f"{words}; the agent has changed it, and has not ended"
    return f"{words}; edited elsewhere since" if file.outside_edit and not file.put_in else words


def show_file(output: Output, sides: ConflictSides, found: FileHunks, whole: WholeSides | None) -> None:
    """One file's hunks, one after the other, or what the sides have of a file as a `whole`, and what it can become."""
    file = found.file
    output.answer(_name(file), "bold", as_it_is=True)
    output.answer(f"{file.sentence}; {state(file)}" if file.sentence else state(file))
    for hunk in found.hunks:
        output.answer()
        show_hunk(output, sides, hunk, file.hunks)
    if whole is not None:
        show_whole(output, sides, file, whole)
        _show_choices(output, file)


def show_hunk(output: Output, sides: ConflictSides, hunk: Hunk, of: int) -> None:
    """A hunk: both sides and their ancestor where they conflict, else the side that changed it."""
    from ampsm.workflows.finishing import only_white_space

    if hunk.kind is not HunkKind.CONFLICT:
        whose = {HunkKind.TARGET: "the target", HunkKind.SESSION: "the session"}.get(hunk.kind, "both sides alike")
        output.answer(f"Hunk {hunk.n}, line {hunk.line}: changed by {whose}", "dim")
        _show_text(output, hunk.result, "dim")
        return
    chosen = f"chosen: {CHOSEN[hunk.choice]}" if hunk.choice else "open"
    title = f"Hunk {hunk.n}, line {hunk.line}: conflict, {chosen}"
    output.answer(title, "bold")
    if only_white_space(hunk):
        output.answer("The sides differ in white space only.")
    for name, side, text in (
        ("Target", sides.target, hunk.target),
        ("Session", sides.session, hunk.session),
        ("Ancestor", sides.base, hunk.base),
    ):
        output.answer(paint(f"{name:<9}", "bold", on=output.answer_color) + _about(side))
        _show_text(output, text, _STYLES[name])
    if hunk.choice:
        output.answer(paint("Result", "bold", on=output.answer_color))
        _show_text(output, hunk.result, "")


def show_whole(output: Output, sides: ConflictSides, file: ConflictFile, whole: WholeSides) -> None:
    """What each side has of a file as a whole, and what it will be by what is chosen."""
    from ampsm.workflows.finishing import after_words, facts_of

    facts = facts_of(whole)
    for (name, side), fact in zip(_named(sides), facts, strict=True):
        output.answer(paint(f"{name:<9}", "bold", on=output.answer_color) + _about(side))
        output.answer(f"  {clean(fact)}", _STYLES[name], as_it_is=True)
    if after := after_words(file, facts):
        output.answer(f"{clean(after)}.", as_it_is=True)


def _show_choices(output: Output, file: ConflictFile) -> None:
    from ampsm.workflows.finishing import outcomes_of

    outcomes = () if file.resolved else outcomes_of(file)
    if outcomes:
        output.answer("Choices:")
    for outcome in outcomes:
        output.answer(f"  --take {outcome.choice:<8}{outcome.words}")


def _show_marked(output: Output, ref: str, found: Conflicts) -> None:
    """Where markers are left in what is staged, and what to do about them."""
    places = few([f"{path}:{line}" for path, line in found.marked])
    output.answer(f"Conflict markers are left in {clean(places)}. Edit them away, then:", as_it_is=True)
    output.answer(output.typed(f"Go on: amp-sessions continue-merge {quoted(ref)}"))
    resolved = {file.path for file in found.files}
    if again := [path for path, _ in found.marked if path in resolved]:
        named = f"{quoted(ref)} {path_argument(again[0])}"
        output.answer(output.typed(f"Or settle it anew: amp-sessions resolve {named} --undo"))


def show_resolved(output: Output, ref: str, found: Resolved, now: Conflicts) -> None:
    """What has become of the files, and what comes next; `now` is how all conflicts stand."""
    for file in found.files:
        output.answer(f"{_name(file)}: {state(file)}", as_it_is=True)
    if found.left == 0 and now.marked:
        _show_marked(output, ref, now)
        return
    if found.left == 0:
        output.answer(output.typed(f"All files are resolved. Go on: amp-sessions continue-merge {quoted(ref)}"))
        return
    ready = [file for file in found.files if not file.resolved and not file.open]
    if ready:
        named = f"{quoted(ref)} {path_argument(ready[0].path)}"
        output.answer(output.typed(f"Write it: amp-sessions resolve {named} --done"))
    else:
        output.answer(f"{plural(found.left, 'file')} left.")


def show_kept(output: Output, worktree: Path | str, path: str, refs: Sequence[str]) -> None:
    """Where what was written over is to be found."""
    for ref in refs:
        git = f"git -C {quoted(worktree)}"
        output.answer(f"What was in {clean(path)} is kept as {ref}.", as_it_is=True)
        output.answer(output.typed(f"Bring it back: {git} restore --source={ref} -- {pathspec(path)}"))


def _show_sides(output: Output, sides: ConflictSides) -> None:
    for name, side in _named(sides):
        output.answer(f"  {name:<9}{_about(side)}")


def _named(sides: ConflictSides) -> tuple[tuple[str, ConflictSide], ...]:
    return ("Target", sides.target), ("Session", sides.session), ("Ancestor", sides.base)


def _about(side: ConflictSide) -> str:
    """A side by its name, commit and subject."""
    parts = ["" if side.label == "Ancestor" else side.label, (side.commit or "")[:10], side.subject or ""]
    return clean("  ".join(part for part in parts if part))


def _show_text(output: Output, text: str, style: str) -> None:
    """Lines of a file, behind a rule."""
    if not text:
        output.answer("  (no lines)", "dim")
        return
    for line in text.removesuffix("\n").split("\n"):
        output.answer(f"  │ {clean_lines(line.removesuffix(chr(13)))}", style, as_it_is=True)


def _name(file: ConflictFile) -> str:
    return clean(f"{file.old_path} → {file.path}" if file.old_path else file.path)

"""`conflicts` and `resolve`: what a merge or rebase has stopped at, and settling it file by file (SPEC section 12)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ampsm.model.arguments import path_argument
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import document
from ampsm.system.plain_files import read_stream
from ampsm_cli.conflict_view import show_file, show_files, show_kept, show_resolved
from ampsm_cli.errors import say_error
from ampsm_cli.options import _request, command, session_argument
from ampsm_cli.request import Request
from ampsm_cli.values import POSITIVE, WORD, WordChoice

if TYPE_CHECKING:
    from ampsm.model.conflicts import Conflicts, Resolved

_SIDES = ("target", "session", "both", "both-reversed", "base", "delete", "keep")
#: Names of files, and texts of hunks.
_GIT_HAS = ("path", "oldPath", "merged", "base", "target", "session", "result", "notes")
_HELP = "amp-sessions resolve --help"
_NO_PATH = "Missing argument 'PATH...'."


def complete_conflicts(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[Any]:
    from click.shell_completion import CompletionItem

    request = _request(ctx)
    try:
        from ampsm.workflows.finishing import conflicts_of

        found = conflicts_of(request.context, ctx.params["ref"])
        return [
            CompletionItem(file.path, help=file.sentence) for file in found.files if file.path.startswith(incomplete)
        ]
    except Exception:
        return []  # as for sessions
    finally:
        request.close()


@command(
    "conflicts",
    examples=("amp-sessions conflicts add-login-k3j9xa", "amp-sessions conflicts add-login-k3j9xa src/login.py"),
)
@session_argument
@click.argument("path", metavar="[PATH]", type=WORD, required=False, shell_complete=complete_conflicts)
@click.option("--all", "also_resolved", is_flag=True, help="Also the files that are resolved.")
def conflicts_command(request: Request, ref: str, path: str | None, also_resolved: bool) -> None:
    """Show the files at which a merge or rebase has stopped, or the hunks of one.

    The sides have names: Target is the branch that is merged into, Session the commit that is put there, Ancestor what
    both began with. Nothing is changed.
    """
    from ampsm.workflows.finishing import conflict_hunks, conflicts_of, whole_sides

    output = request.output
    found = conflicts_of(request.context, ref)
    if path is not None:
        one = conflict_hunks(request.context, ref, _in_worktree(request, ref, found, path))
        whole = None if one.hunks else whole_sides(request.context, ref, one.file.path)
        output.finish(document(one), lambda: show_file(output, found.sides, one, whole), git_has=_GIT_HAS)
        return
    files = found.files if also_resolved else tuple(file for file in found.files if not file.resolved)
    shown = {**document(found), "files": [document(file) for file in files]}
    output.finish(shown, lambda: show_files(output, ref, found, files), git_has=_GIT_HAS)


@command(
    "resolve",
    examples=(
        "amp-sessions resolve add-login-k3j9xa src/login.py",
        "amp-sessions resolve add-login-k3j9xa src/login.py --take session --hunk 2 --done",
    ),
)
@session_argument
@click.argument("paths", metavar="[PATH]...", type=WORD, nargs=-1, shell_complete=complete_conflicts)
@click.option(
    "--take",
    metavar="SIDE",
    type=WordChoice(_SIDES),
    help="Choose target, session, both, both-reversed or base for all open hunks; of a file without hunks target, "
    "session, base, delete or keep.",
)
@click.option("--hunk", "hunks", metavar="N", type=POSITIVE, multiple=True, help="Only for this hunk; may be repeated.")
@click.option("--from", "from_", metavar="FILE|-", type=WORD, help="Take the whole result from a file or standard "
              "input; with --hunk the text of that hunk.")  # fmt: skip
@click.option("--done", is_flag=True, help="Write the result and stage it.")
@click.option("--outside", is_flag=True, help="The file was edited elsewhere: stage it as it is.")
@click.option("--draft", is_flag=True, help="The file was edited elsewhere: write the result over it, with a snapshot.")
@click.option("--undo", is_flag=True, help="Forget choices; of a resolved file: make it unresolved again.")
def resolve_command(
    request: Request,
    ref: str,
    paths: tuple[str, ...],
    take: str | None,
    hunks: tuple[int, ...],
    from_: str | None,
    done: bool,
    outside: bool,
    draft: bool,
    undo: bool,
) -> int:
    """Settle the conflicts of files, hunk by hunk or whole.

    A choice is a draft, kept until the merge goes on: it touches no file before --done writes and stages the result.
    Without an option a terminal is led through the hunks, one key each, without a path through all files that are
    left. When every file is resolved,
    `amp-sessions continue-merge` goes on. Exit code: 0 done, 4 a hunk or a conflict marker is left, 5 the file was
    edited elsewhere meanwhile.
    """
    _require_fitting(take, hunks, from_, done, outside, draft, undo, paths)
    from ampsm.model.conflicts import Choice
    from ampsm.workflows.finishing import choose, conflicts_of, resolve_file, unresolve_file
    from ampsm.workflows.session import session_path

    context, output = request.context, request.output
    found = conflicts_of(context, ref)
    named = [_in_worktree(request, ref, found, path) for path in paths]
    if not (take or from_ or done or outside or draft or undo):
        return _lead_through(request, ref, found, named or None)
    text = _text(from_) if from_ else None
    settled = {file.path for file in found.files if file.hunks and not file.open}
    whole = text is not None and not hunks  # said to be the result, whatever is in the file
    writes = done or outside or draft
    begun, failed, kept = False, None, dict[str, tuple[str, ...]]()
    try:
        for path in named:
            if undo and not hunks and any(file.path == path and file.resolved for file in found.files):
                kept[path] = unresolve_file(context, ref, path).snapshot_refs
            elif undo or text is not None or take:
                choice = None if undo else Choice.TEXT if text is not None else Choice(str(take))
                choose(context, ref, path, choice, hunks=hunks, text=text)
                if take and not hunks and path in settled:
                    forget = f"amp-sessions resolve {quoted(ref)} {path_argument(path)} --undo"
                    output.note(f"Nothing was open in {path}: what was chosen before stays. To forget that: {forget}")
            begun = begun or not writes or bool(take or text)
            if writes:
                kept[path] = resolve_file(context, ref, path, outside=outside, draft=draft or whole).snapshot_refs
            begun = True
    except UserError as error:
        if not begun:
            raise
        failed = error
    now = conflicts_of(context, ref)
    answer = _resolved(now, named, kept)
    error_document = request.redacted(failed.document()) if failed else None

    def show() -> None:
        show_resolved(output, ref, answer, now)
        for path, refs in kept.items():
            show_kept(output, session_path(context, ref), path, refs)

    output.finish(document(answer), show, error_document, git_has=_GIT_HAS)
    if failed and error_document:
        say_error(output, error_document)
    return failed.exit_code if failed else 0


def _resolved(found: Conflicts, named: list[str], kept: dict[str, tuple[str, ...]]) -> Resolved:
    from ampsm.model.conflicts import Resolved

    files = tuple(file for file in found.files if file.path in named)
    refs = tuple(ref for found_refs in kept.values() for ref in found_refs)
    return Resolved(files, sum(not file.resolved for file in found.files), refs)


def _lead_through(request: Request, ref: str, found: Conflicts, paths: list[str] | None) -> int:
    """Asks about the files of these paths, else about all that are left."""
    from ampsm.workflows.finishing import conflict_hunks

    output = request.output
    named = paths or [file.path for file in found.files if not file.resolved]
    if not (sys.stdin.isatty() and output.human and output.answer_is_terminal):
        if not paths:
            raise UserError("usage", _NO_PATH, hint=_HELP)
        conflict_hunks(request.context, ref, named[0])  # raises where there is no conflict
        command = f"amp-sessions resolve {quoted(ref)} {path_argument(named[0])} --take session --done"
        message = "Say what to choose: --take, --from, --done or --undo"
        raise UserError("usage", message, hint=f"{command}, or with --take target")
    if not named:
        show_resolved(output, ref, _resolved(found, [], {}), found)
        return 0
    from ampsm_cli.hunk_walk import HunkWalk

    walk = HunkWalk(request, ref, found.sides)
    for path in named:
        if not walk.through(path):
            break
    return 0


def _require_fitting(
    take: str | None, hunks: tuple[int, ...], from_: str | None, done: bool, outside: bool, draft: bool, undo: bool,
    paths: tuple[str, ...],
) -> None:  # fmt: skip
    """Raises `usage` (exit 2) for options that do not go together."""
    wrong = None
    if not paths and (take or from_ or hunks or done or outside or draft or undo):
        wrong = _NO_PATH
    elif take and from_:
        wrong = "Give only one of --take and --from"
    elif undo and (take or from_ or done or outside or draft):
        wrong = "--undo goes with no other choice"
    elif outside and (draft or take or from_):
        wrong = "--outside takes the file as it is, so it goes with no other choice"
    elif hunks and not (take or from_ or undo):
        wrong = "--hunk says of what: add --take, --from or --undo"
    elif (hunks or from_) and len(paths) > 1:
        wrong = f"{'--hunk' if hunks else '--from'} is about one file"
    elif from_ and len(hunks) > 1:
        wrong = "--from gives the text of one hunk"
    if wrong:
        raise UserError("usage", wrong, hint=_HELP)


def _text(name: str) -> bytes:
    """What --from gives, byte for byte: the file in conflict says how they are read."""
    if name == "-":
        return read_stream(sys.stdin.buffer, "standard input")
    try:
        return Path(name).expanduser().read_bytes()
    except OSError as error:
        raise UserError("usage", f"--from: {name} cannot be read: {error.strerror}", hint=_HELP) from error


def _in_worktree(request: Request, ref: str, found: Conflicts, given: str) -> str:
    """The conflicted path that somebody means: as git names it, or as seen from where they are in the worktree."""
    if (known := _known(found, given)) is not None:
        return known
    from ampsm.workflows.session import session_path

    worktree = os.path.realpath(session_path(request.context, ref))
    place = Path.cwd() / given
    seen = os.path.join(os.path.realpath(place.parent), place.name)  # noqa: PTH118 (a link is not followed)
    inside = os.path.relpath(seen, worktree) if seen.startswith(worktree + os.sep) else os.path.normpath(given)
    return _known(found, inside) or given


def _known(found: Conflicts, path: str) -> str | None:
    """The conflicted path of this name, else the only one that was moved away from it."""
    if any(file.path == path for file in found.files):
        return path
    moved = [file.path for file in found.files if file.old_path == path]
    return moved[0] if len(moved) == 1 else None

"""`diff` and `commit`: what the session changed, and a person's own commit in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm_cli.options import command, session_argument
from ampsm_cli.output import Output
from ampsm_cli.request import Request
from ampsm_cli.style import clean, clean_lines, paint, plural
from ampsm_cli.values import POSITIVE, WORDS

_STAT_WIDTH = 40


@command(
    "diff",
    examples=("amp-sessions diff add-login-k3j9xa", "amp-sessions diff add-login-k3j9xa --name-only"),
)
@session_argument
@click.option("--staged", is_flag=True, help="The index against HEAD.")
@click.option("--working", is_flag=True, help="Only what is not committed.")
@click.option("--iteration", metavar="N", type=POSITIVE, help="Only what iteration N changed.")
@click.option("--name-only", is_flag=True, help="Only the paths, one a line.")
@click.option("--stat", is_flag=True, help="Only the paths with their added and removed lines.")
def diff_command(
    request: Request, ref: str, staged: bool, working: bool, iteration: int | None, name_only: bool, stat: bool
) -> None:
    """Show what a session changed.

    Without options: everything since its branch point, uncommitted and untracked files included. In a pipe the patch
    is complete, as git makes it.
    """
    if (staged, working, iteration is not None).count(True) > 1:
        raise UserError("usage", "Give only one of --staged, --working and --iteration.",
                        hint="amp-sessions diff --help")  # fmt: skip
    if name_only and stat:
        raise UserError("usage", "Give only one of --name-only and --stat.", hint="amp-sessions diff --help")
    from ampsm.workflows.review import Compared, session_diff

    what = Compared(staged, working, iteration)
    found = session_diff(request.context, ref, what, patch=not (name_only or stat))
    output = request.output

    def show() -> None:
        if name_only:
            for file in found.files:
                output.answer_path(file.path)
        elif stat:
            _show_stat(output, found.files)
        elif output.answer_is_terminal:
            _show_patch(output, found.patch or b"")
        else:
            output.answer_bytes(found.patch or b"")

    output.finish(document(found.readable()), show, git_has=("path", "oldPath", "patch"))


def _show_stat(output: Output, files: Sequence[Any]) -> None:
    if not files:
        return
    names = [clean(f"{f.old_path} → {f.path}" if f.old_path else f.path) for f in files]
    width = max(map(len, names))
    most = max(((f.insertions or 0) + (f.deletions or 0) for f in files), default=0)
    scale = min(1.0, _STAT_WIDTH / most) if most else 1.0
    on = output.answer_color
    for name, f in zip(names, files, strict=True):
        if f.binary:
            output.answer(f" {name:<{width}} | binary")
            continue
        plus = paint("+" * _bar(f.insertions, scale), "green", on=on)
        minus = paint("-" * _bar(f.deletions, scale), "red", on=on)
        output.answer(f" {name:<{width}} | {(f.insertions or 0) + (f.deletions or 0):>5} {plus}{minus}".rstrip())
    added, removed = sum(f.insertions or 0 for f in files), sum(f.deletions or 0 for f in files)
    output.answer(f" {plural(len(files), 'file')}, +{added} -{removed}")


def _bar(lines: int | None, scale: float) -> int:
    return max(1, round(lines * scale)) if lines else 0


def _show_patch(output: Output, patch: bytes) -> None:
    """The patch for eyes: coloured, control characters made harmless."""
    in_header = True
    for line in patch.decode("utf-8", "replace").split("\n")[: -1 if patch.endswith(b"\n") else None]:
        if line.startswith("diff "):
            in_header = True
        elif line.startswith("@@"):
            in_header = False
        output.answer(clean_lines(line.removesuffix("\r")), _style(line, in_header), as_it_is=True)


def _style(line: str, in_header: bool) -> str:
    if in_header:
        return "bold"
    return {"@": "cyan", "+": "green", "-": "red", "\\": "dim"}.get(line[:1], "")


@command("commit", examples=("amp-sessions commit add-login-k3j9xa --message 'Rename the endpoint'",))
@session_argument
@click.option("--message", "-m", metavar="TEXT", type=WORDS, required=True, help="The commit message.")
def commit_command(request: Request, ref: str, message: str) -> None:
    """Commit what you changed in a session's worktree as a manual commit."""
    from ampsm.workflows.session import commit_manually

    made = commit_manually(request.context, ref, message)
    output = request.output
    output.finish(document(made), lambda: output.answer(f"{made.commit[:10]}  {plural(made.files, 'file')} committed"))

"""Making commits in a worktree."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from ampsm.git.calls.conversion import NotConvertedError, see_what_is_set, why_not_converted
from ampsm.git.command import GitError, git, git_answer
from ampsm.git.objects import CommitInfo as CommitInfo
from ampsm.git.objects import commits_between as commits_between
from ampsm.git.objects import subjects as subjects
from ampsm.git.repository import require_head
from ampsm.git.staging import git_when_free, restore_index, save_index, stage
from ampsm.git.status import Status, index_entries_differ, worktree_status
from ampsm.git.unfinished import require_finished
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.system.calls import last_lines

#: Seconds a commit with its hooks may take.
COMMIT_TIMEOUT = 900.0

_OUTPUT_LIMIT = 8000
_NOT_SIGNED = re.compile("failed to sign the data|user.signingkey|signing key|cannot run gpg|allowedSignersFile", re.I)


class CommitRefused(UserError):  # noqa: N818 - it is the hook's right
    """A hook, or signing, refused the commit, or git could not take the files as what is set for them says. `output` is
    the end of what was said; but for hooks the hint shows what is set at `place`."""

    def __init__(self, output: str, place: Path | str = ".") -> None:
        super().__init__("commit-refused", why_refused(output), details={"output": output})
        self.output = output
        if _NOT_SIGNED.search(output):
            self.hint = see_what_signs(place)
        elif self.not_converted:
            self.hint = see_what_is_set(place, output)

    @property
    def not_converted(self) -> bool:
        """Whether git could not take the files: then no commit can be made, whoever asks."""
        return why_not_converted(self.output) is not None


def see_what_signs(place: Path | str) -> str:
    """The hint where commits cannot be signed."""
    shows = f"git -C {quoted(place)} config --show-origin --get-regexp '^(commit|user|gpg)[.]'"
    return f"look at what is set for signing, and mend that: {shows}"


def why_refused(output: str) -> str:
    """Who refused a commit, and the line of what was said that tells why: of a hook the last one, of signing the first
    one of git, which says after it only that it cannot write. The line is whole: what has been cut out of a secret is
    not found by the redactor."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    signing = next((line for line in lines if _NOT_SIGNED.search(line)), None)
    if signing is not None:
        return f"The commit could not be signed: {signing.removeprefix('error: ').rstrip(':')}"
    if reason := why_not_converted(output):
        return f"The commit was refused, since git cannot take the files: {reason}"
    return f"The commit was refused: {lines[-1] if lines else 'no reason was given'}"


@record
class CommitResult:
    """The commit that was made, None when there was nothing to commit, and the one HEAD was at before."""

    sha: str | None
    before: str

    @property
    def head(self) -> str:
        """The commit HEAD is at now."""
        return self.sha or self.before


def commit_changes(
    worktree: Path | str,
    message: str,
    *,
    changes: Status | None = None,
    leave_out: Collection[str] = (),
    hooks: bool = True,
    timeout: float = COMMIT_TIMEOUT,
    env: dict[str, str] | None = None,
) -> CommitResult:
    """Commits every change of the worktree: staged, unstaged, untracked; not the context folder, nested repositories
    and untracked files in `leave_out`. `changes` is the worktree's status, for callers that have just read it.
    `message` is kept verbatim up to trailing blanks. `env` is added to the environment of the commit and its hooks.

    Raises CommitRefused, `no-identity`, or GitError; the index is then byte for byte as before, and no file was
    touched (except by the hooks themselves). Raises `unfinished-operation` while something of git's waits there to be
    finished, or files are in conflict: a commit would end that as if all were well.
    """
    changes = changes or worktree_status(worktree)
    require_finished(worktree, changes)
    before = changes.head or require_head(worktree)
    if not (changes.paths or changes.context or changes.nested):
        return CommitResult(None, before)
    saved = save_index(worktree)
    try:
        stage(worktree, changes, leave_out=leave_out, writes=True)
        if index_entries_differ(worktree, before):
            _commit(worktree, message, before, hooks, timeout, env)
        else:
            restore_index(saved, break_lock=False)
            return CommitResult(None, before)
    except BaseException as error:
        if _head_or(worktree, before) == before:
            restore_index(saved, break_lock=_was_killed(error))
        if isinstance(error, NotConvertedError):
            raise CommitRefused(error.output, worktree) from error
        raise
    return CommitResult(require_head(worktree), before)


def require_identity(worktree: Path | str) -> None:
    """Raises `no-identity` (exit 1) when git does not know in whose name to commit."""
    for name in ("GIT_COMMITTER_IDENT", "GIT_AUTHOR_IDENT"):
        if git(worktree, "var", name, check=False).returncode != 0:
            raise UserError(
                "no-identity", "git does not know your name and email address",
                hint="git config --global user.name 'Your Name' && git config --global user.email you@example.com",
            )  # fmt: skip


def diff_stat(worktree: Path | str, before: str, after: str | None) -> tuple[int, int, int]:
    """Changed files, inserted and deleted lines between two commits; `after` None: the worktree as it is, untracked
    files included."""
    from ampsm.git.diff import diff

    return diff(worktree, base=before, mode="all" if after is None else ("range", before, after), patch=False).counts


def _commit(
    worktree: Path | str, message: str, before: str, hooks: bool, timeout: float, env: dict[str, str] | None
) -> None:
    options = () if hooks else ("--no-verify",)
    try:
        done = git_when_free(
            worktree, "-c", "i18n.commitEncoding=UTF-8", "commit", "-q", "-F", "-", "--cleanup=whitespace", *options,
            stdin=message.encode("utf-8", "surrogateescape"), timeout=timeout, writes=True, env=env,
        )  # fmt: skip
    except GitError:
        if _head_or(worktree, before) == before:
            raise
        return
    if done.returncode == 0 or _head_or(worktree, before) != before:
        return
    require_identity(worktree)
    refused = why_not_converted(done.stderr.decode("utf-8", "replace")) is not None
    if refused or done.returncode == 1 or git_answer(worktree, "config", "--type=bool", "commit.gpgSign") == "true":
        raise CommitRefused(_tail(done.stdout + done.stderr), worktree)
    raise GitError("git commit failed", done.stderr, code="commit-failed")


def _was_killed(error: BaseException) -> bool:
    return not isinstance(error, UserError) or (isinstance(error, GitError) and error.timed_out)


def _head_or(worktree: Path | str, default: str) -> str:
    return git_answer(worktree, "rev-parse", "-q", "--verify", "HEAD^{commit}") or default


def _tail(output: bytes) -> str:
    return last_lines(output, _OUTPUT_LIMIT).decode("utf-8", "replace").strip()


def message_of(root: Path | str, commit: str) -> str:
    """The whole message of a commit, without the newlines at its ends."""
    done = git(root, "log", "-1", "--no-show-signature", "--encoding=UTF-8", "--format=%B", commit, "--")
    return done.stdout.decode("utf-8", "replace").strip("\n")

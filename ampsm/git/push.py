"""Pushing one commit to one branch of a remote, and knowing which remote and branch that is."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ampsm.git.command import GitError, git, git_answer
from ampsm.git.objects import is_ancestor, resolve_commit
from ampsm.git.refs import branch_name, branch_ref
from ampsm.model.errors import UserError, quoted
from ampsm.system.calls import Completed

#: Seconds after which a push is given up, hooks included.
PUSH_TIMEOUT = 900.0

#: What git puts behind each line of a remote's on a terminal.
_CLEAR = "\x1b[K"
#: What a remote tells of its work, whatever comes of it.
_PROGRESS = re.compile(r"(?:Resolving|Compressing|Counting|Enumerating|Processing|Checking|Total)\b")
#: Of a line that names a ref which did not move, git's reason.
_REFUSED = re.compile(r"\[(?:remote )?(?:rejected|failure)\].*?(\([^()]*\))$")
#: What stands before the host of an address.
_LOGIN = re.compile(r"://[^/@\s]+@")

_NOT_ALL = "error: failed to push"

_SETTINGS = ("-c", "push.followTags=false")


def remotes(root: Path) -> list[str]:
    """The names of the remotes."""
    return os.fsdecode(git(root, "remote").stdout).split()


def require_remote(root: Path, branch: str, wanted: str | None) -> str:
    """The remote to push to: `wanted`, else that of the branch's upstream, else `origin`.

    Raises `invalid-value` (exit 2) when there is no such remote.
    """
    known = remotes(root)
    upstream = git_answer(root, "config", f"branch.{branch}.remote")
    name = wanted or (upstream if upstream in known else "origin")
    if name not in known:
        raise UserError(
            "invalid-value", f"The repository {root} has no remote '{name}' to push to",
            hint=f"--remote {quoted(known[0])}" if known else f"git -C {quoted(root)} remote add {quoted(name)} URL",
            details={"remote": name, "remotes": known},
        )  # fmt: skip
    return name


def branch_on(root: Path, branch: str, remote: str) -> str:
    """The full name that a local branch has on a remote: that of its upstream if it is there, else its own."""
    if git_answer(root, "config", f"branch.{branch}.remote") == remote:
        upstream = git_answer(root, "config", f"branch.{branch}.merge")
        if upstream and branch_name(upstream):
            return upstream
    return branch_ref(branch)


def push(root: Path, remote: str, sha: str, ref: str, *, lease: str | None = None) -> None:
    """Makes `ref` on the remote be at `sha`: forward only, or, with `lease`, from exactly that commit (empty: the ref
    must not exist). Fine when the remote already has it.

    Raises `push-failed` (exit 1) with the command to try again.
    """
    leased = [f"--force-with-lease={ref}:{lease}"] if lease is not None else []
    words = ["push", "--porcelain", *leased, remote, f"{sha}:{ref}"]
    try:
        done = git(root, *_SETTINGS, *words, timeout=PUSH_TIMEOUT, check=False, writes=True)
        if done.returncode == 0 or _has_it(root, remote, sha, ref):
            return
        error = GitError(f"Pushing to {remote} failed", _said(done))
    except GitError as failure:
        if failure.code == "git-missing" or not failure.timed_out:
            raise
        error = failure
    again = " ".join(quoted(word) for word in ("git", "-C", root, "push", *leased, remote, f"{sha}:{ref}"))
    raise UserError(
        "push-failed", error.message, hint=again,
        details={"remote": remote, "ref": ref, "commit": sha, **error.details},
    )  # fmt: skip


def known_on(root: Path, remote: str, ref: str) -> str:
    """Where a branch of a remote was when it was last fetched or pushed; empty when it is not known."""
    return resolve_commit(root, f"refs/remotes/{remote}/{branch_name(ref) or ref}") or ""


def _has_it(root: Path, remote: str, sha: str, ref: str) -> bool:
    """Whether others have pushed meanwhile what contains the commit."""
    asked = git(root, "ls-remote", remote, ref, timeout=60, check=False, writes=True)
    found = os.fsdecode(asked.stdout).partition("\t")[0].strip()
    if asked.returncode != 0 or not found:
        return False
    return found == sha or (resolve_commit(root, found) is not None and is_ancestor(root, sha, found))


def _said(done: Completed) -> bytes:
    """What git said without passwords in addresses; why a ref was refused comes last."""
    refused = [b" ".join(line.split(b"\t")[2:]) for line in done.stdout.splitlines() if line.startswith(b"!")]
    lines = [line for line in done.stderr.splitlines() if not line.startswith((b"hint:", b"To "))]
    said = without_passwords(os.fsdecode(b"\n".join([*lines, *refused])))
    return os.fsencode("\n".join([said, why_refused(said) or ""]))


def without_passwords(said: str) -> str:
    """What git said, without who logs in at an address, and with what."""
    return _LOGIN.sub("://", said)


def why_refused(output: str) -> str | None:
    """Why a push was refused, in one line, of all that it has said: the words of the remote, or of a hook here, before
    git's own for it. None when git says it in its last line already. A line is whole: what has been cut out of a secret
    is not found by the redactor."""
    lines = [line.removesuffix(_CLEAR).strip() for line in output.splitlines()]
    remote = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    remote = [line for line in remote if re.search(r"\w", line) and not _PROGRESS.match(line)]
    told = [line for line in remote if line.lower().startswith(("error:", "fatal:"))] or remote
    refused = [found[1] for line in lines if (found := _REFUSED.search(line))]
    if told and refused:
        return f"{told[0]} {refused[-1]}"
    if refused:
        return None
    if not lines or not lines[-1].startswith(_NOT_ALL):
        return None
    here = [line for line in lines if line and not line.startswith((_NOT_ALL, "remote:", "To ", "hint:"))]
    return here[-1] if here else None

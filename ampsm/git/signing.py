"""Whether git can sign the commits that are about to be made, and whether a branch takes only signed ones.

Asked of git itself, by a commit in a quarantine: nobody else knows keys, agents and `gpg.*` as it does.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from ampsm.git.command import git, git_answer, line_of
from ampsm.git.commits import COMMIT_TIMEOUT
from ampsm.git.quarantine import quarantine
from ampsm.model.record import record

#: What the options of a branch (`branch.<name>.mergeOptions`) say about signatures; git takes beginnings, too.
_VERIFY, _NO_VERIFY, _SHORTEST = "--verify-signatures", "--no-verify-signatures", "-s"


@record
class Trial:
    """What came of trying to sign a commit: why it failed, else None, and whether git would take the signature."""

    failure: str | None
    trusted: bool


def signs(worktree: Path | str) -> bool:
    """Whether commits that are made in a worktree are signed. Raises GitError for a setting that is no boolean."""
    return git_answer(worktree, "config", "--type=bool", "commit.gpgSign") == "true"


def takes_only_signed(place: Path | str, branch: str) -> bool:
    """Whether git would merge only what is signed into a branch that is checked out at `place`."""
    words = ("config", "-z", "--get-regexp", r"^(branch\..*\.mergeoptions|merge\.verifysignatures)$")
    listed = git(place, *words, check=False).stdout.decode("utf-8", "surrogateescape").split("\0")
    values = dict(entry.partition("\n")[::2] for entry in listed if entry)
    options = values.get(f"branch.{branch}.mergeoptions", "")
    try:
        given = shlex.split(options)
    except ValueError:
        given = options.split()
    said = [word for word in given if _is(word, _VERIFY) or _is(word, _NO_VERIFY)]
    if said:
        return _is(said[-1], _VERIFY)
    asked = "merge.verifysignatures" in values
    return asked and git_answer(place, "config", "--type=bool", "merge.verifySignatures") == "true"


def is_trusted(where: Path | str, commit: str, *, env: dict[str, str] | None = None) -> bool:
    """Whether a commit has a signature that `git merge --verify-signatures` takes."""
    if git(where, "verify-commit", commit, check=False, env=env, writes=True).returncode != 0:
        return False
    letter = line_of(git(where, "log", "-1", "--no-show-signature", "--format=%G?", commit, "--", env=env, writes=True))
    return letter == "G" or (letter == "U" and git_answer(where, "config", "gpg.minTrustLevel") is not None)


def try_to_sign(worktree: Path | str, tree: str) -> Trial:
    """Signs a commit of this tree as the next commit would be, and throws it away. A key may be asked for."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ampsm-") as scratch, quarantine(worktree, Path(scratch)) as env:
        done = git(
            worktree, "commit-tree", "-S", "-m", "trial", tree, env=env, timeout=COMMIT_TIMEOUT, check=False,
            writes=True,
        )  # fmt: skip
        if done.returncode == 0:
            return Trial(None, is_trusted(worktree, line_of(done), env=env))
        lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        said = lines[0].removeprefix("error: ").removeprefix("fatal: ") if lines else "git gave no reason"
        return Trial(said, trusted=False)


def _is(word: str, option: str) -> bool:
    return option.startswith(word) and word.startswith(option.partition("-signatures")[0] + _SHORTEST)

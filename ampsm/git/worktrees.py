"""Linked worktrees: making, proving, hiding what is ours, and taking back what was only half made (SPEC section 4)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git import refs
from ampsm.git.command import LONG_TIMEOUT, GitError, git, line_of
from ampsm.git.repository import Head, common_dir, git_dir_at, git_path, head
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import CONTEXT_FOLDER, WORKTREES_FOLDER
from ampsm.system.files import atomic_write, locked

_LOCK = ".lock"
_ATTEMPTS = 5
_HIDDEN = (f"/{WORKTREES_FOLDER}/", f"/{CONTEXT_FOLDER}/")


def create_branch(root: Path, name: str, sha: str) -> str:
    """Makes a local branch at a commit: "made", or "exists" when there is one of that name.

    Raises `branch-name-blocked` (exit 5) when a branch such as `amp` makes the name impossible, or GitError.
    """
    if blocking := _blocking_branch(root, name):
        raise UserError(
            "branch-name-blocked", f"The branch '{blocking}' is in the way: git cannot have '{name}' beside it",
            hint=f"git -C {quoted(root)} branch -m {blocking} {blocking.replace('/', '-')}-old",
            details={"branch": blocking, "wanted": name},
        )  # fmt: skip
    try:
        refs.update_ref(root, refs.branch_ref(name), sha, None, reason="branch: Created by amp-sessions")
    except refs.RefMoved:
        return "exists"
    return "made"


def add_worktree(root: Path, path: Path, branch: str, sha: str, *, checkout: bool = True) -> None:
    """Checks out `branch`, which is at `sha`, in a new linked worktree at `path`; without `checkout` no file and no
    index is made.

    A `post-checkout` hook that fails does not undo it. Raises GitError; what was made then is for `remove_half_made`.
    """
    # git reads the half-made worktrees of others and gives up on them, so ours are made one after the other.
    files = () if checkout else ("--no-checkout",)
    with locked(_hidden_folder(root / WORKTREES_FOLDER) / _LOCK):
        for _ in range(_ATTEMPTS):
            done = git(
                root, "worktree", "add", "--quiet", *files, str(path), branch, timeout=LONG_TIMEOUT, check=False,
                optional_locks=True,
            )  # fmt: skip
            if done.returncode == 0 or b"failed to read" not in done.stderr:
                break
    if done.returncode != 0:
        try:
            prove_place(path, root, branch)
            whole = git_path(path, "index").exists() and not git_path(path, "locked").exists()
        except UserError:
            whole = False
        if not whole:
            raise GitError("The worktree cannot be made", done.stderr)
    if head(path).sha != sha:
        raise GitError(f"The branch {branch} was moved while the worktree was made")


def prove_worktree(worktree: Path, repo: Path) -> Head:
    """Proves that `worktree` is the top of a worktree of the repository `repo` (SPEC section 5.2); returns its HEAD.

    Raises `worktree-missing` or `wrong-worktree` (exit 5); `details` say what differs.
    """
    if (found := _head_if_in_place(worktree, repo)) is not None:
        return found
    if not worktree.is_dir():
        raise UserError(
            "worktree-missing", f"The worktree {worktree} does not exist", hint=f"git -C {quoted(repo)} worktree list",
            details={"worktree": str(worktree)},
        )  # fmt: skip
    done = git(worktree, "rev-parse", "--path-format=absolute", "--show-toplevel", "--git-common-dir", check=False)
    expected_top = os.path.realpath(worktree)
    try:
        expected_common = str(common_dir(repo))
    except UserError:
        expected_common = f"{repo} (which is no repository any more)"
    if done.returncode == 0 and line_of(done) == f"{expected_top}\n{expected_common}" and not worktree.is_symlink():
        return head(worktree)
    top = line_of(git(worktree, "rev-parse", "--show-toplevel", check=False)) or None
    common = line_of(git(worktree, "rev-parse", "--path-format=absolute", "--git-common-dir", check=False)) or None
    if worktree.is_symlink():
        differs = f"it is a link to {expected_top}"
    elif top is None:
        differs = "it is in no git repository"
    elif top != expected_top:
        differs = f"git finds the worktree {top} there"
    else:
        differs = f"it belongs to {common}, not to {expected_common}"
    raise UserError(
        "wrong-worktree",
        f"{worktree} is not the session's worktree any more: {differs}",
        hint=f"git -C {quoted(repo)} worktree list",
        details={
            "worktree": {"expected": expected_top, "found": top},
            "repository": {"expected": expected_common, "found": common},
        },
    )


def prove_place(worktree: Path, repo: Path, branch: str) -> str:
    """Proves that this is the session's worktree with the session's branch checked out; returns the commit it is at.

    Raises as `prove_worktree`, and `branch-moved` (exit 5) when HEAD is anywhere else.
    """
    found = prove_worktree(worktree, repo)
    if found.branch == branch and found.sha is not None:
        return found.sha
    where = f"on branch {found.branch}" if found.branch else f"detached at {(found.sha or 'nothing')[:10]}"
    if found.branch == branch:
        where = f"on branch {branch}, which does not exist any more"
    raise UserError(
        "branch-moved", f"HEAD of {worktree} is {where}; the session's branch is {branch}",
        hint=f"git -C {quoted(worktree)} switch {branch}",
        details={"expected": branch, "found": found.branch, "head": found.sha},
    )  # fmt: skip


def _head_if_in_place(worktree: Path, repo: Path) -> Head | None:
    """HEAD of the worktree, when one question is enough for the whole proof. What is wrong, and which error that is,
    the single ones find out."""
    if worktree.is_symlink() or not worktree.is_dir() or not repo.is_dir():
        return None
    done = git(
        worktree, "rev-parse", "--path-format=absolute", "--show-toplevel", "--git-common-dir", "HEAD^{commit}",
        "--symbolic-full-name", "HEAD", check=False,
    )  # fmt: skip
    place, said = f"{os.path.realpath(worktree)}\n{_own_common_dir(repo)}\n", line_of(done)
    if done.returncode != 0 or not said.startswith(place):
        return None
    sha, _, ref = said.removeprefix(place).partition("\n")
    return Head(sha, refs.branch_name(ref))


def git_dir_of(worktree: Path, repo: Path) -> Path | None:
    """git's own folder of a linked worktree of `repo`, as its `.git` file names it; None when there is no such file, or
    it leads anywhere else. Asks no git."""
    named = None if worktree.is_symlink() else git_dir_at(worktree)
    found = named and Path(os.path.realpath(named))
    return found if found and str(found.parent) == f"{_own_common_dir(repo)}/worktrees" and found.is_dir() else None


def _own_common_dir(repo: Path) -> str | None:
    """The git directory of a main checkout, None when it is none. A folder `.git` is it, as long as git says the same
    of the worktree: then it has found a repository there."""
    own = repo / ".git"
    if own.is_dir() and not (own / "commondir").exists():
        return os.path.realpath(own)
    try:
        return str(common_dir(repo))
    except UserError:
        return None


def require_untracked_context_folder(root: Path, sha: str) -> None:
    """Raises `context-folder-tracked` (exit 5) when a commit holds `AGENT_CONTEXT/` itself (SPEC section 4.4)."""
    if git(root, "ls-tree", "-z", "--name-only", "--full-tree", sha, CONTEXT_FOLDER).stdout:
        raise UserError(
            "context-folder-tracked", f"The base {sha[:10]} tracks {CONTEXT_FOLDER}/, the folder that sessions use",
            hint=f"git mv {CONTEXT_FOLDER} another-name, commit, then start the session",
            details={"base": sha, "folder": CONTEXT_FOLDER},
        )  # fmt: skip


def hide_folders(root: Path) -> None:
    """Keeps the program's two folders out of `git status` of all worktrees, without touching a user's `.gitignore`."""
    folder = _hidden_folder(root / WORKTREES_FOLDER)
    with locked(folder / _LOCK):
        exclude = Path(os.path.realpath(common_dir(root) / "info" / "exclude"))
        old = exclude.read_bytes() if exclude.exists() else b""
        missing = [line for line in _HIDDEN if line.encode() not in old.splitlines()]
        if missing:
            exclude.parent.mkdir(parents=True, exist_ok=True)
            separator = b"\n" if old and not old.endswith(b"\n") else b""
            with exclude.open("ab") as file:
                file.write(separator + "".join(f"{line}\n" for line in missing).encode())


def missing_exclusions(root: Path) -> list[str]:
    """The lines for the program's folders that `info/exclude` should hold and does not. Changes nothing."""
    exclude = common_dir(root) / "info" / "exclude"
    found = exclude.read_bytes().splitlines() if exclude.exists() else []
    return [line for line in _HIDDEN if line.encode() not in found]


def is_hidden(folder: Path) -> bool:
    """Whether a folder has the `.gitignore` that hides all of it and itself."""
    ignore = folder / ".gitignore"
    return ignore.is_file() and not ignore.is_symlink() and b"*" in ignore.read_bytes().split(b"\n")


def linked_worktrees(root: Path) -> list[tuple[Path, str | None]]:
    """Canonical path and branch (None when detached) of every linked worktree of a repository, as git has them noted;
    one whose folder is gone is among them."""
    found: list[tuple[Path, str | None]] = []
    blocks = git(root, "worktree", "list", "--porcelain", "-z").stdout.split(b"\0\0")
    for block in blocks[1:]:  # the first one is the main worktree
        fields = dict(os.fsdecode(line).partition(" ")[::2] for line in block.split(b"\0") if line)
        if "worktree" in fields:
            branch = refs.branch_name(fields.get("branch", ""))
            found.append((Path(os.path.realpath(fields["worktree"])), branch))
    return found


def make_context_folder(worktree: Path) -> Path:
    """Makes `AGENT_CONTEXT/` in a worktree, hidden from git, where it is missing; returns its path."""
    return _hidden_folder(worktree / CONTEXT_FOLDER)


def remove_half_made(root: Path, path: Path, branch: str | None, sha: str) -> None:
    """Takes back what a creation that failed or was killed has left: worktree and branch, as far as they exist.

    Removes only a linked worktree below `<root>/.worktrees/` that git's back-pointers prove to be that one, while it
    holds nothing but what the commit `sha` holds, and the branch only while it is at `sha`. Else raises
    `wrong-worktree` or `uncommitted-changes` (exit 5) and removes nothing.
    """
    import shutil

    tip = refs.read_ref(root, refs.branch_ref(branch)) if branch else None
    if tip is not None and tip != sha:
        raise UserError("uncommitted-changes", f"The branch {branch} has commits of its own, so it stays",
                        hint=f"git -C {quoted(root)} log {sha[:10]}..{branch}", details={"branch": branch})  # fmt: skip
    admin = admin_dirs(root, path)
    if os.path.lexists(path):
        _prove_half_made(root, path, admin, branch)
        _require_no_work(root, path, sha)
        shutil.rmtree(path)
    forget(admin)
    if branch and tip is not None:
        try:
            refs.delete_ref(root, refs.branch_ref(branch), sha)
        except refs.RefMoved:
            return


def _blocking_branch(root: Path, name: str) -> str | None:
    parts = name.split("/")
    found = refs.read_refs(root, [refs.branch_ref("/".join(parts[:length])) for length in range(1, len(parts))])
    return refs.branch_name(min(found)) if found else None


def _hidden_folder(folder: Path) -> Path:
    """A real folder, made if missing, with a `.gitignore` that hides all of it and itself."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        what = f"{folder} is not a folder but in the way of one"
        raise UserError("failed", what, hint=f"mv {quoted(folder)} elsewhere")
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not is_hidden(folder):
        if ignore.is_symlink():
            ignore.unlink()
        atomic_write(ignore, b"*\n", mode=0o644)
    return folder


def admin_dirs(root: Path, path: Path) -> list[Path]:
    """git's own folders for the worktree at `path`: its back-pointer names it, or it died before that was written."""
    found = []
    named = os.path.realpath(path.parent) + f"/{path.name}/.git"
    parent = common_dir(root) / "worktrees"
    for folder in sorted(parent.iterdir()) if parent.is_dir() else []:
        pointer = folder / "gitdir"
        if not pointer.exists():
            started = folder.name == path.name and {entry.name for entry in folder.iterdir()} <= {"locked"}
        else:
            started = os.path.normpath(folder / os.fsdecode(pointer.read_bytes()).strip()) == named
        if started:
            found.append(folder)
    return found


def forget(admin: list[Path]) -> None:
    """Removes git's own folders for a worktree, as `admin_dirs` found them."""
    import shutil

    for folder in admin:
        shutil.rmtree(folder)


def _prove_half_made(root: Path, path: Path, admin: list[Path], branch: str | None) -> None:
    here = os.path.realpath(root / WORKTREES_FOLDER)
    pointer = path / ".git"
    wrong = None
    if path.is_symlink() or not path.is_dir() or os.path.realpath(path.parent) != here:
        wrong = f"it is no folder below {here}"
    elif not os.path.lexists(pointer):
        wrong = "it has no .git file" if any(path.iterdir()) else None
    elif pointer.is_symlink() or not pointer.is_file():
        wrong = "its .git is not that of a linked worktree"
    elif not any(os.fsdecode(pointer.read_bytes()).strip() == f"gitdir: {folder}" for folder in admin):
        wrong = "git does not know it as a worktree there"
    for folder in admin:
        lock, ref = folder / "locked", folder / "HEAD"
        if lock.exists() and lock.read_bytes().strip() != b"initializing":
            wrong = "it is locked"
        said = ref.read_bytes().strip() if branch and ref.exists() else b""
        if branch and said.startswith(b"ref:") and said != f"ref: {refs.branch_ref(branch)}".encode():
            wrong = "another branch is checked out in it"
    if wrong:
        raise UserError("wrong-worktree", f"{path} is left alone: {wrong}", hint=f"git -C {quoted(root)} worktree list",
                        details={"worktree": str(path), "reason": wrong})  # fmt: skip


def _require_no_work(root: Path, path: Path, sha: str) -> None:
    """Proves that a worktree holds nothing but (parts of) the files of a commit, whatever its own index says."""
    import tempfile

    from ampsm.git.status import worktree_status

    if not (path / ".git").exists():
        return
    with tempfile.TemporaryDirectory(prefix="ampsm-") as scratch:
        env = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        try:
            git(path, "read-tree", sha, env=env)
            found = worktree_status(path, env=env)
        except GitError:
            if any(entry.name not in (".git", CONTEXT_FOLDER) for entry in path.iterdir()):
                raise
            return
    work = [*found.untracked, *found.nested]
    work += [name for name in found.unstaged if name not in found.missing and not _is_cut_short(path, sha, name)]
    if work:
        raise UserError(
            "uncommitted-changes", f"{path} holds work ({work[0]}), so it stays", hint=f"git -C {quoted(path)} status",
            details={"worktree": str(path), "files": work[:100]},
        )  # fmt: skip


def _is_cut_short(path: Path, sha: str, name: str) -> bool:
    """Whether a file is the beginning of what the commit has there: a checkout that was killed while writing it."""
    try:
        there = (path / name).read_bytes()
    except OSError:
        return False
    wanted = git(path, "cat-file", "--filters", f"{sha}:{name}", check=False)
    return wanted.returncode == 0 and wanted.stdout.startswith(there)

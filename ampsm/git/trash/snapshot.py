"""Snapshots of whole worktrees, taken before one is removed: `refs/ampsm/trash/<session-id>` (SPEC section 6, cleanup).

A snapshot is a commit on top of the branch's tip. Its tree holds `manifest.json` (every file, link and folder with its
mode and time, the index), the index's bytes, and the contents: `files/` under their own names, so that `git show` can
get at one, `others/` what git takes under no such name. Contents are raw bytes: no filter is run.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ampsm.git import refs
from ampsm.git.command import LONG_TIMEOUT, GitError, git, git_line, line_of
from ampsm.git.location import git_path
from ampsm.git.trash.blobs import store_files, store_links
from ampsm.git.trash.index_snapshot import IndexSnapshot, take_index
from ampsm.git.worktree.folder_scan import FILE, LINK, OTHER, Found, scan
from ampsm.model.errors import quoted
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain

_VERSION = 1
_WHO = {
    "GIT_AUTHOR_NAME": "Amp Session Conductor", "GIT_AUTHOR_EMAIL": "snapshot@localhost",
    "GIT_COMMITTER_NAME": "Amp Session Conductor", "GIT_COMMITTER_EMAIL": "snapshot@localhost",
}  # fmt: skip
#: What git keeps for one worktree and makes anew for another: where it is, its HEAD, index, refs and their logs.
_NOT_KEPT = frozenset(
    (
        "HEAD",
        "gitdir",
        "commondir",
        "index",
        "locked",
        "logs",
        "refs",
        "reftable",
        "FETCH_HEAD",
        "AUTO_MERGE",
        "fsmonitor--daemon.ipc",
    )
)
#: Where an operation under way in the worktree has noted commits.
_NOTED = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "ORIG_HEAD")
#: Names that begin like git's own and may still be in a tree.
_HARMLESS = frozenset({".gitignore", ".gitattributes", ".gitmodules", ".gitkeep", ".github", ".gitlab-ci.yml"})


@record
class Snapshot:
    """A snapshot that was taken: its commit, the branch's tip, and the manifest as it was written."""

    commit: str
    tip: str
    manifest: dict[str, Any]

    @property
    def has_worktree(self) -> bool:
        """False when there was no worktree any more, only the branch."""
        return self.manifest["entries"] is not None


def trash_ref(session_id: str) -> str:
    """Where the snapshot of a session's worktree is kept."""
    return f"{refs.OWN_REFS}trash/{session_id}"


def scan_worktree(worktree: Path) -> dict[str, Found]:
    """Everything in a worktree but its own `.git`. Raises as `folder_scan.scan`."""
    return scan(worktree, leave_out=frozenset({".git"}))


def take_snapshot(
    root: Path, session_id: str, *, branch: str, tip: str, worktree: Path | None, entries: Mapping[str, Found]
) -> Snapshot:
    """Keeps a worktree under the session's trash ref, in place of an earlier snapshot; proves that all of it is there.

    `entries` is what of the scanned worktree is to be kept; `worktree` None: only the tip. Changes no file and no
    index. Raises GitError or OSError; then the ref is where it was.
    """
    with tempfile.TemporaryDirectory(prefix="ampsm-") as folder:
        scratch = Path(folder)
        manifest: dict[str, Any] = {
            "version": _VERSION, "session": session_id, "branch": branch, "tip": tip, "entries": None,
            "index": None, "gitDir": None, "state": [],
        }  # fmt: skip
        tree: dict[str, str] = {}
        parents = [tip]
        if worktree is not None:
            state = _state(worktree)
            index = take_index(worktree, scratch)
            stored = _store(worktree, worktree, entries, scratch)
            stored_state = _store(worktree, git_path(worktree, "."), state, scratch)
            manifest.update(
                worktree=str(worktree), mode=worktree.stat().st_mode & 0o7777, entries=_listed(entries, stored),
                state=_listed(state, stored_state), gitDir=Path(_git_dir(worktree)).name,
                index={"changed": index.changed_ns} if index else None,
            )  # fmt: skip
            parents += _noted_commits(worktree, tip)
            tree = _contents(worktree, scratch, entries, stored, stored_state, index)
        tree["manifest.json"] = f"100644 blob {_blob(root, scratch, json.dumps(manifest).encode())}"
        top = _mktree(root, tree)
        words = [word for parent in parents for word in ("-p", parent)]
        message = f"Worktree of session {session_id}\n\nBring it back: amp-sessions restore {session_id}\n"
        commit = git_line(root, "commit-tree", top, *words, "-m", message, env=_WHO)
    refs.keep(root, trash_ref(session_id), commit)
    _prove_whole(root, commit, manifest)
    return Snapshot(commit, tip, manifest)


def snapshot(root: Path, session_id: str) -> Snapshot | None:
    """The snapshot of a session; None when there is none. Raises GitError for one that this release cannot read."""
    ref = trash_ref(session_id)
    commit = refs.read_ref(root, ref)
    if commit is None:
        return None
    manifest = json.loads(git(root, "cat-file", "blob", f"{commit}:manifest.json", timeout=LONG_TIMEOUT).stdout)
    if manifest.get("version") != _VERSION:
        raise GitError(f"{ref} was made by a newer release", hint=f"git -C {quoted(root)} show {ref}")
    return Snapshot(commit, manifest["tip"], manifest)


def _state(worktree: Path) -> dict[str, Found]:
    """What git keeps for this worktree alone, submodules' repositories included."""
    folder = git_path(worktree, ".")
    names = {entry.name for entry in folder.iterdir()}
    unwanted = {name for name in names if name in _NOT_KEPT or name.startswith("sharedindex.")}
    found = scan(folder, leave_out=frozenset(unwanted))
    return {path: entry for path, entry in found.items() if not path.endswith(".lock")}


def _store(repository: Path, top: Path, entries: Mapping[str, Found], scratch: Path) -> dict[str, str]:
    files = [path for path, entry in entries.items() if entry.kind == FILE]
    links = [path for path, entry in entries.items() if entry.kind == LINK]
    return {**store_files(repository, top, files), **store_links(repository, top, links, scratch)}


def _listed(entries: Mapping[str, Found], stored: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"path": path, "kind": entry.kind, "mode": entry.mode, "changed": entry.changed_ns, "size": entry.size,
         "blob": stored.get(path)}
        for path, entry in entries.items()
        if entry.kind != OTHER
    ]  # fmt: skip


def _contents(
    worktree: Path,
    scratch: Path,
    entries: Mapping[str, Found],
    stored: Mapping[str, str],
    stored_state: Mapping[str, str],
    index: IndexSnapshot | None,
) -> dict[str, str]:
    """The snapshot's tree but for the manifest: whatever must outlive a `git gc`."""
    plain = {path: blob for path, blob in stored.items() if _takes(path, entries[path].kind)}
    others = {blob for path, blob in stored.items() if path not in plain} | set(stored_state.values())
    lines = "".join(f"{_git_mode(entries[path])} {blob} 0\t{path}\0" for path, blob in plain.items())
    env = {"GIT_INDEX_FILE": str(scratch / "files")}
    names = ("-c", "core.protectNTFS=false", "-c", "core.protectHFS=false")
    git(worktree, *names, "update-index", "-z", "--index-info", stdin=os.fsencode(lines), env=env, timeout=LONG_TIMEOUT)
    files = git_line(worktree, "write-tree", env=env) if plain else git_line(worktree, "mktree")
    tree = {"files": f"040000 tree {files}"}
    if index is not None:
        others |= set(index.others)
        tree["index"] = f"100644 blob {_blob(worktree, scratch, index.content)}"
        tree["staged"] = f"040000 tree {index.tree}"
    tree["others"] = "040000 tree " + _mktree(worktree, {blob: f"100644 blob {blob}" for blob in others})
    return tree


def _takes(path: str, kind: str) -> bool:
    """Whether git takes a path into a tree: nothing that is, or somewhere could be read as, `.git` or its files."""
    parts = [part.casefold() for part in path.split("/")]
    if kind == LINK and parts[-1].startswith(".git"):
        return False
    return not any((part.startswith(".git") and part not in _HARMLESS) or part.startswith("git~") for part in parts)


def _git_mode(entry: Found) -> str:
    if entry.kind == LINK:
        return "120000"
    return "100755" if entry.mode & 0o100 else "100644"


def _noted_commits(worktree: Path, tip: str) -> list[str]:
    found: list[str] = []
    for name in _NOTED:
        path = git_path(worktree, name)
        words = read_plain(path).decode("utf-8", "replace").split() if path.is_file() else []
        for word in words:
            done = git(worktree, "rev-parse", "-q", "--verify", f"{word}^{{commit}}", check=False)
            if done.returncode == 0 and (sha := line_of(done)) not in (tip, *found):
                found.append(sha)
    return found


def _git_dir(worktree: Path) -> str:
    return os.path.realpath(git_path(worktree, "."))


def _blob(where: Path, scratch: Path, content: bytes) -> str:
    file = scratch / "blob"
    file.write_bytes(content)
    return store_files(where, scratch, [file.name])[file.name]


def _mktree(where: Path, tree: Mapping[str, str]) -> str:
    lines = "".join(f"{what}\t{name}\0" for name, what in tree.items())
    return line_of(git(where, "mktree", "-z", stdin=lines.encode(), timeout=LONG_TIMEOUT))


def _prove_whole(root: Path, commit: str, manifest: Mapping[str, Any]) -> None:
    """Every content of the manifest is in the repository: a `git gc` beside us may have taken one before the ref."""
    wanted = sorted({e["blob"] for e in (*(manifest["entries"] or ()), *manifest["state"]) if e["blob"]} | {commit})
    asked = "".join(f"{name}\n" for name in wanted).encode()
    said = git(root, "cat-file", "--batch-check", stdin=asked, timeout=LONG_TIMEOUT).stdout.decode().splitlines()
    missing = [line for line in said if line.endswith(" missing")]
    if missing or len(said) != len(wanted):
        what = f"{len(missing) or 'Some'} files are missing in the snapshot"
        raise GitError(what, hint=f"git -C {quoted(root)} fsck")

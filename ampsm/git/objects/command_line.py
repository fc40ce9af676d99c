"""Reading objects by git's command line: a process for each question, and it can read every repository."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, git, git_answer, git_line, line_of
from ampsm.git.objects.commit_info import CommitInfo
from ampsm.git.objects.line_changes import LineChange, changes_of_patch
from ampsm.git.objects.many_changes import changes_of_texts
from ampsm.git.objects.missing import missing
from ampsm.git.objects.ref_files import read_ref_files

_LAYOUT = "%H%x00%P%x00%an <%ae>%x00%aI%x00%s%x00%(trailers:only=true,unfold=true,separator=%x01)%x00"

#: The plain line diff, whatever attributes and settings say. One line of context: without any git cuts off what both
#: end with before it compares, and then finds other changes than a merge does.
_LINE_DIFF = (
    "--unified=1", "--inter-hunk-context=0", "--diff-algorithm=default", "--no-indent-heuristic", "--text",
    "--no-ext-diff", "--no-textconv", "--no-color", "--no-function-context",
)  # fmt: skip


class GitCommandLine:
    """Asks git in the directory `where`."""

    def __init__(self, where: Path | str) -> None:
        self._where = where

    def read_refs(self, names: Sequence[str]) -> dict[str, str]:
        if not names:
            return {}
        if (found := read_ref_files(self._where, names)) is not None:
            return found
        listed = line_of(git(self._where, "for-each-ref", "--format=%(objectname) %(refname)", *names))
        pairs = (line.partition(" ") for line in listed.splitlines())
        return {name: sha for sha, _, name in pairs if name in names}

    def resolve_commit(self, name: str) -> str | None:
        if not name or name.startswith("-") or "\0" in name or "\n" in name:
            return None
        done = git(self._where, "rev-parse", "-q", "--verify", f"{name}^{{commit}}", check=False)
        return os.fsdecode(done.stdout).strip() or None if done.returncode == 0 else None

    def tree_of(self, name: str) -> str:
        try:
            return git_line(self._where, "rev-parse", "--verify", f"{name}^{{tree}}")
        except GitError:
            self._require_tree(name)
            raise

    def trees_of(self, names: Sequence[str]) -> dict[str, str]:
        asked = "".join(f"{name}^{{tree}}\n" for name in names).encode()
        answers = line_of(git(self._where, "cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked))
        found = dict(zip(names, (answer.partition(" ")[::2] for answer in answers.splitlines()), strict=True))
        if unknown := [name for name, (_, kind) in found.items() if kind != "tree"]:
            self._require_tree(unknown[0])
            raise GitError(f"{unknown[0]} cannot be read")
        return {name: tree for name, (tree, _) in found.items()}

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        done = git(self._where, "merge-base", "--is-ancestor", ancestor, descendant, check=False)
        if done.returncode in (0, 1):
            return done.returncode == 0
        if self.resolve_commit(ancestor) is None and self.resolve_commit(descendant) is not None:
            return False
        raise GitError("git merge-base failed", done.stderr, where=self._where)

    def merge_base(self, one: str, other: str) -> str | None:
        return git_answer(self._where, "merge-base", one, other)

    def ahead_behind(self, one: str, other: str) -> tuple[int, int]:
        left, right = git_line(self._where, "rev-list", "--left-right", "--count", f"{one}...{other}").split()
        return int(left), int(right)

    def commits_between(self, after: str, until: str) -> list[CommitInfo]:
        done = git(
            self._where, "-c", "trailer.separators=:", "rev-list", "--no-commit-header", "--reverse", "--topo-order",
            f"--format={_LAYOUT}", "--encoding=UTF-8", f"{after}..{until}", "--",
        )  # fmt: skip
        fields = os.fsdecode(done.stdout).split("\0")
        return [_commit_info(fields[start : start + 6]) for start in range(0, len(fields) - 6, 6)]

    def subjects(self, shas: Collection[str]) -> dict[str, str]:
        done = git(
            self._where, "log", "--no-walk=unsorted", "--ignore-missing", "--format=%H%x00%s%x00", "--encoding=UTF-8",
            *shas, "--", check=False,
        )  # fmt: skip
        fields = os.fsdecode(done.stdout).replace("\n", "").split("\0")
        return dict(zip(fields[::2], fields[1::2], strict=False))

    def blob_at(self, commit: str, path: str) -> str | None:
        listed = git(self._where, "ls-tree", "-z", "--full-tree", commit, "--", path).stdout
        words = listed.partition(b"\t")[0].split()
        return words[2].decode() if len(words) == 3 and words[1] == b"blob" else None

    def blob_size(self, blob: str) -> int:
        return int(git_line(self._where, "cat-file", "-s", blob))

    def sizes_of(self, blobs: Sequence[str]) -> dict[str, int]:
        done = git(self._where, "cat-file", "--batch-check", stdin=_asked(blobs), timeout=LONG_TIMEOUT)
        words = (line.split() for line in done.stdout.decode().splitlines())
        return {found[0]: int(found[2]) for found in words if len(found) == 3}

    def contents_of(self, blobs: Sequence[str]) -> dict[str, bytes]:
        rest = git(self._where, "cat-file", "--batch", stdin=_asked(blobs), timeout=LONG_TIMEOUT).stdout
        found: dict[str, bytes] = {}
        while rest:
            header, _, rest = rest.partition(b"\n")
            words = header.split()
            if len(words) != 3:
                continue
            size = int(words[2])
            found[words[0].decode()], rest = rest[:size], rest[size + 1 :]
        return found

    def read_blobs(self, blobs: Sequence[str]) -> dict[str, bytes]:
        asked = "".join(f"{blob}\n" for blob in blobs).encode()
        output = git(self._where, "cat-file", "--batch", stdin=asked, timeout=LONG_TIMEOUT).stdout
        found, position = {}, 0
        for blob in blobs:
            end = output.index(b"\n", position)
            words = output[position:end].split()
            if len(words) != 3 or words[1] != b"blob":
                raise missing(self._where, blob)
            start = end + 1
            position = start + int(words[2]) + 1
            found[blob] = output[start : position - 1]
        return found

    def _require_tree(self, name: str) -> None:
        """Raises `object-missing` for a commit that is there, and its tree is not."""
        if commit := self.resolve_commit(name):
            said = git(self._where, "cat-file", "-p", commit, check=False).stdout.split(b"\n")[0]
            raise missing(self._where, os.fsdecode(said.removeprefix(b"tree ")))

    def line_changes(self, old: str, new: str) -> list[LineChange]:
        return changes_of_patch(git(self._where, "diff", *_LINE_DIFF, old, new, timeout=LONG_TIMEOUT).stdout)

    def line_changes_of(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[LineChange]]:
        held = self.read_blobs(list({blob: None for pair in pairs for blob in pair}))
        texts = [(held[old], held[new]) for old, new in pairs]
        return dict(zip(pairs, changes_of_texts(texts, _LINE_DIFF), strict=True))


def _asked(blobs: Sequence[str]) -> bytes:
    return "".join(f"{blob}\n" for blob in dict.fromkeys(blobs)).encode()


def _commit_info(fields: list[str]) -> CommitInfo:
    sha, parents, author, date, subject, trailers = fields
    pairs = (line.partition(":") for line in trailers.split("\1") if line)
    return CommitInfo(
        sha.strip(), tuple(parents.split()), author, _with_offset(date), subject,
        {key: value.strip() for key, _, value in pairs},
    )  # fmt: skip


def _with_offset(date: str) -> str:
    """Newer versions of git write Z for an offset of nothing."""
    return f"{date[:-1]}+00:00" if date.endswith("Z") else date

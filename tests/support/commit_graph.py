"""Histories written as text, and made in a repository by one `git fast-import`.

A line per branch, `BRANCH: COMMIT COMMIT …`. The first line's first commit is the root; another line begins with the
commit it grows from, followed by `>`:

    main:    base a b
    session: base > s1* s2 m+b s3*{app.py=new,-old.txt,lib.py>core.py,run.sh!}

`*` marks an amp commit (it gets the session's trailer), `+b` merges commit `b` (`+b+c` two of them), and braces hold
the changes: `path=text` writes a file (`\\n` is a line break), `-path` deletes, `old>new` renames, `path!` flips the
executable bit, `path@there` makes a link.
A commit without braces writes a file of its own, `NAME.txt`; a merge takes what only one side changed, else what its
first parent has. `BRANCH:` that exists already is moved, so a base is rewritten by a second line for it; a line that is
only `COMMIT >` puts a branch there.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

#: By path: whether a file is executable, or `LINK` for a link, and the content.
Files = dict[str, tuple[bool | str, str]]
LINK = "link"

#: One commit of the notation.
COMMIT = re.compile(r"(?P<name>\w[\w-]*)(?P<amp>\*?)(?P<merged>(?:\+\w[\w-]*)*)(?:\{(?P<changes>[^}]*)\})?")
_START = 1_700_000_000


@dataclass
class Commit:
    """A commit of the notation, and what became of it."""

    name: str
    parents: tuple[str, ...]
    amp: bool
    files: Files
    sha: str = ""


@dataclass
class Graph:
    """All commits by name, and the commit of each branch."""

    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """The id of a commit."""
        return self.commits[name].sha

    def history(self, name: str) -> set[str]:
        """The names of a commit and all its ancestors."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting += self.commits[at].parents
        return found

    def changed(self, name: str) -> set[str]:
        """The paths in which a commit differs from its first parent."""
        commit = self.commits[name]
        before = self.commits[commit.parents[0]].files if commit.parents else {}
        return {path for path in {*before, *commit.files} if before.get(path) != commit.files.get(path)}


def draw(
    repo: Path,
    text: str,
    *,
    graph: Graph | None = None,
    session: str | None = None,
    branches: Callable[[str], str] = lambda name: name,
) -> Graph:
    """Makes the commits of `text` in a repository, on top of what `graph` has of it already, and returns the graph.

    `session` is the id in the trailer of amp commits; `branches` turns the notation's branch names into the
    repository's. No worktree follows: the caller checks out what it needs.
    """
    graph = graph or Graph()
    _import(repo, graph, sketch(graph, text), session, branches)
    return graph


def sketch(graph: Graph, text: str) -> list[Commit]:
    """Adds the commits of `text` to a graph, without making them anywhere; returns them in order."""
    new: list[Commit] = []
    for line in filter(None, (line.strip() for line in text.replace("|", "\n").splitlines())):
        branch, _, rest = line.partition(":")
        parent, rest = _parent(rest)
        for found in COMMIT.finditer(rest):
            commit = _expand(graph, parent, found)
            graph.commits[commit.name] = commit
            new.append(commit)
            parent = commit.name
        assert parent, f"no commit in {line!r}"
        graph.branches[branch.strip()] = parent
    return new


def _parent(rest: str) -> tuple[str | None, str]:
    found = re.match(r"\s*(\w[\w-]*)\s+>(?=\s|$)", rest)
    return (found[1], rest[found.end() :]) if found else (None, rest)


def _expand(graph: Graph, parent: str | None, found: re.Match[str]) -> Commit:
    name, merged = found["name"], [word for word in found["merged"].split("+") if word]
    assert name not in graph.commits, f"{name} is there twice"
    parents = tuple(filter(None, (parent, *merged)))
    files: Files = dict(graph.commits[parent].files) if parent else {}
    for other in merged:
        assert parent
        files = _merge(graph, parent, files, other)
    changes = found["changes"]
    if changes is None and not merged:
        files[f"{name}.txt"] = (False, f"{name}\n")
    for change in filter(None, (changes or "").split(",")):
        _apply(files, change.strip())
    return Commit(name, parents, bool(found["amp"]), files)


def _apply(files: Files, change: str) -> None:
    if change.startswith("-"):
        del files[change[1:]]
    elif change.endswith("!"):
        executable, content = files[change[:-1]]
        files[change[:-1]] = (not executable, content)
    elif "=" in change:
        path, _, content = change.partition("=")
        files[path] = (files.get(path, (False, ""))[0] is True, content.replace("\\n", "\n"))
    elif "@" in change:
        path, _, there = change.partition("@")
        files[path] = (LINK, there)
    else:
        old, _, new = change.partition(">")
        files[new] = files.pop(old)


def _merge(graph: Graph, ours: str, one: Files, theirs: str) -> Files:
    """The files of commit `ours`, or what is made of them already, with what `theirs` changed."""
    common = graph.history(ours) & graph.history(theirs)
    order = list(graph.commits)
    base = graph.commits[max(common, key=order.index)].files if common else {}
    other = graph.commits[theirs].files
    merged: Files = {}
    for path in {*one, *other}:
        chosen = other.get(path) if one.get(path) == base.get(path) else one.get(path)
        if chosen is not None:
            merged[path] = chosen
    return merged


def _import(
    repo: Path, graph: Graph, new: Iterable[Commit], session: str | None, branches: Callable[[str], str]
) -> None:
    marks = {commit.name: mark for mark, commit in enumerate(new, start=1)}
    lines: list[bytes] = []
    for name, mark in marks.items():
        commit = graph.commits[name]
        number = list(graph.commits).index(name)
        message = f"{name}\n"
        if commit.amp:
            assert session, "an amp commit needs the session's id"
            message += f"\nAmpsm-Session: {session}\nAmpsm-Iteration: 1\n"
        who = "Agent <agent" if commit.amp else "Manu Al <manu"
        when = f"{_START + 60 * number} +0130"
        lines += [b"commit refs/ampsm-graph/work", f"mark :{mark}".encode()]
        lines += [f"author {who}@example.org> {when}".encode(), f"committer {who}@example.org> {when}".encode()]
        lines += [_data(message)]
        known = [f":{marks[p]}" if p in marks else graph.commits[p].sha for p in commit.parents]
        lines += [f"{word} {p}".encode() for word, p in zip(("from", "merge"), known, strict=False)]
        lines += [b"deleteall"]
        for path, (executable, content) in commit.files.items():
            mode = "120000" if executable == LINK else "100755" if executable else "100644"
            lines += [f"M {mode} inline {path}".encode(), _data(content)]
        # Each commit without a parent would otherwise continue the work branch.
        lines += [b"", b"reset refs/ampsm-graph/work", b""]
    for branch, name in graph.branches.items():
        at = f":{marks[name]}" if name in marks else graph.commits[name].sha
        lines += [f"reset refs/heads/{branches(branch)}".encode(), f"from {at}".encode(), b""]
    marks_file = repo / ".git" / "commit-graph-marks"
    subprocess.run(
        ["git", "-C", str(repo), "fast-import", "--quiet", "--force", f"--export-marks={marks_file}"],
        input=b"\n".join(lines) + b"\n", check=True, capture_output=True,
    )  # fmt: skip
    shas = dict(line.split() for line in marks_file.read_text().splitlines())
    for name, mark in marks.items():
        graph.commits[name].sha = shas[f":{mark}"]


def _data(text: str) -> bytes:
    data = text.encode()
    return b"data %d\n%b" % (len(data), data)

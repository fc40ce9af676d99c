"""Where a session's own commits begin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.git.history import branch_point

RunGit = Callable[..., str]


class Graph:
    """Commits by letter, written as `c b a` for "c has the parents b and a"."""

    def __init__(self, repo: Path, run_git: RunGit) -> None:
        self.repo = repo
        self._git = run_git
        self._shas: dict[str, str] = {}

    def grow(self, *lines: str) -> Graph:
        tree = self._git(self.repo, "rev-parse", "HEAD^{tree}")
        for line in lines:
            name, *parents = line.split()
            options = [word for parent in parents for word in ("-p", self[parent])]
            self._shas[name] = self._git(self.repo, "commit-tree", "-m", name, *options, tree)
        return self

    def __getitem__(self, name: str) -> str:
        return self._shas[name]

    def name(self, sha: str) -> str:
        return next(name for name, known in self._shas.items() if known == sha)


@pytest.fixture
def graph(make_repo: Callable[..., Path], run_git: RunGit) -> Graph:
    return Graph(make_repo(), run_git)


@pytest.mark.parametrize(
    ("lines", "tip", "target", "base", "point"),
    [
        (["a", "b a"], "a", "a", "a", "a"),
        (["a", "s a"], "s", "a", "a", "a"),
        (["a", "s a", "b a", "c b"], "s", "c", "a", "a"),
        (["a", "s a"], "s", "s", "a", "s"),
        (["a", "b a", "s b"], "s", "b", "a", "b"),
        (["a", "b a", "s b", "r a"], "s", "r", "b", "b"),
        (["a", "s a", "r"], "s", "r", "a", "a"),
        (["a", "s a", "b a", "m s b", "t m"], "t", "b", "a", "b"),
        (["a", "b a", "s a", "c b"], "s", "c", "b", "a"),
        (["a", "s a"], "s", None, "a", "a"),
        (["a", "b a", "s a"], "s", None, "b", "a"),
    ],
    ids=["nothing yet", "one commit", "base went on", "merged by fast-forward", "rebased by hand", "base rewritten",
         "unrelated target", "base merged into the session", "session rewound below its base", "no target",
         "no target, rewound"],
)  # fmt: skip
def test_branch_point(graph: Graph, lines: list[str], tip: str, target: str | None, base: str, point: str) -> None:
    graph.grow(*lines)
    found = branch_point(graph.repo, graph[tip], target and graph[target], graph[base])
    assert graph.name(found) == point


def test_the_point_recorded_at_a_merge_goes_before_all(graph: Graph) -> None:
    graph.grow("a", "s a")
    assert branch_point(graph.repo, graph["s"], graph["s"], graph["a"], merged_point=graph["a"]) == graph["a"]


def test_a_base_that_no_longer_exists(graph: Graph) -> None:
    graph.grow("a", "s a")
    assert branch_point(graph.repo, graph["s"], graph["a"], "0123456789" * 4) == graph["a"]

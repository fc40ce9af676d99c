"""Comparing two commits by walking from both, against what all their ancestors say."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ampsm.git.objects.graph import Graph

Parents = dict[str, list[str]]


@st.composite
def histories(draw: st.DrawFn) -> tuple[Parents, dict[str, int]]:
    """Commits with up to four parents among those just before them. No commit is older than its parents, but many are
    of the same second."""
    parents: Parents = {}
    times: dict[str, int] = {}
    time = 0
    for number in range(draw(st.integers(2, 40))):
        earlier = list(parents)[-6:]
        parents[f"c{number}"] = draw(st.lists(st.sampled_from(earlier), max_size=4, unique=True)) if earlier else []
        time += draw(st.sampled_from([0, 0, 0, 1, 10]))
        times[f"c{number}"] = time
    return parents, times


def ancestors(parents: Parents, of: str) -> set[str]:
    """A commit and all that lead to it."""
    found, waiting = set[str](), [of]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += parents[at]
    return found


def graph_of(parents: Parents, times: dict[str, int]) -> Graph:
    return Graph(lambda sha: (parents[sha], times[sha]))


@settings(max_examples=200)
@given(histories())
def test_every_pair_of_a_history(drawn: tuple[Parents, dict[str, int]]) -> None:
    parents, times = drawn
    graph = graph_of(parents, times)
    every = {sha: ancestors(parents, sha) for sha in parents}
    for one, ones in every.items():
        for other, others in every.items():
            found = graph.compare(one, other)
            assert set(found.only_one) == ones - others
            assert set(found.only_other) == others - ones
            common = ones & others
            best = {sha for sha in common if not any(sha in every[at] for at in common - {sha})}
            assert set(found.bases) == best


@given(histories())
def test_the_order_puts_parents_first(drawn: tuple[Parents, dict[str, int]]) -> None:
    parents, times = drawn
    graph, until = graph_of(parents, times), list(parents)[-1]
    ordered = graph.in_order(until, ancestors(parents, until))
    assert sorted(ordered) == sorted(ancestors(parents, until))
    for place, sha in enumerate(ordered):
        assert not set(parents[sha]) - set(ordered[:place])


def test_a_clock_that_was_wrong_for_a_few_commits_is_no_matter() -> None:
    """The base is dated before some of its ancestors, on the way over which both come to them."""
    parents = {"root": [], "a": ["root"], "b": ["a"], "base": ["b"], "one": ["base", "a"], "other": ["base"]}
    times = {"root": 0, "a": 90, "b": 50, "base": 10, "one": 100, "other": 100}
    found = graph_of(parents, times).compare("one", "other")
    assert (found.only_one, found.only_other, found.bases) == (["one"], ["other"], ["base"])


def test_it_looks_no_further_back_than_it_must() -> None:
    parents = {str(n): [str(n - 1)] if n else [] for n in range(1000)} | {"one": ["990"], "other": ["995"]}
    asked: list[str] = []

    def load(sha: str) -> tuple[list[str], int]:
        asked.append(sha)
        return parents[sha], int(sha) if sha.isdigit() else 2000

    found = Graph(load).compare("one", "other")
    assert found.bases == ["990"]
    assert len(found.only_other) == 6
    assert len(asked) < 20

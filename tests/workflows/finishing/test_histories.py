"""Laws of squash, rebase and undo, over histories drawn by chance (SPEC section 6)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ampsm.git.command import git
from ampsm.model.errors import UserError
from ampsm.store import sessions
from ampsm.workflows.finishing.merge.abort import abort_merge
from ampsm.workflows.finishing.rebase import rebase_session
from ampsm.workflows.finishing.squash import squash_session
from ampsm.workflows.finishing.undo import undo_operation
from ampsm.workflows.session.branch_point import point_to_rewrite
from tests.support.commit_graph import Graph
from tests.support.drawn import Drawn
from tests.support.histories import history

Make = Callable[..., Drawn]
BLOCK = 4
HISTORIES = 500 if os.environ.get("AMPSM_TEST_ALL_FAULTS") else 4


@pytest.mark.parametrize("block", range(HISTORIES // BLOCK))
def test_laws(drawn: Make, block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        text = history(seed)
        try:
            d = drawn(text, name=f"History {seed}")
            for law in (squash_folds_all_in, squash_keeps_manual_commits, rebase_is_gits, a_stack_is_undone):
                before = d.state(), status(d)
                law(d)
                assert (d.state(), status(d)) == before, law.__name__
        except AssertionError as error:
            raise AssertionError(f"history {seed}: {text}\n{error}") from error


def squash_folds_all_in(d: Drawn) -> None:
    """One commit on the branch point, with the same tree and nothing that only the base changed."""
    point, tip = branch_point(d), d.tip
    commits, mixed = own(d, point), takes_rewritten_base_in(d, point)
    refs, files, index = d.state()
    document = squash_session(d.ctx, d.session.id, message="all of it")
    made = document.commit
    assert d.tip == made and d.git("rev-parse", f"{made}^@").split() == [point]
    assert tree(d, made) == tree(d, tip) and (document.kept, document.squashed) == (0, len(commits))
    if not mixed:
        assert paths(d, point, made) <= session_paths(d.graph)
    assert d.state() == ({**refs, f"refs/heads/{d.session.branch}": made}, files, index)
    undo_operation(d.ctx, d.session.id)


def squash_keeps_manual_commits(d: Drawn) -> None:
    """The agent's commits become one; each manual commit stays, unless that cannot be done without conflict."""
    point, tip = branch_point(d), d.tip
    amp, manual = ([c for c in own(d, point) if d.graph.commits[c].amp is which] for which in (True, False))
    merges = any(len(d.graph.commits[name].parents) > 1 for name in [*amp, *manual])
    separable = not merges and picks(d, point, [*amp, *manual]) == tree(d, tip)
    try:
        document = squash_session(d.ctx, d.session.id, message="the agent's", include_manual="exclude")
    except UserError as refused:
        assert refused.code == "cannot-separate" and not separable
        return
    if not amp:
        assert document.backup_ref is None and d.tip == tip
        return
    assert separable
    assert (document.squashed, document.kept) == (len(amp), len(manual)) and tree(d, d.tip) == tree(d, tip)
    shown = [d.git("log", "-1", f"--format={SHOWN}", d.graph[name]) for name in manual]
    made = d.git("rev-list", "--reverse", f"{point}..{d.tip}").split()
    assert [d.git("log", "-1", f"--format={SHOWN}", sha) for sha in made[1:]] == shown
    assert d.git("log", "-1", "--format=%P%x00%B", made[0]) == f"{point}\0the agent's\n"
    assert tree(d, made[0]) == picks(d, point, amp)
    undo_operation(d.ctx, d.session.id)


def rebase_is_gits(d: Drawn) -> None:
    """A rebase gives the tree, or stops at the conflicts, that git's own gives; nothing of an old base comes along."""
    point, target = branch_point(d), d.git("rev-parse", "main")
    commits, expected = own(d, point), gits_rebase(d, target, point)
    found = rebase_session(d.ctx, d.session.id)
    if found.error is not None:
        assert list(found.conflicts) == expected and found.status == "conflict"
        abort_merge(d.ctx, d.session.id)
        return
    assert tree(d, d.tip) == expected
    if not any(len(d.graph.commits[name].parents) > 1 for name in commits):
        assert paths(d, target, d.tip) <= session_paths(d.graph)
    if found.backup_ref:
        undo_operation(d.ctx, d.session.id)


def a_stack_is_undone(d: Drawn) -> None:
    """Squash, rebase, squash again; then all of it back, one by one."""
    states, mixed = [], takes_rewritten_base_in(d, branch_point(d))
    steps: tuple[Callable[[], str | None], ...] = (
        lambda: squash_session(d.ctx, d.session.id, message="1").backup_ref,
        lambda: rebased(d),
        lambda: squash_session(d.ctx, d.session.id, message="2").backup_ref,
    )
    for step in steps:
        states.append(d.state())
        try:
            if not step():
                states.pop()
        except UserError as error:
            assert error.code == "nothing-to-merge"
            states.pop()
    if not mixed and d.git("merge-base", "main", d.tip) == d.git("rev-parse", "main"):
        assert paths(d, "main", d.tip) <= session_paths(d.graph), "what is on top of the base is the session's alone"
    for state in reversed(states):
        undo_operation(d.ctx, d.session.id)
        assert d.state() == state


def test_histories_have_everything_in_them() -> None:
    """The generator is worth something: each kind of history is there often enough."""
    texts = [history(seed) for seed in range(200)]
    kinds = Counter(
        kind
        for text in texts
        for kind, there in {
            "base moved": "| main: " in text, "base rewritten": "main: root >" in text, "merge": "+" in text,
            "rename": ">main/moved" in text or ">session/moved" in text, "deletion": "{-" in text,
            "mode": "!" in text, "amp": "*{" in text,
            "manual": any(word.startswith("s") and "*" not in word for word in text.replace("{", " ").split()),
        }.items()
        if there
    )  # fmt: skip
    assert min(kinds.values()) >= 20 and len(kinds) == 8, kinds


SHOWN = "%an%x00%ae%x00%aI%x00%B"


def rebased(d: Drawn) -> str | None:
    found = rebase_session(d.ctx, d.session.id)
    if found.error is not None:
        abort_merge(d.ctx, d.session.id)
        return None
    return found.backup_ref


def status(d: Drawn) -> str:
    found = sessions.session_by_id(d.ctx.store, d.session.id)
    assert found
    return found.status


def branch_point(d: Drawn) -> str:
    return point_to_rewrite(d.session, d.tip, d.git("rev-parse", "main"))


def own(d: Drawn, point: str) -> list[str]:
    """The names of the commits after the branch point, oldest first."""
    names = {commit.sha: name for name, commit in d.graph.commits.items()}
    return [names[sha] for sha in d.git("rev-list", "--reverse", "--topo-order", f"{point}..{d.tip}").split()]


def session_paths(graph: Graph) -> set[str]:
    """The paths that commits made in the session changed, also where the base may have moved them to."""
    names = [name for name, commit in graph.commits.items() if name.startswith("s") and len(commit.parents) == 1]
    moved = {path for commit in graph.commits.values() for path in commit.files if path.startswith("main/moved")}
    return moved.union(*(graph.changed(name) for name in names))


def takes_rewritten_base_in(d: Drawn, point: str) -> bool:
    """Whether commits of the base are after the branch point: the session merged its base, and that was rewritten
    before or after. Then they count as the session's (SPEC section 6), as far as the new base does not have them."""
    return any(name[0] in "ru" for name in own(d, point))


def paths(d: Drawn, before: str, after: str) -> set[str]:
    listed = git(d.repo, "diff-tree", "-r", "-z", "--name-only", "--no-renames", before, after, "--").stdout
    return set(os.fsdecode(listed).split("\0")) - {""}


def tree(d: Drawn, commit: str) -> str:
    return d.git("rev-parse", f"{commit}^{{tree}}")


@contextmanager
def scratch(d: Drawn, at: str) -> Iterator[Path]:
    """A detached worktree of a clone that shares the objects, to try things with plain git."""
    place = d.repo.with_name(f"{d.repo.name}-scratch")
    git(d.repo, "clone", "-q", "--shared", "--no-checkout", str(d.repo), str(place))
    git(place, "checkout", "-q", "--detach", at)
    try:
        yield place
    finally:
        import shutil

        shutil.rmtree(place)


def picks(d: Drawn, start: str, names: list[str]) -> str | None:
    """The tree after picking the commits on top of `start` with plain git; None when they conflict."""
    with scratch(d, start) as place:
        shas = [d.graph[name] for name in names]
        done = git(place, "cherry-pick", "--allow-empty", "--keep-redundant-commits", *shas, check=False)
        return os.fsdecode(git(place, "rev-parse", "HEAD^{tree}").stdout).strip() if done.returncode == 0 else None


def gits_rebase(d: Drawn, onto: str, point: str) -> str | list[str]:
    """The tree that plain git gives, or the conflicts at which it stops."""
    with scratch(d, d.tip) as place:
        if point == onto:
            return tree(d, d.tip)
        done = git(place, "rebase", "--onto", onto, point, check=False)
        if done.returncode != 0:
            listed = os.fsdecode(git(place, "diff", "--name-only", "--diff-filter=U", "-z").stdout)
            return sorted(filter(None, listed.split("\0")))
        return os.fsdecode(git(place, "rev-parse", "HEAD^{tree}").stdout).strip()

"""The way out of a state depends neither on what was merged nor on settings and hooks (SPEC section 6): `undo`,
`abort-merge`, `continue-merge`, `cleanup` and `restore` bring back the same bytes and index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from ampsm.model.errors import UserError
from ampsm.workflows.finishing.cleanup.cleanup import cleanup_session
from ampsm.workflows.finishing.cleanup.restore import restore_session
from ampsm.workflows.finishing.merge.abort import abort_merge
from ampsm.workflows.finishing.merge.resume import continue_merge
from ampsm.workflows.finishing.rebase import rebase_session
from ampsm.workflows.finishing.undo import undo_operation
from tests.support.drawn import Drawn, files_of
from tests.support.variants import slow_but
from tests.workflows.finishing.merge.merges import hook, run, session_of

Make = Callable[..., Drawn]


@dataclass(frozen=True)
class Kind:
    """What is strange: `files` that are merged (None: a link that leads to itself), `config` and `hooks` that are there
    as soon as they are."""

    files: Mapping[str, str | None] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)
    hooks: Mapping[str, str] = field(default_factory=dict)


_GONE = {"filter.gone.required": "true", "filter.gone.clean": "false", "filter.gone.smudge": "false"}
_HOOKS = (
    "post-checkout", "post-merge", "post-rewrite", "pre-rebase", "pre-commit", "commit-msg", "prepare-commit-msg",
    "pre-merge-commit", "post-index-change", "reference-transaction", "post-commit", "applypatch-msg",
)  # fmt: skip
_MERGED = {
    "gitmodules": Kind({".gitmodules": '[submodule "x\npath = y\n'}),
    "gitmodules-elsewhere": Kind({".gitmodules": '[submodule "x"]\n path = ../../x\n url = -x\n update = !false\n'}),
    "filter-missing": Kind({".gitattributes": "* filter=nobody\n"}),
    "filter-required": Kind({".gitattributes": "* filter=gone\n"}, _GONE),
    "encoding": Kind({".gitattributes": "*.txt working-tree-encoding=UTF-16\n"}),
    "encoding-unknown": Kind({".gitattributes": "*.txt working-tree-encoding=KLINGON\n"}),
    "ident": Kind({".gitattributes": "* ident\n", "id.txt": "$Id$\n"}),
    "attributes-broken": Kind({".gitattributes": '"\x01 [attr]x\n[attr]y filter=gone\n*.txt y merge=nobody\n'}, _GONE),
    "attributes-link": Kind({".gitattributes": None}),
    "ignore-all": Kind({".gitignore": "*\n/\n!\n[\n\\\n"}),
    "ignore-link": Kind({".gitignore": None}),
    "brings-hooks": Kind({f".githooks/{name}": "exit 1" for name in _HOOKS}, {"core.hooksPath": ".githooks"}),
}  # fmt: skip
_SET = {
    "submodule-recurse": {"submodule.recurse": "true"},
    "verify": {"merge.verifySignatures": "true"},
    "sign": {"commit.gpgSign": "true", "user.signingKey": "NOBODY", "gpg.program": "/nowhere/gpg"},
    "sign-ssh": {"commit.gpgSign": "true", "gpg.format": "ssh", "user.signingKey": "/nowhere"},
    "rebase": {
        "rebase.autoStash": "true", "rebase.autoSquash": "true", "rebase.updateRefs": "true",
        "rebase.forkPoint": "true",
        "rebase.missingCommitsCheck": "error", "rebase.backend": "apply", "rebase.rebaseMerges": "true",
        "rebase.abbreviateCommands": "true", "rebase.instructionFormat": "%s%n%b", "rebase.stat": "true",
        "rebase.rescheduleFailedExec": "true",
    },
    "checkout": {"checkout.workers": "8", "checkout.thresholdForParallelism": "0", "checkout.guess": "false"},
    "merge": {
        "merge.ff": "false", "merge.conflictStyle": "zdiff3", "merge.renames": "false", "merge.autoStash": "true",
        "merge.log": "true", "merge.stat": "true", "branch.main.mergeOptions": "--squash --no-commit -s ours",
        "pull.rebase": "true", "merge.directoryRenames": "true",
    },
    "strategy": {"pull.twohead": "ours", "branch.main.mergeOptions": "-s ours"},
    "advice": {
        f"advice.{name}": "false" for name in ("statusHints", "resolveConflict", "mergeConflict", "detachedHead")
    },
    "editors": {"core.editor": "false", "sequence.editor": "false", "core.commentChar": "auto", "commit.verbose": "2"},
    "fsmonitor": {"core.fsmonitor": "/nowhere/monitor"},
    "fsmonitor-builtin": {"core.fsmonitor": "true", "core.untrackedCache": "true"},
    "attributes-file": {"core.attributesFile": "ATTRIBUTES", **_GONE},
    "excludes-file": {"core.excludesFile": "EXCLUDES"},
    "index": {"index.version": "4", "core.splitIndex": "true", "index.threads": "4", "feature.manyFiles": "true"},
    "line-ends": {"core.autocrlf": "true", "core.safecrlf": "true"},
    "rerere": {"rerere.enabled": "true", "rerere.autoUpdate": "true"},
    "fsck": {"transfer.fsckObjects": "true", "core.logAllRefUpdates": "false", "core.warnAmbiguousRefs": "true"},
    "names": {"core.quotePath": "true", "status.relativePaths": "false", "status.showUntrackedFiles": "no"},
    "status": {"status.renames": "copies", "diff.ignoreSubmodules": "all", "status.submoduleSummary": "true"},
}  # fmt: skip
_KINDS = {
    **_MERGED,
    **{f"set-{name}": Kind(config=config) for name, config in _SET.items()},
    "sparse": Kind(),
    **{f"hook-{name}": Kind(hooks={name: "cat >/dev/null; exit 1"}) for name in _HOOKS},
}
#: They change what git writes into files, so they are set before.
_EARLY = ("sparse", "set-line-ends")
_QUICK = ("gitmodules", "filter-required", "brings-hooks", "set-sign", "sparse", "hook-reference-transaction")

_HISTORY = "main: base{a.txt=1\\n,b.txt=1\\n,in/c.txt=1\\n} u{a.txt=2\\n} | session: base > s1*{%s} s2*"


def draw(drawn: Make, name: str, *, conflict: bool) -> Drawn:
    """A session that brings what the kind says, on a base that has moved."""
    d = drawn(_HISTORY % ("a.txt=3\\n" if conflict else "b.txt=3\\n"))
    for path, content in _KINDS[name].files.items():
        place = d.worktree / path
        place.parent.mkdir(exist_ok=True)
        if content is None:
            place.symlink_to(place.name)
        else:
            place.write_text(content)
            place.chmod(0o755 if content == "exit 1" else 0o644)
        blob = d.git("hash-object", "-w", "--no-filters", "--", path, at=d.worktree) if content is not None else ""
        if content is None:
            scratch = d.repo.with_name("link")
            scratch.write_text(place.name)
            blob = d.git("hash-object", "-w", "--", str(scratch))
        mode = "120000" if content is None else "100755" if content == "exit 1" else "100644"
        d.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", at=d.worktree)
    if _KINDS[name].files:
        d.git("-c", "core.hooksPath=/dev/null", "commit", "-qm", "strange", at=d.worktree)
    if name in _EARLY:
        apply(d, name)
    for place in (d.repo, d.worktree):  # the files as git writes them by these attributes and settings
        for file in d.git("ls-files", at=place).splitlines():
            if file.endswith(".txt"):
                (place / file).unlink(missing_ok=True)
        d.git("checkout", "-q", "--", ".", at=place)
    return d


def apply(d: Drawn, name: str) -> None:
    """Sets what the kind sets."""
    kind = _KINDS[name]
    for file, content in (("ATTRIBUTES", "* filter=gone\n"), ("EXCLUDES", "*\n")):
        d.repo.with_name(file).write_text(content)
    for key, value in kind.config.items():
        d.git("config", key, str(d.repo.with_name(value)) if value in ("ATTRIBUTES", "EXCLUDES") else value)
    for file, text in kind.hooks.items():
        hook(d.repo, file, text)
    if name == "sparse":
        for place in (d.repo, d.worktree):
            d.git("sparse-checkout", "set", "in", at=place)


def everything(d: Drawn) -> object:
    refs, files, index = d.state()
    refs = {name: sha for name, sha in refs.items() if not name.startswith("refs/ampsm/")}
    return refs, files, index, files_of(d.repo), d.git("ls-files", "--stage"), session_of(d).status


@pytest.mark.parametrize("name", slow_but(_KINDS, _QUICK))
@pytest.mark.rounds(2)
def test_a_merge_is_undone(drawn: Make, name: str) -> None:
    d = draw(drawn, name, conflict=False)
    before = everything(d)
    found = run(d)
    if found.status is None:
        abort_merge(d.ctx, d.session.id)
        assert everything(d) == before
        return
    assert found.status == "merged", found
    apply(d, name)
    undo_operation(d.ctx, d.session.id)
    assert everything(d) == before


@pytest.mark.parametrize("name", slow_but([f"set-{name}" for name in _SET], ("set-strategy",)))
def test_settings_change_no_merge(drawn: Make, name: str) -> None:
    """It brings exactly what it would without them, or nothing."""
    d = draw(drawn, name, conflict=False)
    apply(d, name)
    before = everything(d)
    try:
        found = run(d)
    except UserError:
        assert everything(d) == before
        return
    if found.status is None:
        abort_merge(d.ctx, d.session.id)
    elif found.status == "merged":
        assert found.commit == d.git("rev-parse", "main") and d.subjects("main") == ["feat: it", "u", "base"]
        assert d.git("diff", "--name-only", d.graph["u"], "main").split() == ["b.txt", "s2.txt"]
        undo_operation(d.ctx, d.session.id)
    assert everything(d) == before


@pytest.mark.parametrize("name", slow_but(_KINDS, _QUICK))
def test_a_rebase_is_given_up(drawn: Make, name: str) -> None:
    d = draw(drawn, name, conflict=True)
    before = everything(d)
    assert rebase_session(d.ctx, d.session.id).status == "conflict"
    apply(d, name)
    abort_merge(d.ctx, d.session.id)
    assert everything(d) == before


@pytest.mark.parametrize("name", slow_but(_KINDS, ()))
def test_a_merge_goes_on_or_is_given_up(drawn: Make, name: str) -> None:
    d = draw(drawn, name, conflict=True)
    before = everything(d)
    stopped = run(d).status
    # Whether git reads a file again that is in an encoding of its own depends on the clock; it then says it cannot.
    assert stopped == "conflict" or (name == "encoding" and stopped is None)
    apply(d, name)
    if stopped:
        (d.worktree / "a.txt").write_text("4\n")
    try:
        found = continue_merge(d.ctx, d.session.id) if stopped else None
    except UserError:
        found = None
    if found and found.status == "merged":
        undo_operation(d.ctx, d.session.id)
    else:
        abort_merge(d.ctx, d.session.id)
    assert everything(d) == before


@pytest.mark.parametrize("name", slow_but(_KINDS, _QUICK))
@pytest.mark.rounds(2)
def test_a_session_comes_back(drawn: Make, name: str) -> None:
    d = draw(drawn, name, conflict=False)
    (d.worktree / "b.txt").write_text("mine\n")
    (d.worktree / "new.txt").write_text("new\n")
    before = everything(d)
    apply(d, name)
    cleanup_session(d.ctx, d.session.id, force=True)
    assert not d.worktree.exists()
    restore_session(d.ctx, d.session.id)
    assert everything(d) == before

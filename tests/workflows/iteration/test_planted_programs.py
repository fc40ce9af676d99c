"""Programs that an agent plants in its repository do not run when somebody only looks (SPEC section 5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampsm.context import open_context
from ampsm.workflows import finishing, review, session, status
from ampsm.workflows.session.open_merge import MergeOptions
from tests.support.world import World

HOOKS = (
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg",
    "commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-receive", "update",
    "proc-receive", "post-receive", "post-update", "reference-transaction", "push-to-checkout", "pre-auto-gc",
    "post-rewrite", "sendemail-validate", "fsmonitor-watchman", "post-index-change",
)  # fmt: skip


def planting(world: World, ran: Path) -> list[str]:
    """Shell commands that make git run a program that leaves a trace, by all the ways there are."""
    evil = world.make_program("evil", f'#!/bin/sh\necho "$0 $*" >>{ran}\ncat\n')
    more = world.root / "more.config"
    more.write_text(f'[filter "more"]\n\tclean = {evil} more-clean\n\tsmudge = {evil} more-smudge\n')
    settings = {
        "filter.ev.clean": "clean", "filter.ev.smudge": "smudge", "filter.one.process": "process",
        "filter.ev.required": "", "diff.ev.command": "command", "diff.ev.textconv": "textconv",
        "diff.external": "external", "merge.ev.driver": "driver", "merge.ev.name": "ev", "core.fsmonitor": "fsmonitor",
        "core.pager": "pager", "core.editor": "editor", "sequence.editor": "sequence", "core.sshCommand": "ssh",
        "core.askPass": "askpass", "core.gitProxy": "proxy", "core.alternateRefsCommand": "alternates",
        "uploadpack.packObjectsHook": "pack", "credential.helper": "credential", "gpg.program": "gpg",
        "gpg.ssh.program": "gpg-ssh", "pager.status": "pager-status", "pager.diff": "pager-diff",
        "interactive.diffFilter": "difffilter", "trailer.ev.command": "trailer", "hook.ev.command": "hook",
    }  # fmt: skip
    lines = [
        f"git config {key} '{evil} {word}'" if word else f"git config {key} true" for key, word in settings.items()
    ]
    lines += [f"git config alias.{word} '!{evil} alias-{word}'" for word in ("status", "diff", "log", "for-each-ref")]
    lines += [
        "git config log.showSignature true", "git config hook.ev.event post-index-change",
        f"git config include.path {more}", f"git config includeIf.gitdir:/.path {more}",
        "git config protocol.ext.allow always", "common=$(git rev-parse --git-common-dir)",
        'echo "* filter=ev diff=ev merge=ev" >>$common/info/attributes',
        "mkdir -p $common/hooks worktree-hooks",
        *(f"cp {evil} $common/hooks/{hook}" for hook in HOOKS),
        'echo "*.md filter=more diff=ev merge=ev" >>.gitattributes; echo "*.txt filter=one" >>.gitattributes',
        "git config extensions.worktreeConfig true", f'git config --worktree filter.wt.clean "{evil} worktree"',
    ]  # fmt: skip
    return lines


def test_whoever_only_looks_runs_nothing_that_an_agent_planted(world: World, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    repo = world.make_repo(files={"README.md": "a\nb\nc\n", "src/app.py": "print('app')\n"})
    world.use(edits={"README.md": "a\nB\nc\n", "new.txt": "n\n"}, shell=planting(world, ran))
    found = world.new(repo)
    other = world.new(repo, "Other")
    world.iterate(found, "--no-verify")
    (repo / "README.md").write_text("a\nX\nc\n")
    world.git(repo, "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--all", "--message", "other")
    for place in (Path(found["worktree"]), Path(other["worktree"])):
        (place / "README.md").write_text("a\nb\nc\nd\n")
        (place / "untracked.txt").write_text("u\n")
    commands: list[tuple[object, ...]] = [("list",), ("list", "--all"), ("doctor",)]
    for one in (found["id"], other["id"]):
        commands += [
            ("status", one), ("diff", one), ("diff", one, "--stat"), ("diff", one, "--name-only"),
            ("diff", one, "--staged"), ("diff", one, "--working"), ("preflight", one),
            ("preflight", one, "--no-squash"), ("logs", one), ("tools", one), ("usage", one), ("path", one),
            ("queue", one), ("undo", one, "--list"),
        ]  # fmt: skip
    commands.append(("diff", found["id"], "--iteration", 1))
    for words in commands:
        ran.unlink(missing_ok=True)
        done = world.cli(*words)
        assert done.code in (0, 1, 5), (words, done)
        assert not ran.exists(), (words, ran.read_text())


def test_the_windows_reads_run_nothing_that_an_agent_planted(world: World, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    repo = world.make_repo()
    world.use(edits={"README.md": "changed\n", "new.txt": "n\n"}, shell=planting(world, ran))
    found = world.new(repo)
    world.iterate(found, "--no-verify")
    worktree = Path(found["worktree"])
    (worktree / "src/app.py").write_text("print('again')\n")
    ran.unlink(missing_ok=True)
    with open_context() as ctx:
        status.sessions_overview(ctx)
        status.view_session(ctx, found["id"])
        review.session_diff(ctx, found["id"])
        review.session_history(ctx, found["id"])
        session.inspect_repository(ctx, str(repo))
        finishing.squash_preview(ctx, found["id"])
        finishing.merge_outlook(ctx, found["id"], MergeOptions(squash=False))
        finishing.cleanup_preview(ctx, found["id"])
    assert not ran.exists(), ran.read_text()


def test_whoever_looks_at_conflicts_runs_nothing_that_an_agent_planted(world: World, tmp_path: Path) -> None:
    """A merge driver too, which the agent plants while it proposes: at the stop, and after the last file."""
    ran = tmp_path / "ran"
    repo = world.make_repo()
    world.use(edits={"README.md": "session\n"})
    found = world.new(repo)
    world.iterate(found)
    world.commit(repo, {"README.md": "target\n"}, "Target")
    assert world.cli("rebase", found["id"]).code == 4
    here = 'echo "* filter=ev diff=ev merge=ev" >>$(git rev-parse --git-common-dir)/info/attributes'
    world.use(edits={"README.md": "both\n"}, shell=[*planting(world, ran), here])
    world.iterate(found)

    def look() -> None:
        for words in (("conflicts", found["id"], "--all"), ("conflicts", found["id"], "README.md"),
                      ("status", found["id"]), ("list",), ("diff", found["id"])):  # fmt: skip
            ran.unlink(missing_ok=True)
            done = world.cli(*words)
            assert done.code in (0, 5), (words, done)
            assert not ran.exists(), (words, ran.read_text())

    look()
    world.git(found["worktree"], "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=", "-c", "filter.ev.clean=",
              "-c", "filter.more.clean=", "-c", "filter.ev.required=false", "add", "README.md")  # fmt: skip
    look()


@pytest.mark.parametrize("place", ["--local", "--worktree"])
@pytest.mark.rounds(1)
def test_a_filter_that_was_there_when_the_session_began_counts(world: World, place: str) -> None:
    repo = world.make_repo(files={".gitattributes": "*.up filter=up\n"})
    upper = world.make_program("upper", "#!/bin/sh\ntr a-z A-Z\n")
    if place == "--worktree":
        world.git(repo, "config", "extensions.worktreeConfig", "true")
    world.git(repo, "config", "--local", "filter.up.clean", upper)
    world.git(repo, "config", "--local", "filter.up.smudge", "cat")
    world.git(repo, "config", "--local", "filter.up.required", "true")
    (repo / "word.up").write_text("word\n")
    world.commit(repo, {})
    world.use(edits={"other.txt": "x\n"}, shell=['git config alias.x "!true"'])
    found = world.new(repo)
    worktree = Path(found["worktree"])
    world.iterate(found)
    (worktree / "word.up").write_text("word\n")
    assert world.status(found)["git"]["unstaged"] == 0
    (worktree / "word.up").write_text("words\n")
    assert "+WORDS" in world.ok("diff", found["id"]).out
    world.git(repo, "config", "--local", "filter.up.clean", "sed s/w/evil/")
    assert "+WORDS" in world.ok("diff", found["id"]).out, "what it was before counts, not what came since"


@pytest.mark.parametrize("how", ["added", "nested", "submodule", "touched"])
@pytest.mark.rounds(2)
def test_nor_what_it_plants_in_a_repository_inside(world: World, tmp_path: Path, how: str) -> None:
    ran = tmp_path / "ran"
    evil = world.make_program("evil", f'#!/bin/sh\necho "$0 $*" >>{ran}\ncat\n')
    library = world.make_repo("library", files={"lib.txt": "l\n"})
    repo = world.make_repo()
    world.git(repo, "submodule", "--quiet", "add", library, "lib")
    world.commit(repo, {}, "with a library")
    more = world.root / "more.config"
    more.write_text(f'[filter "more"]\n\tclean = {evil} more\n')
    plant = f"cd $D; git config filter.ev.clean {evil}; git config includeIf.gitdir:/.path {more}"
    plant += f"; echo '* filter={'more' if how == 'touched' else 'ev'}' >.gitattributes"
    change = "touch -d tomorrow lib.txt" if how in ("added", "touched") else "echo x >>lib.txt"
    own = how in ("added", "nested")
    begin = f"git clone -q {library} $D" if own else "git submodule --quiet update --init lib"
    if how == "added":  # as a bare link, that `.gitmodules` does not know
        plant = f"git add $D; git commit -q -m inside; {plant}"
    world.use(edits={"new.txt": "n\n"}, shell=[f"D={'inside' if own else 'lib'}; {begin}; {plant}; {change}"])
    found = world.new(repo)
    world.cli("iterate", found["id"])
    for words in (("status",), ("diff",), ("preflight",), ("cleanup", "--yes")):
        ran.unlink(missing_ok=True)
        world.cli(words[0], found["id"], *words[1:])
        assert not ran.exists(), (words, ran.read_text())

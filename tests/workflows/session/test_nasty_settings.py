"""Whatever of a user's configuration changes what git prints: the documents are the same as without it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.support.world import World

#: All at once, each to something that would spoil what is read.
NASTY: Mapping[str, str] = {
    "i18n.logOutputEncoding": "UTF-16", "i18n.commitEncoding": "ISO-8859-1", "log.date": "relative",
    "log.decorate": "full", "log.abbrevCommit": "true", "log.showSignature": "true", "log.follow": "true",
    "log.mailmap": "false", "log.showRoot": "false", "log.diffMerges": "combined", "format.pretty": "fuller",
    "format.attach": "x", "format.signOff": "true", "format.numbered": "true", "format.suffix": ".txt",
    "format.coverLetter": "true", "format.noprefix": "true", "format.headers": "X-Me: 1", "format.thread": "deep",
    "format.from": "true", "format.encodeEmailHeaders": "false", "format.useAutoBase": "true",
    "format.signature": "sig", "format.subjectPrefix": "NO", "format.outputDirectory": "/nowhere",
    "core.quotePath": "true", "core.pager": "false", "core.abbrev": "5", "core.commentChar": "a",
    "core.editor": "false", "core.whitespace": "tab-in-indent", "core.preloadIndex": "false",
    "core.logAllRefUpdates": "false", "core.askPass": "false",
    "color.ui": "always", "color.diff": "always", "color.status": "always", "color.branch": "always",
    "color.grep": "always", "color.push": "always", "color.remote": "always", "column.ui": "always",
    "column.status": "always", "column.branch": "always", "pager.log": "true", "pager.diff": "cat >/dev/null",
    "status.short": "true", "status.branch": "true", "status.showUntrackedFiles": "no", "status.showStash": "true",
    "status.relativePaths": "false", "status.renames": "copies", "status.submoduleSummary": "true",
    "status.aheadBehind": "false", "status.displayCommentPrefix": "true", "status.renameLimit": "1",
    "diff.noPrefix": "true", "diff.mnemonicPrefix": "true", "diff.external": "false", "diff.renames": "false",
    "diff.renameLimit": "1", "diff.algorithm": "patience", "diff.context": "0", "diff.interHunkContext": "9",
    "diff.submodule": "log", "diff.wsErrorHighlight": "all", "diff.relative": "true", "diff.orderFile": "ORDER",
    "diff.statGraphWidth": "3", "diff.statNameWidth": "3", "diff.colorMoved": "zebra", "diff.dirstat": "lines",
    "diff.wordRegex": ".", "diff.indentHeuristic": "false", "diff.suppressBlankEmpty": "true",
    "diff.autoRefreshIndex": "false", "diff.srcPrefix": "x/", "diff.dstPrefix": "y/",
    "branch.sort": "-committerdate", "branch.autoSetupMerge": "always", "branch.autoSetupRebase": "always",
    "tag.sort": "-version:refname", "worktree.guessRemote": "true", "checkout.guess": "true",
    "checkout.defaultRemote": "origin", "submodule.recurse": "true", "commit.template": "TEMPLATE",
    "commit.cleanup": "strip", "commit.verbose": "true", "commit.status": "true", "trailer.separators": "#",
    "trailer.ifexists": "replace", "trailer.ifmissing": "doNothing", "blame.coloring": "highlightRecent",
    "advice.detachedHead": "true", "advice.statusHints": "true", "push.default": "nothing", "push.followTags": "true",
    "pull.rebase": "true", "fetch.prune": "true", "fetch.output": "compact", "rebase.autoSquash": "true",
    "rebase.autoStash": "true", "rebase.updateRefs": "true", "rebase.abbreviateCommands": "true",
    "rebase.instructionFormat": "%an %s", "rebase.stat": "true", "rebase.missingCommitsCheck": "error",
    "merge.ff": "false", "merge.log": "true", "merge.conflictStyle": "diff3", "merge.renames": "false",
    "merge.stat": "true", "merge.autoStash": "true", "merge.branchdesc": "true", "merge.verbosity": "5",
    "grep.lineNumber": "true", "grep.patternType": "perl", "interactive.singleKey": "true",
    "rerere.enabled": "true", "rerere.autoUpdate": "true", "notes.displayRef": "refs/notes/*",
    "transfer.credentialsInUrl": "warn", "feature.manyFiles": "true", "core.untrackedCache": "true",
    "index.version": "4", "reset.quiet": "true", "showBranch.default": "--all", "gui.encoding": "latin1",
}  # fmt: skip
ENVIRONMENT = {
    "LANG": "de_DE.UTF-8", "LC_ALL": "C", "LANGUAGE": "de:fr", "GIT_EXTERNAL_DIFF": "false", "GIT_PAGER": "false",
    "PAGER": "false", "GIT_DIFF_OPTS": "-u0", "GIT_EDITOR": "false", "GIT_SEQUENCE_EDITOR": "false",
    "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "diff.external", "GIT_CONFIG_VALUE_0": "false",
    "GIT_CONFIG_PARAMETERS": "'status.short'='true'", "GIT_TERMINAL_PROMPT": "1", "GIT_ADVICE": "1",
    "GIT_TRACE": "2", "GIT_TRACE2": "2", "GIT_TRACE_SETUP": "2", "GIT_MERGE_VERBOSITY": "5",
    "GIT_NOTES_REF": "refs/notes/x",
    "GIT_MERGE_AUTOEDIT": "yes", "GIT_LITERAL_PATHSPECS": "1", "GIT_REFLOG_ACTION": "mine",
    "GIT_COLUMNS": "20", "COLUMNS": "20", "GIT_SSH_COMMAND": "false", "GIT_DEFAULT_HASH": "sha1",
    "GIT_ATTR_SOURCE": "HEAD", "GIT_PRINT_SHA1_ELLIPSIS": "yes",
}  # fmt: skip


def a_life(root: Path, env: Mapping[str, str] | None = None) -> list[Any]:
    """Every document of a session's whole life, without what differs by nature."""
    world = World(root)
    db = {"AMPSM_DB_PATH": str(root / "db/sessions.sqlite"), **(env or {})}
    repo = world.make_repo(
        "repo", {"a.txt": "a\n" * 30, "ü ñ.txt": "x\n", "old/name.txt": "n\n" * 40, "src/app.py": "1\n"}
    )
    agent = world.make_agent(
        edits={"a.txt": "a\n" * 29 + "b\n", "new ü.txt": "new\n"},
        shell=["git mv old/name.txt 'name ñ.txt'"], text="Mädchen",
    )  # fmt: skip

    def run(*words: object, code: int = 0) -> Any:
        done = world.cli(*words, "--json", env=db)
        assert done.code == code, (words, done)
        return done.json

    run("config", "set", "ampPath", agent)
    session = run("new", "--repo", repo, "--name", "Task ü", "--prompt", "p", "--script", "true")["session"]
    ref, worktree = session["id"], Path(session["worktree"])
    found = [run("iterate", ref), run("diff", ref), run("diff", ref, "--iteration", "1")]
    (worktree / "mine ü.txt").write_text("mine\n")
    (worktree / "a.txt").write_text("mine\n")
    found += [run("status", ref), run("diff", ref, "--working"), run("diff", ref, "--stat"), run("list")]
    found += [
        run("commit", ref, "--message", "a # größer\n\n# a line\na: b"),
        run("status", ref),
        run("preflight", ref),
    ]
    world.commit(repo, {"main.txt": "m\n"}, "main goes on")
    found += [run("squash", ref, "--message", "squashed\n\n# kept", "--include-manual", "exclude"), run("rebase", ref)]
    found += [run("undo", ref), run("undo", ref, "--list"), run("preflight", ref)]
    found.append(run("merge", ref, "--message", "# merged\n\nü", "--export-patch", root / "out.patch", "--no-ff"))
    found += [
        run("status", ref),
        run("cleanup", ref, "--yes"),
        run("restore", ref),
        run("list", "--all"),
        run("doctor"),
    ]
    messages = world.git(repo, "log", "--encoding=UTF-8", "--format=%B%x00", "--no-show-signature", "main", "--")
    patch = re.sub(r"(?m)^(From|Date:|index|2\.|On|Subject: .PATCH) .*", "", (root / "out.patch").read_text())
    return [json.loads(_plain(json.dumps(each), ref, root)) for each in [*found, messages, patch]]


def _plain(text: str, ref: str, root: Path) -> str:
    """Without ids, places, times and sizes."""
    text = text.replace(str(root), "ROOT").replace(ref, "SESSION")
    text = re.sub(r"T-[0-9a-f-]{36}", "THREAD", re.sub(r"amp/task-u/[0-9-]+", "BRANCH", text))
    text = re.sub(r"\b[0-9a-f]{7,40}\b", "SHA", text)
    text = re.sub(r'"(\w*[dD]urationMs|pid|size)": \d+', r'"\1": 0', text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r"SESSION/m[0-9a-f]{8}", "MERGE", text)
    return re.sub(r"\d+(\.\d+)? (KiB|MiB)", "SIZE", text)


def _differences(one: Any, other: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from _differences(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(left, right, f"{where}[{number}]")
    elif one != other:
        yield where, one, other


def test_documents_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "nasty").mkdir()
    plain = a_life(tmp_path / "plain")
    config = Path(os.environ["HOME"]) / "nasty.config"
    config.write_text(Path(os.environ.get("GIT_CONFIG_GLOBAL") or config.with_name(".gitconfig")).read_text())
    (tmp_path / "ORDER").write_text("z*\n")
    (tmp_path / "TEMPLATE").write_text("template\n")
    world = World(tmp_path)
    for key, value in NASTY.items():
        value = str(tmp_path / value) if value in ("ORDER", "TEMPLATE") else value
        world.git(tmp_path, "config", "--file", config, key, value)
    nasty = a_life(tmp_path / "nasty", {**ENVIRONMENT, "GIT_CONFIG_GLOBAL": str(config)})
    assert list(_differences(plain, nasty)) == []


def test_commits_in_another_encoding(world: World) -> None:
    """A person commits in latin-1, and git is told to print that."""
    repo = world.make_repo()
    session = world.new(repo)
    worktree = Path(session["worktree"])
    (worktree / "a.txt").write_text("a\n")
    world.git(repo, "config", "i18n.commitEncoding", "ISO-8859-1")
    world.git(repo, "config", "i18n.logOutputEncoding", "ISO-8859-1")
    (world.root / "message").write_bytes("Größe ändern\n".encode("latin-1"))
    world.git(worktree, "add", "-A")
    world.git(worktree, "commit", "-q", "-F", world.root / "message")
    world.use(edits={"b.txt": "b\n"}, text="Grüße")
    world.iterate(session)
    done = world.ok(
        "squash", session["id"], "--message", "Zusammengefaßt", "--include-manual", "exclude", "--json"
    ).json
    assert done["kept"] == 1
    said = world.git(worktree, "log", "--encoding=UTF-8", "--format=%s", "-2")
    assert set(said.splitlines()) == {"Größe ändern", "Zusammengefaßt"}

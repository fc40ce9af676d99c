"""Files beside the database as the first release wrote them are read, whatever has become of their codecs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ampsm.context import Context
from ampsm.model.merge import MergeStep, WaitsFor
from ampsm.model.session import Session
from ampsm.system.record_file import RecordFile
from ampsm.workflows.finishing.cleanup.note import CleanupNote, note_file
from ampsm.workflows.session import open_merge, operations, queue, session_file
from ampsm.workflows.session.create import Creation, pending
from ampsm.workflows.session.open_merge import MergeOptions, OpenMerge
from ampsm.workflows.session.operations import MovedTarget, Operation, Recorded
from ampsm.workflows.session.queue import FollowUp
from tests.support.records import a_session

RECORDS = Path(__file__).parent.parent.parent / "data" / "records"
SESSION = "fix-it-k3j9xa"
BASE, BEFORE, TIP = "b" * 40, "d" * 40, "e" * 40


@pytest.fixture(autouse=True)
def files_of_a_session(ctx: Context) -> None:
    folder = ctx.paths.journal_dir(SESSION)
    folder.mkdir(parents=True)
    for file in RECORDS.glob("*.json"):
        shutil.copy(file, folder)


def test_session(ctx: Context) -> None:
    found = session_file.known_session(ctx, SESSION)
    assert found == Session(
        id=SESSION, name="Fix it", prompt="Mend the café", repo="/srv/repo", base_sha=BASE,
        branch="amp/fix-it/20260102-030405", worktree=f"/srv/repo/.worktrees/{SESSION}", status="awaiting-input",
        created_at="2026-01-02T03:04:05.000Z", last_activity_at="2026-01-02T03:05:05.000Z", base_branch="main",
        script_command="make test", thread_id="T-1", blocked_by_tests=True,
        test_leftovers={"out/\udce9.txt": "12:1767323045000000000"},
    )  # fmt: skip
    session_file.write_facts(ctx, found)
    assert session_file.known_session(ctx, SESSION) == found


def test_open_merge(ctx: Context) -> None:
    found = open_merge.load(ctx, SESSION)
    assert found == OpenMerge(
        merge_id=f"{SESSION}/m5510cc6f", operation="merge", started_at="2026-11-29T14:28:05.191Z",
        step=MergeStep.REBASE, target_ref="refs/heads/main", target_name="main", onto="c" * 40,
        branch_point=BASE, tip_before=BEFORE, tip=TIP, status_before="awaiting-input",
        options=MergeOptions(message="feat: café", no_ff=True, patch="/tmp/out.patch"), blocked_by_tests_before=True,
        backup_ref=f"refs/ampsm/backup/{SESSION}/1", waiting_for=WaitsFor.CONFLICTS,
        conflicts=("a.txt", "caf\udce9.txt"), warnings=("w",),
    )  # fmt: skip
    open_merge.save(ctx, SESSION, found)
    assert open_merge.load(ctx, SESSION) == found


def test_operations(ctx: Context) -> None:
    found = operations.load(ctx, SESSION)
    assert found == Recorded(
        operations=(Operation(
            n=1, operation="merge", at="2026-01-02T03:04:06.000Z", from_sha=BEFORE, to_sha=TIP,
            backup_ref=f"refs/ampsm/backup/{SESSION}/1", status_before="idle", branch_point=BASE,
            target=MovedTarget(ref="refs/heads/main", from_sha=BASE, to_sha=TIP),
        ),),
        amp_commits=(TIP,),
    )  # fmt: skip
    operations.mark(ctx, a_session(SESSION), 1, undone=True)
    assert operations.load(ctx, SESSION).operations[0].undone_at


def test_queue(ctx: Context) -> None:
    assert queue.queued(ctx, SESSION) == (
        FollowUp(id="q-36babcd8", notes="go on, café", at="2026-11-29T14:28:05.205Z"),
    )  # fmt: skip
    queue.enqueue(ctx, a_session(SESSION), "and on")
    assert [entry.notes for entry in queue.queued(ctx, SESSION)] == ["go on, café", "and on"]


def test_cleanup(ctx: Context) -> None:
    session = a_session(SESSION)
    found = note_file(ctx, session.id).load()
    assert found == CleanupNote(
        tip=BEFORE, worktree=f"/srv/repo/.worktrees/{SESSION}", git_dir=f"/srv/repo/.git/worktrees/{SESSION}",
        aside="/srv/repo/.worktrees/.removing/x", inode=77, branch="amp/fix-it/20260102-030405",
    )  # fmt: skip
    note_file(ctx, session.id).save(found)
    assert note_file(ctx, session.id).load() == found


def test_creation(ctx: Context) -> None:
    file = RecordFile(ctx.paths.creating_dir / f"{SESSION}.json", Creation)
    ctx.paths.creating_dir.mkdir()
    shutil.copy(RECORDS / "creating.json", file.path)
    assert file.load() == Creation(
        id=SESSION, root="/srv/repo", worktree=f"/srv/repo/.worktrees/{SESSION}", branch="amp/fix-it/20260102-030405",
        sha=BASE,
    )  # fmt: skip
    assert pending(ctx) == {SESSION: "amp/fix-it/20260102-030405"}

"""Commits that cannot be made or signed, and targets that take only signed ones: known before anything is done."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.model.errors import UserError
from ampsm.workflows.finishing.merge.resume import continue_merge
from ampsm.workflows.finishing.rebase import rebase_session
from ampsm.workflows.finishing.squash import squash_session
from ampsm.workflows.session import open_merge
from tests.support.drawn import Drawn, files_of, refs_of
from tests.workflows.finishing.merge.merges import MOVED, Make, check, checks, run, session_of

ONE = "main: base | session: base > s1*"


def everything(d: Drawn) -> Any:
    return refs_of(d.repo), files_of(d.repo), files_of(d.worktree), session_of(d).status


def is_refused(d: Drawn, message: str | None = "feat: it", **options: Any) -> str:
    """By preflight and merge alike, and nothing has changed; what is said."""
    before = everything(d)
    found = check(d, **options)
    outcome = run(d, message, **options)
    assert not found["ready"] and checks(found)["signing"] == "fail", found
    assert (outcome.status, outcome.exit_code) == ("refused", 5) and outcome.error and outcome.error.hint
    assert everything(d) == before and open_merge.load(d.ctx, d.session.id) is None
    return outcome.error.message


def cannot_sign(d: Drawn) -> None:
    d.git("config", "commit.gpgSign", "true")
    d.git("config", "gpg.program", "false")


@pytest.fixture
def signer(tmp_path: Path) -> Callable[[Drawn], None]:
    """Makes git sign with a key that it trusts."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("needs ssh-keygen")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, capture_output=True)
    (tmp_path / "allowed").write_text(f"tess@example.org {key.with_suffix('.pub').read_text()}")

    def set_up(d: Drawn) -> None:
        for name, value in {
            "commit.gpgSign": "true", "gpg.format": "ssh", "user.signingKey": str(key),
            "gpg.ssh.allowedSignersFile": str(tmp_path / "allowed"),
        }.items():  # fmt: skip
            d.git("config", name, value)

    return set_up


@pytest.mark.parametrize("options", [{}, {"squash": False}, {"include": False}], ids=["squash", "each", "apart"])
def test_signing_without_a_key(drawn: Make, options: dict[str, Any]) -> None:
    d = drawn(MOVED)
    cannot_sign(d)
    assert "cannot sign" in is_refused(d, **options)


def test_a_program_that_is_not_there(drawn: Make) -> None:
    d = drawn(MOVED)
    d.git("config", "commit.gpgSign", "true")
    d.git("config", "gpg.program", str(d.repo / "no-such-program"))
    assert "no-such-program" in is_refused(d)


def test_nothing_is_signed_where_no_commit_is_made(drawn: Make) -> None:
    d = drawn(ONE)
    cannot_sign(d)
    assert "cannot sign" in is_refused(d, None, no_ff=True)
    for message in ("feat: it", None):
        assert "cannot sign" in is_refused(d, message), "a message makes it a new commit"
    assert check(d, squash=False)["ready"] and run(d, None, squash=False).status == "merged"


def test_rebase_and_squash_alone(drawn: Make) -> None:
    d = drawn(MOVED)
    cannot_sign(d)
    before = everything(d)
    with pytest.raises(UserError) as refused:
        rebase_session(d.ctx, d.session.id)
    assert refused.value.exit_code == 5 and "cannot sign" in refused.value.message and everything(d) == before
    with pytest.raises(UserError) as refused:
        squash_session(d.ctx, d.session.id, message="one")
    assert refused.value.code == "commit-refused" and everything(d) == before


class TestOnlySigned:
    """`merge.verifySignatures`, or a branch's own `mergeOptions`."""

    @pytest.mark.parametrize("setting", [
        ("merge.verifySignatures", "true"), ("branch.main.mergeOptions", "--verify-signatures"),
    ], ids=["merge", "branch"])  # fmt: skip
    @pytest.mark.parametrize("options", [{}, {"squash": False}, {"no_ff": True}], ids=["squash", "each", "no-ff"])
    @pytest.mark.rounds(2)
    def test_unsigned(self, drawn: Make, setting: tuple[str, str], options: dict[str, Any]) -> None:
        d = drawn(MOVED)
        d.git("config", *setting)
        assert "trusted signature" in is_refused(d, **options)

    def test_checked_out_nowhere(self, drawn: Make) -> None:
        d = drawn(ONE)
        d.git("switch", "-q", "--detach", "main")
        d.git("config", "merge.verifySignatures", "true")
        is_refused(d, None)

    @pytest.mark.parametrize("options", [{}, {"squash": False}, {"no_ff": True}], ids=["squash", "each", "no-ff"])
    @pytest.mark.rounds(1)
    def test_signed(self, drawn: Make, signer: Callable[[Drawn], None], options: dict[str, Any]) -> None:
        d = drawn(MOVED)
        signer(d)
        d.git("config", "merge.verifySignatures", "true")
        assert check(d, **options)["ready"]
        assert run(d, **options).status == "merged"

    def test_signed_by_a_key_that_is_not_trusted(
        self, drawn: Make, signer: Callable[[Drawn], None], tmp_path: Path
    ) -> None:
        d = drawn(MOVED)
        signer(d)
        (tmp_path / "allowed").write_text("")
        d.git("config", "merge.verifySignatures", "true")
        assert "does not trust" in is_refused(d)

    def test_a_branch_that_takes_everything(self, drawn: Make) -> None:
        d = drawn(MOVED)
        d.git("config", "merge.verifySignatures", "true")
        d.git("config", "branch.main.mergeOptions", "--no-verify-sig")
        assert check(d)["ready"] and run(d).status == "merged"

    def test_set_while_a_merge_waits(self, drawn: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        from ampsm.git import target

        d = drawn(MOVED)
        with monkeypatch.context() as patch:
            patch.setattr(target, "advance", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                run(d)
        d.git("config", "merge.verifySignatures", "true")
        at = d.git("rev-parse", "main")
        outcome = continue_merge(d.ctx, d.session.id)
        assert (outcome.status, outcome.exit_code) == ("refused", 5) and d.git("rev-parse", "main") == at
        assert outcome.error and outcome.error.hint and "abort-merge" in outcome.error.hint
        d.git("config", "--unset", "merge.verifySignatures")
        assert continue_merge(d.ctx, d.session.id).status == "merged"


@pytest.mark.parametrize("options", [{}, {"squash": False}], ids=["squash", "each"])
@pytest.mark.parametrize(("key", "value"), [
    ("branch.main.mergeOptions", "-s ours"), ("branch.main.mergeOptions", "--squash"),
    ("branch.main.mergeOptions", "--no-commit"), ("branch.main.mergeOptions", "--no-ff --log"),
    ("branch.main.mergeOptions", "--no-such-option"), ("pull.twohead", "ours"), ("merge.ff", "false"),
])  # fmt: skip
@pytest.mark.rounds(4)
def test_how_a_person_merges_does_not_count(drawn: Make, key: str, value: str, options: dict[str, Any]) -> None:
    """Options and strategies for merges of one's own: they would drop what is merged, or leave it half done."""
    d = drawn(MOVED)
    d.git("config", key, value)
    assert check(d, **options)["ready"]
    assert run(d, **options).status == "merged"
    assert d.git("rev-parse", "main") == d.tip and d.git("status", "--porcelain") == ""
    assert {"s1.txt", "h1.txt", "s2.txt"} <= set(files_of(d.repo))


def test_nothing_is_signed_where_there_is_nothing_to_merge(drawn: Make) -> None:
    d = drawn("main: base a")
    cannot_sign(d)
    found = checks(check(d))
    assert (found["commits"], found["signing"]) == ("fail", "skip")

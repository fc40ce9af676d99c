"""The adapter and real, unmodified releases of Amp: both generations, one contract."""

from __future__ import annotations

from ampsm.journal.events import AgentFinished, Model, Thread
from tests.real_amp.conftest import Adapter


def test_capabilities_are_read_from_its_help(adapter: Adapter) -> None:
    found = adapter.detect(fresh=True)
    assert found.version == adapter.service.version
    assert found.execute and found.stream_json and found.thinking and found.threads_continue and found.mode_flag
    assert found.allow_all, "the newer release hides the option but takes it"
    assert not (found.model_flag or found.try_gpt5 or found.jsonl_logs)
    assert found.modes == (
        ("deep", "large", "rush", "smart") if adapter.service.is_classic else ("low", "medium", "high", "ultra")
    )
    assert found.no_archive is not adapter.service.is_classic
    assert adapter.detect() == found


def test_edit_in_a_mode_and_continue(adapter: Adapter) -> None:
    mode = "rush" if adapter.service.is_classic else "high"
    first = adapter.run("Change the heading. [[scenario:edit]]", model=mode)
    assert first.failure is None and first.ended.exit_code == 0
    assert (adapter.worktree / "README.md").read_text() == "# hello, edited by amp\n"
    view = first.view
    assert view.tool_calls == 3 and view.tool_failures == 0 and not view.open_calls
    finished = first.of(AgentFinished)[0]
    assert finished.text == "Done: I edited README.md." and finished.turns == 4
    (usage,) = view.usage()
    assert usage.model == mode and [event.used for event in first.of(Model)] == [mode]
    assert usage.usage.cache_read_tokens == 4_000 and usage.usage.cache_write_tokens == 480
    again = adapter.run("And what is 2+2? [[scenario:think]]", thread_id=first.output.thread_id)
    assert again.failure is None and again.of(AgentFinished)[0].text == "4"
    assert again.of(Thread)[0].thread_id == first.of(Thread)[0].thread_id

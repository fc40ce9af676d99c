"""Of sessions in which something runs."""

from __future__ import annotations

from ampsm.workflows.status.kind import Kind
from ampsm.workflows.status.wording.words import Words

WORDS = {
    Kind.LEFT_RUNNING: Words(
        next="A worker was killed, but what it had started still runs ({f.processes}). End that and "
        "go on: {0}, or only end it: {1}",
        sentence="A worker was killed, but what it had started still runs. The next iteration ends that first.",
        label="Iterate",
        reason="processes left",
        hindrance="What a killed iteration had started still runs; stop it first",
        complaint="Its worker is gone, but what it had started still runs: {f.commands}.",
    ),
    Kind.RUNNING: Words(
        next="Iteration {f.number} is running{f.process}. Watch it: {0}",
        sentence="Iteration {f.number} is running. It goes on when you close this window.",
        label="Stop",
        reason="iteration {f.number}",
        hindrance="An iteration is running",
    ),
    Kind.TESTING: Words(
        next="Process {f.activity.holder} runs the test script. Wait for it, then: {0}, or stop it: {1}",
        sentence="The test script is running.",
        label="Stop",
        reason="test script",
        hindrance="The test script is running",
    ),
    Kind.AT_WORK: Words(
        next="Process {f.activity.holder} is at work in the session. Wait for it, then: {0}",
        sentence="A command is at work in this session and ends by itself.",
        reason="command at work",
        hindrance="A command is at work in this session",
    ),
}

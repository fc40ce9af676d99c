"""What the agent can be asked to do: improve the demo repository, or show what agents do, and do wrong."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ampsm.amp.demo_agent.agent import Agent


def improve(agent: Agent, improvement: dict[str, Any]) -> None:
    """One of the improvements to the demo repository that `improvements.json` describes."""
    for step in improvement["steps"]:
        if "read" in step:
            agent.use(step["say"], "Read", thought=step.get("thought", ""), path=str(Path.cwd() / step["read"]))
        elif "run" in step:
            agent.bash(step["say"], step["run"])
        else:
            agent.edit(step["say"], step["edit"], "\n".join(step["old"]), "\n".join(step["new"]))
    agent.say("\n".join(improvement["answer"]))


def anywhere(agent: Agent) -> None:
    """In any other repository: notes about the task, with a test."""
    notes, test = Path("demo/notes.md"), Path("demo/test_notes.py")
    agent.bash("I look around first.", "git log --oneline -3; ls")
    words = re.sub(r"[^\w ,.-]+", " ", re.sub(r"\[\[.*?\]\]", "", agent.prompt)).split()
    line = f"{len(notes.read_text().splitlines()) if notes.exists() else 1}. {' '.join(words)[:60]}\n"
    if notes.exists():
        text = notes.read_text()
        agent.edit("I add what was asked to the notes.", str(notes), text[-40:], text[-40:] + line)
    else:
        agent.create("I write down what was asked.", str(notes), f"# Notes\n{line}")
        agent.create("And a test for it.", str(test), NOTES_TEST)
    agent.bash("", f"python3 {test}")
    agent.say("Write down the task in demo/notes.md\n\nThis is the demo agent: it changes nothing else.")


NOTES_TEST = """from pathlib import Path

assert Path(__file__).with_name("notes.md").read_text().startswith("# "), "notes begin with a heading"
print("ok")
"""


def default(agent: Agent) -> None:
    """In the demo repository the first improvement it does not have yet; elsewhere, and later, notes."""
    files = [Path("wordcount.py"), Path("test_wordcount.py"), Path("README.md")]
    module = files[0].read_text() if all(path.exists() for path in files) else ""
    for improvement in json.loads(Path(__file__).with_name("improvements.json").read_text()):
        if improvement["has"] in module and improvement["lacks"] not in module:
            return improve(agent, improvement)
    return anywhere(agent)


def fail(agent: Agent) -> str:
    agent.create("I begin.", "demo/half.txt", "half of the work\n")
    return "The demo agent was asked to fail."


def hang(agent: Agent) -> None:
    agent.create("I begin.", "demo/half.txt", "half of the work\n")
    agent.bash("This takes a while.", "sleep 3600")


def commit(agent: Agent) -> None:
    agent.create("", "demo/own.txt", f"{time.time_ns()}\n")
    agent.bash(
        "I commit it myself.",
        f"git add -A demo && git commit -q -m 'Add demo/own.txt' -m 'Amp-Thread-ID: "
        f"https://ampcode.com/threads/{agent.thread}\nCo-authored-by: Amp <amp@ampcode.com>'",
    )
    agent.say("Committed demo/own.txt.")


def nothing(agent: Agent) -> None:
    agent.bash("", "git status --short")
    agent.say("There is nothing to change.")


def slow(agent: Agent) -> None:
    for step in range(1, 21):
        agent.create(f"Step {step} of 20.", "demo/steps.txt", f"{step}\n")
        agent.pause(0.4)
    agent.say("Took twenty small steps.")


def secrets(agent: Agent) -> None:
    agent.bash("Which keys are set?", "env | grep -E '^(AMP|DEMO)_' | sort")
    agent.say(f'The key is sgamp_user_{"DEMO" * 8} and "AKIA{"DEMO" * 4}".')


def subagent(agent: Agent) -> None:
    work = {"prompt": "List the files.", "description": "list the files"}
    (task,) = agent.say("A subagent can look that up.", ("Task", work))
    agent.say("I list them.", ("Bash", {"cmd": "ls", "cwd": str(Path.cwd())}), parent=task)
    agent.say("There are a few files.", parent=task)
    agent.results([(task, "There are a few files.", False)])
    anywhere(agent)


def move_branch(agent: Agent) -> None:
    agent.create("", "demo/moved.txt", "on another branch\n")
    agent.bash("I work on a branch of my own.", f"git checkout -q -b demo-elsewhere-{os.getpid()}")
    agent.say("Moved to another branch.")


def bigline(agent: Agent) -> None:
    (call,) = agent.say("This file is large.", ("Read", {"path": str(Path.cwd() / "large.txt")}))
    agent.results([(call, "0123456789abcdef" * 200_000, False)])
    anywhere(agent)


SCENARIOS: dict[str, Callable[[Agent], str | None]] = {
    f.__name__.replace("_", "-"): f
    for f in (default, fail, hang, commit, nothing, slow, secrets, subagent, move_branch, bigline)
}

"""The demo agent: a program that behaves like `amp -x --stream-json`, without a model, network or account.

It edits files, runs commands and continues threads in the folder it is started in; what it does is scripted, what it
reports is true. `[[demo:NAME]]` in the prompt picks a scenario (the keys of SCENARIOS); AMPSM_DEMO_SPEED divides its
pauses (2: twice as fast, 0: none). Standard library only, and nothing else of this project: it is run by path.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

VERSION = "0.0.1-demo (the built-in demo agent)"
HELP = """Amp demo agent

Usage: amp [options] [command]

Commands:
  version       Print the version number and exit
  threads       [alias: t, thread] Manage threads
    new         [alias: n] Create a new thread
    continue    [alias: c] Continue an existing thread
  usage         Show your current Amp usage and credit balance

Options:
  -V, --version
  --settings-file <value>
  --dangerously-allow-all
  -m, --mode <value>
      Set the agent mode (deep, large, rush, smart)
  -x, --execute [message]
  --stream-json
  --stream-json-thinking
"""
CONTINUE_HELP = "Usage: amp threads continue [options] [threadIDOrURL]\n\nContinue an existing thread.\n"
TOOLS = ["Bash", "create_file", "edit_file", "Read", "Task"]
WITH_VALUE = ("-m", "--mode", "--settings-file", "--timeout", "-l", "--label")
WITHOUT_VALUE = ("--dangerously-allow-all", "--stream-json", "--stream-json-thinking", "--verbose")


class Cancelled(BaseException):
    """SIGINT or SIGTERM came."""


def let_signals(how: str) -> None:
    """Lets the signals that cancel wait ("SIG_BLOCK") or come ("SIG_UNBLOCK")."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(getattr(signal, how), {signal.SIGINT, signal.SIGTERM})


@contextmanager
def cancellable() -> Iterator[None]:
    """Only here the run can be cancelled: not in the middle of a line, nor between a command's start and its being
    known, where it would be left running."""
    let_signals("SIG_UNBLOCK")
    try:
        yield
    finally:
        let_signals("SIG_BLOCK")


class Agent:
    """One run: says things, uses tools, and reports both as Amp does."""

    def __init__(self, options: dict[str, str], prompt: str) -> None:
        self.options = options
        self.prompt = prompt
        self.thread = options.get("thread") or f"T-{uuid.uuid4()}"
        self.streams = "--stream-json" in options or "--stream-json-thinking" in options
        self.started = time.monotonic()
        self.turns = 0
        self.context = 9_000 + len(prompt) // 4
        self.answer = ""
        self.speed = float(os.environ.get("AMPSM_DEMO_SPEED") or 1)

    def emit(self, kind: str, **fields: Any) -> None:
        if self.streams:
            print(json.dumps({"type": kind, **fields}, ensure_ascii=False), flush=True)

    def pause(self, seconds: float) -> None:
        with cancellable():
            time.sleep(seconds / self.speed if self.speed > 0 else 0)

    def begin(self) -> None:
        mode = self.options.get("-m") or self.options.get("--mode") or "smart"
        self.emit(
            "system",
            subtype="init",
            cwd=str(Path.cwd()),
            session_id=self.thread,
            tools=TOOLS,
            mcp_servers=[],
            agent_mode=mode,
        )
        self._message("user", [{"type": "text", "text": self.prompt}])

    def say(
        self, text: str, *tools: tuple[str, dict[str, Any]], thought: str = "", parent: str | None = None
    ) -> list[str]:
        """One turn of the model: a text, and the tools it calls. Returns the ids of the calls."""
        self.pause(0.12)
        content: list[dict[str, Any]] = []
        if thought and "--stream-json-thinking" in self.options:
            content.append({"type": "thinking", "thinking": thought})
        if text:
            content.append({"type": "text", "text": text})
            self.answer = self.answer if parent else text
        calls = [f"toolu_demo{uuid.uuid4().hex[:18]}" for _ in tools]
        for call, (name, args) in zip(calls, tools, strict=True):
            content.append({"type": "tool_use", "id": call, "name": name, "input": args})
        written, size = 400 + 37 * self.turns, len(json.dumps(content)) // 4
        usage = {
            "input_tokens": 6 + self.turns,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": self.context,
            "output_tokens": 18 + size,
            "max_tokens": 300_000,
            "service_tier": "standard",
        }
        self.context += written + size
        self.turns += 1
        self._message("assistant", content, parent, stop_reason="tool_use" if tools else "end_turn", usage=usage)
        return calls

    def use(self, text: str, name: str, thought: str = "", **args: Any) -> bool:
        """One turn with one tool: calls it, runs it, reports its result; whether it worked."""
        (call,) = self.say(text, (name, args), thought=thought)
        self.pause(0.05)
        result, failed = RUN[name](args)
        self.results([(call, result, failed)])
        code = json.loads(result).get("exitCode", 0) if result.startswith("{") else 0
        return not failed and code == 0

    def results(self, results: list[tuple[str, str, bool]]) -> None:
        self._message(
            "user",
            [
                {"type": "tool_result", "tool_use_id": call, "content": text, "is_error": failed}
                for call, text, failed in results
            ],
        )

    def edit(self, text: str, path: str, old: str, new: str) -> bool:
        return self.use(text, "edit_file", path=str(Path.cwd() / path), old_str=old, new_str=new)

    def create(self, text: str, path: str, content: str) -> bool:
        return self.use(text, "create_file", path=str(Path.cwd() / path), content=content)

    def bash(self, text: str, command: str) -> bool:
        return self.use(text, "Bash", cmd=command, cwd=str(Path.cwd()))

    def end(self, error: str | None = None) -> None:
        verdict: dict[str, Any] = {"result": self.answer} if error is None else {"error": error}
        self.emit(
            "result",
            subtype="success" if error is None else "error_during_execution",
            duration_ms=round((time.monotonic() - self.started) * 1000),
            is_error=error is not None,
            num_turns=self.turns,
            **verdict,
            session_id=self.thread,
        )
        if not self.streams and error is None:
            print(self.answer, flush=True)
        elif not self.streams:
            print(f"Error: {error}", file=sys.stderr)

    def _message(self, role: str, content: list[dict[str, Any]], parent: str | None = None, **more: Any) -> None:
        kind = {"type": "message"} if role == "assistant" else {}
        self.emit(
            role,
            message={**kind, "role": role, "content": content, **more},
            parent_tool_use_id=parent,
            session_id=self.thread,
        )


def read(args: dict[str, Any]) -> tuple[str, bool]:
    try:
        lines = Path(args["path"]).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        return f"Cannot read {args['path']}: {error.strerror}", True
    numbered = "\n".join(f"{n}: {line}" for n, line in enumerate(lines, 1))
    return json.dumps({"absolutePath": args["path"], "content": numbered}), False


def create_file(args: dict[str, Any]) -> tuple[str, bool]:
    path = Path(args["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(args["content"], encoding="utf-8")
    return f"Successfully created file {path}", False


def edit_file(args: dict[str, Any]) -> tuple[str, bool]:
    path, old, new = Path(args["path"]), args["old_str"], args["new_str"]
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if old not in before:
        return "Could not find exact match for old_str", True
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    line = before[: before.index(old)].count("\n") + 1
    changes = "".join(f"-{x}\n" for x in old.splitlines()) + "".join(f"+{x}\n" for x in new.splitlines())
    return json.dumps({"diff": f"```diff\n{changes}```", "lineRange": [line, line + new.count("\n")]}), False


def bash(args: dict[str, Any]) -> tuple[str, bool]:
    # In a session of its own, as Amp's commands are; ended when the agent is.
    child = subprocess.Popen(
        ["/bin/sh", "-c", args["cmd"]],
        cwd=args.get("cwd"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=(lambda: let_signals("SIG_UNBLOCK")) if os.name == "posix" else None,  # noqa: PLW1509 - one thread
    )
    try:
        with cancellable():
            output, _ = child.communicate()
    except BaseException:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise
    return json.dumps({"output": output.decode("utf-8", "replace"), "exitCode": child.returncode}), False


RUN: dict[str, Callable[[dict[str, Any]], tuple[str, bool]]] = {
    "Read": read,
    "create_file": create_file,
    "edit_file": edit_file,
    "Bash": bash,
}


def improve(agent: Agent, improvement: dict[str, Any]) -> None:
    """One of the improvements to the demo repository that demo_improvements.json describes."""
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
    for improvement in json.loads(Path(__file__).with_name("demo_improvements.json").read_text()):
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


def refuse(message: str) -> NoReturn:
    sys.exit(f"Error: {message}")


def parse(words: list[str]) -> dict[str, str]:
    """The options; "thread" and "message" when given."""
    options: dict[str, str] = {}
    if words[:1] and words[0] in ("threads", "thread", "t") and words[1:2] and words[1] in ("continue", "c"):
        words = words[2:]
        if words and not words[0].startswith("-"):
            options["thread"] = words.pop(0).rstrip("/").rpartition("/")[2]
    while words:
        word, _, value = words.pop(0).partition("=")
        if word in ("-x", "--execute"):
            options["-x"] = ""
            options["message"] = value or (words.pop(0) if words and not words[0].startswith("-") else "")
        elif word in WITH_VALUE:
            options[word] = value or (words.pop(0) if words else refuse(f"error: option '{word}' argument missing"))
        elif word in WITHOUT_VALUE:
            options[word] = ""
        else:
            refuse(f"error: unknown option '{word}'" if word.startswith("-") else f'Unknown command "{word}"')
    return options


class Cancelling:
    """What SIGINT and SIGTERM do: the first one ends the run, what comes while it ends does nothing."""

    begun = False

    def __call__(self, _number: int, _frame: object) -> None:
        begun, self.begun = self.begun, True
        let_signals("SIG_BLOCK")
        if not begun:
            raise Cancelled


def main(words: list[str]) -> int:
    if "--help" in words or "-h" in words:
        print(CONTINUE_HELP if words[:2] == ["threads", "continue"] else HELP)
        return 0
    if words[:1] == ["version"] or "--version" in words or "-V" in words:
        print(VERSION)
        return 0
    if words[:2] == ["threads", "new"] or words[:1] == ["usage"]:
        print(f"T-{uuid.uuid4()}" if words[0] == "threads" else "Signed in as demo@example.invalid")
        return 0
    options = parse(words)
    piped = "" if sys.stdin.isatty() else sys.stdin.buffer.read().decode("utf-8", "replace")
    prompt = "\n".join(filter(None, (piped, options.get("message")))).strip()
    if not prompt:
        refuse("User message must be provided through stdin or as argument when using execute mode")
    let_signals("SIG_BLOCK")
    cancelling = Cancelling()
    signal.signal(signal.SIGINT, cancelling)
    signal.signal(signal.SIGTERM, cancelling)
    names = re.findall(r"\[\[demo:([\w-]+)\]\]", prompt)
    agent = Agent(options, prompt)
    try:
        agent.begin()
        agent.end(SCENARIOS.get(names[-1] if names else "default", default)(agent))
    except Cancelled:
        agent.end("User cancelled (SIGINT/SIGTERM)")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

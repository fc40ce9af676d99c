"""The command line, as far as Amp has it."""

from __future__ import annotations

import os
import re
import signal
import sys
import uuid
from typing import NoReturn

from ampsm.amp.demo_agent.agent import Agent
from ampsm.amp.demo_agent.cancelling import Cancelled, Cancelling, let_signals
from ampsm.amp.demo_agent.scenarios import SCENARIOS, default

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
WITH_VALUE = ("-m", "--mode", "--settings-file", "--timeout", "-l", "--label")
WITHOUT_VALUE = ("--dangerously-allow-all", "--stream-json", "--stream-json-thinking", "--verbose")


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

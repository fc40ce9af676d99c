"""An agent for tests that has exactly the options and commands of some release, and refuses all others as Amp does.

`#!/bin/sh` starters (tests/support/releases.py) run it as `release_agent.py RELEASE [amp's own arguments]`, where
RELEASE is a file with a Python literal:

    version            text of --version
    options            {name: word for its value, or None}; those of the help. `-m`, `-x`, `-l` are short for theirs
    hidden             as options, but not in the help
    modes              words of --mode; refuses_stream: those of them that refuse --stream-json
    commands           of `threads`: new, continue, export; and `usage`
    new_prints         what `threads new` prints before the id
    export             text of `threads export`; export_seconds: how long it takes
    usage              (exit code, text) of `usage`
    agent_mode, model  names on the init line, on assistant lines
    fail               text of an error on standard error, exit 1
    trace              a file that gets one JSON line a run: argv, prompt, env (AMP*)

With --stream-json it speaks that, with --jsonl-logs the older logs, else it prints its answer as text.
"""

import ast
import json
import os
import sys
import time

SHORT = {"-m": "--mode", "-x": "--execute", "-l": "--label", "-V": "--version"}
THREAD = "T-01a20d64-4e5e-700f-8321-09c481a369b2"
USAGE = {"input_tokens": 100, "cache_creation_input_tokens": 10, "cache_read_input_tokens": 40, "output_tokens": 20}


def main(release, args):
    trace(release, args, None)
    if "--version" in args or "-V" in args:
        print(release["version"])
        return 0
    command = words_before_options(args)
    if "--help" in args:
        known = command == ["threads", "continue"] and "continue" in release.get("commands", ())
        print("Usage: amp threads continue [options] [threads...]" if known else help_text(release))
        return 0
    if command[:1] == ["usage"] and "usage" in release.get("commands", ()):
        code, text = release.get("usage", (0, "ok"))
        print(text, file=sys.stderr if code else sys.stdout)
        return code
    if command[:1] == ["threads"]:
        if len(command) < 2 or command[1] not in release.get("commands", ()):
            return refuse(f"Unknown command {' '.join(command)}")
        if command[1] == "new":
            print(release.get("new_prints", "") + THREAD)
            return 0
        if command[1] == "export":
            time.sleep(release.get("export_seconds", 0))
            print(release.get("export", "{}"))
            return 0
    return work(release, args, command)


def work(release, args, command):
    try:
        options = parse(release, args)
    except ValueError as error:
        return refuse(f"error: {error}")
    mode = options.get("--mode")
    streaming = "--stream-json" in options or "--stream-json-thinking" in options
    if mode is not None and release.get("modes") and mode not in release["modes"]:
        return refuse(f"error: option '-m, --mode <value>' argument '{mode}' is invalid.")
    if streaming and mode in release.get("refuses_stream", ()):
        return refuse(f"Stream JSON mode is not permitted with '{mode}' mode.")
    prompt = sys.stdin.read()
    trace(release, args, prompt)
    if release.get("fail"):
        return refuse(release["fail"])
    thread = command[2] if command[:2] == ["threads", "continue"] else THREAD
    with open("work.txt", "a", encoding="utf-8") as file:
        file.write("touched\n")
    answer(release, thread, streaming, "--jsonl-logs" in options)
    return 0


def answer(release, thread, streaming, logs):
    if streaming:
        init = {"agent_mode": release["agent_mode"]} if release.get("agent_mode") else {}
        line(type="system", subtype="init", session_id=thread, tools=[], mcp_servers=[], **init)
        message = {"role": "assistant", "content": [{"type": "text", "text": "Did it."}], "stop_reason": "end_turn"}
        message.update({"usage": USAGE}, **({"model": release["model"]} if release.get("model") else {}))
        line(type="assistant", message=message, parent_tool_use_id=None, session_id=thread)
        line(type="result", subtype="success", is_error=False, result="Did it.", num_turns=1, session_id=thread)
        return
    if logs:
        line(event="tool_start", tool="edit_file", args={"path": "work.txt"})
        line(event="tool_finish", tool="edit_file", success=True, durationMs=12)
        line(prompt=150, completion=20, total=170)
    print("Did it.")


def line(**fields):
    print(json.dumps(fields), flush=True)


def parse(release, args):
    known = {**release["options"], **release.get("hidden", {})}
    found, rest = {}, list(args)
    while rest:
        word, equals, value = rest.pop(0).partition("=")
        if not word.startswith("-"):
            continue
        name = SHORT.get(word, word)
        if name not in known:
            raise ValueError(f"unknown option '{word}'")
        takes = known[name] is not None
        optional = takes and known[name].startswith("[")
        if takes and not equals and rest and not (optional and rest[0].startswith("-")):
            value = rest.pop(0)
        found[name] = value
    return found


def words_before_options(args):
    words = []
    for word in args:
        if word.startswith("-"):
            break
        words.append(word)
    return words


def help_text(release):
    short = {name: letter for letter, name in SHORT.items()}
    lines = ["Usage: amp [options] [command]", "", "Commands:"]
    if "new" in release.get("commands", ()) or "continue" in release.get("commands", ()):
        lines.append("  threads       [alias: t] Manage threads")
    lines += [f"    {name:<12}Do it with a thread" for name in release.get("commands", ()) if name != "usage"]
    lines += ["  usage         Show your usage"] if "usage" in release.get("commands", ()) else []
    lines += ["", "Options:", "", "  -V, --version", "      Print the version number and exit"]
    for name, value in release["options"].items():
        lines.append(f"  {short[name] + ', ' if name in short else ''}{name}{' ' + value if value else ''}")
        modes = ", ".join(release.get("modes", ())) or "low, medium, high, ultra, or a plugin mode by key"
        lines.append(f"      Set the agent mode ({modes})" if name == "--mode" else "      What it does")
    return "\n".join(lines)


def refuse(text):
    print(f"\x1b[=0u\x1b[<u\x1b[?25hError: {text}", file=sys.stderr)
    return 1


def trace(release, args, prompt):
    if release.get("trace"):
        env = {name: value for name, value in os.environ.items() if name.startswith("AMP")}
        with open(release["trace"], "a", encoding="utf-8") as file:
            file.write(json.dumps({"argv": args, "prompt": prompt, "env": env}) + "\n")


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as _release:
        sys.exit(main(ast.literal_eval(_release.read()), sys.argv[2:]))

"""An agent for tests: a real program with the command line and the stream-json of a current Amp.

`make_agent` (tests/conftest.py) copies this file and puts the scenario beside it. What a scenario may say, in the order
in which it is played (everything is optional):

    runs                      [scenarios] that are put over this one in the first, second, … run; the last one stays
    version, help             text of `--version`, `--help`
    trace                     file that gets one JSON line a run: argv, prompt, thread, cwd, pid, env (AMP*, GIT_*)
    start_delay               seconds before the first line
    login                     prints Amp's login text and waits for ever
    stderr                    text written to standard error at once
    ignore_term               SIGINT and SIGTERM are ignored (else: Amp's "User cancelled" result, exit 0)
    agent_mode, model         names on the init line / on assistant lines
    echo                      False: no echo of the prompt
    raw                       bytes or text written as they are, before the tools
    child                     seconds a grandchild in a session of its own lives on, deaf to SIGTERM
    child_edits               {path: text} that grandchild writes at the end of its life
    thinking                  text of a thinking block
    tools                     [{name, input, result, error, seconds, usage, parent, id}]; without `result` it never ends
    repeat_message            every tool message is sent twice with one message id
    lines, width              that many lines of assistant text, that wide
    edits, append, deletes    {path: text} to write (`{prompt}` is filled in), to append; [paths] to remove
    shell                     [commands] run by /bin/sh in the worktree
    ready                     file made when all this is done
    hang                      seconds to wait then
    hang_until                wait until this file exists
    kill                      ends itself by this signal number
    text                      the final text; None: no final message
    result                    False: no result line
    agent_error               the error of an error result
    tail                      bytes or text written at the end (a half line, say)
    exit                      exit code
    sleep, split              seconds after each line; lines are written in pieces of so many bytes
"""

import ast
import json
import os
import signal
import subprocess
import sys
import time
import uuid

with open(__file__ + ".scenario") as _scenario:
    SCENARIO = ast.literal_eval(_scenario.read())
USAGE = {
    "input_tokens": 100,
    "cache_creation_input_tokens": 10,
    "cache_read_input_tokens": 40,
    "output_tokens": 20,
}
FINAL_USAGE = {
    "input_tokens": 50,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 150,
    "output_tokens": 30,
}
VERSION = "0.0.1777897475-g2324e1 (released 2026-05-04T12:28:29.210Z, 6mo ago)"
HELP = """Amp CLI

Usage: amp [options] [command]

Commands:
  version       Print the version number and exit
  login         Log in to Amp
  threads       [alias: t, thread] Manage threads
    new         [alias: n] Create a new thread
    continue    [alias: c] Continue an existing thread
  usage         Show your current Amp usage and credit balance

Options:
  -V, --version
  --dangerously-allow-all
  --settings-file <value>
  -m, --mode <value>
      Set the agent mode (deep, large, rush, smart)
  -x, --execute [message]
  --stream-json
  --stream-json-thinking
  --archive
  -l, --label <label>
"""


class Stream:
    """Writes stream-json lines of one thread to standard output."""

    def __init__(self, thread, streaming):
        self.thread = thread
        self.streaming = streaming

    def write(self, data):
        data = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
        size = SCENARIO.get("split") or len(data) or 1
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            while piece:
                piece = piece[os.write(1, piece) :]

    def line(self, **fields):
        if self.streaming:
            fields["session_id"] = self.thread
            self.write(json.dumps(fields, ensure_ascii=False) + "\n")
        time.sleep(SCENARIO.get("sleep", 0))

    def init(self):
        mode = {"agent_mode": SCENARIO["agent_mode"]} if SCENARIO.get("agent_mode") else {}
        tools = ["Read", "edit_file", "Bash"]
        self.line(type="system", subtype="init", cwd=os.getcwd(), tools=tools, mcp_servers=[], **mode)

    def user(self, *content, parent=None):
        self.line(type="user", message={"role": "user", "content": content}, parent_tool_use_id=parent)

    def assistant(self, message_id, *content, usage=None, stop=None, parent=None):
        message = {"type": "message", "role": "assistant", "content": content, "stop_reason": stop}
        message.update({"id": message_id} if message_id else {})
        message.update({"usage": usage} if usage else {})
        message.update({"model": SCENARIO["model"]} if SCENARIO.get("model") else {})
        self.line(type="assistant", message=message, parent_tool_use_id=parent)

    def success(self, text, turns):
        self.line(type="result", subtype="success", is_error=False, result=text, duration_ms=1234, num_turns=turns)

    def failure(self, error, turns):
        self.line(
            type="result",
            subtype="error_during_execution",
            is_error=True,
            error=error,
            duration_ms=1234,
            num_turns=turns,
        )


def main():
    args = sys.argv[1:]
    answer_questions(args)
    count_run()
    prompt, thread = read_request(args)
    leave_trace(args, prompt, thread)
    time.sleep(SCENARIO.get("start_delay", 0))
    if SCENARIO.get("login"):
        print("No API key found. Starting login flow...\nIf your browser does not open, visit:\n", flush=True)
        time.sleep(3600)
    streaming = any(arg.startswith("--stream-json") for arg in args)
    stream = Stream(thread or f"T-{uuid.uuid4()}", streaming)
    obey_signals(stream)
    play(stream, prompt)


def answer_questions(args):
    threads = args[:1] and args[0] in ("threads", "thread", "t")
    if "--version" in args or "-V" in args or args[:1] == ["version"]:
        print(SCENARIO.get("version", VERSION))
    elif "--help" in args or "-h" in args:
        usage = "Usage: amp threads continue [options] [threadId]\n"
        print(usage if threads and args[1] in ("continue", "c") else SCENARIO.get("help", HELP))
    elif threads and args[1:2] in (["new"], ["n"]):
        print(f"T-{uuid.uuid4()}")
    elif args[:1] in (["login"], ["usage"], ["logout"]):
        print("ok")
    elif threads and args[1:2] not in (["continue"], ["c"]):
        print(f"Unknown command {args[1:2]}", file=sys.stderr)
        sys.exit(1)
    else:
        return
    sys.exit(0)


def count_run():
    if SCENARIO.get("runs"):
        with open(__file__ + ".runs", "a+") as counted:
            counted.write("x")
            number = counted.tell()
        SCENARIO.update(SCENARIO["runs"][min(number, len(SCENARIO["runs"])) - 1])


def read_request(args):
    thread = next((arg for arg in args if arg.startswith("T-")), None)
    prompt = ""
    for flag in ("-x", "--execute"):
        if flag in args:
            word = args[args.index(flag) + 1 :][:1]
            prompt = word[0] if word and not word[0].startswith("-") else ""
    if not sys.stdin.isatty():
        data = sys.stdin.buffer.read().decode("utf-8", "replace").strip()
        prompt = f"{prompt}\n{data}".strip()
    return prompt, thread


def leave_trace(args, prompt, thread):
    if not SCENARIO.get("trace"):
        return
    env = {name: value for name, value in os.environ.items() if name.startswith(("AMP", "GIT_"))}
    run = {"argv": args, "prompt": prompt, "thread": thread, "cwd": os.getcwd(), "pid": os.getpid(), "env": env}
    with open(SCENARIO["trace"], "a", encoding="utf-8") as trace:
        trace.write(json.dumps(run) + "\n")


def obey_signals(stream):
    def cancel(number, frame):
        stream.failure("User cancelled (SIGINT/SIGTERM)", 1)
        sys.exit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN if SCENARIO.get("ignore_term") else cancel)


def play(stream, prompt):
    if SCENARIO.get("stderr"):
        sys.stderr.write(SCENARIO["stderr"])
        sys.stderr.flush()
    stream.init()
    if SCENARIO.get("echo", True):
        stream.user({"type": "text", "text": prompt})
    stream.write(SCENARIO.get("raw", b""))
    start_child()
    if SCENARIO.get("thinking"):
        stream.assistant("msg_thinking", {"type": "thinking", "thinking": SCENARIO["thinking"]})
    turns = play_tools(stream)
    for number in range(SCENARIO.get("lines", 0)):
        text = f"line {number} " + "x" * SCENARIO.get("width", 80)
        stream.assistant(f"msg_line_{number}", {"type": "text", "text": text})
    change_files(prompt)
    wait()
    finish(stream, turns)


def start_child():
    if not SCENARIO.get("child"):
        return
    edits = SCENARIO.get("child_edits", {})
    program = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f" time.sleep({SCENARIO['child']});"
        f" [open(path, 'w').write(text) for path, text in {edits!r}.items()]"
    )
    subprocess.Popen([sys.executable, "-IS", "-c", program], start_new_session=True)


def play_tools(stream):
    reading = {"name": "Read", "input": {"path": "README.md"}, "result": "hello"}
    tools = SCENARIO.get("tools", [reading])
    for number, tool in enumerate(tools, 1):
        message, parent = f"msg_{number}", tool.get("parent")
        call, usage = tool.get("id", f"toolu_{number}"), tool.get("usage", USAGE)
        if SCENARIO.get("repeat_message"):
            stream.assistant(
                message, {"type": "text", "text": f"Looking at step {number}."}, usage=usage, parent=parent
            )
        use = {"type": "tool_use", "id": call, "name": tool["name"], "input": tool.get("input", {})}
        stream.assistant(message, use, usage=usage, stop="tool_use", parent=parent)
        time.sleep(tool.get("seconds", 0))
        if "result" in tool:
            failed = tool.get("error", False)
            result = {"type": "tool_result", "tool_use_id": call, "content": tool["result"], "is_error": failed}
            stream.user(result, parent=parent)
    return len(tools)


def change_files(prompt):
    for path, text in SCENARIO.get("edits", {"src/feature.py": "print('feature')\n"}).items():
        write_file(path, "w", text.replace("{prompt}", prompt[:200]))
    for path, text in SCENARIO.get("append", {}).items():
        write_file(path, "a", text)
    for path in SCENARIO.get("deletes", []):
        os.remove(path)
    for command in SCENARIO.get("shell", []):
        quiet = subprocess.DEVNULL
        subprocess.run(command, shell=True, stdin=quiet, stdout=quiet, stderr=quiet, check=False)


def write_file(path, mode, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, mode, encoding="utf-8") as file:
        file.write(text)


def wait():
    if SCENARIO.get("ready"):
        open(SCENARIO["ready"], "w").close()
    time.sleep(SCENARIO.get("hang", 0))
    while SCENARIO.get("hang_until") and not os.path.exists(SCENARIO["hang_until"]):
        time.sleep(0.02)
    if SCENARIO.get("kill"):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), SCENARIO["kill"])


def finish(stream, turns):
    text = SCENARIO.get("text", "Added the feature module.")
    code = SCENARIO.get("exit", 0)
    if text is not None and stream.streaming:
        stream.assistant("msg_final", {"type": "text", "text": text}, usage=FINAL_USAGE, stop="end_turn")
    elif text is not None:
        stream.write(text + "\n")
    if SCENARIO.get("result", True):
        if code or SCENARIO.get("agent_error"):
            stream.failure(SCENARIO.get("agent_error", "boom"), turns + 1)
        else:
            stream.success(text, turns + 1)
    stream.write(SCENARIO.get("tail", b""))
    sys.exit(code)


if __name__ == "__main__":
    main()

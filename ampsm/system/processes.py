"""Starting processes and ending them, whole trees included. The only user of `subprocess`.

An agent's shell commands may live in sessions of their own, so a process group does not reach them: trees are found by
parent pids and by the environment marker `AMPSM_ITERATION` that every process of an iteration inherits (SPEC 5.1).
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, NoReturn

#: The environment variable that marks every process of an iteration or test script; its value is `<session>/<number>`.
MARKER = "AMPSM_ITERATION"

# Marks what goes on beside the process that started it, a window with its followers; its value is the pid of that
# process and a number that it has thought of: nobody else can say of himself that he goes on beside it.
_BESIDE = "AMPSM_BESIDE"
_beside: str | None = None

_PR_SET_CHILD_SUBREAPER = 36
_POLL_SECONDS = 0.02
_COMMAND_LENGTH = 120
_HAS_PROC = Path("/proc/self/stat").exists()


class Process(subprocess.Popen[bytes]):
    """A process whose exit is waited for by its descriptor where there is one (Linux).

    Python's own wait with a time limit sleeps, from half a millisecond on: most of the time of a short git command.
    """

    def wait(self, timeout: float | None = None) -> int:
        if timeout is not None and self.returncode is None and hasattr(os, "pidfd_open"):
            try:
                descriptor = os.pidfd_open(self.pid)
            except OSError:
                return super().wait(timeout)
            try:
                poll = select.poll()
                poll.register(descriptor, select.POLLIN)
                poll.poll(max(0.0, timeout) * 1000)
            finally:
                os.close(descriptor)
        return super().wait(timeout)


def elapsed_ms(started: float) -> int:
    """Whole milliseconds since `started`, a reading of `time.monotonic()`."""
    return round((time.monotonic() - started) * 1000)


def start(
    argv: Sequence[str], *, cwd: str, env: Mapping[str, str], pass_fds: Sequence[int], merge_output: bool, stdin: bool
) -> subprocess.Popen[bytes]:
    """Starts a program with piped output in its own session, so that the terminal's Ctrl-C reaches only us.

    Raises OSError when it cannot be started.
    """
    return Process(
        argv,
        cwd=cwd,
        env=env,
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merge_output else subprocess.PIPE,
        start_new_session=True,
        pass_fds=pass_fds,
        bufsize=0,
    )


def start_detached(argv: Sequence[str], *, env: Mapping[str, str], stdin: bytes, patience: float) -> bytes | None:
    """Starts a program that outlives this process: in a session of its own, in `/`, without a terminal.

    It reads `stdin`, and gets as a last argument the number of a descriptor to answer on; returns what it wrote there
    when it closed it (nothing, if it died before), None when it has not within `patience` seconds: it goes on then.
    Raises OSError when it cannot be started.
    """
    answer, theirs = os.pipe()
    try:
        process = subprocess.Popen(
            [*argv, str(theirs)],
            cwd="/",
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(theirs,),
        )
    finally:
        os.close(theirs)
    process.returncode = 0  # it is nobody's child to wait for: init reaps it
    with open(answer, "rb", buffering=0) as said:  # noqa: PTH123
        if process.stdin is not None:
            try:
                process.stdin.write(stdin)
                process.stdin.close()
            except BrokenPipeError:
                pass
        return _read_within(said, patience)


def _read_within(pipe: IO[bytes], seconds: float) -> bytes | None:
    """All that is written to a pipe until it is closed; None when that takes longer."""
    deadline = time.monotonic() + seconds
    pieces: list[bytes] = []
    while select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
        if not (piece := pipe.read(65_536)):
            return b"".join(pieces)
        pieces.append(piece)
    return None


def pipe_fd(stream: IO[bytes] | None) -> int:
    """The descriptor of a pipe made by `start`."""
    if stream is None:
        raise AssertionError("the process was started without this pipe")
    return stream.fileno()


def become_subreaper() -> None:
    """Lets orphaned descendants become our children instead of init's (Linux), so that none escapes the tree."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(pid: int, *, without: Collection[int] = ()) -> list[int]:
    """Pids of all living processes below `pid` (zombies left out), parents before children; those `without` are left
    out with all that is below them."""
    children: dict[int, list[int]] = {}
    for child, parent, state in _process_table():
        if state != "Z" and child not in without:
            children.setdefault(parent, []).append(child)
    found: list[int] = []
    queue = [pid]
    while queue:
        below = children.get(queue.pop(0), [])
        found += below
        queue += below
    return found


def marked_processes(marker: str) -> list[int]:
    """Pids of living processes, other than this one, that carry an iteration's marker.

    `marker` is `<session>/<number>`, or `<session>` alone for those of all its iterations and test scripts.
    """
    return carrying(f"{MARKER}={marker}")


def carrying(entry: str) -> list[int]:
    """Pids of living processes, other than this one, whose environment has this `NAME=value`, or one that goes on after
    it with a slash."""
    wanted = os.fsencode(entry)
    found = []
    for pid in _pids() or ():
        if pid == os.getpid():
            continue
        environ = _read(f"/proc/{pid}/environ")  # of a zombie, as of the kernel's own, there is none
        if wanted in environ and any(each == wanted or each.startswith(wanted + b"/") for each in environ.split(b"\0")):
            found.append(pid)
    return found


def process_start(pid: int) -> str | None:
    """When a process started, as an opaque word: with the pid it names one process for ever; None if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        pass
    if _HAS_PROC:
        return None
    import psutil

    try:
        return str(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def is_alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, IndexError):
        pass
    if _HAS_PROC:
        return False
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def command_of(pid: int) -> str:
    """The command line of a process in one line, as many of its words as fit into 120 characters; empty when it is
    gone. No word is cut in two: a part of a secret is not recognised as one."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    said = ""
    for word in (os.fsdecode(word) for word in words if word):
        if len(said) + len(word) >= _COMMAND_LENGTH:
            return f"{said} …".strip()
        said = f"{said} {word}".strip()
    return said


def end_processes(
    find: Callable[[], Iterable[int]], *, grace: float = 5.0, keep: Iterable[int] = (), since: float | None = None
) -> list[int]:  # fmt: skip
    """Ends what `find` returns, and what it returns again meanwhile: interrupt, `grace` seconds, terminate, `grace`
    seconds, kill (SPEC section 5, "Detached"). Where others of them have been told to end `since` a moment of the
    monotonic clock, the seconds count from then, but for one after each signal. Zombies that are our children, other
    than those in `keep`, are collected meanwhile. Returns every pid that was signalled.
    """
    signalled: list[int] = []
    begun = time.monotonic() if since is None else since
    for sign, due in ((signal.SIGINT, grace), (signal.SIGTERM, 2 * grace), (signal.SIGKILL, 2 * grace + 5.0)):
        deadline = max(begun + due, time.monotonic() + min(grace, 1.0))
        told: set[int] = set()
        while living := [pid for pid in find() if is_alive(pid)]:
            for pid in living:
                if pid not in told or sign is signal.SIGKILL:
                    told.add(pid)
                    send(pid, sign)
            signalled += [pid for pid in living if pid not in signalled]
            if time.monotonic() > deadline:
                break
            reap_orphans(keep)
            time.sleep(_POLL_SECONDS)
        else:
            break
    return signalled


def reap_orphans(keep: Iterable[int] = ()) -> None:
    """Collects zombies that became our children because we are a subreaper; never those in `keep`."""
    kept = set(keep)
    for pid, parent, state in _process_table():
        if state == "Z" and parent == os.getpid() and pid not in kept:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue


def ignores(pid: int, sign: signal.Signals) -> bool:
    """Whether a process ignores a signal, as one does that a shell script started with `&`; False where the system
    does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        mask = next(int(line.split()[1], 16) for line in lines if line.startswith("SigIgn:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return False
    return bool(mask >> (sign - 1) & 1)


def send(pid: int, sign: signal.Signals) -> None:
    """Sends a signal; fine when the process is gone."""
    try:
        os.kill(pid, sign)
    except (ProcessLookupError, PermissionError):
        pass


def _process_table() -> list[tuple[int, int, str]]:
    """(pid, parent pid, state letter) of every process that can be seen."""
    pids = _pids()
    if pids is None:
        return _process_table_elsewhere()
    rows = []
    for pid in pids:
        words = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split(maxsplit=2)
        if len(words) > 1:
            rows.append((pid, int(words[1]), words[0].decode()))
    return rows


def _pids() -> list[int] | None:
    """Every process that can be seen; None where there is no `/proc` to see them in."""
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - a Path a process costs more than all the rest
    except FileNotFoundError:
        return None
    return [int(name) for name in names if name.isdigit()]


def _read(path: str) -> bytes:
    """The whole of a file below `/proc`, nothing when it may not be read or its process is gone."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return b""


def _process_table_elsewhere() -> list[tuple[int, int, str]]:
    import psutil

    return [
        (p.pid, p.info["ppid"] or 0, "Z" if p.info["status"] == psutil.STATUS_ZOMBIE else "R")
        for p in psutil.process_iter(["ppid", "status"])
    ]


def become(argv: Sequence[str], env: Mapping[str, str]) -> NoReturn:
    """Goes on as another program, in this very process. Raises OSError when it cannot be started."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(argv[0], list(argv), dict(env))


def start_beside(argv: Sequence[str], *, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Starts a program that goes on beside this one, with its standard error and without its standard input. It is
    marked, with all that it starts: none of it belongs to what this process does meanwhile."""
    global _beside
    if _beside is None:
        _beside = f"{os.getpid()}.{os.urandom(16).hex()}"
    return subprocess.Popen(argv, env={**env, _BESIDE: _beside}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def going_on_beside() -> list[int]:
    """Pids of the living programs that `start_beside` started in this process, with all that they started."""
    return [] if _beside is None else carrying(f"{_BESIDE}={_beside}")

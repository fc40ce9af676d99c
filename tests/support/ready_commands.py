"""`amp-sessions` as a process of its own that need not load Python and the program first.

A server has imported the program and forks for each command, which saves a tenth of a second of processor time each. A
command gets its own process, arguments, environment, folder and streams, and a session where it is asked for one. What
differs is the beginning: /proc has the server's command line and environment. The real program is started for what the
documentation shows, and where a test says `starts_anew`.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import json
import os
import select
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.warm import load

_ROOT = Path(__file__).parents[2]
#: What Python reads only when it starts; commands that want it otherwise are started for real.
_AT_START = ("LANG", "LC_ALL", "LC_CTYPE", "PYTHON", "COVERAGE")
_ENVIRONMENT = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "PATH": os.environ.get("PATH", "")}
_KEPT = ("PYTHON_KEYRING_BACKEND",)
_SMALL = 16_384
_PR_SET_CHILD_SUBREAPER = 36


def fits(env: Mapping[str, str], given: bytes) -> bool:
    """Whether a command with this environment and input can be run by the server."""
    wanted = {name: value for name, value in env.items() if name.startswith(_AT_START) and name not in _KEPT}
    same = all(_ENVIRONMENT.get(name) == value for name, value in wanted.items())
    return same and hasattr(os, "pidfd_open") and len(given) <= _SMALL


class ReadyProcess(subprocess.Popen[str]):
    """A command that the server has forked."""

    def __init__(self, words: list[str], answers: socket.socket) -> None:
        self.args = words
        self.stdin = self.stdout = self.stderr = None
        self.returncode = None
        self._answers = answers
        self.pid = int(self._answer())

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def communicate(self, input: str | None = None, timeout: float | None = None) -> tuple[str, str]:  # noqa: A002
        """What it has written until its end."""
        assert self.stdout is not None and self.stderr is not None
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            said = _read_all([self.stdout.fileno(), self.stderr.fileno()], deadline)
        except TimeoutError:
            raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
        self.wait(None if deadline is None else deadline - time.monotonic())
        for pipe in (self.stdout, self.stderr):
            pipe.close()
        out, err = (text.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n") for text in said)
        return out, err

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            waits = None if seconds is None else max(0.0, seconds)
            if select.select([self._answers], [], [], waits)[0]:
                self.returncode = os.waitstatus_to_exitcode(int(self._answer()))
                self._answers.close()
        return self.returncode

    def _answer(self) -> bytes:
        answer = self._answers.recv(64)
        assert answer, "the server of commands is gone"
        return answer


class ReadyCommands:
    """The server of this process, started with the first command and gone with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def run(
        self, words: list[str], *, given: bytes, env: Mapping[str, str], cwd: Path, timeout: float
    ) -> tuple[int, bytes, bytes]:
        """Exit code (negative after a signal) and output; TimeoutExpired as from `subprocess.run`."""
        (stdin, feed), (out, stdout), (err, stderr) = os.pipe(), os.pipe(), os.pipe()
        process = self.start(words, env=env, cwd=cwd, streams=(stdin, stdout, stderr))
        for fd in (stdin, stdout, stderr):
            os.close(fd)
        try:
            os.write(feed, given)
        except BrokenPipeError:
            pass
        os.close(feed)
        try:
            said = _read_all([out, err], time.monotonic() + timeout)
        except TimeoutError:
            process.kill()
            process.wait()
            raise subprocess.TimeoutExpired(words, timeout) from None
        finally:
            os.close(out)
            os.close(err)
        return process.wait(), said[0], said[1]

    def start(
        self,
        words: list[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        streams: tuple[int, int, int],
        session: bool = False,
    ) -> ReadyProcess:
        """Starts a command with these three streams, as the leader of a session of its own if that is wanted."""
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            request = {"words": words, "env": dict(env), "cwd": str(cwd), "session": session}
            self._send(request, [*streams, theirs.fileno()])
        return ReadyProcess(words, mine)

    def _send(self, request: dict[str, Any], fds: list[int]) -> None:
        data = json.dumps(request).encode()
        with self._lock:
            if self._socket is None:
                self._socket = _start()
            socket.send_fds(self._socket, [len(data).to_bytes(4, "big")], fds)
            self._socket.sendall(data)


def _read_all(fds: list[int], deadline: float | None) -> list[bytes]:
    said = dict.fromkeys(fds, b"")
    with selectors.DefaultSelector() as selector:
        for fd in fds:
            selector.register(fd, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(None if deadline is None else max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                part = os.read(key.fd, 1 << 16)
                said[key.fd] += part
                if not part:
                    selector.unregister(key.fd)
    return list(said.values())


def _start() -> socket.socket:
    """The server is nobody's child, so that tests see no process of theirs in it: also when what ran in this process
    has made it the parent of orphans."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    mine, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "tests.support.ready_commands", str(theirs.fileno())]
        subprocess.run(
            command, check=True, cwd=_ROOT, env=_ENVIRONMENT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
        )
    return mine


def _serve(requests: socket.socket) -> dict[str, Any] | None:
    """Forks for each request: returns it in the process that is to fulfil it, and None in the server at its end."""
    running: dict[int, tuple[int, socket.socket]] = {}
    while True:
        waiting: list[Any] = [requests, *running]
        for ready in select.select(waiting, [], [])[0]:
            if isinstance(ready, int):
                pid, answers = running.pop(ready)
                os.close(ready)
                with answers:
                    _answer(answers, os.waitpid(pid, 0)[1])
                continue
            received = _receive(requests)
            if received is None:
                return None
            request, (*streams, reply) = received
            answers = socket.socket(fileno=reply)
            pid = os.fork()
            if pid == 0:
                for number, stream in enumerate(streams):
                    os.dup2(stream, number)
                for _, other in running.values():
                    other.close()
                for fd in (*streams, *running):
                    os.close(fd)
                if request["session"]:
                    os.setsid()
                _answer(answers, os.getpid())
                answers.close()
                return request
            for stream in streams:
                os.close(stream)
            running[os.pidfd_open(pid)] = (pid, answers)


def _receive(requests: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    length, fds, _, _ = socket.recv_fds(requests, 4, 4)
    if not length:
        return None
    data, size = b"", int.from_bytes(length, "big")
    while len(data) < size:
        data += requests.recv(size - len(data))
    return json.loads(data), fds


def _answer(answers: socket.socket, number: int) -> None:
    try:
        answers.sendall(f"{number}\n".encode())
    except ConnectionError:  # who asked is gone
        pass


def main() -> int:
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        load()
        gc.freeze()
        if os.fork():
            os._exit(0)
        request = _serve(requests)
    if request is None:
        return 0
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    sys.argv = ["amp-sessions", *request["words"]]
    from ampsm_cli.main import main as command

    return command()


def _end(code: int) -> None:
    """What Python does at its end, but for the freeing of everything that the server had loaded."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _end(main())

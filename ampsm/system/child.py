"""A child process that is read while it works: the agent, a test script."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

from ampsm.system import processes

_CHUNK = 262_144


class Child:
    """A program in its own session whose output is read as it comes.

    Its prompt (`stdin`) is fed while reading, so neither side can block the other; then its standard input is closed.
    With `merge_output` its stderr arrives as `stdout`. Raises OSError when it cannot be started.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        stdin: bytes = b"",
        pass_fds: Sequence[int] = (),
        merge_output: bool = False,
    ) -> None:
        self.started = time.monotonic()
        self._process: subprocess.Popen[bytes] = processes.start(
            argv, cwd=cwd, env=env, pass_fds=pass_fds, merge_output=merge_output, stdin=bool(stdin)
        )
        self.pid = self._process.pid
        self._unsent = memoryview(stdin)
        self._selector = selectors.DefaultSelector()
        self._streams: dict[int, str] = {}
        self._watch(processes.pipe_fd(self._process.stdout), "stdout")
        if not merge_output:
            self._watch(processes.pipe_fd(self._process.stderr), "stderr")
        if stdin:
            descriptor = processes.pipe_fd(self._process.stdin)
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_WRITE)

    @property
    def open_streams(self) -> int:
        """How many of its output streams have not ended."""
        return len(self._streams)

    def read(self, timeout: float, wake_fd: int | None = None) -> list[tuple[str, bytes]]:
        """What arrived within `timeout` seconds: pairs of stream name and bytes, empty bytes at a stream's end.

        Returns as soon as anything arrives, with nothing at the time limit or when `wake_fd` becomes readable.
        """
        if wake_fd is not None and wake_fd not in self._selector.get_map():
            self._selector.register(wake_fd, selectors.EVENT_READ)
        arrived: list[tuple[str, bytes]] = []
        for key, _ in self._selector.select(max(0.0, timeout)):
            if key.fd in self._streams:
                arrived.append((self._streams[key.fd], self._take(key.fd)))
            elif key.fd != wake_fd:
                self._feed(key.fd)
        return arrived

    def poll(self) -> int | None:
        """Its exit code (-n after signal n), None while it runs."""
        return self._process.poll()

    def interrupt(self) -> None:
        """Asks it and its process group to stop, as Ctrl-C would."""
        self._signal(signal.SIGINT)

    def terminate(self) -> None:
        """Tells it and its process group to stop (SIGTERM)."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it and its process group at once (SIGKILL)."""
        self._signal(signal.SIGKILL)

    def wait(self, timeout: float) -> int | None:
        """Its exit code, or None when it still runs after `timeout` seconds."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        """Lets go of its pipes; what is still in them is lost, so read to the end first."""
        self._selector.close()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue

    def _watch(self, descriptor: int, name: str) -> None:
        os.set_blocking(descriptor, False)
        self._streams[descriptor] = name
        self._selector.register(descriptor, selectors.EVENT_READ)

    def _take(self, descriptor: int) -> bytes:
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return b""
        if not data:
            self._selector.unregister(descriptor)
            del self._streams[descriptor]
        return data

    def _feed(self, descriptor: int) -> None:
        try:
            self._unsent = self._unsent[os.write(descriptor, self._unsent[:_CHUNK]) :]
        except BlockingIOError:
            return
        except OSError:
            self._unsent = self._unsent[:0]
        if not self._unsent and self._process.stdin is not None:
            self._selector.unregister(descriptor)
            try:
                self._process.stdin.close()
            except OSError:
                pass

    def _signal(self, sign: signal.Signals) -> None:
        if self._process.poll() is None:
            try:
                os.killpg(self.pid, sign)
            except (ProcessLookupError, PermissionError):
                pass

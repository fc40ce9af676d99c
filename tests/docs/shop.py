"""The documentation's shop: the place in which its command lines are run."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.world import FAKES, World, installed

SCRIPT_OK = '#!/bin/sh\necho "$(basename "$0") $*: all passed"\n'
SHOP = {
    "README.md": "# Shop\n",
    "app.py": "print('shop')\n",
    "Makefile": "test:\n\t@echo all passed\n",
}


#: What makes a command line more than words.
_SHELLS = re.compile(r"[;&|<>$`*?(){}\\\n#!]")


class Shop(World):
    """A home with the repository `~/shop`, in which shell commands run; the demo agent stands in for Amp.

    `<session-id>` in a command is the newest session, `<commit>` the commit it started from. Programs that the
    documentation uses as test scripts do nothing and succeed. `closed COMMAND` closes the window that a command opens.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(home, starts_anew=True)
        self.home = home
        self.repo = self.cwd = home / "shop"
        self.data = home / ".config/ampsm"
        self.config = self.data / "config.yaml"
        self._make_programs()
        self._make_repository()
        for name, text in {"task.md": "Add a login page.\n", "token.txt": "not-a-real-token\n"}.items():
            (self.repo / name).write_text(text)
        for folder in (self.data, home / ".config/fish/completions", home / "tmp"):
            folder.mkdir(parents=True)
        self.config.write_text("ampPath: demo\n")
        self.config.chmod(0o600)

    @property
    def environ(self) -> dict[str, str]:
        programs = os.pathsep.join([str(self.home / "bin"), os.environ["PATH"]])
        kept = {name: value for name, value in os.environ.items() if name not in ("AMPSM_DB_PATH", "PWD", "OLDPWD")}
        return {
            **kept, "PATH": programs, "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / ".config"),
            "TMPDIR": str(self.home / "tmp"), "AMPSM_DEMO_SPEED": "0",
        }  # fmt: skip

    def shell(self, command: str, *, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Runs one command as a shell would that stays in one place: a `cd` counts for the commands after it."""
        place = self.home / ".cwd"
        script = f"{self.filled(command)}\ncode=$?\npwd > '{place}'\nexit $code\n"
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.cwd, env=self.environ, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=timeout, check=False, encoding="utf-8", errors="replace",
        )  # fmt: skip
        if place.exists():
            self.cwd = Path(place.read_text().removesuffix("\n"))
        return done

    def say(self, command: str) -> subprocess.CompletedProcess[str]:
        """As `shell`; where it is one command of the program without anything that a shell would do but take quotes
        away, without a shell and the start of the program."""
        words = shlex.split(command)
        if words[0] != "amp-sessions" or _SHELLS.search(command):
            return self.shell(command)
        given = [f"{self.home}/{word[2:]}" if word.startswith("~/") else word for word in words[1:]]
        done = self.cli(*given, cwd=self.cwd, starts_anew=False)
        return subprocess.CompletedProcess(words, done.code, done.out, done.err)

    def prepare(self, command: str, code: int | None = 0) -> None:
        """Runs `amp-sessions COMMAND` before what is to be seen, without a shell and the start of the program. It ends
        with the code, which None leaves open."""
        done = self.cli(*shlex.split(command), cwd=self.cwd, starts_anew=False)
        assert code in (None, done.code), (command, done)

    def ask(self, command: str) -> dict[str, Any]:
        """The document that `amp-sessions COMMAND --json` prints."""
        done = self.shell(f"amp-sessions {command} --json")
        assert done.stdout, (command, done.stderr)
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def filled(self, command: str) -> str:
        """The command with its placeholders filled in; unknown placeholders fail."""
        if "<session-id>" in command or "<commit>" in command:
            session = self.newest()
            command = command.replace("<session-id>", session["id"]).replace("<commit>", session["baseSha"])
        command = command.replace("<repo>", str(self.repo))
        assert not re.search(r"<[a-z][a-z-]*>", command), f"unknown placeholder: {command}"
        return command

    def stop_all(self) -> None:
        """Ends what was started in the background."""
        for facts in self.data.glob("sessions.d/journals/*/session.json"):
            if json.loads(facts.read_text())["status"] == "running":
                self.shell(f"amp-sessions stop {facts.parent.name} --queued")

    def newest(self) -> dict[str, str]:
        """The facts of the session created last, as its `session.json` has them."""
        facts = [json.loads(file.read_text()) for file in self.data.glob("sessions.d/journals/*/session.json")]
        assert facts, "there is no session to fill in"
        newest: dict[str, str] = max(facts, key=lambda session: str(session["createdAt"]))
        return newest

    def _make_programs(self) -> None:
        self.make_program("bin/pnpm", SCRIPT_OK)
        closer = FAKES / "close_window.py"
        self.make_program("bin/closed", f'#!/bin/sh\nexec {sys.executable} -IS {closer} "$@"\n')
        for name, module in (("amp-sessions", "ampsm_cli.main"), ("amp-session-conductor", "ampsm_gui")):
            words = " ".join(f"'{word}'" for word in installed(name, module))
            self.make_program(f"bin/{name}", f'#!/bin/sh\nexec {words} "$@"\n')

    def _make_repository(self) -> None:
        self.repo.mkdir()
        self.git(self.repo, "init", "-q")
        self.commit(self.repo, SHOP, "Open the shop")
        self.git(self.repo, "branch", "develop")
        self.git(self.repo, "branch", "fix-login")
        self.git(self.repo, "worktree", "add", "-q", "-b", "topic", "../topic-worktree")

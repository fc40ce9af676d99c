"""Pull requests on GitHub, by its own program `gh` (SPEC section 6)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.system.calls import Completed, last_lines, run

#: Seconds that one call of `gh` may take.
GH_TIMEOUT = 120.0

#: What gh says is to be typed first; other lines follow that.
_LOGIN = "gh auth login"
_QUIETLY = {"GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1"}


def find_gh(environ: Mapping[str, str]) -> str | None:
    """The path of `gh`; None where it is not installed."""
    return shutil.which("gh", path=environ.get("PATH"))


def require_gh(environ: Mapping[str, str]) -> str:
    """The same. Raises `gh-missing` (exit 1)."""
    found = find_gh(environ)
    if found is None:
        raise UserError(
            "gh-missing", "A pull request is opened with GitHub's program gh, which was not found",
            hint="install it from https://cli.github.com, then: gh auth login",
        )  # fmt: skip
    return found


@record
class Gh:
    """`gh` in a worktree. Its methods raise `gh-missing` and `pull-request-failed` (exit 1); `hint` is what to type
    when it works again, what it says and is told goes through `redact`."""

    worktree: Path
    environ: Mapping[str, str]
    hint: str
    redact: Callable[[str], str]

    def open_request(self, branch: str) -> str | None:
        """The address of the pull request of a branch that is open; None when there is none."""
        done = self._run(["pr", "list", "--head", branch, "--state", "open", "--json", "url", "--limit", "1"])
        try:
            found = json.loads(done.stdout or b"[]")
            return str(found[0]["url"]) if found else None
        except (ValueError, LookupError, TypeError):
            return None

    def create_request(self, branch: str, base: str, title: str, body: str) -> str:
        """Opens a pull request, with no secret in its words; its address."""
        title, body = self.redact(title), self.redact(body)
        words = ["pr", "create", "--head", branch, "--base", base, "--title", title, "--body-file", "-"]
        done = self._run(words, body.encode("utf-8", "replace"))
        lines = done.stdout.decode("utf-8", "replace").split()
        url = next((word for word in reversed(lines) if word.startswith(("https://", "http://"))), None)
        if url is None:
            raise self._failed("GitHub's gh named no pull request", done)
        return url

    def _run(self, words: Sequence[str], stdin: bytes = b"") -> Completed:
        program, env = require_gh(self.environ), {**self.environ, **_QUIETLY}
        try:
            done = run([program, *words], cwd=self.worktree, env=env, stdin=stdin, timeout=GH_TIMEOUT)
        except OSError as error:
            raise UserError(
                "pull-request-failed", f"GitHub's gh cannot be started: {error}", hint="gh --version"
            ) from error
        if done.timed_out:
            raise self._failed(f"GitHub's gh did not end within {GH_TIMEOUT:g} s", done)
        if done.returncode != 0:
            raise self._failed("GitHub's gh could not open the pull request", done)
        return done

    def _failed(self, what: str, done: Completed) -> UserError:
        said = self.redact(last_lines(done.stderr, 4000).decode("utf-8", "replace")).strip()
        lines = said.splitlines()
        why = next((line for line in lines if _LOGIN in line), lines[-1] if lines else "").rstrip(" .")
        hint = f"{_LOGIN}; then: {self.hint}" if _LOGIN in why else f"gh auth status; then: {self.hint}"
        return UserError(
            "pull-request-failed", f"{what}{f': {why}' if why else ''}", hint=hint, details={"output": said}
        )

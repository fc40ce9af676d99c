"""`verify-amp`: whether an iteration would work here, and what to do where it would not (SPEC section 3).

The steps share one time budget, so that an Amp that hangs is reported and not waited for.
"""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable

from ampsm.amp import authentication, capabilities, locate
from ampsm.amp.command import agent_environment
from ampsm.amp.terminal import strip_escapes
from ampsm.context import Context
from ampsm.model.errors import Stopped, UserError
from ampsm.model.record import record
from ampsm.system.environment import clean_environment
from ampsm.system.probe import probe
from ampsm.system.stopping import StopRequest
from ampsm.workflows.upkeep import verify_smoke

#: Seconds for everything, including the time to end an Amp that does not listen.
BUDGET = 19.0

_PROBE_SECONDS = 6.0
_AUTH_SECONDS = 8.0
_USAGE_SECONDS = 4.0
_ENDING_SECONDS = 4.0

_SIGNED_IN = re.compile(r"^\s*Signed in as|\bcredits?: *\$|^\s*Amp Free\b", re.M | re.I)
_SIGNED_OUT = re.compile(r"amp login|Not logged in|Invalid or missing API key|No API key found|Unauthorized")
_THIS = "amp-sessions verify-amp"
_AFTER = "Not tried: the step before it failed"


@record
class AmpCheck:
    """One step: `status` pass, warn, fail or skip; what was found in one line; what to type next. `error` when it
    failed."""

    internal = ("error",)

    id: str
    status: str
    message: str
    hint: str | None = None
    error: UserError | None = None


@record
class FoundAmp:
    """The Amp that the steps were tried on; what could not be asked is None or empty."""

    path: str | None
    version: str | None
    capabilities: list[str]


@record
class Verification:
    """All steps, and the first failure among them."""

    internal = ("error",)

    ok: bool
    checks: list[AmpCheck]
    amp: FoundAmp
    error: UserError | None


def verify_amp(
    ctx: Context,
    *,
    smoke: bool = True,
    on_check: Callable[[AmpCheck], None] = lambda check: None,
    stop: StopRequest | None = None,
) -> Verification:
    """Tries everything an iteration needs; `on_check` sees each step as it ends. With `smoke` it runs one iteration in
    a scratch repository with a store of its own. Never raises for what Amp does; raises Stopped on a requested stop."""
    return _Verifier(ctx, on_check, stop).run(smoke)


class _Verifier:
    def __init__(self, ctx: Context, on_check: Callable[[AmpCheck], None], stop: StopRequest | None) -> None:
        self.ctx = ctx
        self.on_check = on_check
        self.stop = stop
        self.deadline = time.monotonic() + BUDGET
        self.checks: list[AmpCheck] = []
        self.env = agent_environment(clean_environment(ctx.environ, ctx.settings.amp_environment()))

    def run(self, smoke: bool) -> Verification:
        amp, found = None, None
        try:
            amp = locate.locate(self.ctx.settings, self.ctx.environ)
            self._add("binary", "pass", amp.path)
        except UserError as error:
            self._fail("binary", error)
        if amp is not None:
            found = self._ask_capabilities(amp)
        if amp is None or found is None:
            for name in ("version", "capabilities", "login", "smoke", "permissions"):
                if all(check.id != name for check in self.checks):
                    self._add(name, "skip", _AFTER)
        else:
            self._try_it(amp, found, smoke)
        path = amp.path if amp else self.ctx.settings.get("ampPath") or None
        tried = FoundAmp(path, found.version if found else None, found.names() if found else [])
        failed = next((check.error for check in self.checks if check.error), None)
        return Verification(failed is None, self.checks, tried, failed)

    def _ask_capabilities(self, amp: locate.AmpCommand) -> capabilities.Capabilities | None:
        try:
            found = capabilities.detect(amp, self.ctx.paths.cache_dir, self.env, fresh=True, patience=_PROBE_SECONDS)
        except UserError as error:
            self._fail("version", error)
            return None
        self._check_stop()
        if found.version:
            self._add("version", "pass", found.version)
        else:
            self._add("version", "warn", "It names no version", "amp-sessions config get ampPath")
        self._add("capabilities", *_judged(found))
        return found

    def _try_it(self, amp: locate.AmpCommand, found: capabilities.Capabilities, smoke: bool) -> None:
        login = self._login(amp, found)
        if login and login.error:
            smoke_check = AmpCheck("smoke", "skip", _AFTER)
        elif not smoke:
            smoke_check = AmpCheck("smoke", "skip", "Not tried (--no-smoke)", _THIS)
            login = login or AmpCheck("login", "skip", "This Amp tells only by an iteration", "amp-sessions verify-amp")
        else:
            smoke_check = self._smoke(amp, found)
            if smoke_check.error and smoke_check.error.code == "not-logged-in":
                login, smoke_check = _failed("login", smoke_check.error), AmpCheck("smoke", "skip", _AFTER)
            elif login is None and smoke_check.status == "fail":
                login = AmpCheck("login", "skip", "Not known: the smoke iteration failed otherwise")
        self._take(login or AmpCheck("login", "pass", "Amp accepts the login"))
        self._take(smoke_check)
        self._add("permissions", *_permissions(self.ctx, found))

    def _login(self, amp: locate.AmpCommand, found: capabilities.Capabilities) -> AmpCheck | None:
        """What is known before an iteration; None when only that can tell. `amp usage` never waits for a login."""
        try:
            if not amp.is_demo:
                command = self.ctx.settings.get(authentication.KEY)
                authentication.authenticate(command, self.env, timeout=_AUTH_SECONDS, stop=self.stop)
        except UserError as error:
            return _failed("login", error)
        self._check_stop()
        if not found.usage:
            return None
        answer = probe([*amp.argv, "usage"], cwd="/", env=self.env, timeout=_USAGE_SECONDS, stop=self.stop)
        self._check_stop()
        said = strip_escapes(answer.text)
        if answer.exit_code == 0 and (match := _SIGNED_IN.search(said)):
            line = said[said.rfind("\n", 0, match.start() + 1) + 1 :].strip().partition("\n")[0]
            return AmpCheck("login", "pass", self.ctx.redactor.redact(line))
        if answer.exit_code != 0 and answer.reason is None and _SIGNED_OUT.search(said):
            name = shlex.join(amp.argv) if self.ctx.settings.get("ampPath") else "amp"
            return _failed("login", UserError("not-logged-in", "Amp is not logged in", hint=f"{name} login"))
        return None

    def _smoke(self, amp: locate.AmpCommand, found: capabilities.Capabilities) -> AmpCheck:
        seconds = self.deadline - _ENDING_SECONDS - time.monotonic()
        try:
            return AmpCheck("smoke", *verify_smoke.smoke_iteration(self.ctx, amp, found, seconds, self.stop))
        except UserError as error:
            return _failed("smoke", error)
        finally:
            self._check_stop()

    def _check_stop(self) -> None:
        if self.stop is not None and self.stop.signal_name not in (None, verify_smoke.TIME_IS_UP):
            raise Stopped(str(self.stop.signal_name))

    def _add(self, name: str, status: str, message: str, hint: str | None = None) -> None:
        self._take(AmpCheck(name, status, message, hint))

    def _fail(self, name: str, error: UserError) -> None:
        self._take(_failed(name, error))

    def _take(self, check: AmpCheck) -> None:
        self.checks.append(check)
        self.on_check(check)


def _failed(name: str, error: UserError) -> AmpCheck:
    if error.hint == _THIS:
        error = UserError(error.code, error.message, hint="amp-sessions config get ampPath", details=error.details)
    return AmpCheck(name, "fail", error.message, error.hint, error)


def _judged(found: capabilities.Capabilities) -> tuple[str, str, str | None]:
    names = ", ".join(found.names()) or "none listed"
    if found.stream_json:
        return "pass", names, None
    if found.jsonl_logs:
        return "pass", f"{names} (the older JSONL logs)", None
    hint = "npm install -g @ampcode/cli --ignore-scripts=false"
    if not found.version and not found.execute:
        return "fail", "It does not look like Amp: it names no version, and its help none of Amp's options", hint
    return "warn", f"{names}: no structured output, so tools and tokens are read from text or stay unknown", hint


def _permissions(ctx: Context, found: capabilities.Capabilities) -> tuple[str, str, str | None]:
    words = shlex.split(ctx.settings.get("ampArgs") or "")
    everything = "allow-all: Amp runs every tool unasked, with your rights and not only in the worktree"
    if "--dangerously-allow-all" in words:
        return "pass", f"{everything} (by ampArgs)", "amp-sessions config unset ampArgs"
    if ctx.settings.get("ampPermissions") == "allow-all":
        if found.allow_all:
            return "pass", everything, "amp-sessions config set ampPermissions amp"
        return "warn", "allow-all is not known to this Amp: its own rules decide", "amp-sessions config get ampArgs"
    if found.no_archive:
        own = "amp: Amp's own rules; without any, this release runs every tool unasked"
    else:
        own = "amp: Amp's own rules; a tool that needs approval ends the iteration"
    return "pass", own, "amp-sessions config set ampPermissions allow-all"

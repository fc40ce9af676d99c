"""Running git: one environment, one error, output that no presentation setting of the user can change."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from ampsm.git.calls.conversion import failed
from ampsm.git.calls.failures import OBJECT_MISSING as OBJECT_MISSING
from ampsm.git.calls.failures import UNLOCK as UNLOCK
from ampsm.git.calls.failures import GitError as GitError
from ampsm.git.calls.failures import fsck as fsck
from ampsm.git.calls.way_out import settings_on_the_way_out
from ampsm.git.git_files.links import keep_git_inside
from ampsm.git.git_files.pipes import require_no_pipes
from ampsm.git.programs.planted import overriding, planted_programs
from ampsm.model.errors import UserError
from ampsm.system import access
from ampsm.system.calls import Completed, run
from ampsm.system.environment import clean_environment

T = TypeVar("T")

#: Seconds after which a git command that only reads or moves refs is given up.
READ_TIMEOUT = 120.0

#: Seconds for commands that write many files or talk to a remote.
LONG_TIMEOUT = 3600.0

_PLAIN = (
    "core.quotePath=false",
    "core.abbrev=auto",
    "core.commentChar=#",
    "i18n.logOutputEncoding=UTF-8",
    "column.ui=never",
    "rebase.instructionFormat=%s",
    "rebase.abbreviateCommands=false",
    "rebase.missingCommitsCheck=ignore",
    "color.ui=false",
    "core.fsmonitor=false",
    "diff.suppressBlankEmpty=false",
    "diff.ignoreSubmodules=none",
    "log.showSignature=false",
    "maintenance.auto=false",
    "gc.auto=0",
)

#: Of a call that only reads: no hook runs.
_NO_HOOKS = f"core.hooksPath={os.devnull}"

#: Commands that show changes, and what keeps them from asking a program of the repository's how. Whatever `.gitmodules`
#: or the configuration says to ignore, a submodule that was moved counts; what is changed inside is its own, unless the
#: call says otherwise.
_SHOWING = frozenset({"diff", "diff-files", "diff-index", "diff-tree", "format-patch", "log", "show"})
_NO_PROGRAMS = ("--no-ext-diff", "--no-textconv")
_SUBMODULES_COUNT = "--ignore-submodules=dirty"

#: Commands that write files, and would go on in submodules where `submodule.recurse` says so.
_WRITING_FILES = frozenset({"checkout", "read-tree"})
_STAY_OUT = "--no-recurse-submodules"

#: Variables that change what git prints or how it reads a path argument.
_PRESENTATION = (
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_ATTR_SOURCE",
    "GIT_PRINT_SHA1_ELLIPSIS",
    "GIT_MERGE_VERBOSITY",
)

#: For a call that only reads and gives git a pattern: any other one gives it paths, each the name of one file.
PATTERNS = {"GIT_LITERAL_PATHSPECS": "0"}


def git(
    where: Path | str,
    *args: str | bytes,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    timeout: float | None = READ_TIMEOUT,
    check: bool = True,
    writes: bool = False,
) -> Completed:
    """Runs `git <args>` in the directory `where`.

    A call `writes` when it does what the user asked to have done to refs, index or files: then hooks and filters are
    theirs. Any other one runs no hook, no external diff, no textconv, no program that came into the configuration since
    the session began (`programs`), refreshes no index, and takes paths for what they are, without wildcards and the
    like. `env` is added to the environment, also where it names one of git's local variables. Raises GitError when git
    fails (only with `check`), takes longer than `timeout` seconds, or `where` is gone; UserError `git-missing` when
    there is no git, and `wrong-worktree` when it waits for a pipe that somebody put in place of a file that it reads.
    Before it writes, links out of its own folder are taken away.
    """
    settings, words = _PLAIN if writes else (*_PLAIN, _NO_HOOKS), _with_options(args, writes)
    settings = (*settings, *settings_on_the_way_out(where, git))
    options = [word for setting in settings for word in ("-c", setting)]
    argv: list[str | bytes] = ["git", *options, *words]
    environ = _environment(env, writes)
    if not writes:
        environ |= overriding(planted_programs(where, environ), environ)
    if writes:
        keep_git_inside(Path(where), [word for word in args if isinstance(word, str) and word.startswith("refs/")])
    try:
        done = run(
            argv, cwd=where, env=environ, stdin=stdin, timeout=timeout, when_slow=partial(require_no_pipes, where)
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        if not os.path.isdir(where) and access.way_in(where) is None:  # noqa: PTH112 - it never raises
            raise GitError(f"The folder {where} does not exist") from error
        if way := access.way_in(where):
            raise GitError(f"This user may not enter {where}", hint=way) from error
        raise UserError("git-missing", "git was not found", hint="install git 2.38 or newer") from error
    command = _command(args)
    if done.timed_out:
        failure = GitError(f"git {command} took longer than {timeout:g} s", done.stderr)
        failure.timed_out = True
        raise failure
    if check and done.returncode != 0:
        raise failed(f"git {command} failed", done.stderr, where)
    return done


def git_line(where: Path | str, *args: str | bytes, env: Mapping[str, str] | None = None) -> str:
    """The output of a git command that prints one value. Raises as `git`."""
    return line_of(git(where, *args, env=env))


def git_answer(where: Path | str, *args: str | bytes, env: Mapping[str, str] | None = None) -> str | None:
    """As `git_line`, but None when git answers "no" (exit code 1), the way its quiet look-ups do."""
    done = git(where, *args, env=env, check=False)
    if done.returncode == 1:
        return None
    if done.returncode != 0:
        raise failed(f"git {_command(args)} failed", done.stderr, where)
    return line_of(done)


def answer_or(otherwise: T, ask: Callable[..., T], *arguments: object) -> T:
    """What a function answers that asks git or the disk; `otherwise` where these cannot tell."""
    try:
        return ask(*arguments)
    except (UserError, OSError):
        return otherwise


def line_of(done: Completed) -> str:
    """Standard output as text, without the newline that ends it."""
    return os.fsdecode(done.stdout).removesuffix("\n")


def paths_of(output: bytes) -> list[str]:
    """The paths in NUL-separated output."""
    return [os.fsdecode(path) for path in output.split(b"\0") if path]


def _command(args: tuple[str | bytes, ...]) -> str:
    return os.fsdecode(args[_at(args)])


def _at(args: tuple[str | bytes, ...]) -> int:
    """Where the command is among the words of a call that begin with settings."""
    at = 0
    while at + 2 < len(args) and args[at] == "-c":
        at += 2
    return at


def _with_options(args: tuple[str | bytes, ...], writes: bool) -> tuple[str | bytes, ...]:
    """The words of a call with the options that its command always gets; those that the call names come later, and
    win."""
    at = _at(args)
    options: tuple[str, ...] = ()
    if args[at] in _SHOWING:
        options = (_SUBMODULES_COUNT,) if writes else (*_NO_PROGRAMS, _SUBMODULES_COUNT)
    elif args[at] in _WRITING_FILES:
        options = (_STAY_OUT,)
    return (*args[: at + 1], *options, *args[at + 1 :])


def _environment(extra: Mapping[str, str] | None, writes: bool) -> dict[str, str]:
    environ = clean_environment(
        os.environ,
        {
            "LC_ALL": "C",
            "LANGUAGE": "",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_EDITOR": ":",
            "GIT_SEQUENCE_EDITOR": ":",
            "GIT_PAGER": "cat",
        },
    )
    for name in _PRESENTATION:
        environ.pop(name, None)
    for name in [name for name in environ if name.startswith("GIT_TRACE") and not environ[name].startswith("/")]:
        del environ[name]  # what goes to standard error would be taken for git's own words
    environ.pop("GIT_LITERAL_PATHSPECS", None)  # hooks have patterns of their own
    if not writes:
        environ |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"}
    environ.update(extra or {})
    return environ

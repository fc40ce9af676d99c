"""Programs that a repository's configuration names: those that were there when a session began count for whoever reads,
those that came since do not run until a writing command of the user's does (SPEC section 5).

What is known of a repository lies beside the database, where an agent has no business. A look at the text of the
configuration answers for most repositories; only where it may name a program is git asked for its settings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ampsm.git.programs.beside import known_in
from ampsm.git.programs.config_files import configs_of, content_of, git_place, stamp_of
from ampsm.git.programs.inner import inner_repositories

if TYPE_CHECKING:
    from ampsm.git.programs.known import Known

#: A setting that makes git run something, and what it says where nothing of the kind was set before.
_KINDS: tuple[tuple[str, str], ...] = (
    (r"filter\..*\.(?:clean|smudge|process)", ""),
    (r"filter\..*\.required", "false"),
    # git has no word for "no driver": this is what it does without one.
    (r"merge\..*\.driver", "git merge-file -q --marker-size=%L %A %O %B"),
    (r"merge\.default", ""),
    (r"protocol\.(?:.*\.)?allow", "never"),
    (r"core\.sshcommand", "ssh"),
    (r"remote\..*\.uploadpack", "git-upload-pack"),
    (r"remote\..*\.receivepack", "git-receive-pack"),
    (r"gpg\.(?:.*\.)?program", "false"),
    (r"hook\..*\.(?:command|event)", ""),
    (r"(?:credential\.(?:.*\.)?helper|remote\..*\.vcs|uploadpack\.packobjectshook|gpg\.ssh\.defaultkeycommand)", ""),
    (r"core\.(?:gitproxy|askpass|alternaterefscommand|pager|editor)|sequence\.editor|interactive\.difffilter", ""),
    (r"(?:trailer|mergetool|difftool|diff)\..*\.(?:cmd|command|textconv)|diff\.external|pager\..*", ""),
)

#: The last words of all of them: a configuration without any names no program.
_SUSPECT = re.compile(
    rb"clean|smudge|process|required|driver|default|allow|command|pack|program|helper|vcs|hook|proxy|askpass|pager"
    rb"|editor|filter|cmd|textconv|external|include",
    re.IGNORECASE,
)

_NOTHING: Mapping[str, str] = {}

_suspects: dict[str, tuple[tuple[object, ...], bool]] = {}


def program_settings(settings: Mapping[str, str]) -> dict[str, str]:
    """Those of a configuration's settings that make git run a program."""
    return {key: value for key, value in settings.items() if _otherwise(key) is not None}


def note_programs(worktree: Path | str, *, without: Callable[[], Mapping[str, str]] = dict, anew: bool = False) -> None:
    """Keeps which programs the repository's configuration names now, as those that count in this worktree, unless they
    are known already (or `anew`); not those `without`, a setting with what tells its value. Raises GitError, and as
    RecordFile.change."""
    place = git_place(os.fspath(worktree), "")
    if place is None or known_in() is None:
        return
    from ampsm.git.programs.known import told

    common, admin = place
    found: dict[str, str] = {}
    for place in ((common, common), (common, admin)):
        if _names_programs(*place):
            for _, inner in inner_repositories(*place):
                found |= program_settings(_local_settings(inner, inner))
            found |= program_settings(_local_settings(worktree))
    for key, value in (without() if found else {}).items():
        if key in found and told(found[key]) == value:
            del found[key]
    _record(common).note(admin, found, anew)


def planted_programs(where: Path | str, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings that name a program and came since the session began in whose worktree `where` lies, each with what
    it said before, or with what keeps it from running anything. Elsewhere in the repository what any of its sessions
    knows counts; where nothing is known, everything does. Raises `failed` where that cannot be read."""
    if known_in() is None:
        return {}
    place = git_place(os.fspath(where), environ.get("GIT_DIR", ""))
    if place is None or not _names_programs(*place):
        return {}
    known = _record(place[0]).in_worktree(place[1])
    if not known and _lies_in_a_session(os.fspath(where), place[1]):
        known = [{}]
    if not known:
        return {}
    found = {}
    settings = list(_local_settings(where, environ.get("GIT_DIR")).items())
    settings += [pair for _, inner in inner_repositories(*place) for pair in _local_settings(inner, inner).items()]
    for key, value in settings:
        otherwise = _otherwise(key)
        if otherwise is None or any(programs.get(key) == value for programs in known):
            continue
        # Of several helpers each is asked, and only an empty one takes back those before it.
        found[key] = otherwise if key.startswith("credential.") else known[0].get(key, otherwise)
        owner = key.rpartition(".")[0]
        if key.startswith("filter."):
            found[f"{owner}.required"] = known[0].get(f"{owner}.required", "false")
        elif key.startswith("hook."):
            found[f"{owner}.enabled"] = "false"
    return found


def names_filter(where: Path | str) -> bool:
    """Whether a program that filters files came since the session began. Raises as `planted_programs`."""
    found = planted_programs(where, os.environ)
    return any(key.startswith("filter.") and key.endswith((".clean", ".process")) for key in found)


def overriding(settings: Mapping[str, str], environ: Mapping[str, str] = _NOTHING) -> dict[str, str]:
    """The environment that puts settings above those of the configuration, after those that are there already."""
    if not settings:
        return {}
    first = int(environ.get("GIT_CONFIG_COUNT", "0"))
    found = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (key, value) in enumerate(settings.items(), first):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found


def _record(common: str) -> Known:
    import hashlib

    from ampsm.git.programs.known import Known

    return Known((known_in() or Path()) / f"{hashlib.sha256(os.fsencode(common)).hexdigest()[:24]}.json", common)


def _local_settings(where: Path | str, git_dir: str | None = None) -> dict[str, str]:
    from ampsm.git.programs.known import local_settings

    return local_settings(where, git_dir)


@lru_cache(maxsize=512)
def _otherwise(key: str) -> str | None:
    """What a setting says to run nothing; None when it names no program."""
    return next((value for pattern, value in _KINDS if re.fullmatch(pattern, key, re.DOTALL)), None)


def _names_programs(common: str, admin: str) -> bool:
    """Whether the configuration of a worktree, or of a repository inside, may name a program. Read again when it has
    changed."""
    places = ((common, admin), *inner_repositories(common, admin))
    files = tuple(file for place in places for file in configs_of(*place))
    stamp = tuple(stamp_of(file) for file in files)
    known = _suspects.get(admin)
    if known is None or known[0] != stamp:
        found = any(_SUSPECT.search(content_of(file)) for file, there in zip(files, stamp, strict=True) if there)
        known = _suspects[admin] = (stamp, found)
    return known[1]


def _lies_in_a_session(where: str, admin: str) -> bool:
    """Whether a repository that nothing is known of lies inside the worktree of a session: then it came with that."""
    folder = os.path.realpath(where)
    while (above := os.path.dirname(folder)) != folder:  # noqa: PTH120
        folder = above
        place = git_place(folder, "")
        if place is None:
            return False
        if place[1] != admin:
            return any(True for _ in _record(place[0]).in_worktree(place[1]))
    return False

from __future__ import annotations

import subprocess

from ampsm.system.environment import GIT_LOCAL_VARIABLES, clean_environment


def test_every_local_variable_of_this_git_is_known() -> None:
    printed = subprocess.run(["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True, check=True)
    assert set(printed.stdout.split()) <= GIT_LOCAL_VARIABLES


def test_only_local_variables_go() -> None:
    kept = {"GIT_SSH_COMMAND": "ssh -i k", "GIT_AUTHOR_NAME": "A"}
    environ = {"GIT_DIR": "/x", "GIT_INDEX_FILE": "i", "PATH": "/bin", **kept}
    extra = {"PATH": "/usr/bin", "LC_ALL": "C"}
    assert clean_environment(environ, extra) == {**kept, **extra}

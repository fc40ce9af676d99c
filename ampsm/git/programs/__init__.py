"""Which programs named by a repository's configuration a call that only reads may run.

`planted` tells those that came since the session began from those that were there, which `known` keeps `beside` the
database; `config_files` finds the configuration without starting git, `inner` the repositories inside a worktree, whose
configurations count there.
"""

"""What commits bring that people seldom want. `committed` looks at all that changed between two commits: repositories
as links, submodules at commits that nobody has, huge files, `links` that lead out, `markers` of conflicts.
`new_markers` tells those in one file that was in conflict from lines that a side had, `text_patch` compares two texts
that need not be in the repository, and `ignored` says which paths the rules of `.gitignore` are about."""

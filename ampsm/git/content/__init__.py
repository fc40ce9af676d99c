"""What commits bring that people seldom want. `committed` looks at all that changed between two commits: repositories
as links, submodules at commits that nobody has, huge files (`blobs`), `links` that lead out, `markers` of conflicts."""

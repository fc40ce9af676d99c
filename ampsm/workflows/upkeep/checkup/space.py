"""What is kept beside the work, and how much room it takes. Nothing here is a fault."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.command import git, line_of
from ampsm.git.refs import OWN_REFS
from ampsm.model.errors import UserError
from ampsm.workflows.upkeep.checkup.findings import INFO, Checkup, Finding, Findings, size_text


def check(checkup: Checkup) -> Findings:
    for root in checkup.repositories():
        try:
            yield from _own_refs(root)
        except (UserError, ValueError):
            continue  # `places` has said that it cannot be read
    yield from _journals(checkup)


def _own_refs(root: Path) -> Findings:
    """How many there are, and what the objects weigh that nothing else keeps: about what removing them would free."""
    kinds: dict[str, int] = {}
    for name in line_of(git(root, "for-each-ref", "--format=%(refname)", OWN_REFS)).split():
        kind = name.removeprefix(OWN_REFS).split("/", 1)[0]
        kinds[kind] = kinds.get(kind, 0) + 1
    if not kinds:
        return
    weight = git(
        root, "rev-list", "--objects", "--disk-usage", f"--glob={OWN_REFS}*", "--not", "--branches", "--tags",
        "--remotes",
    )  # fmt: skip
    counts = ", ".join(
        f"{number} {kind.removesuffix('s') if number == 1 else kind}" for kind, number in sorted(kinds.items())
    )
    total = sum(kinds.values())
    yield Finding(
        "kept-refs", INFO, str(root),
        f"{total} {'ref' if total == 1 else 'refs'} below {OWN_REFS} ({counts}); what only they keep has about "
        f"{size_text(int(line_of(weight)))}. `git push --mirror` would publish them.",
    )  # fmt: skip


def _journals(checkup: Checkup) -> Findings:
    folder = checkup.ctx.paths.journals_dir
    sizes = []
    for file in folder.rglob("*.jsonl") if folder.is_dir() else ():
        try:
            sizes.append(file.stat().st_size)
        except OSError:
            continue
    if sizes:
        count = f"{len(sizes)} journal" + ("" if len(sizes) == 1 else "s")
        yield Finding("journals", INFO, str(folder), f"{count}, {size_text(sum(sizes))}.")

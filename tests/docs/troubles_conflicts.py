"""How each trouble of settling conflicts in docs/troubleshooting.md comes about, by the heading of its entry."""

from __future__ import annotations

from tests.docs.shop import Shop
from tests.docs.troubles import MakeAgent, Said, trouble, worktree
from tests.docs.troubles_merging import torn


def resolved(world: Shop, *options: str, first: str = "true") -> Said:
    """What `resolve` says of the file in conflict, by each of these options in turn, after a command in the
    worktree."""
    id_, place = torn(world), worktree(world)
    commands = [f"amp-sessions resolve {id_} app.py {words}" for words in options]
    return world.shell("; ".join([f"(cd '{place}' && {first})", *commands]))


@trouble("A file in conflict is not settled yet")
def open_still(world: Shop, _agent: MakeAgent) -> Said:
    return resolved(world, "--done")


@trouble("A file in conflict was edited elsewhere")
def edited_elsewhere(world: Shop, _agent: MakeAgent) -> Said:
    return resolved(world, "--take session", "--done", first="echo by hand > app.py")


@trouble("A file in conflict still has a marker")
def marker_in_file(world: Shop, _agent: MakeAgent) -> Said:
    return resolved(world, "--outside")


@trouble("A choice would drop a text of your own")
def whole_text(world: Shop, _agent: MakeAgent) -> Said:
    return resolved(world, "--from README.md", "--take target")


@trouble("A file in conflict does not have this choice")
def no_such_choice(world: Shop, _agent: MakeAgent) -> Said:
    return resolved(world, "--take delete")


@trouble("A file in conflict cannot hold a text")
def not_in_encoding(world: Shop, _agent: MakeAgent) -> Said:
    return resolved(world, "--from latin.txt", first=f"printf 'caf\\351' > '{world.repo}/latin.txt'")


@trouble("A conflict was committed by hand")
def committed(world: Shop, _agent: MakeAgent) -> Said:
    return resolved(world, "--undo", first="git commit -q -a -m mine")


@trouble("Nothing can be written in the place of a file in conflict")
def in_the_way(world: Shop, _agent: MakeAgent) -> Said:
    return resolved(world, "--take target", "--draft", first="rm app.py && mkdir app.py && touch app.py/mine")


@trouble("The index of a merge that waits is empty")
def emptied_index(world: Shop, _agent: MakeAgent) -> Said:
    id_, place = torn(world), worktree(world)
    return world.shell(f"git -C '{place}' rm -r -q -f --cached .; amp-sessions abort-merge {id_}")

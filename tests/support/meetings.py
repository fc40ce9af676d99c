"""Merges drawn by chance: a history with merges inside, and the options, settings and files that it meets."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.support.commit_graph import LINK
from tests.support.histories import History

#: What a user may have set. None of it may make a merge do anything but what was predicted.
SETTINGS = (
    ("merge.ff", "false"), ("merge.ff", "only"), ("merge.conflictStyle", "diff3"), ("merge.conflictStyle", "zdiff3"),
    ("merge.renames", "false"), ("merge.directoryRenames", "true"), ("merge.directoryRenames", "false"),
    ("merge.renormalize", "true"), ("merge.autoStash", "true"), ("merge.log", "true"),
    ("merge.verifySignatures", "true"), ("branch.main.mergeOptions", "--no-commit"),
    ("branch.main.mergeOptions", "--squash"), ("branch.main.mergeOptions", "-s ours"),
    ("branch.main.mergeOptions", "--no-ff --signoff"), ("branch.main.mergeOptions", "--verify-signatures"),
    ("pull.rebase", "true"), ("pull.ff", "only"), ("pull.twohead", "ours"), ("rebase.autoSquash", "true"),
    ("rebase.updateRefs", "true"), ("rebase.autoStash", "true"), ("rebase.rebaseMerges", "true"),
    ("rebase.forkPoint", "true"), ("rebase.backend", "apply"), ("rebase.missingCommitsCheck", "error"),
    ("rebase.abbreviateCommands", "true"), ("rebase.stat", "true"), ("core.autocrlf", "true"),
    ("core.autocrlf", "input"), ("core.eol", "crlf"), ("core.commentChar", "auto"), ("rerere.enabled", "true"),
    ("rerere.autoUpdate", "true"), ("commit.gpgSign", "true"), ("commit.cleanup", "scissors"),
    ("commit.verbose", "true"), ("diff.renames", "copies"), ("diff.algorithm", "histogram"),
    ("core.preloadIndex", "false"), ("core.splitIndex", "true"), ("core.untrackedCache", "true"),
    ("status.showUntrackedFiles", "no"), ("index.version", "4"), ("core.fileMode", "false"),
    ("advice.skippedCherryPicks", "false"),
)  # fmt: skip

#: What may lie in a checkout, and what of it only in the target's.
LYING = ("hidden", "hidden", "ignored", "leftover", "sparse")
LYING_AT_TARGET = (*LYING, "untracked", "edited", "staged", "intended", "folder", "detached")

_ATTRIBUTES = ("*.txt merge=union", "*.txt merge=binary", "*.txt merge=mine", "*.txt -merge", "lib/* text eol=crlf",
               "*.txt text", "*.txt binary")  # fmt: skip


@dataclass
class Meeting:
    """What is drawn for one merge: its history, options, settings, and what lies at `worktree` or `target`."""

    text: str
    options: dict[str, Any] = field(default_factory=dict)
    settings: list[tuple[str, str]] = field(default_factory=list)
    lying: list[tuple[str, str]] = field(default_factory=list)


def meeting(seed: int) -> Meeting:
    """The merge that belongs to a number."""
    chance = Random(seed)
    found = Meeting(_Busy(chance).text())
    options = found.options
    if chance.random() < 0.4:
        options["squash"] = False
    if chance.random() < 0.3 and "squash" not in options:
        options["include"] = False
    if chance.random() < 0.2:
        options["onto"] = "other" if "| other:" in found.text else "release"
    if chance.random() < 0.2:
        options["no_ff"] = True
    if chance.random() < 0.2:
        options["test"] = False
    if chance.random() < 0.5:
        found.settings = chance.sample(SETTINGS, chance.randint(1, 4))
    if chance.random() < 0.5:
        for _ in range(chance.randint(1, 2)):
            at = chance.choice(("worktree", "target"))
            found.lying.append((at, chance.choice(LYING if at == "worktree" else LYING_AT_TARGET)))
    return found


class _Busy(History):
    """A history in which session and base also merge each other and third branches, pick and take back commits."""

    def text(self) -> str:
        chance = self._random
        super().text()
        for _ in range(chance.randint(1, 6)):
            chance.choice((
                self._merge_evil, self._merge_back, self._merge_third, self._merge_unrelated, self._octopus, self._pick,
                self._pick, self._revert, self._empty, self._twins, self._folder_moves, self._attributes, self._link,
                self._clash, self._case, self._grow_both, self._one_commit, self._merge, self._settle,
            ))()  # fmt: skip
        if "other" not in self._graph.branches and chance.random() < 0.7:
            start = chance.choice(self._of_base())
            self._draw(f"release: {start} > {self._word('x', start, 'main')}")
        elif "other" not in self._graph.branches:
            self._draw(f"release: {self._graph.branches['main']} >")
        return " | ".join(self._lines)

    def _tip(self, branch: str) -> str:
        return self._graph.branches[branch]

    def _of_base(self) -> list[str]:
        return sorted(self._graph.history(self._tip("main")))

    def _number(self) -> int:
        self._count += 1
        return self._count

    def _add(self, branch: str, letter: str, rest: str) -> None:
        """A commit on a branch: `rest` are its merges and changes."""
        amp = "*" if branch == "session" and self._random.random() < 0.6 else ""
        self._draw(f"{branch}: {self._tip(branch)} > {letter}{self._number()}{amp}{rest}")

    def _either(self) -> str:
        return self._random.choice(("session", "main"))

    def _merge_evil(self) -> None:
        """The session merges its base and changes something on the way."""
        base = self._tip("main")
        if base not in self._graph.history(self._tip("session")):
            self._add("session", "m", f"+{base}{{{self._on_the_way(self._tip('session'))}}}")

    def _on_the_way(self, parent: str) -> str:
        """What a merge changes that neither side did: in a file of its own, or in any."""
        path = self._random.choice([f"session/evil{self._number()}.txt", *sorted(self._graph.commits[parent].files)])
        return f"{path}=evil {self._number()}\\n"

    def _settle(self) -> None:
        """Both sides change the same line, and the session merges what the base made of it."""
        path = next((p for p in sorted(self._graph.commits[self._tip("session")].files) if p.startswith("lib/")), None)
        if path is None or path not in self._graph.commits[self._tip("main")].files:
            return
        self._add("main", "u", f"{{{path}=theirs {self._number()}\\n}}")
        self._add("session", "s", f"{{{path}=ours {self._number()}\\n}}")
        self._add("session", "m", f"+{self._tip('main')}{{{path}=both {self._number()}\\n}}")
        if self._random.random() < 0.6:
            self._grow("main", "u")

    def _merge_back(self) -> None:
        """The base merges what the session has so far."""
        tip = self._tip("session")
        if tip not in self._graph.history(self._tip("main")):
            self._add("main", "w", f"+{tip}")
            if self._random.random() < 0.7:
                self._grow("session", "s")

    def _merge_third(self) -> None:
        """The session merges a branch of somebody else."""
        if "other" not in self._graph.branches:
            start = self._random.choice(self._of_base())
            self._draw(f"other: {start} > {self._word('o', start, 'main')}")
        self._grow("other", "o")
        self._add(self._either(), "m", f"+{self._tip('other')}")

    def _merge_unrelated(self) -> None:
        number = self._number()
        self._draw(f"stray: j{number}{{stray{number}.txt=j\\n}} k{number}{{stray{number}.txt=k\\n}}")
        self._add("session", "m", f"+k{number}")

    def _octopus(self) -> None:
        names = [f"v{self._number()}" for _ in range(2)]
        for name in names:
            self._draw(f"side-{name}: {self._tip('session')} > {name}{{{self._new(f'session/{name}.txt')}}}")
        self._add("session", "m", f"+{names[0]}+{names[1]}")

    def _pick(self) -> None:
        """One side makes again what a commit of the other has done."""
        to = self._either()
        names = self._graph.history(self._tip("session" if to == "main" else "main"))
        alone = sorted(names - self._graph.history(self._tip(to)))
        if alone:
            self._carry(to, "p", self._random.choice(alone), back=False)

    def _revert(self) -> None:
        branch = self._either()
        own = [n for n in sorted(self._graph.history(self._tip(branch))) if len(self._graph.commits[n].parents) == 1]
        if own:
            self._carry(branch, "t", self._random.choice(own), back=True)

    def _carry(self, branch: str, letter: str, name: str, *, back: bool) -> None:
        """Makes a commit's changes on a branch, or takes them back, as far as the files are what they were then."""
        graph, commit = self._graph, self._graph.commits[name]
        if not commit.parents:
            return
        before, after = graph.commits[commit.parents[0]].files, commit.files
        if back:
            before, after = after, before
        now, changes = graph.commits[self._tip(branch)].files, []
        for path in sorted(graph.changed(name)):
            if now.get(path) != before.get(path):
                continue
            if path not in after:
                changes.append(f"-{path}")
            elif after[path][0] == LINK:
                changes.append(f"{path}@{after[path][1]}")
            else:
                changes.append(path + "=" + after[path][1].replace("\n", "\\n"))
                if bool(now.get(path, (False, ""))[0]) != bool(after[path][0]):
                    changes.append(f"{path}!")
        self._add(branch, letter, f"{{{','.join(changes)}}}")

    def _empty(self) -> None:
        self._add(self._either(), "e", "{}")

    def _twins(self) -> None:
        """Both sides make the same change."""
        self._number()
        change = self._new(f"{self._either()}/twin{self._count}.txt")
        for branch in ("main", "session"):
            self._add(branch, "d", f"{{{change}}}")

    def _folder_moves(self) -> None:
        branch = self._either()
        files = [path for path in self._graph.commits[self._tip(branch)].files if path.startswith("lib/")]
        if len(files) > 1:
            place = f"moved{self._number()}"
            self._add(branch, "f", f"{{{','.join(f'{p}>{place}/{p[4:]}' for p in sorted(files))}}}")
            other = "main" if branch == "session" else "session"
            self._add(other, "f", f"{{{self._new(f'lib/late{self._number()}.txt')}}}")

    def _attributes(self) -> None:
        self._add(self._either(), "a", f"{{.gitattributes={self._random.choice(_ATTRIBUTES)}\\n}}")

    def _link(self) -> None:
        branch = self._either()
        path = self._random.choice(sorted(self._graph.commits[self._tip(branch)].files) or ["none"])
        name = self._random.choice((f"{branch}/link{self._number()}", path))
        self._add(branch, "l", f"{{{name}@{path}}}")

    def _clash(self) -> None:
        """A folder on one side, a file of that name on the other."""
        name = f"clash{self._number()}"
        first = self._either()
        self._add(first, "c", f"{{{self._new(name)}}}")
        self._add("main" if first == "session" else "session", "c", f"{{{self._new(f'{name}/x')}}}")

    def _case(self) -> None:
        branch = self._either()
        path = self._random.choice(sorted(self._graph.commits[self._tip(branch)].files) or [""])
        if path and path.upper() != path:
            self._add(branch, "b", f"{{{path}>{path.upper()}}}")

    def _grow_both(self) -> None:
        self._grow("main", "u")
        self._grow("session", "s")

    def _one_commit(self) -> None:
        """The session is one commit only, or none, or one that is a merge."""
        base, number = self._random.choice(self._of_base()), self._number()
        kind = self._random.random()
        if kind < 0.3:
            self._draw(f"session: {base} >")
        elif kind < 0.7:
            self._draw(f"session: {base} > s{number}*{{{self._change(base, 'session')}}}")
        else:
            self._draw(f"session: {base} > m{number}+{self._tip('main')}{{{self._on_the_way(base)}}}")

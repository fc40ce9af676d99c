"""Histories drawn by chance, in the notation of `commit_graph`: what happens to a session and its base."""

from __future__ import annotations

from random import Random

from tests.support.commit_graph import Files, Graph, sketch

_LINES = 12
_SHARED = tuple(f"lib/{letter}.txt" for letter in "abcdef")


def history(seed: int) -> str:
    """A history in which the base moves, is rewritten or both, and the session has amp and manual commits, merges of
    the base, renames, deletions and changes of modes; now and then both change the same lines."""
    return History(Random(seed)).text()


class History:
    """Draws a history, line by line."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._graph = Graph()
        self._lines: list[str] = []
        self._count = 0

    def text(self) -> str:
        chance = self._random
        files = ",".join(f"{path}={self._content(path)}" for path in _SHARED)
        late = " late{late.txt=l\\n}" if chance.random() < 0.3 else ""
        self._draw(f"main: root{{{files}}} base{{{self._change('root', 'main')}}}{late}")
        start = self._graph.branches["main"]
        self._draw(f"session: {start} > {self._word('s', start)}")
        rewritten = False
        for _ in range(chance.randint(1, 7)):
            what = chance.random()
            if what < 0.55:
                self._grow("session", "s")
            elif what < 0.8:
                self._grow("main", "u")
            elif what < 0.9 and not rewritten:
                rewritten = True
                self._draw(f"main: root > {self._word('r', 'root', 'main')}")
            else:
                self._merge()
        return " | ".join(self._lines)

    def _grow(self, branch: str, letter: str) -> None:
        tip = self._graph.branches[branch]
        self._draw(f"{branch}: {tip} > {self._word(letter, tip, branch)}")

    def _merge(self) -> None:
        tip, base = self._graph.branches["session"], self._graph.branches["main"]
        if base in self._graph.history(tip):
            return
        self._count += 1
        self._draw(f"session: {tip} > m{self._count}+{base}")

    def _draw(self, line: str) -> None:
        sketch(self._graph, line)
        self._lines.append(line)

    def _word(self, letter: str, parent: str, branch: str = "session") -> str:
        self._count += 1
        amp = "*" if branch == "session" and self._random.random() < 0.65 else ""
        changes = [self._change(parent, branch)]
        if self._random.random() < 0.3:
            changes.append(self._new(f"{branch}/{letter}{self._count}.txt"))
        return f"{letter}{self._count}{amp}{{{','.join(changes)}}}"

    def _change(self, parent: str, branch: str) -> str:
        """One change to what `parent` has. The two branches mostly keep to files, and lines, of their own."""
        chance = self._random
        files = self._graph.commits[parent].files if parent in self._graph.commits else {}
        own = _SHARED[:3] if branch == "main" else _SHARED[3:]
        wanted = [path for path in files if (path in own or path.startswith(branch)) or chance.random() < 0.15]
        self._count += 1
        if not wanted:
            return self._new(f"{branch}/n{self._count}.txt")
        path = chance.choice(sorted(wanted))
        kind = chance.random()
        if kind < 0.55:
            return f"{path}={self._edited(files, path, branch)}"
        if kind < 0.7:
            return f"{path}>{branch}/moved{self._count}.txt"
        if kind < 0.8:
            return f"-{path}"
        if kind < 0.9:
            return f"{path}!"
        return self._new(f"{branch}/n{self._count}.txt")

    def _new(self, path: str) -> str:
        """A file like no other, so that git takes it for no other's new name."""
        return f"{path}={self._random.randint(0, 9)} {path}\\n{self._count} {self._count * 7919}\\n"

    def _edited(self, files: Files, path: str, branch: str) -> str:
        lines = files[path][1].splitlines()
        half = len(lines) // 2
        low, high = (0, max(half - 1, 0)) if branch == "main" else (min(half + 2, len(lines) - 1), len(lines) - 1)
        at = self._random.randint(low, max(low, high))
        lines[at] = f"{branch} {self._count}"
        return "\\n".join(lines) + "\\n"

    def _content(self, path: str) -> str:
        return "\\n".join(f"{path} line {number}" for number in range(_LINES)) + "\\n"

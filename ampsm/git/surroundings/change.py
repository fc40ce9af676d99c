"""One thing that has changed in a repository outside a session's branch."""

from __future__ import annotations

from ampsm.system.record_file import Record

CONFIG, USERS, HOOK, FILE, STASHED, UNSTASHED, REF, WORKTREE, CHECKOUT = (
    "config", "user-config", "hook", "file", "stash", "stash-dropped", "ref", "worktree", "checkout",
)  # fmt: skip

#: Where the refs are by which git shows other objects in the place of some.
REPLACED = "refs/replace/"

#: Before the path of a file of the main checkout that git was told not to look at.
MARKED = "marked:"

#: The code of the warning that a change of each kind makes.
CODES = {
    CONFIG: "config-changed", USERS: "config-changed", HOOK: "hooks-changed", FILE: "config-changed",
    STASHED: "stash-changed", UNSTASHED: "stash-changed", REF: "refs-changed", WORKTREE: "worktrees-changed",
    CHECKOUT: "main-checkout-changed",
}  # fmt: skip


class Change(Record, frozen=True):
    """`subject` is a setting, a path, a commit of the stash, a full ref name, or a worktree; `before` and `after` say
    what was there, None for nothing. `back` is the command that brings it back. `lasting` ones are remembered until
    they are as before, or accepted; `harmless` ones are only said."""

    id: str
    kind: str
    subject: str
    before: str | None
    after: str | None
    message: str
    back: str | None = None
    lasting: bool = True
    place: str | None = None

    @property
    def sentence(self) -> str:
        """What changed, and the way back."""
        return f"{self.message}. To take it back: {self.back}" if self.back else self.message

"""Where a session's own commits begin (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.objects import is_ancestor, merge_base


def branch_point(root: Path | str, tip: str, target: str | None, base_sha: str, merged_point: str | None = None) -> str:
    """The commit after which a session's own commits begin.

    The merge base of `tip` and `target`; the recorded `base_sha` instead when the tip contains it and that merge base
    does not, since then the base was rewritten. `merged_point` is the one recorded at the merge of a done session and
    goes before all. Without a `target`, `base_sha` as far as the tip still contains it. Raises GitError.
    """
    if merged_point is not None:
        return merged_point
    common = merge_base(root, tip, target) if target else None
    if common is not None and common in (base_sha, tip):
        return common
    if is_ancestor(root, base_sha, tip) and (common is None or not is_ancestor(root, base_sha, common)):
        return base_sha
    if common is not None:
        return common
    return merge_base(root, tip, base_sha) or base_sha

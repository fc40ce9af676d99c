"""Numbers that options such as `--limit` take."""

from __future__ import annotations

from ampsm.model.errors import UserError


def require_positive(option: str, number: int | None) -> None:
    if number is not None and number < 1:
        raise UserError(
            "invalid-value", f"{option} {number}: expected a whole number from 1", hint=f"{option} 1",
            details={"option": option, "value": number},
        )  # fmt: skip

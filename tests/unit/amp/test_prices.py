from __future__ import annotations

import json
import re

import pytest

from ampsm.amp.prices import Price, cost, load_prices, price_of
from ampsm.model.telemetry import Usage
from ampsm.system.paths import resources_dir

TABLE = {
    "claude-opus-4-5": Price(5, 25, 0.5, 6.25),
    "gpt-5": Price(1.25, 10),
    "free": Price(0, 0),
}


@pytest.mark.parametrize(
    ("model", "known"),
    [
        ("claude-opus-4-5", "claude-opus-4-5"),
        ("Claude-Opus-4-5", "claude-opus-4-5"),
        ("claude-opus-4-5-20251101", "claude-opus-4-5"),
        ("claude-opus-4-5@20251101", "claude-opus-4-5"),
        ("claude-opus-4-5-latest", "claude-opus-4-5"),
        ("anthropic/claude-opus-4-5", "claude-opus-4-5"),
        ("openai:gpt-5-2025-08-07", "gpt-5"),
        ("gpt-5-mini", None),
        ("gpt-5.1", None),
        ("gpt-5-1", None),
        ("claude-opus-4", None),
        ("smart", None),
        ("", None),
        (None, None),
    ],
)
def test_which_price_a_model_has(model: str | None, known: str | None) -> None:
    assert price_of(model, TABLE) == (TABLE[known] if known else None)


def usage(prompt: int | None, completion: int | None, read: int | None = None, write: int | None = None) -> Usage:
    return Usage(prompt, completion, (prompt or 0) + (completion or 0), read, write)


def test_each_kind_of_token_has_its_price() -> None:
    million = 1_000_000
    assert cost("claude-opus-4-5", usage(3 * million, million, million, million), TABLE) == 5 + 0.5 + 6.25 + 25
    assert cost("claude-opus-4-5", usage(10, 0), TABLE) == 0.00005
    assert cost("gpt-5", usage(2 * million, 0, million, 0), TABLE) == 2.5, "no cache price: as fresh input"
    assert cost("free", usage(10, 10), TABLE) == 0


def test_unknown_is_never_a_guess() -> None:
    assert cost("smart", usage(10, 10), TABLE) is None
    assert cost(None, usage(10, 10), TABLE) is None
    assert cost("gpt-5", usage(None, 10), TABLE) is None
    assert cost("gpt-5", Usage(total_tokens=10), TABLE) is None


def test_the_users_prices_win() -> None:
    mine = load_prices({"GPT-5": {"input": 1.0, "output": 2.0, "cacheRead": 0.1}, "mine": {"input": 0, "output": 0}})
    assert mine["gpt-5"] == Price(1, 2, 0.1) and mine["mine"] == Price(0, 0)
    assert mine["claude-opus-4-5"] == TABLE["claude-opus-4-5"]


def test_the_shipped_table_is_sound() -> None:
    document = json.loads((resources_dir() / "prices.json").read_text())
    assert document["unit"] == "USD per million tokens" and re.fullmatch(r"20\d\d-\d\d", document["asOf"])
    for name, price in load_prices({}).items():
        assert name == name.lower() and 0 < price.input < price.output < 200
        assert price.cache_read is None or price.cache_read < price.input
        assert price.cache_write is None or price.input < price.cache_write < 2 * price.input

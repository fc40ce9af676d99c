"""What tokens cost: the shipped price table and the user's own prices (SPEC sections 7 and 8)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ampsm.model.record import record
from ampsm.model.telemetry import Usage
from ampsm.system.paths import resources_dir

_MILLION = 1_000_000
_DATED = re.compile(r"(?P<name>.+?)[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|latest)")
_PROVIDER = re.compile(r"(?:anthropic|openai|google|vertex|vertexai|bedrock)[/:]")


@record
class Price:
    """US dollars per million tokens. Without a price of their own, cached tokens count as fresh input."""

    input: float
    output: float
    cache_read: float | None = None
    cache_write: float | None = None


PriceTable = Mapping[str, Price]


def load_prices(overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, Price]:
    """The price of each model by its lower-case name; `overrides` are the settings `prices.<model>`."""
    shipped = json.loads((resources_dir() / "prices.json").read_bytes())["models"]
    return {name.lower(): _price(price) for name, price in [*shipped.items(), *overrides.items()]}


def price_of(model: str | None, table: PriceTable) -> Price | None:
    """The price of a model: by its exact name, else without provider, else without a date at the end. A name that
    only resembles a known one has no price."""
    if not model:
        return None
    name = model.strip().lower()
    bare = _PROVIDER.sub("", name, count=1)
    for candidate in (name, bare):
        if candidate in table:
            return table[candidate]
    match = _DATED.fullmatch(bare)
    return table.get(match["name"]) if match else None


def cost(model: str | None, usage: Usage, table: PriceTable) -> float | None:
    """US dollars; None for a model without a price, or usage that does not tell prompt from completion: never a
    guess."""
    price = price_of(model, table)
    if price is None or usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    read, write = usage.cache_read_tokens or 0, usage.cache_write_tokens or 0
    fresh = max(usage.prompt_tokens - read - write, 0)
    dollars = (
        fresh * price.input
        + read * (price.input if price.cache_read is None else price.cache_read)
        + write * (price.input if price.cache_write is None else price.cache_write)
        + usage.completion_tokens * price.output
    ) / _MILLION
    return round(dollars, 8)


def _price(value: Mapping[str, Any]) -> Price:
    return Price(value["input"], value["output"], value.get("cacheRead"), value.get("cacheWrite"))

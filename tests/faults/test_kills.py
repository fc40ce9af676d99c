"""Kill -9 of worker, agent and follower, alone and together, at random moments of every phase.

One round in `make test`; all of them, forty batches of twenty-five, in `make test-faults`.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.kills import Killing
from tests.support.world import World

SEED = 20261124
BATCHES, ROUNDS = (40, 25) if os.environ.get("AMPSM_TEST_ALL_FAULTS") else (1, 1)


@pytest.mark.faults
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_kills(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], batch: int
) -> None:
    print(f"seed {SEED + batch}")
    world.ok("config", "set", "ampRetries", "0")
    session = world.new(world.make_repo(), "Killed", "--script", "sleep 0.1; echo tested")
    killing = Killing(world, session, tmp_path / "edited", spawn_cli, random.Random(SEED + batch))
    for _ in range(ROUNDS):
        killing.round()
    print(f"{killing.rounds} rounds, killed: {killing.killed}")

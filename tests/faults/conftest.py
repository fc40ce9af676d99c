"""Faults are injected into the same world that workflows are tested in."""

from tests.workflows.conftest import world

__all__ = ["world"]

"""The design's table, fed by a keyed model."""

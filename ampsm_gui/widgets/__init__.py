"""One visual thing each, fed by a model."""

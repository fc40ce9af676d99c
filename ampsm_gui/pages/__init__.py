"""Pages: connect widgets, models and runtime."""

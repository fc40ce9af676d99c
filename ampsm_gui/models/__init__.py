"""Qt item models and plain view models; no widgets."""

"""The sessions: one list at three widths, its filter and chips, and what stands there without any."""

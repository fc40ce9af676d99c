"""Where a person writes for the next iteration, and the follow-ups that wait."""

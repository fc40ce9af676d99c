"""What the window says beside its contents, or where there are none yet."""

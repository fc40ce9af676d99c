"""What a session spent: figures and tables."""

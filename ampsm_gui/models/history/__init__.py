"""What happened to a session, step by step."""

"""The page for conflicts: what it shows, and that choosing is a draft until a file is resolved."""

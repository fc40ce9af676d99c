"""The tab that shows an agent at work."""

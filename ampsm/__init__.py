"""The core of Amp Session Conductor: sessions, iterations, journals, git and Amp. No Qt, no click, never prints."""

__version__ = "0.1.0"

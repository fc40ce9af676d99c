"""Dialogs: for what needs input or destroys."""

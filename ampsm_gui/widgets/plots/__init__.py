"""Plots by iteration, their scale, and the figures of the iteration that is chosen."""

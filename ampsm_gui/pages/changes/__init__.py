"""The tab of what a session changed: `tab` reads a source and one file of it, `layout` places tree and diff for wide
and narrow pages.
"""

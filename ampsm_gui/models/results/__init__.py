"""What a tool said, as lines that can be painted.

The core decodes a result into one of a few kinds (`ampsm.journal.results`); here each kind becomes `ShownLine`s
(`lines`): pieces of text with colour tokens, a number, a sign, and what a click on a piece does. `coloured` makes those
of output, of files and of matches, `changes` those of a diff, by the same model as the Changes tab, and `tree` those of
JSON, of which only what is unfolded has lines. `breaks` tells where a line is broken, `pixels` reads images.
`ShownResult` (`shown`) is all of one call, made on the pool and bounded: however much a tool said, so many lines of it
are kept for painting, the rest is counted.
"""

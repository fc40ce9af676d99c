"""What is seen, one visual thing each, fed by a model; no page, no command, no read.

A widget takes a Theme, from which come all colours, fonts, lengths and icons, and follows its changes live. What a
person wants is said by a signal. Rooms are named after what is seen; what several of them need stands beside them: a
button with an icon, a rule, a label that is cut off, a folder dropped, a clock that ticks while it is seen.
"""

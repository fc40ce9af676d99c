"""The journal of an iteration: one JSON line an event, written before anybody sees it. The store is only its index.

`events` are the types, `codec` turns them into lines and back, `writer` redacts, numbers and appends them. `follower`
reads them, also while they are being written; `view` folds them into the state of the iteration, the same for a live
view, for recovery and for the store. `text` makes lines for people of them, and the room `results` reads what tools
said; `lines` cuts bytes into lines. For journals of any length `index` finds where events are without decoding them,
`last_words` what was said last, and `tool_result` the end of one call.
"""

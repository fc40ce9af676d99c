"""What the agent writes, as events. Whatever format was asked for, each line is read by what it is.

`reader` tries `stream_json`, then the older `jsonl` logs, then `text` logs; what is none of them is kept as output.
Logs tell less than stream-json: `calls` pairs the beginnings and ends of tool calls, `spending` tells sums from single
reports, and `figures` reads numbers, durations and times. Events hold the
beginnings of long results; `whole` reads the rest from the agent's line.
"""

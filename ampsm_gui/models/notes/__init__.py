"""What a person writes for the next iteration: `keeper` remembers drafts and what was sent, by session; `history`
steps back and forth through earlier notes.
"""

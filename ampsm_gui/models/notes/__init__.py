"""What a person writes for the next iteration: `keeper` remembers drafts and what was sent, by session; `history`
goes back through earlier notes and forth again.
"""

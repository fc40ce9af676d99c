"""Messages: a `strip` at the lower edge of what it is about, a `toast` for what ended out of sight, an `empty_state`
where there is nothing yet; `or_empty` shows either contents or that state.
"""

"""What a new session is asked for with: `form` knows what is missing or wrong and the command that creates it;
`look` is what the core says of repository and base meanwhile.
"""

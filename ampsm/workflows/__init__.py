"""What a user can do, in rooms. A room imports only those before it in this list; the two faces import rooms alone.

`session` is a session itself, `status` what is true of it and what comes next, `iteration` one pass of the agent,
`finishing` what brings its work home, `review` looks at what was done, `upkeep` is everything around sessions. The
`__init__` of a room names what the faces may call; `exports` loads the modules behind it when they are used.
"""

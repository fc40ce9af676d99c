"""The tab that shows an agent at work: `feed` brings what is in the journals to the model and follows the newest,
`search` goes through all of them, `tab` joins both with view and corner.
"""

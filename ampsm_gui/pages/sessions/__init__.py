"""The pane of all sessions: reads them (`reader`), keeps the chosen one by its id (`choice`), and says below the
table what it waits for (`strip`). `welcome` stands there while there is none.
"""

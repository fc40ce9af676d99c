"""The pane of all sessions: reads them (`reader`), keeps the chosen one by its id (`choice`), keeps what is seen
up to date (`in_sight`), and says below the table what the chosen one waits for (`strip`). `stack` shows what stands in
place of the table, such as `welcome` while there is no session.
"""

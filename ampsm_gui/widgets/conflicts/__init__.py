"""The conflicts of a file on the screen.

`files_list` are the files, `merged_files` those that git has put together. `kind_view` is a file without hunks, with
what each side has of it in `side_facts`. `hunk_cards` are the hunks of a file as rows, of which the current one is open
as a `hunk_card`: both sides, each a `side_pane` with its `code_columns`, the ancestor, `choice_row`, and the result in
its `result_edit`, with the rows of the code around it (`result_rows`) and its colours (`result_colours`). `three_panes`
is the whole file in columns, `verify_view` two diffs beside each other, `proposal_view` one to what the agent proposes.
`page_head` stands above all of them.
"""

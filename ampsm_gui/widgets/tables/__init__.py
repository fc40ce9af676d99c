"""The design's table: `DataTable` shows a `KeyedTable` (see `models.tables`), its `delegate` paints a `Cell`, its
`columns` are moved, sized, hidden and remembered; its `header` marks the column that sorts.
"""

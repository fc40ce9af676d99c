"""All sessions as a table: filtered, in a calm order, changed row by row."""

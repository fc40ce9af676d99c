"""The console: its view, what paints a row, and the controls in the corner of its tab."""

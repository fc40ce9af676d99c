"""What every table shares: cells, columns, rows with keys."""

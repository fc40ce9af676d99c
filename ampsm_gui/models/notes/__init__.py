"""What a person writes for the next iteration."""

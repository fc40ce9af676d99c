"""What can be done with the chosen session, as actions."""

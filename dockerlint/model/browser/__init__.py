"""What runs in the user's browser, and what it is told to reach."""

"""Where is the text? Files, places in them, and which files count. Knows nothing of Docker."""

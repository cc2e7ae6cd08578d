"""Variables: what a container is given, what its program loads itself, and what it reads."""

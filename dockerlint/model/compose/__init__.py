"""Compose files: read, merged, checked, and the services that come of them. Knows nothing of images."""

"""Containers: what their commands run, and what lies where once mounts are in place."""

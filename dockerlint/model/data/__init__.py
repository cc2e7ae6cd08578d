"""Databases: where they keep their data, and whom they let in."""

"""Secrets: which texts are credentials, and which files hold them."""

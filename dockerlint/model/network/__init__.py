"""Who reaches whom: addresses, names, networks, and what listens. Knows no rule."""

"""The rules as data: cards, what they say, and findings. Does not know what a service or a stage is."""

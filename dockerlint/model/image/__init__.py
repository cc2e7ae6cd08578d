"""Images: what a Dockerfile builds from its context, stage by stage. Knows nothing of running containers."""

"""Makes realistic person data of known truth, in the shapes real sources have."""

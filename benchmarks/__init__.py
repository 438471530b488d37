"""Each benchmark is a command; its figures stand in docs/benchmarks.md."""

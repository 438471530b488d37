"""Scenario files for the load tool: who asks and writes what, and how often."""

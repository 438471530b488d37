"""Gives clusters stable ids, golden records and lives."""

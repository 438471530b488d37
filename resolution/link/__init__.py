"""Scores pairs of records with a Splink match model, and says why."""

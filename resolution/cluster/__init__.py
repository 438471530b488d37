"""Turns scored pairs into people, under thresholds and decisions."""

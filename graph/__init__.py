"""Identities in, connections out."""

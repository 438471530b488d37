"""Mapping files and the readers that turn source files into source records."""

"""Engines that tables are worked in."""

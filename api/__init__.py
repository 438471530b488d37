"""Every way in, and the wiring."""

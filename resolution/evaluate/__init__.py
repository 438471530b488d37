"""How right an outcome is, against records of known people."""

"""Source records in, the same records standardised out."""

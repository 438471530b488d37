"""What things are: declarations, no input or output."""

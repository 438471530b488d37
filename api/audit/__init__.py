"""The audit: who saw or changed what, kept for ever."""

"""Records in, identities out."""

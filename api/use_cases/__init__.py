"""One file, one verb, no framework: what the service does for a principal, audited."""

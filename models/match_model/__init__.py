"""What data scientists tune: comparisons, blocking rules, thresholds, trained versions."""

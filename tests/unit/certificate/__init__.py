"""What is reported about."""

"""What the tester reads, made from runs that are written by hand."""

"""What the tester reads: `summary` gathers a run from its trace and verdicts, and the others write it down."""

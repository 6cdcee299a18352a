"""What happened: append-only facts (`facts`), and their canonical form as JSON lines with a digest (`jsonl`)."""

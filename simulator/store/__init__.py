"""What survives a crash: the outbox with its promises (`outbox`), in memory (`memory`) and in a database (`sql`)."""

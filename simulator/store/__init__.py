"""What survives a crash: the outbox with its promises (`outbox`), in memory (`memory`) and in a database (`sql`).

The database has its tables (`tables`), its values as rows and back (`rows`), and its commits (`writing`).
"""

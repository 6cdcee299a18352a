"""One suite over all stores (`test_outbox`), and what only a database can get wrong (`test_sql`)."""

"""Broken answers at the sender, and broken requests at the journal server, by the thousand.

`python -m tests.fuzz` throws as many as it is told to; `make test` throws a few, and `.ci/run` a fixed share.
"""

"""A sender that is killed in mid-run and started again: `receiver` and `launcher` are programs of the tests."""

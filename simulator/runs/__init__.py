"""Runs that can be found again: a folder per run with every exchange as it was on the wire.

Read `record` for what is kept, `folder` for how it lies on disk, `curl` for the line that sends a request again, and
`compare` for what differs between two runs.
"""

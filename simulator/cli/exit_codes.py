"""What a command ends with; of several, the highest of OUR_FAULT, UNREADABLE and FAILED counts."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNREADABLE = 3
    OUR_FAULT = 4
    # What a shell says of a command that the user broke off (128 + SIGINT).
    INTERRUPTED = 130

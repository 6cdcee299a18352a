"""`webcertsim`: runs the command, and turns every error into a clear sentence and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from simulator.cli.command_line import language_of, read_command_line
from simulator.cli.exit_codes import ExitCode
from simulator.cli.terminal import Terminal
from simulator.errors import IdentityError, InputError, SimulatorError, UsageError, leaves
from simulator.sentence import say

# Python looks for cycles among the youngest objects whenever there are 700 new ones, which a few messages under way
# have; nearly all of them go without being looked for. Looking as seldom as this takes a tenth off what is sent.
GARBAGE_THRESHOLD = 50_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, and return its exit code."""
    gc.set_threshold(GARBAGE_THRESHOLD)
    words = list(sys.argv[1:] if arguments is None else arguments)
    is_closed = sys.stdout is None
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        _write_utf8(stream)
    terminal = Terminal(language_of(words))
    try:
        if is_closed:
            raise UsageError(say("standard output is closed; let it go to a file, or to /dev/null"))
        parsed = read_command_line(words, terminal.language)
        return int(parsed.command.run(parsed, terminal))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:
        return explain(error, terminal)


def explain(error: Exception, terminal: Terminal) -> ExitCode:
    """Say what went wrong, one line each, and give the exit code that goes with it."""
    code = ExitCode.OK
    for one in leaves(error):
        match one:
            case InputError():
                terminal.error(one.sentence, one.where)
                code = max(code, ExitCode.UNREADABLE)
            case UsageError() | IdentityError():
                terminal.error(one.sentence)
                code = max(code, ExitCode.USAGE)
            case SimulatorError():
                terminal.error(one.sentence)
                code = ExitCode.OUR_FAULT
            case _:
                terminal.our_fault(one)
                code = ExitCode.OUR_FAULT
    return code


def _open_what_is_closed() -> None:
    """Let a standard stream that is closed (`2>&-`) be nothing; a file that is opened later must not take its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _write_utf8(stream: TextIO) -> None:
    """Write UTF-8 whatever the terminal's code page says; on Windows it often says something else."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")

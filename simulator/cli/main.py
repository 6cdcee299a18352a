"""`webcertsim`: finds the command, and turns every error into a clear sentence and an exit code."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import NoReturn, TextIO

from simulator import __version__
from simulator.cli.exit_codes import ExitCode
from simulator.cli.terminal import Terminal
from simulator.errors import IdentityError, InputError, SimulatorError, UsageError
from simulator.locale import Language, text_of
from simulator.sentence import say

# In the order in which one meets them: each is a module beside this one.
COMMANDS = ("demo", "reach", "run", "show", "compare", "schedule", "catalogue", "emit", "journal", "validate", "schema")


# Python looks for cycles among the youngest objects whenever there are 700 new ones, which a few messages under way
# have; nearly all of them go without being looked for. Looking as seldom as this takes a tenth off what is sent.
GARBAGE_THRESHOLD = 50_000


def command_modules(names: Sequence[str] = COMMANDS) -> list[ModuleType]:
    """The modules of commands; what only another command needs is not loaded, which is most of a short one's time."""
    return [importlib.import_module(f"simulator.cli.{name}") for name in names]


class _Parser(argparse.ArgumentParser):
    """A parser that ends with the exit code of the command line, in the user's language."""

    language = Language.SWEDISH

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        text = text_of(say("the command line cannot be used: {why}", why=message), self.language)
        self.exit(ExitCode.USAGE, f"{self.prog}: {text}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, and return its exit code."""
    gc.set_threshold(GARBAGE_THRESHOLD)
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        _write_utf8(stream)
    parsed = _parser(_language_of(words), _wanted(words)).parse_args(words)
    terminal = Terminal(Language(parsed.lang))
    try:
        return int(parsed.command.run(parsed, terminal))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has read enough; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
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


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors of a group, and of the groups within it."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from leaves(one)
    else:
        yield error


def _wanted(words: Sequence[str]) -> Sequence[str]:
    """The one command that is meant, or all of them where help is, or a mistake."""
    return words[:1] if words and words[0] in COMMANDS else COMMANDS


def _parser(language: Language, names: Sequence[str]) -> _Parser:
    _Parser.language = language

    parser = _Parser(
        prog="webcertsim",
        description=text_of(
            say("A mock Webcert: it sends status updates to journal systems, through all 25 days of redelivery."),
            language,
        ),
    )
    parser.add_argument("--version", action="version", version=f"webcertsim {__version__}")
    commands = parser.add_subparsers(required=True, metavar=text_of(say("COMMAND"), language), parser_class=_Parser)
    for command in command_modules(names):
        name = command.__name__.rsplit(".", 1)[-1]
        summary = text_of(command.SUMMARY, language)
        one = commands.add_parser(
            name, help=summary, description=summary, epilog=f"$ webcertsim {command.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        )  # fmt: skip
        one.set_defaults(command=command)
        one.add_argument(
            "--lang", choices=[str(known) for known in Language], default=str(Language.SWEDISH),
            help=text_of(say("the language of what is printed: sv (default) or en"), language),
        )  # fmt: skip
        command.add_arguments(one, lambda sentence: text_of(sentence, language))
    return parser


def _language_of(words: Sequence[str]) -> Language:
    """The language of the help texts must be known before the command line is read."""
    for place, word in enumerate(words):
        value = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and place + 1 < len(words):
            value = words[place + 1]
        if value in list(Language):
            return Language(value)
    return Language.SWEDISH


def _write_utf8(stream: TextIO) -> None:
    """Write UTF-8 whatever the terminal's code page says; on Windows it often says something else."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")

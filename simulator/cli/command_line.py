"""Reads the command line: which command is meant and by which flags, or what is wrong with it and what would be right.

argparse does the reading and `help`; what it says of mistakes is said in the user's language here. What the value of a
flag may be is the business of each command (`values.py`).
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import NoReturn

from simulator import __version__
from simulator.cli.exit_codes import ExitCode
from simulator.cli.values import one_of
from simulator.locale import Language, Text, text_of
from simulator.nearest import nearest
from simulator.sentence import Sentence, say

# In the order in which one meets them: each is a module beside this one.
COMMANDS = ("demo", "reach", "run", "show", "compare", "schedule", "catalogue", "emit", "journal", "validate", "schema")
_HELP = ("-h", "--help")
_VERSION = "--version"


def command_modules(names: Iterable[str] = COMMANDS) -> list[ModuleType]:
    """The modules of commands; what only another command needs is not loaded, which is most of a short one's time."""
    return [importlib.import_module(f"simulator.cli.{name}") for name in names]


def read_command_line(words: Sequence[str], language: Language) -> argparse.Namespace:
    """The flags of a command, with its module as `command`.

    Help, the version and a mistake end the program; a value that cannot be used raises UsageError.
    """
    parser = _parser(_loaded(words), lambda sentence: text_of(sentence, language))
    known = (*COMMANDS, *_HELP, _VERSION)
    if words and words[0] not in known:
        parser.refuse(say("unknown command '{word}'; {hint}", word=words[0], hint=nearest(words[0], known)))
    parsed, unread = parser.parse_known_args(words)
    own: _Parser = vars(parsed).pop("parser")
    if unread:
        own.refuse_word(unread[0])
    return parsed


def language_of(words: Sequence[str]) -> Language:
    """The language of help and of mistakes must be known before the command line is read."""
    for place, word in enumerate(words):
        value = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and place + 1 < len(words):
            value = words[place + 1]
        if value in list(Language):
            return Language(value)
    return Language.SWEDISH


class _Parser(argparse.ArgumentParser):
    """A parser that says of a mistake what would be right, in the user's language, and how the command is used."""

    text: Text = str

    def error(self, message: str) -> NoReturn:
        self.refuse(_in_our_words(message))

    def refuse(self, why: Sentence | str) -> NoReturn:
        """End with the exit code of the command line."""
        self.print_usage(sys.stderr)
        text = self.text(say("the command line cannot be used: {why}", why=why))
        self.exit(ExitCode.USAGE, f"{self.prog}: {text}\n")

    def refuse_word(self, word: str) -> NoReturn:
        """Say of a word that was not understood what it may have been meant for."""
        if not word.startswith("-"):
            self.refuse(say("'{word}' is one word too many", word=word))
        flag = word.partition("=")[0]
        # argparse keeps its flags to itself, and has no public way to ask for them.
        self.refuse(say("unknown flag '{flag}'; {hint}", flag=flag, hint=nearest(flag, self._option_string_actions)))


def _in_our_words(message: str) -> Sentence | str:
    """What argparse says of a mistake, as a sentence that is translated; it has no other way to tell than its English.

    What a later version of it may say in other words is passed on as it is.
    """
    if found := re.fullmatch("argument (.+): expected one argument", message):
        return say("{flag} needs a value", flag=found[1])
    if found := re.fullmatch("argument (.+): ignored explicit argument .+", message):
        return say("{flag} takes no value", flag=found[1])
    if found := re.fullmatch("the following arguments are required: (.+)", message):
        return say("{what} is missing", what=found[1])
    return message


def _loaded(words: Sequence[str]) -> Sequence[str]:
    """The one command that is meant; all of them for help, and none for the version or a mistake."""
    first = words[0] if words else ""
    if first in COMMANDS:
        return [first]
    return COMMANDS if first in _HELP else []


def _parser(names: Sequence[str], text: Text) -> _Parser:
    parser = _Parser(
        prog="webcertsim",
        description=text(
            say("A mock Webcert: it sends status updates to journal systems, through all 25 days of redelivery.")
        ),
    )
    parser.text = text
    parser.add_argument(_VERSION, action="version", version=f"webcertsim {__version__}")
    commands = parser.add_subparsers(required=True, metavar=text(say("COMMAND")), parser_class=_Parser)
    for name, command in zip(names, command_modules(names), strict=True):
        summary = text(command.SUMMARY)
        one = commands.add_parser(
            name, help=summary, description=summary, epilog=f"$ webcertsim {command.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        )  # fmt: skip
        one.text = text
        one.set_defaults(command=command, parser=one)
        one.add_argument(
            "--lang", type=one_of("--lang", Language), metavar="|".join(Language), default=str(Language.SWEDISH),
            help=text(say("the language of what is printed: sv (default) or en")),
        )  # fmt: skip
        command.add_arguments(one, text)
    return parser

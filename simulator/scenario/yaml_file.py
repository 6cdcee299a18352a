"""YAML files with a line for everything in them, so that every mistake can be pointed at.

YAML 1.2 by ruamel.yaml: a key that stands twice is an error, and `8:30` is a text and not a number of seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from simulator.characters import not_in_utf8
from simulator.errors import InputError
from simulator.sentence import Sentence, say

# More than any scenario has, and looked through at once; a few lines of aliases can stand for billions.
VALUES_MAX = 200_000
DEPTH_MAX = 50

# Larger than any scenario that a person writes; a file beyond it was given by mistake.
FILE_SIZE_MAX = 5 * 1024 * 1024

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """Where something was written; `line` counts from 1."""

    path: Path
    line: int


@dataclass(frozen=True)
class YamlFile:
    """A file as plain values, with the place of each: another file's where that was included."""

    path: Path
    content: Any
    places: Mapping[Location, Place]

    def place(self, location: Location) -> Place:
        """The place of the value at a location, or of the closest thing around it."""
        for length in range(len(location), 0, -1):
            found = self.places.get(location[:length])
            if found is not None:
                return found
        return Place(self.path, 1)

    def line(self, location: Location) -> int:
        """The line of the value at a location."""
        return self.place(location).line

    def error(self, location: Location, sentence: Sentence) -> InputError:
        """A mistake at a location."""
        place = self.place(location)
        return InputError(sentence, place.path, place.line)

    def texts(self) -> Iterator[tuple[Location, str]]:
        """Every text in the file that is the value of something, with its location."""
        return _texts(self.content, ())


def _texts(node: Any, location: Location) -> Iterator[tuple[Location, str]]:
    if isinstance(node, str):
        yield location, node
    for part, value in _inside(node):
        yield from _texts(value, (*location, part))


def _inside(node: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(node, Mapping):
        return node.items()
    return enumerate(node) if isinstance(node, list) else ()


def _places(path: Path, node: CommentedMap) -> dict[Location, Place]:
    """The place of everything in a file; raises InputError for what no such file holds."""
    places: dict[Location, Place] = {}

    def walk(node: Any, location: Location) -> None:
        for part, value in _inside(node):
            place = Place(path, _line(node, part))
            if len(places) == VALUES_MAX:
                raise InputError(
                    say("the file has more than {most} values, each alias (*) counted as what it stands for",
                        most=VALUES_MAX), path, place.line,
                )  # fmt: skip
            if len(location) == DEPTH_MAX:
                # Not even written so: an alias can stand for a list that has another alias in it.
                raise InputError(_too_deep(), path, place.line)
            if isinstance(part, str) and (what := not_in_utf8(part)):
                raise InputError(what, path, place.line)
            if isinstance(value, str) and (what := not_in_utf8(value)):
                raise InputError(say("{word}: {what}", word=str(part), what=what), path, place.line)
            places[*location, part] = place
            walk(value, (*location, part))

    walk(node, ())
    return places


def _line(node: CommentedMap | CommentedSeq, part: Any) -> int:
    """The line of what stands in a mapping or a list, counted from 1."""
    # What `<<` brings in has no line of its own here.
    line: int = node.lc.data[part][0] if part in (node.lc.data or {}) else node.lc.line
    return line + 1


def _too_deep() -> Sentence:
    return say("more than {most} mappings and lists stand within each other", most=DEPTH_MAX)


def read_yaml(path: Path) -> YamlFile:
    """Read a file that must hold a mapping; raises InputError with the line of what is wrong."""
    try:
        if path.stat().st_size > FILE_SIZE_MAX:
            raise InputError(
                say("the file is larger than {most} bytes, which no such file is", most=FILE_SIZE_MAX), path
            )
        content = path.read_bytes()
    except OSError as error:
        raise InputError(say("the file cannot be read: {why}", why=error.strerror or str(error)), path) from None
    return _parsed(content, path)


def read_yaml_text(content: bytes, name: Path) -> YamlFile:
    """The same for text that came otherwise, called `name`; raises its one mistake as an ExceptionGroup."""
    try:
        if len(content) > FILE_SIZE_MAX:
            raise InputError(say("the file is larger than {most} bytes, which no such file is", most=FILE_SIZE_MAX))
        return _parsed(content, name)
    except InputError as error:
        raise ExceptionGroup(str(name), [error]) from None


def _parsed(document: bytes, path: Path) -> YamlFile:
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(say("the file is not UTF-8; save it as UTF-8"), path, line) from None
    try:
        content = _yaml().load(text)
    except DuplicateKeyError as error:
        twice = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(say("a key stands twice: {what}", what=_first_line(error.problem)), path, twice) from None
    except _NotOurs as error:
        raise InputError(error.sentence, path, error.line) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = mark.line + 1 if mark else None
        if mark is not None and "${" in "".join(text.splitlines()[mark.line : mark.line + 1]):
            raise InputError(
                say('this is not YAML; within {{ }} and [ ] a variable stands in quotes: "${{NAME}}"'), path, where
            ) from None
        what = _first_line(error.problem or error.context)
        raise InputError(say("this is not YAML: {what}", what=what), path, where) from None
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise InputError(
            say("leave the character U+{number} out; {carrier} cannot carry it",
                number=f"{error.character:04X}", carrier="YAML"), path, line,
        ) from None  # fmt: skip
    except (YAMLError, ValueError, RecursionError) as error:
        raise InputError(say("this is not YAML: {what}", what=_first_line(str(error))), path) from None
    if not isinstance(content, CommentedMap):
        raise InputError(say("the file must hold a mapping (key: value), and holds something else"), path, 1)
    return YamlFile(path, content, _places(path, content))


@dataclass(frozen=True)
class _NotOurs(Exception):
    """YAML of a kind that no file of ours is: why, and the line."""

    sentence: Sentence
    line: int


class _PlainComposer(Composer):
    """Puts the file together from mappings, lists and plain values, which need no tags to say what they are."""

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        line = event.start_mark.line + 1
        tag = getattr(event, "tag", None)
        if tag is not None:
            shown = str(tag).replace("tag:yaml.org,2002:", "!!")
            raise _NotOurs(say("leave out the tag {tag}; a text stands in quotation marks", tag=shown), line)
        if self._depth == DEPTH_MAX:
            raise _NotOurs(_too_deep(), line)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class _TextDates(RoundTripConstructor):
    """Leaves dates and moments as they are written: what they mean, and whether they exist, is the format's to say."""


_TextDates.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar)


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Composer = _PlainComposer
    yaml.Constructor = _TextDates
    return yaml


def _first_line(text: str | None) -> str:
    lines = (text or "").strip().splitlines()
    return lines[0] if lines else ""

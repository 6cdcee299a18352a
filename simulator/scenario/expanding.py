"""What a scenario file becomes before its words are read: other files included, variables filled in, cases made.

Everything keeps the file and the line that it came from. An included file stands before the file that includes it:
lists of steps, expectations and tags follow each other, mappings are put together, and what both say the file itself
decides. `${NAME}` is taken from the case, then from `parameters:`, then from the environment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from simulator.contract.schema import packaged
from simulator.errors import InputError
from simulator.nearest import nearest
from simulator.scenario.yaml_file import Location, Place, YamlFile, read_yaml
from simulator.sentence import Sentence, say

# These follow each other where a file includes another; of every other list the file's own counts.
_JOINED = ("steps", "expect", "tags")
# These belong to the file itself, which is what has a name and cases.
_NOT_INCLUDED = ("name", "cases", "expect_failure")
_VARIABLE = re.compile(r"\$(\$?)\{([^}:]*)(?::-([^}]*))?\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CASE = "case"


@dataclass(frozen=True)
class Expanded:
    """A scenario as it is to be read; `case` is the name of its case, `sha256` is of all that it was made of."""

    file: YamlFile
    case: str | None
    sha256: str


def expand(path: Path, environment: Mapping[str, str]) -> list[Expanded]:
    """The scenarios of a file, one for each case; raises an ExceptionGroup of InputErrors."""
    try:
        file, sources = _with_included(path, ())
        parameters = _scalars(file, ("parameters",), _substituted(file, environment, "parameters"))
    except InputError as error:
        raise ExceptionGroup(str(path), [error]) from None
    mistakes: list[InputError] = []
    expanded = []
    for case, values in _cases(file, parameters, mistakes):
        used: dict[str, str] = {}
        found: list[InputError] = []
        content = _filled(file, dict(environment) | parameters | values, (), used, found)
        mistakes += found
        changed = replace(file, content=content)
        expanded.append(Expanded(changed, case, _digest(sources, used, case)))
    if mistakes:
        unique = {(one.path, one.line or 0, str(one.sentence)): one for one in mistakes}
        raise ExceptionGroup(str(path), [unique[key] for key in sorted(unique)])
    return expanded


def _digest(sources: list[bytes], used: Mapping[str, str], case: str | None) -> str:
    """Of a file alone it is the file's own; what else decides comes after it."""
    whole = hashlib.sha256(b"".join(sources))
    for name, value in sorted(used.items()):
        whole.update(f"\n{name}={value}".encode())
    if case is not None:
        whole.update(f"\ncase {case}".encode())
    return whole.hexdigest()


# --- included files ---


def _with_included(path: Path, including: tuple[Path, ...]) -> tuple[YamlFile, list[bytes]]:
    file = read_yaml(path)
    sources = [path.read_bytes()]
    included = file.content.get("include")
    if included is None:
        return file, sources
    names = [included] if isinstance(included, str) else included
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise file.error(("include",), say("include: is a file or a list of files"))
    whole = None
    for place, name in enumerate(names):
        here: Location = ("include", place) if isinstance(included, list) else ("include",)
        other = _meant(path.parent / name, name)
        if other.resolve() in {one.resolve() for one in (*including, path)}:
            raise file.error(here, say("'{name}' includes itself", name=name))
        if not other.is_file():
            raise file.error(here, say("there is no file '{path}'", path=str(other)))
        part, more = _with_included(other, (*including, path))
        for word in _NOT_INCLUDED:
            if word in part.content:
                raise part.error((word,), say("'{word}' belongs in the scenario itself, not in what it includes",
                                              word=word))  # fmt: skip
        sources += more
        whole = part if whole is None else _together(whole, part)
    assert whole is not None or not names
    own = replace(file, content={key: value for key, value in file.content.items() if key != "include"})
    return own if whole is None else _together(whole, own), sources


def _meant(beside: Path, name: str) -> Path:
    """The file beside the one that includes it, or else one that comes with the program: `country.yaml`."""
    shipped = packaged("scenarios") / name
    return shipped if not beside.is_file() and shipped.is_file() else beside


def _together(first: YamlFile, second: YamlFile) -> YamlFile:
    """Two files as one, of which the second decides."""
    places: dict[Location, Place] = dict(first.places)
    content = _merged(first.content, second.content, (), second, places)
    return YamlFile(second.path, content, places)


def _merged(first: Any, second: Any, location: Location, own: YamlFile, places: dict[Location, Place]) -> Any:
    if isinstance(first, dict) and isinstance(second, dict):
        merged = dict(first)
        for key, value in second.items():
            here = (*location, key)
            if key in first:
                merged[key] = _merged(first[key], value, here, own, places)
            else:
                merged[key] = value
                _take(own, here, here, places)
        return merged
    if isinstance(first, list) and isinstance(second, list) and location and location[0] in _JOINED:
        for number in range(len(second)):
            _take(own, (*location, number), (*location, len(first) + number), places)
        return [*first, *second]
    for known in [one for one in places if one[: len(location)] == location]:
        del places[known]
    _take(own, location, location, places)
    return second


def _take(file: YamlFile, before: Location, after: Location, places: dict[Location, Place]) -> None:
    """Let what stood at one location of a file be known at another."""
    for location, place in file.places.items():
        if location[: len(before)] == before:
            places[(*after, *location[len(before) :])] = place


# --- cases ---


def _cases(
    file: YamlFile, parameters: Mapping[str, str], mistakes: list[InputError]
) -> Iterator[tuple[str | None, dict[str, str]]]:
    rows = file.content.get("cases")
    if rows is None:
        yield None, {}
        return
    if not isinstance(rows, list) or not rows:
        mistakes.append(file.error(("cases",), say("cases: is a list of rows, each with case: and its parameters")))
        return
    seen: set[str] = set()
    for number, row in enumerate(rows):
        here: Location = ("cases", number)
        if not isinstance(row, dict) or not isinstance(row.get(_CASE), str) or not row[_CASE]:
            mistakes.append(file.error(here, say("a row of cases: has case: with a name, and parameters")))
            continue
        name = str(row[_CASE])
        if name in seen:
            mistakes.append(file.error((*here, _CASE), say("the case '{name}' stands twice", name=name)))
        seen.add(name)
        for word in row:
            if word != _CASE and word not in parameters:
                hint = say("unknown parameter '{word}'; {hint}", word=str(word), hint=nearest(str(word), parameters))
                mistakes.append(file.error((*here, word), hint))
        try:
            values = _scalars(file, here, {key: value for key, value in row.items() if key in parameters})
        except InputError as error:
            mistakes.append(error)
            continue
        yield name, values


def _scalars(file: YamlFile, location: Location, values: Any) -> dict[str, str]:
    if not isinstance(values, dict):
        raise file.error(location, say("parameters: is a mapping of names to their values"))
    found = {}
    for name, value in values.items():
        if not _NAME.fullmatch(str(name)):
            raise file.error((*location, name), say("'{name}' is no name; use letters, digits and _", name=str(name)))
        if isinstance(value, (dict, list)) or value is None:
            raise file.error((*location, name), say("the value of '{name}' is a text or a number", name=str(name)))
        found[str(name)] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


# --- variables ---


def _substituted(file: YamlFile, values: Mapping[str, str], word: str) -> Any:
    """One part of the file with variables of the environment filled in."""
    mistakes: list[InputError] = []
    content = _filled(replace(file, content=file.content.get(word) or {}), values, (word,), {}, mistakes)
    if mistakes:
        raise mistakes[0]
    return content


def _filled(
    file: YamlFile, values: Mapping[str, str], location: Location, used: dict[str, str], mistakes: list[InputError]
) -> Any:
    def fill(node: Any, here: Location) -> Any:
        if isinstance(node, dict):
            return {key: fill(value, (*here, key)) for key, value in node.items()}
        if isinstance(node, list):
            return [fill(value, (*here, number)) for number, value in enumerate(node)]
        if isinstance(node, str) and "${" in node and here[:1] != ("cases",):
            return _VARIABLE.sub(lambda found: value_of(found, here), node)
        return node

    def value_of(found: re.Match[str], here: Location) -> str:
        escaped, name, default = found.groups()
        if escaped:
            return found[0][1:]
        problem: Sentence | None = None
        if not _NAME.fullmatch(name):
            problem = say("'{text}' is no variable; write ${{NAME}} or ${{NAME:-default}}", text=found[0])
        elif name not in values and default is None:
            problem = say(
                "'{name}' has no value: set it in the environment or under parameters:, or give a default, "
                "${{{name}:-default}}", name=name,
            )  # fmt: skip
        if problem is not None:
            mistakes.append(file.error(here, problem))
            return ""
        # A variable that is set to nothing takes its default, as in a shell.
        used[name] = values.get(name) or (default if default is not None else "")
        return used[name]

    return fill(file.content, location)

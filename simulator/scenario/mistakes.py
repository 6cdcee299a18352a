"""What pydantic holds against a file, as sentences: what is wrong, in which line, and what would be right.

What a format's own checks say (`WrongValue`) is passed on. What pydantic itself finds is said in our words: its own are
English alone, and speak to programmers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from simulator.characters import not_in_xml
from simulator.errors import InputError, WrongValue
from simulator.nearest import closest, nearest
from simulator.scenario.yaml_file import Location, YamlFile
from simulator.sentence import Sentence, say

_TEXT, _WHOLE_NUMBER, _NUMBER = say("text"), say("a whole number"), say("a number")
_TRUTH, _LIST, _MAPPING = say("true or false"), say("a list"), say("a mapping (key: value)")
# What can stand where something else does, by pydantic's name for the mistake.
_KINDS: Mapping[str, Sentence] = {
    "string_type": _TEXT,
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
}
_UNKNOWN_KEY, _MISSING = "extra_forbidden", "missing"
_UNKNOWN_WORD = ("enum", "literal_error")


def mistakes(file: YamlFile, model: type[BaseModel], error: ValidationError) -> list[InputError]:
    """What pydantic holds against a file, one located sentence each, with the nearest known word."""
    by_place: dict[Location, list[Any]] = {}
    for detail in _told(model, error.errors(include_url=False)):
        by_place.setdefault(_place(file, detail["loc"]), []).append(detail)
    found: dict[tuple[int, str], InputError] = {}
    for place, details in by_place.items():
        is_union = any(len(detail["loc"]) > len(place) and detail["type"] != _MISSING for detail in details)
        if is_union and any(len(other) > len(place) and other[: len(place)] == place for other in by_place):
            # One of several kinds was meant, and what is wrong with that one is told further in.
            continue
        for sentence in _sentences(model, place, details):
            mistake = file.error(place, sentence)
            found.setdefault((mistake.line or 0, str(sentence)), mistake)
    return [found[key] for key in sorted(found)]


def texts_not_for_messages(file: YamlFile) -> Iterator[tuple[Location, Sentence]]:
    """Where a text stands in a file that no message can hold, and what is to be said of it."""
    for location, text in file.texts():
        what = not_in_xml(text)
        if what is not None:
            yield location, say("{word}: {what}", word=_word(location), what=what)


def _told(model: type[BaseModel], details: Sequence[Any]) -> list[Any]:
    """All but what is missing only because it stands there misspelt, which is told by itself."""
    misspelt = {
        (detail["loc"][:-1], close)
        for detail in details
        if detail["type"] == _UNKNOWN_KEY
        for close in closest(str(detail["loc"][-1]), _words_at(model, detail["loc"][:-1]))
    }
    return [
        detail
        for detail in details
        if detail["type"] != _MISSING or (detail["loc"][:-1], detail["loc"][-1]) not in misspelt
    ]


def _place(file: YamlFile, location: Location) -> Location:
    """Where it stands in the file: pydantic's locations also name the members of unions, and what is missing."""
    place: Location = ()
    for part in location:
        if (*place, part) in file.places:
            place = (*place, part)
    return place


def _sentences(model: type[BaseModel], place: Location, details: Sequence[Any]) -> Iterator[Sentence]:
    """What is wrong at one place: with the value that is there or, where no kind of value fits, with its kind."""
    found_kinds = [_kind(detail) for detail in details]
    others = [detail for detail, kind in zip(details, found_kinds, strict=True) if kind is None]
    if not others:
        kinds = dict.fromkeys(kind for kind in found_kinds if kind is not None)
        kind = reduce(lambda one, other: say("{one} or {other}", one=one, other=other), kinds)
        found, word = _shown(details[0]["input"]), _word(place)
        if isinstance(place[-1], int):
            yield say("what stands in the list '{word}' is {kind}, not {found}", word=word, kind=kind, found=found)
        else:
            yield say("'{word}' is {kind}, not {found}", word=word, kind=kind, found=found)
    for detail in others:
        yield _sentence(model, detail, _word(place))


def _kind(detail: Any) -> Sentence | None:
    """What can stand there instead, where it is of another kind; None where it is of the right kind and wrong."""
    if detail["type"] in _UNKNOWN_WORD and isinstance(detail["input"], Mapping | list):
        return _TEXT
    return _KINDS.get(detail["type"])


def _sentence(model: type[BaseModel], detail: Any, word: str) -> Sentence:
    kind, location, limits = detail["type"], detail["loc"], detail.get("ctx", {})
    found = _shown(detail["input"])
    if kind == _UNKNOWN_KEY:
        known = _words_at(model, location[:-1])
        return say("unknown word '{word}'; {hint}", word=location[-1], hint=nearest(str(location[-1]), known))
    if kind == _MISSING:
        return say("'{word}' is missing", word=location[-1])
    if kind in _UNKNOWN_WORD:
        known = [part.strip().strip("'") for part in str(limits["expected"]).replace(" or ", ", ").split(",")]
        return say("unknown word '{word}'; {hint}", word=detail["input"], hint=nearest(str(detail["input"]), known))
    if kind == "value_error":
        why = limits["error"]
        return say("{word}: {what}", word=word, what=why.sentence if isinstance(why, WrongValue) else str(why))
    if "ge" in limits:
        return say("'{word}' is at least {limit}, not {found}", word=word, limit=f"{limits['ge']:g}", found=found)
    if "gt" in limits:
        return say("'{word}' is more than {limit}, not {found}", word=word, limit=f"{limits['gt']:g}", found=found)
    if "le" in limits:
        return say("'{word}' is at most {limit}, not {found}", word=word, limit=f"{limits['le']:g}", found=found)
    if kind == "too_short":
        least, count = limits["min_length"], limits["actual_length"]
        return say("'{word}' holds at least {limit}, not {found}", word=word, limit=least, found=count)
    if kind == "too_long":
        most, count = limits["max_length"], limits["actual_length"]
        return say("'{word}' holds at most {limit}, not {found}", word=word, limit=most, found=count)
    if kind == "string_pattern_mismatch":
        return say("'{word}' is written like {pattern}, not {found}",
                   word=word, pattern=limits["pattern"].strip("^$"), found=found)  # fmt: skip
    if kind == "string_too_short":
        return say("'{word}' cannot be empty", word=word)
    return say("{word}: {what}", word=word, what=str(detail["msg"]))


def _word(place: Location) -> str:
    """The key that a value stands under, itself or in a list."""
    return next((part for part in reversed(place) if isinstance(part, str)), "")


def _shown(value: Any) -> Sentence | str:
    """A value as a person would say what it is."""
    match value:
        case None:
            return say("nothing")
        case bool():
            return str(value).lower()
        case dict():
            return say("a mapping")
        case list():
            return _LIST
        case str():
            return f"'{value}'"
    return str(value)


def _words_at(model: type[BaseModel], location: Location) -> list[str]:
    """The words that can stand in the mapping at a location of the model."""
    present: Any = model
    for part in location:
        present = _inside(present, part)
    return [
        name
        for one in _models(present)
        for field_name, field in one.model_fields.items()
        for name in [field.alias or field_name]
    ]


def _inside(annotation: Any, part: str | int) -> Any:
    members = _members(annotation)
    for one in members:
        if isinstance(one, type) and issubclass(one, BaseModel) and isinstance(part, str):
            for name, field in one.model_fields.items():
                if part in (name, field.alias):
                    return field.annotation
        if get_origin(one) in (list, tuple) and isinstance(part, int):
            return get_args(one)[0]
        if get_origin(one) is dict and isinstance(part, str):
            return get_args(one)[1]
    return annotation


def _members(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, UnionType):
        return tuple(inner for one in get_args(annotation) for inner in _members(one))
    if get_origin(annotation) is not None and hasattr(annotation, "__metadata__"):
        return _members(get_args(annotation)[0])
    return (annotation,)


def _models(annotation: Any) -> list[type[BaseModel]]:
    return [
        one
        for one in _members(annotation)
        if get_origin(one) is not Literal and isinstance(one, type) and issubclass(one, BaseModel)
    ]

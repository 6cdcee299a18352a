"""The format of a scenario file, as a reference page and as a JSON Schema, both from the classes that read it.

Where a class leaves a word to speak for itself, MEANINGS says what it means, for the page and for editors alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from tables import capitalised, code, codes, table

from simulator.scenario.behaviour_words import AnswerWord
from simulator.scenario.expectations import Expectation, OfUpdate
from simulator.scenario.model import Scenario, Step
from simulator.scenario.words import ExactlyOne

SCHEMA_ID = "urn:webcert-simulator:scenario:1"

# By class and word, or by word alone where it means the same everywhere.
MEANINGS = {
    "Scenario.format": "the version of this format",
    "Scenario.name": "what reports call the scenario",
    "Scenario.description": "what it shows, for whoever reads the file",
    "Scenario.seed": "the seed of chance; certificate ids follow from it",
    "Scenario.policy": "who may sign what: `forum-2024` (default) or `webcert-7.7`",
    "Scenario.journal_systems": "the journal systems by a name of your own",
    "Scenario.steps": "what happens, in order",
    "Scenario.expect": "what must hold when the run has ended; at least one",
    "JournalSystemWords.units": "the units that it serves, by the cast's names",
    "JournalSystemWords.url": "a real endpoint; without it the system is mocked",
    "JournalSystemWords.behaviour": "how it behaves; without it every answer is OK",
    "Behaviour.when": "which calls this line is about; without it, every call",
    "When.event": "the event code",
    "When.unit": "the certificate's unit, by the cast's name or its HSA-id",
    "When.certificate": "the certificate, by its short name in the file or its id",
    "When.type": "the certificate type, by any of its names",
    "ActsWords.times": "how often it takes it",
    "DelayWords.between": "anything between the two, all as likely",
    "Inbox.system": "the mocked journal system",
    "Believes.system": "the mocked journal system",
    "When.from": "from this moment on",
    "When.until": "before this moment",
    "OutageWindow.from": "from this moment on; without it, from the start",
    "OutageWindow.until": "before this moment; without it, for ever",
    "Window.from": "from this moment on; without it, from the start",
    "Window.until": "before this moment; without it, for ever",
    "AnswerWords.content_type": "the Content-Type that goes with `body`",
    "Create.by": "who does it, by the cast's name",
    "Create.answers": "what the certificate says; complete unless given, `none` leaves it empty",
    "Create.type": "the certificate type, by any of its names",
    "Create.unit": "where it is issued; a journal system of the file serves it",
    "Create.patient": "whom it is about",
    "Create.certificate": "a short name of your own for the new certificate",
    "Change.answers": "what it says from now on; the other answers stay as they are, `complete` answers what is left",
    "ExtentWords.code": "the share of the ordinary time",
    "ExtentWords.from": "the first day",
    "ExtentWords.until": "the last day",
    "SickLeaveWords.from": "the first day",
    "SickLeaveWords.until": "the last day",
    "DelsvarWords.code": "a code",
    "DelsvarWords.from": "the first day of a period",
    "DelsvarWords.until": "its last day",
    "DelsvarWords.number": "a number",
    "DelsvarWords.unit": "its unit, as `%`",
    "Open.ref": "the journal system's own reference; kept where the certificate has none yet",
    "Succeed.of": "the certificate that it is made of",
    "Succeed.unit": "where the new one is issued; the other one's unit unless given",
    "at": "the unit where the doer works; the certificate's own unless given",
    "question": "the question's short name; a certificate has each once",
    "ReceiveQuestion.subject": "what the recipient asks about; KOMPLT asks for a complement",
    "ReceiveQuestion.answer_due": "the last day of answer",
    "Remind.answer_due": "the last day of answer, as the reminder says it",
    "Ask.subject": "what the care unit asks about",
    "OneEvent.certificate": "the certificate, by its short name in the file",
    "OneEvent.event": "the event",
    "OneEvent.occurrence": "which of those of its kind",
    "ResendWords.event": "this one alone, however it ended",
    "ResendWords.certificates": "the events of these certificates",
    "ResendWords.units": "the events of these units; at most seven days of them",
    "ResendWords.care_provider": "the events of all its units; at most one day of them",
    "ResendWords.from": "events from this moment on, at most 365 days back",
    "ResendWords.until": "events before this moment",
    "AwaitDraft.unit": "the unit at which the journal system begins it",
    "AwaitDraft.type": "its certificate type, by any of its names",
    "AwaitDraft.as": "a short name of your own for it",
    "UnitMappingWords.unit": "the unit that is mapped",
    "UnitMappingWords.care_provider": "all of its units are mapped",
    "UnitMappingWords.to": "the unit that they go on as",
    "UnitMappingWords.from": "from this moment on",
    "MailInstead.from": "from this moment on, for certificates that were issued before it",
    "DownWindow.from": "when it goes down",
    "DownWindow.until": "when it is up again",
    "NtjpWords.failures": "its own errors, and for which calls",
    "PlatformFailureWords.error": "which of VP001 to VP015",
    "PlatformFailureWords.when": "which calls meet it; `unit` is the logical address; without it, every call",
    "ThroughWords.ntjp": "the national platform",
    "MailInstead.units": "certificates of these units",
    "MailInstead.care_providers": "certificates of all units of these care providers",
    "Step.wait": "let this much time pass",
    "Delivered.attempt": "the attempt that arrived",
    "Rejected.attempt": "the attempt at which Webcert gave up",
    "Rejected.at": "when the answer came",
    "Exhausted.attempt": "the number of the last attempt",
    "Exhausted.at": "when the last attempt ended",
    "Waiting.attempts_made": "how many attempts have been made",
    "Waiting.next_attempt": "when the next one is planned",
    "AttemptWords.number": "which attempt, from 1",
    "AttemptWords.answer": "what came back, in the trace's word: `OK`, `TECHNICAL_ERROR`, `fault`, `timeout`, …",
    "AttemptWords.outcome": "what Webcert made of it",
    "Told.events": "the event codes, in the order of the events",
    "InOrder.events": "certificate and event code, at least two",
    "Mailed.times": "how many mails; 0 for none",
    "RelationWords.code": "ERSATT, FRLANG, KOMPLT or KOPIA",
    "Rehabstod.patient": "whose sick-leave, as one of the cast's patients",
    "Rehabstod.certificates": "the certificates that it rests on, by their short names",
    "Rehabstod.first": "its first day",
    "Rehabstod.last": "its last day",
    "Refused.action": "what was to be done",
    "Refused.by": "who tried",
    "Refused.rule": "`role-may-not`, `state-does-not-allow` or `certificate-not-complete`",
    "StateWords.is": "the state",
    "Issuer.staff": "who, by the cast's name",
    "Issuer.role": "the role that follows from licences and positions in the message",
    "MessageWords.type": "the certificate type, by any of its names",
    "MessageWords.version": "the text of version",
    "MessageWords.unit": "the unit, by the cast's name or its HSA-id",
    "MessageWords.handled_by": "hanteratAv, by the cast's name",
    "MessageWords.ref": "the journal system's own reference",
    "Received.system": "the journal system, mocked or real",
    "Received.times": "how many calls",
    "Received.certificate": "only calls about this certificate",
    "Received.event": "only calls with this event",
    "AnsweredLate.attempt": "the attempt that had been given up",
    "AnsweredLate.at": "when the answer came",
    "answer_due": "the last day for an answer",
    "by": "who does it, by the cast's name, or `same`: whoever saved the certificate last",
    "certificate": "the certificate, by its short name in the file",
    "event": "the event code",
    "occurrence": "the which-th of this event, from 1",
    "rule": "the rule that decided",
}

# What a value is called on the page; classes are linked instead.
_KINDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    timedelta: "length of time",
    datetime: "moment",
    date: "day",
    AnswerWord: "answer word",
}


def meaning_of(model: type[BaseModel], word: str, field: FieldInfo) -> str:
    """What a word of a class means: the class's own words, or those above; KeyError for a word without any."""
    if field.description:
        return field.description
    inner = _single_model(_annotations(model)[_name_of(model, word)])
    own = MEANINGS.get(f"{model.__name__}.{word}") or MEANINGS.get(word)
    if own is None and inner is not None:
        return doc_of(inner)
    return own if own is not None else MEANINGS[f"{model.__name__}.{word}"]


def doc_of(model: type[BaseModel]) -> str:
    """What a class says of itself, on one line."""
    return " ".join((model.__doc__ or "").split())


def _name_of(model: type[BaseModel], word: str) -> str:
    """Python's name of a word: `from` is `from_`."""
    return next(name for name, field in model.model_fields.items() if word in (name, field.alias))


def _single_model(annotation: Any) -> type[BaseModel] | None:
    models = list(_models(annotation))
    return models[0] if len(models) == 1 else None


def _annotations(model: type[BaseModel]) -> dict[str, Any]:
    """What each word of a class takes; asked of Python, since pydantic keeps a name that was not yet known."""
    return get_type_hints(model, include_extras=True)


# --- the page ---


def words_of_format() -> str:
    """A section for each class, in the order in which a file meets them."""
    headings = dict(_sections())
    return "\n\n".join(_section(model, headings) for model in headings)


def _sections() -> Iterator[tuple[type[BaseModel], str]]:
    """Each class once, with the heading of its section."""
    words: dict[type[BaseModel], tuple[str, list[str]]] = {Scenario: ("", ["The file"])}
    _collect(Scenario, "", words)
    for model, (kind, names) in words.items():
        yield model, names[0] if model is Scenario else f"{kind}{codes(names)}"


def _collect(model: type[BaseModel], kind: str, found: dict[type[BaseModel], tuple[str, list[str]]]) -> None:
    annotations = _annotations(model)
    for name, field in model.model_fields.items():
        word = field.alias or name
        inside = {Step: "Step ", Expectation: "Expectation "}.get(model, "")
        for inner in _models(annotations[name]):
            _, names = found.setdefault(inner, (inside, []))
            if word not in names:
                names.append(word)
            if len(names) == 1:
                _collect(inner, inside, found)


def _section(model: type[BaseModel], headings: dict[type[BaseModel], str]) -> str:
    parts = [f"### {headings[model]}", doc_of(model)]
    annotations = _annotations(model)
    if issubclass(model, ExactlyOne):
        parts.append(f"It is written as one of these words: {codes(_names(model))}.")
        own = {name: field for name, field in model.model_fields.items() if not list(_models(annotations[name]))}
    else:
        own = dict(model.model_fields)
    if issubclass(model, OfUpdate):
        parts.append(f"It names a status update by {codes(OfUpdate.model_fields)}, and can ask for more:")
        own = {name: field for name, field in own.items() if name not in OfUpdate.model_fields}
    rows = (
        (
            code(field.alias or name),
            _takes(annotations[name], headings),
            _default(field),
            capitalised(meaning_of(model, field.alias or name, field)),
        )
        for name, field in own.items()
    )
    if own:
        parts.append(table(("word", "takes", "unless given", "meaning"), rows))
    return "\n\n".join(parts)


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*must be given*"
    if field.default is None or field.default_factory is not None:
        return "–"
    return code(str(field.default))


def _takes(annotation: Any, headings: dict[type[BaseModel], str]) -> str:
    if annotation in _KINDS:
        return _KINDS[annotation]
    origin = get_origin(annotation)
    if origin is Annotated:
        return _takes(get_args(annotation)[0], headings)
    if origin in (Union, UnionType):
        kinds = [one for one in get_args(annotation) if one is not NoneType]
        words = [_takes(one, headings) for one in kinds if get_origin(_bare(one)) is not list]
        if not words:
            return _takes(kinds[0], headings)
        return " or ".join(words) + (", or a list" if len(words) < len(kinds) else "")
    if origin is list:
        return f"list of {_takes(get_args(annotation)[0], headings)}{'s' if get_args(annotation)[0] in _KINDS else ''}"
    if origin is dict:
        return f"mapping of names to {_takes(get_args(annotation)[1], headings)}"
    if origin is Literal:
        return " or ".join(code(str(one)) for one in get_args(annotation))
    if issubclass(annotation, StrEnum):
        return {"EventCode": "event code", "Action": "action", "CertificateState": "state", "Role": "role"}.get(
            annotation.__name__, " or ".join(code(one.value) for one in annotation)
        )
    heading = headings[annotation]
    return f"[{heading.replace('`', '')}](#{anchor(heading)})"


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    kept = "".join(letter for letter in heading.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The classes that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    parts = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
    if get_origin(annotation) is not Literal:
        for one in parts:
            yield from _models(one)


# --- the schema ---


def scenario_schema() -> str:
    """The JSON Schema for editors: the classes' own, with every word's meaning, and without what only clutters."""
    schema = Scenario.model_json_schema()
    classes = {model.__name__: model for model in _every_class()}
    for name, definition in schema["$defs"].items():
        _describe(definition, classes.get(name))
    _describe(schema, Scenario)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "webcert-simulator scenario, format 1",
    }
    return json.dumps(head | schema | {"title": head["title"]}, ensure_ascii=False, indent=1) + "\n"


def _every_class() -> Iterator[type[BaseModel]]:
    found: dict[type[BaseModel], tuple[str, list[str]]] = {Scenario: ("", [])}
    _collect(Scenario, "", found)
    return iter(found)


def _describe(definition: dict[str, Any], model: type[BaseModel] | None) -> None:
    definition.pop("title", None)
    if "description" in definition:
        definition["description"] = " ".join(definition["description"].split())
    if model is None:
        return
    if issubclass(model, ExactlyOne):
        definition |= {"minProperties": 1, "maxProperties": 1}
    by_word = {field.alias or name: field for name, field in model.model_fields.items()}
    for word, property_ in definition["properties"].items():
        property_.pop("title", None)
        _without_null(property_)
        property_.setdefault("description", meaning_of(model, word, by_word[word]))


def _without_null(property_: dict[str, Any]) -> None:
    """A word that says nothing is left out, so editors need not offer null."""
    kinds = [one for one in property_.get("anyOf", []) if one != {"type": "null"}]
    if property_.get("default", ...) is None:
        del property_["default"]
    if len(kinds) == 1:
        del property_["anyOf"]
        property_ |= kinds[0]
    elif kinds:
        property_["anyOf"] = kinds

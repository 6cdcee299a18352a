"""The behaviour language of scenario files, as the rules that mocked journal systems follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from simulator.contract import names
from simulator.contract.envelope import FAULT_SERVER
from simulator.contract.reply import ErrorId, Fault, RawAnswer, Result, ResultCode
from simulator.journal.behaviour import Answer, BehaviourRule, Effect, Match, Refuse
from simulator.scenario.behaviour_words import AnswerWords, Behaviour, When, repeated
from simulator.scenario.times import moment_from

# Gives the name on the wire of what a file calls a "unit" or a "certificate".
WireName = Callable[[str, str], str]


def behaviour_rule(words: Behaviour, start: datetime, line: int | None, wire_name: WireName) -> BehaviourRule:
    """The rule that one line of behaviour states; moments count from the start of the run."""
    if words.outage is not None:
        since, until = words.outage.from_, words.outage.until
        match = Match(
            since=None if since is None else moment_from(start, since),
            until=None if until is None else moment_from(start, until),
        )
        return BehaviourRule(match, (Refuse(),), line=line)
    in_turn = isinstance(words.answer, list)
    said = words.answer if isinstance(words.answer, list) else [words.answer]
    effects = tuple(effect for one in said if one is not None for effect in _effects(one, words.after))
    # `OK x2` is a list of two, even when it is written alone.
    return BehaviourRule(_match(words.when, start, wire_name), effects, in_turn or len(effects) > 1, line)


def _match(when: When, start: datetime, wire_name: WireName) -> Match:
    return Match(
        events=frozenset(_listed(when.event)),
        units=frozenset(wire_name("unit", one) for one in _listed(when.unit)),
        certificates=frozenset(wire_name("certificate", one) for one in _listed(when.certificate)),
        attempts=_attempts(when.attempt),
        since=None if when.from_ is None else moment_from(start, when.from_),
        until=None if when.until is None else moment_from(start, when.until),
    )


def _listed(value: str | list[str] | Iterable[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _attempts(value: int | list[int] | str | None) -> frozenset[int]:
    if value is None:
        return frozenset()
    if isinstance(value, int):
        return frozenset({value})
    if isinstance(value, list):
        return frozenset(value)
    found = re.fullmatch(r"(\d{1,3})\.\.(\d{1,3})", value)
    assert found is not None, "checked by the model"
    return frozenset(range(int(found[1]), int(found[2]) + 1))


def _effects(said: str | AnswerWords, after: timedelta | None) -> list[Effect]:
    delay = after or timedelta()
    if isinstance(said, AnswerWords):
        return [_full_answer(said, delay)]
    word, times = repeated(said)
    return [_named_answer(word, delay)] * times


def _named_answer(word: str, delay: timedelta) -> Effect:
    if word == "REFUSE":
        return Refuse()
    if word == "NEVER":
        return Answer(never=True)
    if word == "FAULT":
        return Answer(Fault(FAULT_SERVER, "Unspecified fault"), delay=delay)
    if word in ErrorId.__members__:
        return Answer(Result(ResultCode.ERROR, "The journal system says no", word), delay=delay)
    if word == ResultCode.INFO:
        return Answer(Result(ResultCode.INFO, "Thank you"), delay=delay)
    return Answer(Result(word), delay=delay)


def _full_answer(words: AnswerWords, delay: timedelta) -> Answer:
    if words.fault is not None:
        return Answer(Fault(words.code or FAULT_SERVER, words.fault, words.detail or ""), words.http, delay)
    if words.result is not None:
        return Answer(Result(words.result, words.text, words.error_id), words.http, delay)
    headers = {"content-type": words.content_type or names.CONTENT_TYPE}
    return Answer(RawAnswer(words.http or 200, headers, (words.body or "").encode()), None, delay)

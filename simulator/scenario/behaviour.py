"""The behaviour language, as the rules that mocked journal systems and the ways to real ones follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from simulator.certificate.catalogue import types_called
from simulator.contract import names
from simulator.contract.envelope import FAULT_SERVER
from simulator.contract.reply import ErrorId, Fault, RawAnswer, Result, ResultCode, Silence
from simulator.journal.behaviour import Acts, Answer, BehaviourRule, Effect, Match, TurnAway
from simulator.journal.delay import Delay, Lognormal, Uniform
from simulator.journal.order import Order
from simulator.journal.presets import PRESETS
from simulator.journal.recurrence import Recurring
from simulator.nearest import closest, nearest
from simulator.scenario.behaviour_words import (
    AnswerWords,
    Behaviour,
    DelayWords,
    OutageWindow,
    When,
    attempts_between,
    repeated,
)
from simulator.scenario.times import moment_from
from simulator.sentence import Sentence, say
from simulator.wire.mangling import Wrong

# The names on the wire of what a file calls a "unit" or a "certificate"; None where any word is one.
Names = Mapping[str, Mapping[str, str] | None]

_MINUTE = timedelta(minutes=1)
_DEFAULT_SIGMA = 0.8
_BEFORE: Mapping[str, Silence] = {
    "refused": Silence.REFUSED,
    "unreachable": Silence.UNREACHABLE,
    "name-not-found": Silence.NAME_NOT_FOUND,
    "connect-timeout": Silence.CONNECT_TIMEOUT,
    "reset-before-request": Silence.BROKEN,
}
_TIMES = {"not": 0, "once": 1, "twice": 2}


def behaviour_rules(words: Behaviour, start: datetime, line: int | None, names_on_wire: Names) -> list[BehaviourRule]:
    """The rules that one line of behaviour states; moments count from the start of the run."""
    written = words.model_dump_json(exclude_unset=True, by_alias=True)
    if words.outage is not None:
        rules = [BehaviourRule(_window(words.outage, start), (TurnAway(),))]
    elif words.preset is not None:
        within = match_of(words.when, start, names_on_wire)
        rules = [replace(rule, within=within) for rule in PRESETS[words.preset].rules]
    else:
        effects = tuple(_effects(words))
        # `OK x2` is a list of two, even when it is written alone.
        in_turn = isinstance(words.answer, list) or len(effects) > 1
        rules = [BehaviourRule(match_of(words.when, start, names_on_wire), effects, in_turn)]
    return [replace(rule, line=line, times=words.times, written=written) for rule in rules]


def unknown_words(when: When, names_on_wire: Names) -> Iterator[tuple[str, Sentence]]:
    """The words of `when` that are neither names nor their ids on the wire: which key, and what is wrong."""
    for key, what in (("unit", say("unit")), ("certificate", say("certificate"))):
        known = names_on_wire[key]
        for word in _listed(getattr(when, key)):
            if known is None or word in known or word in known.values():
                continue
            # An id is shown where it is the nearest; where nothing is near, the names are enough.
            hint = nearest(word, [*known, *closest(word, known.values())])
            yield key, say("unknown {what} '{word}'; {hint}", what=what, word=word, hint=hint)


def _window(words: When | OutageWindow, start: datetime) -> Match:
    return Match(
        since=None if words.from_ is None else moment_from(start, words.from_),
        until=None if words.until is None else moment_from(start, words.until),
        recurring=None if words.cron is None else Recurring(words.cron, words.for_ or _MINUTE),
    )


def match_of(when: When, start: datetime, names_on_wire: Names) -> Match:
    """Which calls are meant; moments count from the start of the run."""

    def on_wire(kind: str, words: Iterable[str]) -> frozenset[str]:
        known = names_on_wire[kind] or {}
        return frozenset(known.get(word, word) for word in words)

    return replace(
        _window(when, start),
        events=frozenset(_listed(when.event)),
        units=on_wire("unit", _listed(when.unit)),
        certificates=on_wire("certificate", _listed(when.certificate)),
        types=frozenset(kind.wire_code for one in _listed(when.type) for kind in types_called(one)),
        roles=frozenset(str(one) for one in _listed(when.role)),
        orders=frozenset(Order(one) for one in _listed(when.order)),
        missing=frozenset(_listed(when.missing)),
        attempts=_attempts(when.attempt),
        not_before=when.not_before,
        chance=when.chance,
        invalid=when.invalid is True,
    )


def _listed(value: str | Sequence[str] | None) -> list[str]:
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
    return frozenset(attempts_between(value))


def _effects(words: Behaviour) -> Iterator[Effect]:
    if words.tls is not None:
        yield TurnAway(Silence.TLS_FAILURE, words.tls)
        return
    if words.wire is not None and words.wire in _BEFORE:
        yield TurnAway(_BEFORE[words.wire])
        return
    on_its_way = _on_its_way(words)
    for said in words.answer if isinstance(words.answer, list) else [words.answer]:
        if said is None:
            yield on_its_way(Answer())
        elif isinstance(said, AnswerWords):
            yield on_its_way(_full_answer(said))
        else:
            word, times = repeated(said)
            effect = _named_answer(word)
            yield from [on_its_way(effect) if isinstance(effect, Answer) else effect] * times


def _on_its_way(words: Behaviour) -> Callable[[Answer], Answer]:
    """What the words beside `answer` make of each of the answers."""
    acts = words.acts
    if acts is not None and not isinstance(acts, str):
        taken: Acts | None = Acts(acts.times, acts.after or timedelta())
    else:
        taken = None if acts is None else Acts(_TIMES[acts])

    def made(answer: Answer) -> Answer:
        return replace(
            answer,
            delay=_delay(words.after),
            dribble=words.dribble,
            wrong=answer.wrong if words.wire is None else Wrong(words.wire),
            acts=taken,
        )

    return made


def _delay(words: timedelta | DelayWords | None) -> Delay:
    if words is None or isinstance(words, timedelta):
        return words or timedelta()
    if words.between is not None:
        return Uniform(*words.between)
    assert words.median is not None, "checked by the model"
    assert words.at_most is not None, "checked by the model"
    return Lognormal(words.median, words.sigma or _DEFAULT_SIGMA, words.at_most)


def _named_answer(word: str) -> Effect:
    if word == "REFUSE":
        return TurnAway()
    if word == "NEVER":
        return Answer(never=True)
    if word == "LOST":
        return Answer(wrong=Wrong.RESET)
    if word == "FAULT":
        return Answer(Fault(FAULT_SERVER, "Unspecified fault"))
    if word in ErrorId.__members__:
        return Answer(Result(ResultCode.ERROR, "The journal system says no", word))
    if word == ResultCode.INFO:
        return Answer(Result(ResultCode.INFO, "Thank you"))
    return Answer(Result(word))


def _full_answer(words: AnswerWords) -> Answer:
    if words.fault is not None:
        return Answer(Fault(words.code or FAULT_SERVER, words.fault, words.detail or ""), words.http, words.written)
    if words.result is not None or words.written is not None:
        return Answer(Result(words.result or ResultCode.OK, words.text, words.error_id), words.http, words.written)
    headers = {"content-type": words.content_type or names.CONTENT_TYPE}
    headers |= {"location": words.location} if words.location is not None else {}
    return Answer(RawAnswer(words.http or 200, headers, (words.body or "").encode()))

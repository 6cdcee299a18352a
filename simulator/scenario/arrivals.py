"""What a mocked journal system that stands alone is expected to receive, and whether it has come.

The file is for testing a sender: `expect:` lists what must arrive. A line without `times` wants it once or more; with
`times` it wants exactly that many, and `times: 0` that none comes for as long as there is time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lxml import etree
from pydantic import Field, ValidationError

from simulator.certificate.catalogue import NAMES, types_called
from simulator.certificate.events import EventCode
from simulator.contract import names
from simulator.contract.reading import UnreadableXml, read_xml
from simulator.errors import InputError
from simulator.nearest import nearest
from simulator.scenario.cast import Cast
from simulator.scenario.mistakes import mistakes
from simulator.scenario.words import ExactlyOne, TypeWord, Words
from simulator.scenario.yaml_file import read_yaml
from simulator.sentence import Sentence, say
from simulator.store.outbox import Call
from simulator.verdict import Verdict, VerdictKind


class ArrivalWords(Words):
    """What a call must be to count; what is not named may be anything."""

    event: EventCode | None = None
    type: TypeWord | None = Field(None, description="the certificate type, a name or the code on the wire")
    unit: str | None = Field(None, description="the logical address: a unit of the cast, or an HSA-id")
    certificate: str | None = Field(None, description="the certificate's id on the wire")
    ref: str | None = Field(None, description="the journal system's own reference")
    valid: bool | None = Field(None, description="whether it is a status update as the contract wants it")
    answer: str | None = Field(None, description="how it was answered: OK, fault, TECHNICAL_ERROR, …")
    times: int | None = Field(None, ge=0, description="exactly so often; once or more unless given")


class Arrival(ExactlyOne):
    """One line of `expect:`."""

    received: ArrivalWords | None = None


class ArrivalsFile(Words):
    """The file."""

    format: Literal[1]
    nothing_else: bool = Field(False, description="whether a call that no line speaks of is a failure")
    expect: list[Arrival] = Field(min_length=1)


@dataclass
class _Wanted:
    words: ArrivalWords
    # As the file has it, for people.
    said: ArrivalWords
    path: str
    line: int
    came: int = 0

    @property
    def has_come(self) -> bool:
        times = self.words.times
        return self.came >= 1 if times is None else self.came == times

    @property
    def is_spoilt(self) -> bool:
        """Whether it can never hold any more."""
        return self.words.times is not None and self.came > self.words.times

    def verdict(self) -> Verdict:
        given = self.said.model_dump(exclude_unset=True, mode="json")
        asked = say("received: {facts}", facts=" ".join(f"{name}={value}" for name, value in given.items()))
        kind = VerdictKind.PASSED if self.has_come else VerdictKind.FAILED
        return Verdict(kind, asked, say("came {times} times", times=self.came), self.path, self.line)


class Arrivals:
    """Counts what comes against what is expected."""

    def __init__(self, wanted: Sequence[_Wanted], *, nothing_else: bool, path: str) -> None:
        self._wanted = wanted
        self._nothing_else = nothing_else
        self._path = path
        self._strangers: list[Sentence] = []

    def take(self, call: Call) -> None:
        """Count a call."""
        matching = [one for one in self._wanted if _matches(call, one.words)]
        for one in matching:
            one.came += 1
        if not matching:
            self._strangers.append(
                say("call {number}: {event} of {certificate}", number=call.id, event=call.event or "–",
                    certificate=call.certificate_id or "–")
            )  # fmt: skip

    @property
    def is_settled(self) -> bool:
        """Whether waiting longer is pointless: all has come and nothing is awaited not to, or something is spoilt."""
        if any(one.is_spoilt for one in self._wanted) or (self._nothing_else and self._strangers):
            return True
        waits_to_the_end = self._nothing_else or any(one.words.times == 0 for one in self._wanted)
        return not waits_to_the_end and all(one.has_come for one in self._wanted)

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, and one for what nobody expected."""
        found = [one.verdict() for one in self._wanted]
        if self._nothing_else:
            kind = VerdictKind.FAILED if self._strangers else VerdictKind.PASSED
            what = tuple(self._strangers) or say("nothing else came")
            found.append(Verdict(kind, say("nothing else is received"), say("{what}", what=what), self._path, 1))
        return found


def load_arrivals(path: Path, cast: Cast) -> Arrivals:
    """Load a file; raises its mistakes as one ExceptionGroup of InputErrors."""
    file = read_yaml(path)
    try:
        words = ArrivalsFile.model_validate(file.content)
    except ValidationError as error:
        raise ExceptionGroup(str(path), mistakes(file, ArrivalsFile, error)) from None
    problems: list[InputError] = []
    wanted = []
    for place, line in enumerate(words.expect):
        one = line.received
        assert one is not None, "checked when it was read"
        here = ("expect", place, "received")
        if one.type is not None and not types_called(one.type):
            hint = say(
                "unknown {what} '{word}'; {hint}", what=say("certificate type"), word=one.type,
                hint=nearest(one.type, NAMES),
            )  # fmt: skip
            problems.append(file.error((*here, "type"), hint))
            continue
        meant = one.model_copy(
            update={
                "type": one.type and types_called(one.type)[0].wire_code,
                "unit": cast.units[one.unit].hsa_id if one.unit in cast.units else one.unit,
            }
        )
        wanted.append(_Wanted(meant, one, str(path), file.line(("expect", place))))
    if problems:
        raise ExceptionGroup(str(path), problems)
    return Arrivals(wanted, nothing_else=words.nothing_else, path=str(path))


def _matches(call: Call, words: ArrivalWords) -> bool:
    facts = {
        "event": call.event,
        "unit": call.logical_address,
        "certificate": call.certificate_id,
        "valid": call.problem is None,
        "answer": call.answer,
    }
    if words.type is not None or words.ref is not None:
        facts |= _said(call.body)
    asked = words.model_dump(exclude_none=True, exclude={"times"}, mode="json")
    return all(facts.get(name) == value for name, value in asked.items())


def _said(body: bytes) -> dict[str, str | None]:
    """The certificate type and the reference of a message, as far as it can be read."""
    try:
        request = read_xml(body).find(f"{names.BODY}/{names.REQUEST}")
    except UnreadableXml:
        return {}
    if request is None:
        return {}
    return {
        "type": _text(request, f"{names.CERTIFICATE}/{names.CERTIFICATE_TYPE}/{names.CODE}"),
        "ref": _text(request, names.CARE_REFERENCE),
    }


def _text(request: etree._Element, path: str) -> str | None:
    return request.findtext(path)

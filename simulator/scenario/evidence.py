"""What happened in a run, as expectations ask for it, and how one says that it does not hold.

The evidence is the trace, the messages as bytes, and the calls that mocked systems have met; nothing is asked of a
running simulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from simulator.certificate.certificate import Certificate
from simulator.clock import swedish
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.scenario import expectations as ask
from simulator.scenario.story import Story
from simulator.sentence import Sentence, say
from simulator.store.outbox import Call, Exchange
from simulator.trace.facts import AttemptMade, Fact

F = TypeVar("F", bound=Fact)


class Unmet(Exception):
    """An expectation does not hold; the sentence says what was found instead."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Evidence:
    """What happened in a run."""

    story: Story
    facts: list[Fact]
    deliveries: list[Delivery]
    calls: list[Call]
    certificates: Mapping[str, Certificate]
    exchanges: list[Exchange]

    def of(self, kind: type[F]) -> list[F]:
        """The facts of one kind, in their order."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @cached_property
    def told(self) -> list[Delivery]:
        """What was told, in the order of the events' moments, as it is sent; neither what was silenced, nor what was
        told once more.
        """
        told = [one for one in self.deliveries if one.state is not DeliveryState.SILENCED and one.resend_of is None]
        return sorted(told, key=lambda one: (one.occurred_at, one.id))

    @cached_property
    def attempts(self) -> dict[int, list[AttemptMade]]:
        """The attempts of each delivery, in their order."""
        found: dict[int, list[AttemptMade]] = {delivery.id: [] for delivery in self.deliveries}
        for fact in self.of(AttemptMade):
            found[fact.delivery].append(fact)
        return found

    def delivery(self, asked: ask.OfUpdate) -> Delivery:
        """The delivery that an expectation is about."""
        of_certificate = [one for one in self.deliveries if one.alias == asked.certificate]
        found = [one for one in of_certificate if one.event == asked.event]
        if len(found) < asked.occurrence:
            told = tuple(one.event.value for one in of_certificate)
            raise Unmet(
                say("there is no such status update; those of {certificate}: {told}",
                    certificate=asked.certificate, told=told or say("none"))
            )  # fmt: skip
        return found[asked.occurrence - 1]


def shown(value: Any) -> str:
    """A value as people write it in a file."""
    if isinstance(value, datetime):
        return swedish(value)
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, tuple):
        return " ".join(shown(one) for one in value if one is not None)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {shown(one)}' for name, one in value.items())}}}"
    return _length_text(value) if isinstance(value, timedelta) else str(value)


def _length_text(length: timedelta) -> str:
    """A length of time as people read it: `24d 5h 36m`."""
    seconds = int(length.total_seconds())
    parts = (("d", seconds // 86_400), ("h", seconds // 3600 % 24), ("m", seconds // 60 % 60), ("s", seconds % 60))
    text = " ".join(f"{number}{unit}" for unit, number in parts if number)
    milliseconds = round(length.total_seconds() * 1000) % 1000
    return " ".join(part for part in (text, f"{milliseconds}ms" if milliseconds else "") if part) or "0s"


def require(what: Sentence, asked: Any, found: Any) -> None:
    """Hold what was asked for against what was found; None asks for nothing. Raises Unmet."""
    if asked is not None and asked != found:
        raise Unmet(say("{what} is {found}, not {asked}", what=what, found=shown(found), asked=shown(asked)))

"""The words of `through:` under a journal system: the national platform in between, and what goes wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from simulator.errors import WrongValue
from simulator.journal.behaviour import Answer, BehaviourRule
from simulator.ntjp.routing import DEFAULT_SENDER, Failure, PlatformSetup
from simulator.ntjp.vp_codes import VpCode
from simulator.scenario.behaviour import Names, match_of, unknown_words
from simulator.scenario.behaviour_words import When
from simulator.scenario.times import Length
from simulator.scenario.words import HeaderText, Words
from simulator.sentence import Sentence, say


class PlatformFailureWords(Words):
    """An error of the platform's own, and for which calls; the most specific `when` wins, then the last written."""

    error: VpCode
    when: When = Field(default_factory=lambda: When.model_validate({}))

    @model_validator(mode="after")
    def _asks_the_message_alone(self) -> Self:
        asked = {"order", "not_before", "invalid"} & self.when.model_fields_set
        if asked:
            raise WrongValue(
                say("the platform does not know what the journal system has taken; leave {word} out", word=min(asked))
            )
        return self


class NtjpWords(Words):
    """How the national platform is towards one journal system."""

    failures: list[PlatformFailureWords] = Field(default_factory=list)
    second_send: bool = Field(True, description="whether it sends once more, 2 s after a broken socket")
    timeout: Length | None = Field(
        None, description="how long the platform waits for an answer; without it Webcert gives up first"
    )
    sender: HeaderText = Field(
        DEFAULT_SENDER, min_length=1, description="the HSA-id of Webcert's client certificate, as the platform knows it"
    )


class ThroughWords(Words):
    """What stands between Webcert and the journal system."""

    ntjp: NtjpWords


Through = Literal["ntjp"] | ThroughWords


def platform_setup(
    words: Through | None, start: datetime, names: Names, mistake: Callable[[tuple[str | int, ...], Sentence], None]
) -> PlatformSetup | None:
    """The platform as the words have it; `mistake` is told of unknown words, with their place below `through`."""
    if words is None:
        return None
    ntjp = NtjpWords.model_validate({}) if isinstance(words, str) else words.ntjp
    return PlatformSetup(tuple(_failures(ntjp, start, names, mistake)), ntjp.sender, ntjp.second_send, ntjp.timeout)


def _failures(
    ntjp: NtjpWords, start: datetime, names: Names, mistake: Callable[[tuple[str | int, ...], Sentence], None]
) -> Iterator[Failure]:
    for place, words in enumerate(ntjp.failures):
        for key, sentence in unknown_words(words.when, names):
            mistake(("ntjp", "failures", place, "when", key), sentence)
        written = words.model_dump_json(exclude_unset=True, by_alias=True)
        rule = BehaviourRule(match_of(words.when, start, names), (Answer(),), written=written)
        yield Failure(words.error, rule)

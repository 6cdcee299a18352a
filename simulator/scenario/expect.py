"""Holds what was expected against what happened: every expectation gets a verdict with its file and line.

What each asks for is looked up by `checks_of_webcert`, `checks_of_messages` and `checks_of_systems`.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.scenario import checks_of_messages, checks_of_systems, checks_of_webcert
from simulator.scenario.evidence import Evidence, Unmet, shown
from simulator.scenario.story import Asked, Story
from simulator.scenario.words import Words
from simulator.sentence import Sentence, say
from simulator.trace.facts import StepRefused
from simulator.verdict import Verdict, VerdictKind

_CHECKS = checks_of_webcert.CHECKS | checks_of_messages.CHECKS | checks_of_systems.CHECKS


def judge_story(evidence: Evidence) -> list[Verdict]:
    """One verdict an expectation, and a failed one for each refusal that nobody expected."""
    verdicts = [_judge(evidence, asked) for asked in evidence.story.asked]
    return verdicts + _unexpected_refusals(evidence)


def as_expected(verdicts: list[Verdict], story: Story) -> list[Verdict]:
    """The verdicts of a story whose failure is expected: what does not hold is known, and that all holds is news."""
    if story.expect_failure is None:
        return verdicts
    reason = say("expected to fail: {reason}", reason=story.expect_failure)
    if any(one.failed for one in verdicts):
        return [
            replace(one, kind=VerdictKind.FAILED_AS_EXPECTED, found=say("{found} ({why})", found=one.found, why=reason))
            if one.failed
            else one
            for one in verdicts
        ]
    surprise = say("everything holds; take expect_failure out")
    return [*verdicts, Verdict(VerdictKind.FAILED, reason, surprise, str(story.path), 1)]


def _judge(evidence: Evidence, asked: Asked) -> Verdict:
    expectation = asked.expectation
    words = getattr(expectation, expectation.said)
    try:
        found = _CHECKS[expectation.said](evidence, words)
        kind = VerdictKind.PASSED
    except Unmet as unmet:
        found, kind = unmet.sentence, VerdictKind.FAILED
    return Verdict(kind, _question(expectation.said, words), found, str(asked.place.path), asked.place.line)


def _question(said: str, words: Words) -> Sentence:
    given = words.model_dump(exclude_unset=True, by_alias=True, mode="python")
    facts = tuple(f"{name}={shown(value)}" for name, value in given.items())
    return say("{said}: {facts}", said=said, facts=" ".join(facts))


def _unexpected_refusals(evidence: Evidence) -> list[Verdict]:
    expected = [
        (asked.expectation.refused.certificate, asked.expectation.refused.action)
        for asked in evidence.story.asked
        if asked.expectation.refused is not None
    ]

    def is_expected(one: StepRefused) -> bool:
        return any(action is one.action and alias in (None, one.certificate) for alias, action in expected)

    return [
        Verdict(
            VerdictKind.FAILED,
            say("step {step}: {action} {certificate}", step=one.step, action=one.action.value,
                certificate=one.certificate),
            one.reason,
            str(evidence.story.deeds[one.step - 1].place.path),
            evidence.story.deeds[one.step - 1].place.line,
        )
        for one in evidence.of(StepRefused)
        # What came from elsewhere was answered there, and is no step of the story's.
        if one.step and not is_expected(one)
    ]  # fmt: skip

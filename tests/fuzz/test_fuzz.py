"""Whatever comes back is an outcome, and what is sent is kept and answered: a share of `python -m tests.fuzz`."""

from __future__ import annotations

import pytest

from tests.fuzz.guided import guide, why_not
from tests.fuzz.throwing import throw_answers, throw_requests


def test_broken_answers_end_as_outcomes(pytestconfig):
    """Each becomes an outcome by a rule, over a real socket, and none of our own code fails."""
    rules, _ = throw_answers(pytestconfig.getoption("fuzz_share"))
    assert {"ok", "soap-fault", "answer-not-xml", "not-http", "connection-broken", "answer-with-dtd"} <= set(rules)


def test_broken_requests_are_kept_and_answered(pytestconfig):
    """Each sound call is kept with its bytes and answered by a result or a fault that says what is wrong."""
    answers, _ = throw_requests(pytestconfig.getoption("fuzz_share"))
    # Rules about order, missing parts and the issuer have met them too.
    assert {"OK", "fault", "VALIDATION_ERROR", "TECHNICAL_ERROR", "APPLICATION_ERROR", "INFO", "400"} <= set(answers)


def test_the_parsers_stand_what_the_fuzzer_finds(pytestconfig):
    """Coverage leads the inputs to where the parsers have not been; none of them raises, hangs or eats memory."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    assert "Done" in guide(10 * pytestconfig.getoption("fuzz_share"))

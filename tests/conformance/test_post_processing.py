"""NotificationPostProcessingServiceTest: what an answer makes of a delivery."""

from __future__ import annotations

import pytest

from simulator.contract.reply import Fault
from simulator.journal.behaviour import Answer
from simulator.redelivery.delivery import DeliveryState
from tests.conformance.played import FAULT, INFO, OK, create, error, play

UNMARSHALLING = Answer(Fault("Server", "Unmarshalling Error: unexpected element"))
MARSHALLING = Answer(Fault("Server", "Marshalling Error: invalid"))


@pytest.mark.parametrize(
    ("answer", "state", "attempts"),
    [
        pytest.param(OK, "delivered", 1, id="shouldProduceSuccessOnReturnTypeOk"),
        pytest.param(INFO, "delivered", 1, id="shouldProduceSuccessOnReturnTypeInfo"),
        pytest.param(error("TECHNICAL_ERROR"), "delivered", 2, id="shouldProduceResendOnTechnicalError"),
        pytest.param(FAULT, "delivered", 2, id="shouldProduceResendOnRecoverableWebcertException"),
        pytest.param(error("VALIDATION_ERROR"), "rejected", 1, id="shouldProduceFailureOnValidationError"),
        pytest.param(error("APPLICATION_ERROR"), "rejected", 1, id="shouldProduceFailureOnApplicationError"),
        pytest.param(error("REVOKED"), "rejected", 1, id="shouldProduceFailureOnRevoked"),
        pytest.param(MARSHALLING, "rejected", 1, id="…FailureOnSoapFaultExceptionWithMarshallingError"),
        pytest.param(UNMARSHALLING, "rejected", 1, id="…FailureOnSoapFaultExceptionWithUnMarshallingError"),
    ],
)
def test_what_an_answer_makes_of_a_delivery(answer, state, attempts):
    """Success and failure are final at once; what is sent again arrives at the next attempt, which is answered OK."""
    (delivery,) = play(create(), answers=[answer]).deliveries
    assert (DeliveryState(state), attempts) == (delivery.state, delivery.attempts_made)


def test_the_text_of_info_is_kept():
    """shouldInfoLogResultTextOnReturnTypeInfo: a tester finds it among the attempt's facts."""
    (attempt,) = play(create(), answers=[INFO]).attempts
    assert ("info", "Noted") == (attempt.rule, attempt.facts["text"])

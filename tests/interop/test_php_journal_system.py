"""`webcertsim emit` and `webcertsim run` send status updates to a journal system made with PHP's SoapServer."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.interop.conftest import REPOSITORY, Installed, PhpJournalSystem, either_contract

OUTAGE = REPOSITORY / "scenarios" / "nurse-fk7443-outage.scenario.yaml"
UNIT = "TSTNMT2321000156-ALMC"


@pytest.mark.parametrize(
    ("event", "kind", "by", "code", "staff", "licences"),
    [
        ("SKAPAT", "FK7443", "at_doctor", "ITFP", "DRBE", []),
        ("ANDRAT", "FK7211", "nurse", "IGRAV", "SKAA", ["SJ"]),
        ("KFSIGN", "FK7443", "care_admin", "ITFP", "VAAA", []),
        ("RADERA", "FK7443", "care_admin", "ITFP", "VAAA", []),
        ("SIGNAT", "FK7443", "nurse", "ITFP", "SKAA", ["SJ"]),
        ("SIGNAT", "FK7211", "midwife", "IGRAV", "BMBL", ["SJ", "BM"]),
        ("SKICKA", "FK7472", "doctor", "ITFP", "DRAA", ["LK"]),
        ("MAKULE", "FK7210", "midwife", "IGRAV", "BMBL", ["SJ", "BM"]),
    ],
)
def test_php_reads_every_event(
    journal_system: PhpJournalSystem, webcertsim: Installed, tmp_path, event, kind, by, code, staff, licences
):
    """PHP finds in each message what was asked for on the command line, and its OK is a delivery."""
    ran = webcertsim(
        "emit", "--to", journal_system.url, "--event", event, "--type", kind, "--by", by, "--ref", "ärende <1>",
        cwd=tmp_path,
    )  # fmt: skip
    assert (0, "ok") == (ran.returncode, rule(ran.stdout)), ran.stdout + ran.stderr
    (received,) = journal_system.received()
    message = received["message"]
    certificate = message["intyg"]
    issuer = certificate["skapadAv"]
    assert UNIT == received["logical_address"]
    assert event == message["handelse"]["handelsekod"]["code"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", message["handelse"]["tidpunkt"])
    assert (code, "1.0") == (certificate["typ"]["code"], certificate["version"])
    assert UNIT == issuer["enhet"]["enhets-id"]["extension"]
    assert "Småmåla" == issuer["enhet"]["postort"]
    assert f"TSTNMT2321000156-{staff}" == message["hanteratAv"]["extension"] == issuer["personal-id"]["extension"]
    assert licences == [licence["code"] for licence in issuer.get("legitimeratYrke", [])]
    assert "191212121212" == certificate["patient"]["person-id"]["extension"]
    assert (event in {"SIGNAT", "SKICKA", "MAKULE"}) is ("signeringstidpunkt" in certificate)
    assert "ärende <1>" == message["ref"]
    assert 0 == message["skickadeFragor"]["totalt"] == message["mottagnaFragor"]["totalt"]


@either_contract
def test_php_reads_the_answers_of_fk7443(journal_system: PhpJournalSystem, webcertsim: Installed, tmp_path):
    """Free text, a code and a period come out of an open place, each as what it is."""
    webcertsim("emit", "--to", journal_system.url, "--type", "FK7443", "--by", "nurse", cwd=tmp_path)
    found = answers(journal_system)
    period = found["56.2"]["datePeriod"]
    assert {"text": "Feber och hosta"} == found["55.1"]
    assert ("HELA", "KV_FKMU_0008") == (found["56.1"]["cv"]["code"], found["56.1"]["cv"]["codeSystem"])
    assert period["start"] < period["end"]


@either_contract
def test_php_reads_the_answer_of_fk7211(journal_system: PhpJournalSystem, webcertsim: Installed, tmp_path):
    """The expected day of birth is a day."""
    webcertsim("emit", "--to", journal_system.url, "--type", "FK7211", "--by", "midwife", cwd=tmp_path)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", answers(journal_system)["54.1"]["text"])


@pytest.mark.parametrize(
    ("answer", "code", "decided"),
    [
        ({"result": "OK"}, 0, "ok"),
        ({"result": "INFO", "text": "Tack & hej"}, 0, "info"),
        ({"result": "ERROR", "error_id": "TECHNICAL_ERROR", "text": "Försök igen"}, 1, "technical-error"),
        ({"result": "ERROR", "error_id": "VALIDATION_ERROR"}, 1, "validation-error"),
        ({"result": "ERROR", "error_id": "APPLICATION_ERROR"}, 1, "application-error"),
        ({"result": "ERROR", "error_id": "REVOKED"}, 1, "revoked"),
        ({"result": "ERROR"}, 1, "error-without-error-id"),
        ({"fault": "Databasen är stängd"}, 1, "soap-fault"),
        ({"fault": "Unmarshalling Error: unexpected element"}, 1, "marshalling-fault"),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else None,
)
def test_every_answer_of_php_is_judged(
    journal_system: PhpJournalSystem, webcertsim: Installed, tmp_path, answer, code, decided
):
    """What PHP answers or throws is read and decided upon, and the exit code says whether the message arrived."""
    ran = webcertsim("emit", "--to", f"{journal_system.url}?{urlencode(answer)}", cwd=tmp_path)
    assert (code, decided) == (ran.returncode, rule(ran.stdout)), ran.stdout + ran.stderr
    assert 1 == len(journal_system.received())


def test_a_scenario_is_played_against_php(journal_system: PhpJournalSystem, webcertsim: Installed, tmp_path):
    """PHP in the place of `alfa`: the outage stands before it, and each status update reaches it once."""
    ran = webcertsim("run", OUTAGE, "--journal", f"alfa={journal_system.url}", cwd=tmp_path)
    assert 0 == ran.returncode, ran.stdout + ran.stderr
    assert "1 scenarios passed, 0 failed" in ran.stdout
    received = [one["message"]["handelse"]["handelsekod"]["code"] for one in journal_system.received()]
    assert ["SKAPAT", "SIGNAT", "SKICKA"] == sorted(received, key=["SKAPAT", "SIGNAT", "SKICKA"].index)


def test_a_scenario_that_php_refuses_fails(journal_system: PhpJournalSystem, webcertsim: Installed, tmp_path):
    """A journal system that answers VALIDATION_ERROR to everything does not pass the main story."""
    url = f"{journal_system.url}?result=ERROR&error_id=VALIDATION_ERROR"
    ran = webcertsim("run", OUTAGE, "--journal", f"alfa={url}", cwd=tmp_path)
    assert 1 == ran.returncode, ran.stdout + ran.stderr
    assert "0 scenarios passed, 1 failed" in ran.stdout


def rule(printed: str) -> str:
    """The name of the rule that decided, as `emit` prints it."""
    found = re.search(r"\(rule ([\w-]+)\)", printed)
    return found[1] if found else ""


def answers(journal_system: PhpJournalSystem) -> dict[str, Any]:
    """The answers of the certificate in the last message, by the number of the question's part."""
    questions = journal_system.received()[-1]["message"]["intyg"]["svar"]
    return {part["id"]: part["any"] for question in questions for part in question["delsvar"]}

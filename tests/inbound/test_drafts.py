"""CreateDraftCertificate on a running mock Webcert: each refusal in its order, and what follows from a draft."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.certificate.catalogue import FK7443
from simulator.certificate.certificate import Origin
from simulator.certificate.deeds import Deed, Draft
from simulator.certificate.lifecycle import Action
from simulator.simulation import InboundSetup
from simulator.trace.facts import StepRefused
from tests.inbound.callers import (
    CARE_ADMIN,
    DECEASED,
    DENTIST,
    DOCTOR,
    LILLTOLVAN,
    MIDWIFE,
    NEIGHBOUR,
    NURSE,
    PRIVATE_DOCTOR,
    PROTECTED,
    TOLVAN,
    UNIT,
)
from tests.inbound.conftest import ALFA, CAST, REGISTERS
from tests.inbound.reading import certificate, done, told

NAMES = ("Lilltolvan", "Tolvansson", "Anna Sjuksköterska", "Alfa Medicincentrum")
NOBODY, NOWHERE = "TSTNMT2321000156-XXXX", "TSTNMT2321000156-YYYY"
# A check digit that is wrong, and a published test number that is not in the cast.
WRONG, UNREGISTERED = "201212121213", "199001019802"


def verdict(answer):
    """The verdict in one tuple: code, error id, text."""
    result = answer["result"]
    return result["resultCode"], result["errorId"], result["resultText"]


async def test_a_draft_is_made(webcert):
    """The answer names the draft by the unit's HSA-id and a new id, and the register's patient is in the draft."""
    answer = await webcert.create_draft(names_given=("Annat", "Namn", *NAMES[2:]), ref="vår-1")
    assert answer["result"]["resultCode"] == "OK"
    made = await certificate(webcert.simulation)
    assert (answer["intygs-id"]["root"], answer["intygs-id"]["extension"]) == (UNIT, made.id)
    assert (made.patient, made.saved_by) == (CAST.patients["lilltolvan"], CAST.staff["nurse"])
    assert (made.origin, made.care_reference, made.answers) == (Origin.JOURNAL_SYSTEM, "vår-1", ())


MISSING = (
    "the patient's last name is missing",
    "the patient's first name is missing",
    "the full name of the physician is missing",
    "the name of the unit is missing",
    "the last digit of a person id is a check digit, and this one is wrong",
)
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "calls-to-webcert.md"


def assert_page_says(place, error, said):
    """The row at this place of the page's table of refusals has this error, and these words but for `…`."""
    rows = re.findall(r"^\| (\d+) \| .* \| (\w+) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [str(number) for number in range(1, 11)] == [number for number, _, _ in rows]
    _, named, words = rows[place - 1]
    patterns = [".*".join(map(re.escape, one.split("…"))) for one in words.split(" *or* ")]
    assert named == error
    assert any(re.fullmatch(pattern, said) for pattern in patterns), f"{words}\n{said}"


# Each row breaks its own rule and all rules below it, so that the row's error shows that its rule is asked first.
REFUSALS = [
    ("nobody", 1, {"by": NOBODY, "names_given": ("", "", "", ""), "unit": NOWHERE, "person": WRONG, "kind": "X"},
     "VALIDATION_ERROR", f"No valid MIU was found for person {NOBODY} on unit {NOWHERE}, can not create draft!"),
    ("private doctor", 1, {"by": PRIVATE_DOCTOR, "names_given": ("", "", "", ""), "unit": NOWHERE},
     "VALIDATION_ERROR",
     f"No valid MIU was found for person {PRIVATE_DOCTOR} on unit {NOWHERE}, can not create draft!"),
    ("names", 2, {"names_given": ("", " ", "", ""), "unit": NOWHERE, "person": WRONG, "kind": "X"},
     "VALIDATION_ERROR",
     "; ".join(MISSING)),
    ("unit", 3, {"unit": NOWHERE, "person": UNREGISTERED, "kind": "X"},
     "VALIDATION_ERROR", f"No valid MIU was found for person {NURSE} on unit {NOWHERE}, can not create draft!"),
    ("person", 4, {"person": UNREGISTERED, "kind": "X"}, "APPLICATION_ERROR", "population register"),
    ("type", 5, {"kind": "X", "by": DENTIST, "person": PROTECTED},
     "APPLICATION_ERROR", "The certificate type X is not supported"),
    ("forum name", 5, {"kind": "FK7443", "by": DENTIST, "person": PROTECTED},
     "APPLICATION_ERROR", "The certificate type FK7443 is not supported"),
    ("inactivated", 6, {"kind": "FK7263", "by": DENTIST, "person": PROTECTED}, "APPLICATION_ERROR", "inactivated"),
    ("not yet", 6, {"kind": "LU_OMV_MEK", "by": DENTIST, "person": PROTECTED},
     "APPLICATION_ERROR", "can be created from"),
    ("role", 7, {"by": DENTIST, "person": PROTECTED}, "APPLICATION_ERROR", "a dentist may not create FK7443"),
    ("protected", 8, {"by": CARE_ADMIN, "person": PROTECTED}, "APPLICATION_ERROR", "identity is protected"),
    ("deceased", 9, {"person": DECEASED}, "APPLICATION_ERROR", "the patient has died"),
]  # fmt: skip


async def test_a_commission_elsewhere(running):
    """Who has commissions at some units only is taken there, and refused as if she were unknown elsewhere."""
    elsewhere = replace(REGISTERS, commissions={NURSE: {CAST.units["ALAM"]}})
    async with running(inbound=InboundSetup(elsewhere)) as webcert:
        code, found, said = verdict(await webcert.create_draft())
        assert (code, found) == ("ERROR", "VALIDATION_ERROR")
        assert_page_says(3, found, said)
        assert verdict(await webcert.create_draft(unit=NEIGHBOUR))[0] == "OK"


@pytest.mark.parametrize(
    ("place", "wanted", "error", "text"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
async def test_refusals(webcert, place, wanted, error, text):
    """What Webcert does not do it says why, by the first of its rules that is broken, and nothing comes of it."""
    answer = await webcert.create_draft(**wanted)
    code, found, said = verdict(answer)
    assert (code, found, answer["intygs-id"]) == ("ERROR", error, None)
    assert text in said
    assert_page_says(place, error, said)
    assert wanted.get("person", LILLTOLVAN) not in said.replace(NURSE, "")
    assert await webcert.simulation.outbox.certificates() == []
    assert await told(webcert.simulation) == []


@pytest.mark.parametrize(
    ("by", "kind", "code"),
    [
        (DOCTOR, "ITFP", "OK"), (NURSE, "ITFP", "OK"), (MIDWIFE, "ITFP", "OK"), (CARE_ADMIN, "ITFP", "ERROR"),
        (DOCTOR, "LISJP", "OK"), (CARE_ADMIN, "LISJP", "ERROR"), (DOCTOR, "DB", "ERROR"),
    ],
)  # fmt: skip
async def test_protected_patients_by_role(webcert, by, kind, code):
    """Who may begin a draft for a patient with a protected identity depends on the type; care admins never may."""
    assert verdict(await webcert.create_draft(kind, by=by, person=PROTECTED))[0] == code


async def test_one_db_for_each_patient(webcert):
    """A second DB for the same patient at the care provider is refused until the first is gone."""
    first = await webcert.create_draft("DB", by=DOCTOR, person=TOLVAN)
    again = await webcert.create_draft("DB", by=DOCTOR, person=TOLVAN, unit=NEIGHBOUR)
    assert (verdict(first)[0], verdict(again)[:2]) == ("OK", ("ERROR", "APPLICATION_ERROR"))
    assert "there is a DB for this patient already" in verdict(again)[2]
    assert_page_says(10, *verdict(again)[1:])
    await done(webcert.simulation, Action.DELETE, by="doctor")
    assert verdict(await webcert.create_draft("DB", by=DOCTOR, person=TOLVAN))[0] == "OK"


async def test_a_refusal_by_the_rules_is_in_the_trace(webcert):
    """What is refused by a rule that actions have too stands in the trace with that rule."""
    await webcert.create_draft(by=DENTIST)
    (fact,) = await webcert.simulation.facts()
    assert isinstance(fact, StepRefused)
    assert (fact.rule, fact.by, fact.action) == ("role-may-not", DENTIST, Action.CREATE)


async def test_every_update_carries_the_reference(webcert):
    """The reference of the journal system is on each status update until the certificate is revoked."""
    await webcert.create_draft(ref="vår-1")
    await done(webcert.simulation, Action.CHANGE, Action.SIGN, Action.REVOKE)
    updates = await told(webcert.simulation)
    assert {"SKAPAT", "SIGNAT", "SKICKA", "MAKULE"} == {one.event.code for one in updates}
    assert {"vår-1"} == {one.care_reference for one in updates}


async def test_no_reference_is_no_reference(webcert):
    """Without a reference, or with an empty one, status updates have none."""
    await webcert.create_draft()
    await webcert.create_draft(ref="")
    assert [None, None] == [one.care_reference for one in await told(webcert.simulation)]


@pytest.mark.parametrize(("kind", "by", "handled_by"), [("ITFP", NURSE, NURSE), ("LISJP", DOCTOR, None)])
async def test_who_is_said_to_have_created_it(webcert, kind, by, handled_by):
    """SKAPAT names the person of the request where certificate-service has the type, and nobody where it has not."""
    await webcert.create_draft(kind, by=by)
    assert [handled_by] == [one.event.handled_by for one in await told(webcert.simulation)]


async def test_a_unit_is_integrated_by_its_first_draft(running):
    """Before a journal system has begun a draft at a unit nothing is told of it; SKAPAT of that draft is the first."""
    async with running(journal_systems=(replace(ALFA, not_integrated=(UNIT,)),)) as webcert:
        simulation, draft = webcert.simulation, Draft(FK7443, CAST.units["ALMC"], CAST.patients["alma"])
        await simulation.do(Deed(Action.CREATE, "before", CAST.staff["nurse"], draft=draft))
        assert await told(simulation) == []
        assert verdict(await webcert.create_draft(by=DENTIST))[0] == "ERROR"
        await done(simulation, Action.SIGN, alias="before")
        assert await told(simulation) == []
        answer = await webcert.create_draft()
        await simulation.do(Deed(Action.CREATE, "after", CAST.staff["nurse"], draft=draft))
        await done(simulation, Action.REVOKE, alias="before")
        updates = await told(simulation)
    assert ["SKAPAT", "SKAPAT", "MAKULE"] == [one.event.code for one in updates]
    assert updates[0].certificate_id == answer["intygs-id"]["extension"]


async def test_the_newest_type_is_begun(webcert):
    """A wish names no version: on a day before certificate-service has LISJP, the legacy path's is begun."""
    await webcert.create_draft("lisjp", by=DOCTOR)
    made = await certificate(webcert.simulation)
    assert (made.type.path, made.type.version) == ("legacy", "1.2")


async def test_drafts_take_names_that_are_free(webcert):
    """A draft that nobody awaits gets a name that no certificate has, whoever named that one."""
    await webcert.simulation.do(
        Deed(
            Action.CREATE, "draft-1", CAST.staff["nurse"],
            draft=Draft(FK7443, CAST.units["ALMC"], CAST.patients["alma"]),
        )
    )  # fmt: skip
    assert verdict(await webcert.create_draft())[0] == "OK"
    assert ["draft-1", "draft-2"] == [one.alias for one in await webcert.simulation.outbox.certificates()]

"""ListCertificatesForCareWithQA on a running mock Webcert: what a journal system catches up with."""

from __future__ import annotations

from datetime import timedelta

import pytest
import zeep.exceptions

from simulator.certificate.catalogue import FK7443
from simulator.certificate.deeds import Deed, Draft
from simulator.certificate.lifecycle import Action
from simulator.certificate.unit_mapping import UnitMapping
from simulator.journal.behaviour import BehaviourRule, Match, TurnAway
from simulator.settings import DEFAULT_START
from simulator.simulation import JournalSystemSetup
from tests.inbound.callers import ALFA, DOCTOR, ELSEWHERE, LILLTOLVAN, NEIGHBOUR, NURSE, TOLVAN, UNIT
from tests.inbound.conftest import CAST
from tests.inbound.reading import certificate, done


async def begun(webcert, alias, *, unit="ALMC", patient="lilltolvan"):
    """A draft begun in Webcert itself."""
    draft = Draft(FK7443, CAST.units[unit], CAST.patients[patient])
    await webcert.simulation.do(Deed(Action.CREATE, alias, CAST.staff["nurse"], draft=draft))


def ids(items):
    """The ids of what is listed."""
    return {item["intyg"]["intygs-id"]["extension"] for item in items}


def events(item):
    """The event codes of a listed certificate, in their order."""
    return [one["handelsekod"]["code"] for one in item["handelser"]["handelse"]]


def numbers(counts):
    """Total, unanswered, answered and handled."""
    return tuple(counts[name] for name in ("totalt", "ejBesvarade", "besvarade", "hanterade"))


async def test_a_certificate_with_its_events(webcert):
    """A certificate is listed as it is, with its reference and its events: who, when to the second, no display name."""
    await webcert.create_draft(ref="vår-1")
    await webcert.simulation.wait_until(DEFAULT_START + timedelta(minutes=15, milliseconds=700))
    await done(webcert.simulation, Action.CHANGE, Action.SIGN)
    await webcert.simulation.drain()
    (item,) = await webcert.list(units=(UNIT,))
    assert events(item) == ["SKAPAT", "SIGNAT", "SKICKA"]
    first, signed, _ = item["handelser"]["handelse"]
    assert (first["hanteratAv"]["extension"], first["handelsekod"]["displayName"]) == (NURSE, None)
    assert (signed["tidpunkt"].minute, signed["tidpunkt"].microsecond) == (15, 0)
    assert item["ref"] == "vår-1"
    assert item["intyg"]["underskrift"] is not None
    assert item["intyg"]["intygs-id"]["root"] == UNIT


async def test_by_unit_and_by_care_provider(webcert):
    """Units narrow a list to themselves; a care provider's holds all its units'; another provider's holds none."""
    for alias, unit in (("a", "ALMC"), ("b", "ALAM")):
        await begun(webcert, alias, unit=unit)
    await begun(webcert, "c", patient="tolvan")
    await webcert.simulation.drain()
    a, b, c = [(await certificate(webcert.simulation, alias)).id for alias in ("a", "b", "c")]
    assert ids(await webcert.list(units=(UNIT,))) == {a}
    assert ids(await webcert.list(units=(UNIT, NEIGHBOUR))) == {a, b}
    assert ids(await webcert.list(provider=ALFA)) == {a, b}
    assert ids(await webcert.list(units=(NEIGHBOUR,), provider=ALFA)) == {b}
    assert ids(await webcert.list(TOLVAN, provider=ALFA)) == {c}
    assert await webcert.list(units=(ELSEWHERE,)) == []
    assert await webcert.list("199001019802", units=(UNIT,)) == []


@pytest.mark.parametrize(
    ("period", "listed"),
    [
        ({}, ["SKAPAT", "SIGNAT", "SKICKA"]),
        ({"since": "2024-09-02T08:00:01"}, ["SIGNAT", "SKICKA"]),
        ({"since": "2024-09-02T08:00:00", "until": "2024-09-02T08:14:59"}, ["SKAPAT"]),
        ({"until": "2024-09-02T08:15:00"}, ["SKAPAT", "SIGNAT", "SKICKA"]),
        ({"since": "2024-09-02T08:15:00"}, ["SIGNAT", "SKICKA"]),
        ({"since": "2024-09-02T08:15:01"}, None),
    ],
)  # fmt: skip
async def test_by_period(webcert, period, listed):
    """A period holds its first and last second; a certificate without events in it is not listed."""
    await webcert.create_draft()
    await webcert.simulation.wait_until(DEFAULT_START + timedelta(minutes=15, milliseconds=700))
    await done(webcert.simulation, Action.CHANGE, Action.SIGN)
    await webcert.simulation.drain()
    found = await webcert.list(units=(UNIT,), **period)
    assert [events(item) for item in found] == ([] if listed is None else [listed])


async def test_deleted_drafts_are_left_out(webcert):
    """What has been deleted is not listed any more."""
    await webcert.create_draft()
    await begun(webcert, "kept")
    await done(webcert.simulation, Action.DELETE)
    await webcert.simulation.drain()
    assert ids(await webcert.list(units=(UNIT,))) == {(await certificate(webcert.simulation, "kept")).id}


async def test_what_was_tried_is_listed_and_what_was_not_is_not(running):
    """An event that has been tried is listed, delivered or not; one that still waits is not."""
    down = (BehaviourRule(Match(), (TurnAway(),)),)
    async with running(journal_systems=(JournalSystemSetup("alfa", (UNIT,), down),)) as webcert:
        await webcert.create_draft()
        await webcert.simulation.wait_until(DEFAULT_START + timedelta(seconds=5))
        await done(webcert.simulation, Action.CHANGE)
        (item,) = await webcert.list(units=(UNIT,))
        assert events(item) == ["SKAPAT"]


async def test_a_unit_that_nobody_serves_has_no_events(webcert):
    """Where nothing is told, nothing is kept to be listed."""
    await webcert.create_draft(unit=ELSEWHERE)
    await webcert.simulation.drain()
    assert await webcert.list(units=(ELSEWHERE,)) == []


async def test_an_event_is_kept_under_the_unit_that_its_own_was_mapped_to(running):
    """Once the unit goes on as another, what is told is that one's; what was told before is not."""
    mapped = CAST.units["ZEAM"]
    mapping = UnitMapping(mapped, DEFAULT_START + timedelta(hours=4), unit=UNIT)
    async with running(unit_mappings=(mapping,)) as webcert:
        await webcert.create_draft()
        await webcert.simulation.wait_until(DEFAULT_START + timedelta(hours=5))
        await done(webcert.simulation, Action.CHANGE, Action.SIGN)
        await webcert.simulation.drain()
        (before,) = await webcert.list(units=(UNIT,))
        (since,) = await webcert.list(units=(mapped.hsa_id,))
        assert (events(before), events(since)) == (["SKAPAT"], ["SIGNAT", "SKICKA"])
        assert len(await webcert.list(provider=mapped.care_provider.hsa_id)) == 1


async def test_neither_unit_nor_provider(webcert):
    """A wish that says neither which units nor which care provider is a fault of the caller's."""
    with pytest.raises(zeep.exceptions.Fault) as raised:
        await webcert.list()
    assert raised.value.code == "soap:Client"
    assert "enhets-id" in raised.value.message
    assert LILLTOLVAN not in raised.value.message


@pytest.mark.parametrize(
    ("kind", "by", "open_question", "handled"),
    [("ITFP", "nurse", (1, 1, 0, 0), (1, 1, 0, 1)), ("LISJP", "doctor", (1, 1, 0, 0), (1, 0, 0, 1))],
)
async def test_counts_of_each_path(webcert, kind, by, open_question, handled):
    """Counts exclude each other on the legacy path; on certificate-service's a handled question is unanswered too."""
    await webcert.create_draft(kind, by={"nurse": NURSE, "doctor": DOCTOR}[by])
    await done(webcert.simulation, Action.CHANGE, Action.SIGN, by=by)
    if kind == "LISJP":
        await done(webcert.simulation, Action.SEND, by=by)
    made = await certificate(webcert.simulation)
    assert (await webcert.write(made.id, message_id="m-1", due="2024-10-01"))["resultCode"] == "OK"
    await webcert.simulation.drain()
    (item,) = await webcert.list(units=(UNIT,))
    asked = item["handelser"]["handelse"][-1]
    assert (asked["handelsekod"]["code"], asked["amne"]["code"]) == ("NYFRFM", "KOMPLT")
    assert asked["sistaDatumForSvar"].isoformat() == "2024-10-01"
    assert asked["hanteratAv"] is None
    assert numbers(item["mottagnaFragor"]) == open_question
    await done(webcert.simulation, Action.HANDLE_RECEIVED, by=by, asked="m-1")
    (item,) = await webcert.list(units=(UNIT,))
    assert numbers(item["mottagnaFragor"]) == handled
    assert numbers(item["skickadeFragor"]) == (0, 0, 0, 0)

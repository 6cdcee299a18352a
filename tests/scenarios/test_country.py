"""The country: every region and agent of the forum, and what becomes of their status updates in 25 days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.redelivery.delivery import DeliveryState
from simulator.report.summary import summarise
from simulator.report.wording import explanation_of, fate_of
from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.model import JournalSystemWords
from simulator.scenario.yaml_file import read_yaml
from simulator.settings import Over
from simulator.trace.jsonl import digest
from tests.scenarios.stories import FILES, SCENARIOS, play_file

COUNTRY = SCENARIOS / "country.yaml"
MOODS = SCENARIOS / "country-in-25-moods.scenario.yaml"
# As the forum lists them; Stockholm and Gotland are counted as one.
REGIONS = {
    "BLEKINGE", "DALARNA", "GAVLEBORG", "HALLAND", "JAMTLAND", "JONKOPING", "KALMAR", "KRONOBERG", "NORRBOTTEN",
    "SKANE", "STOCKHOLM", "GOTLAND", "SORMLAND", "UPPSALA", "VGR", "VARMLAND", "VASTERBOTTEN", "VASTERNORRLAND",
    "VASTMANLAND", "OREBRO", "OSTERGOTLAND",
}  # fmt: skip
AGENTS = {"STGORAN", "CARASENT", "CGM", "KLINIKEN"}
VENDOR_GROUPS = {
    "cosmic", "sussa", "takecare", "vas", "cgm_j4", "cerner", "evimeria", "kliniken", "capio_st_goran",
}  # fmt: skip


def systems() -> dict[str, JournalSystemWords]:
    """The journal systems of the country."""
    return {
        name: JournalSystemWords.model_validate(words)
        for name, words in read_yaml(COUNTRY).content["journal_systems"].items()
    }


def test_every_region_and_agent_is_served_once():
    """Each region and agent has two test units, and each unit one journal system of a vendor group."""
    units = [unit for one in systems().values() for unit in one.units]
    assert VENDOR_GROUPS == set(systems())
    assert len(units) == len(set(units)) == 2 * len(REGIONS | AGENTS)
    assert REGIONS | AGENTS == {unit.rpartition("_")[0] for unit in units}
    cast = load_cast()
    assert all(cast.units[unit].hsa_id.startswith("TST") for unit in units)
    assert 24 == len(REGIONS | AGENTS) - len({"GOTLAND"})


def test_each_region_has_a_mood_of_its_own():
    """No two regions or agents of the moods' scenario behave alike, in the journal system and on the way there."""
    moods: dict[str, list[str]] = {region: [] for region in REGIONS | AGENTS}
    for system in load_story(MOODS, load_cast()).journal_systems:
        failures = [] if system.platform is None else [one.rule for one in system.platform.failures]
        for rule in (*system.behaviour, *failures):
            match = rule.within if rule.within.units else rule.match
            (unit,) = match.units
            region = next(one for one in moods if f"-{one}-" in unit)
            moods[region].append(rule.written.replace(unit.removeprefix("TSTREGION-").replace("-", "_"), "here"))
    assert len(moods) == len({tuple(lines) for lines in moods.values()})


def test_everything_is_delivered_or_has_ended_for_a_stated_reason():
    """After 25 days nothing is waiting, and the report says of each status update how it ended, and why."""
    played = play_file(MOODS)
    assert played.drained
    ended = {DeliveryState.DELIVERED, DeliveryState.REJECTED, DeliveryState.EXHAUSTED}
    assert ended == {one.state for one in played.deliveries}
    assert 3 * len(REGIONS | AGENTS) == len(played.deliveries)
    last = max(fact.at for fact in played.facts)
    assert timedelta(days=25) <= last - played.header.start <= timedelta(days=27)
    for update in summarise(played.header, "", played.facts, played.verdicts).updates:
        assert str(fate_of(update))
        final = update.attempts[-1]
        assert final.rule
        assert all(map(str, explanation_of(final))), update


def test_the_same_digest_twice():
    """The same run leaves the same trace, whether its bytes stay in memory or travel over sockets."""
    assert 1 == len({digest(play_file(MOODS, over=over).trace) for over in (Over.MEMORY, Over.MEMORY, Over.HTTP)})


INCIDENTS = [path for path in FILES if path.parent.name == "incidents"]


@pytest.mark.parametrize("path", INCIDENTS, ids=[path.name for path in INCIDENTS])
def test_an_incident_says_what_was_said_and_what_is_assumed(path):
    """Each incident's description tells what the forum said from what had to be assumed, and expects something."""
    words = read_yaml(path).content
    said, _, assumed = str(words["description"]).partition(" Assumed: ")
    assert said.startswith("Said: ")
    assert assumed
    assert "../country.yaml" == words["include"]


def test_every_incident_release_and_window_of_the_forum_is_there():
    """The days that the forum names have their scenarios."""
    names = {path.name.removesuffix(".scenario.yaml") for path in INCIDENTS}
    windows = {"jonkoping", "dalarna", "halland", "jamtland", "vgr", "varmland", "kalmar", "uppsala", "skane"}
    assert {f"service-window-2022-{region}" for region in windows} <= names
    assert names >= {
        "certificate-expired-2024-02-14", "signing-service-2022-05-11", "siths-client-2022-05", "release-2022-05-11",
        "release-2022-06-14", "releases-2023-12", "unit-ids-exchanged-2024-01-16", "new-units-2024-02-20",
        "release-2024-03-19",
    }  # fmt: skip


def test_a_shipped_file_is_included_by_its_name(tmp_path):
    """`include: country.yaml` means the file beside the scenario, or else the one that comes with the program."""
    path = tmp_path / "own.scenario.yaml"
    text = (
        "format: 1\nname: Own\ninclude: country.yaml\n"
        "steps: [create: {certificate: c1, type: FK7804, unit: DALARNA_VC, by: doctor, patient: alve}]\n"
        "expect: [delivered: {certificate: c1, event: SKAPAT, to: sussa}]\n"
    )
    path.write_text(text, encoding="utf-8")
    assert play_file(path).passed
    (tmp_path / "country.yaml").write_text(
        "format: 1\njournal_systems: {sussa: {units: [ALMC]}}\n", encoding="utf-8"
    )  # fmt: skip
    with pytest.raises(ExceptionGroup, match=r"own\.scenario\.yaml"):
        load_story(path, load_cast())


def test_windows_of_the_signing_service_move_with_the_story():
    """A story that begins at another moment has its signing service down there too."""
    story = load_story(SCENARIOS / "incidents" / "signing-service-2022-05-11.scenario.yaml", load_cast())
    ((since, until),) = story.signing_down
    by = timedelta(days=10)
    assert ((since + by, until + by),) == story.moved_to(story.start + by).signing_down

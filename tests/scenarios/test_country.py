"""The country: every region and agent of the forum, and what becomes of their status updates in 25 days."""

from __future__ import annotations

from datetime import timedelta

from simulator.redelivery.delivery import DeliveryState
from simulator.report.summary import summarise
from simulator.report.wording import explanation_of, fate_of
from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.model import JournalSystemWords
from simulator.scenario.yaml_file import read_yaml
from simulator.settings import Over
from simulator.trace.jsonl import digest
from tests.scenarios.stories import SCENARIOS, play_file

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

"""The users' forum's bare numbers in files, where YAML reads them as numbers."""

from __future__ import annotations

import asyncio

import pytest

from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.play import PlaySettings, play

STORY = """\
format: 1
name: A type by its number
journal_systems:
  alfa:
    units: [ALMC]
    behaviour:
      - {when: {type: 7443}, answer: VALIDATION_ERROR}
      - {when: {type: [DB, 7211]}, answer: APPLICATION_ERROR}
steps:
  - create: {certificate: c1, type: 7443, unit: ALMC, by: nurse, patient: alma}
  - create: {certificate: c2, type: 7211, unit: ALMC, by: nurse, patient: alma}
expect:
  - rejected: {certificate: c1, event: SKAPAT, rule: validation-error}
  - rejected: {certificate: c2, event: SKAPAT, rule: application-error}
  - message: {certificate: c1, event: SKAPAT, type: 7472}
"""


def loaded(folder, text=STORY):
    """The story of a file with this text."""
    path = folder / "types.scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return load_story(path, load_cast())


def test_a_number_names_a_type(tmp_path):
    """A type is created, met by a behaviour and expected by its number alone."""
    played = asyncio.run(play(loaded(tmp_path), PlaySettings()))
    assert [True] * 3 == [one.holds for one in played.verdicts]


def test_a_draft_is_awaited_by_number(tmp_path):
    """The draft that a journal system is to begin may be named so, too."""
    awaited = "  - await_draft: {unit: ALMC, type: 7211, as: c3, within: 1s}\nexpect:"
    assert 3 == len(loaded(tmp_path, STORY.replace("expect:", awaited)).deeds)


@pytest.mark.parametrize(
    ("good", "bad", "line"),
    [("{type: 7443}", "{type: 7444}", 7), ("[DB, 7211]", "[DB, 7444]", 8), ("c1, type: 7443", "c1, type: 7444", 10)],
)
def test_an_unknown_number_is_refused(tmp_path, good, bad, line):
    """A number that no type has is told of like any other word, with its line."""
    with pytest.raises(ExceptionGroup) as refused:
        loaded(tmp_path, STORY.replace(good, bad))
    (mistake,) = refused.value.exceptions
    assert f":{line}: " in str(mistake)
    assert "unknown certificate type '7444'; did you mean '7443'?" in str(mistake)

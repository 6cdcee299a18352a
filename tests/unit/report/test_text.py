"""The timeline as text: what fits, what is said, and what strangers cannot do to a terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from simulator.locale import Language
from simulator.report.summary import Summary
from simulator.report.text import print_run
from tests.unit.report import examples

BOTH = (Language.SWEDISH, Language.ENGLISH)


def printed(summary: Summary, width: int = 120, language: Language = Language.ENGLISH) -> str:
    """What is printed of a run."""
    output = io.StringIO()
    print_run(summary, Console(file=output, width=width, highlight=False), language)
    return output.getvalue()


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("summary", examples.all_runs(), ids=lambda summary: summary.header.scenario[:12])
def test_no_line_is_wider_than_the_console(summary: Summary, width: int, language: Language) -> None:
    """Only what is copied whole, a path with its line, may be wider than the console."""
    for line in printed(summary, width, language).splitlines():
        assert cell_len(line) <= width or line.endswith(":7"), line


def test_an_attempt_is_one_row_with_its_answer_decision_and_next_attempt() -> None:
    """An attempt stands on one row, from its moment to the next one."""
    row = next(line for line in printed(examples.outage()).splitlines() if "SIGNAT c1" in line and "5/30" in line)
    assert row == "– 2024-09-02 09:51:00  SIGNAT c1  5/30     refused  sent again  2024-09-02 13:51:00"


def test_80_columns_show_the_delay_instead_of_the_next_moment() -> None:
    """Where there is no room for the next attempt's moment, its distance stands there."""
    assert "5/30     refused  sent again  +4 h\n" in printed(examples.outage(), 80)


def test_a_reason_is_not_repeated_while_it_stays_the_same() -> None:
    """Twenty-two answers of one kind are explained once, and again where the system's own words change."""
    text = printed(examples.exhausted(), 200)
    assert text.count("TECHNICAL_ERROR  ") == 22
    assert text.count("technical-error: ") == 2
    assert "the journal system says “Certificate not found in COSMIC”" in " ".join(text.split())


def test_steps_stand_before_what_follows_from_them() -> None:
    """Who did what stands in the timeline, with the events that the journal system is told."""
    lines = printed(examples.outage()).splitlines()
    signed = next(place for place, line in enumerate(lines) if "signs c1; told to alfa: SIGNAT and SKICKA" in line)
    assert "SKAPAT c1" not in "\n".join(lines[signed:])
    assert "SIGNAT c1" in lines[signed + 1]


def test_steps_of_one_moment_keep_their_own_status_updates() -> None:
    """A draft that is created and signed at one moment is told as SKAPAT by the first step and SIGNAT by the second."""
    text = printed(examples.at_one_moment(), 200)
    assert "told to alfa: SKAPAT\n" in text
    assert "told to alfa: SIGNAT and SKICKA\n" in text


def test_a_refused_step_says_who_may_and_by_which_rule() -> None:
    """A refusal stands in the timeline with its reason and its rule."""
    assert "doctor and nurse may [role-may-not]" in printed(examples.refused())
    assert "läkare och sjuksköterska" in printed(examples.refused(), language=Language.SWEDISH)


@pytest.mark.parametrize("width", [80, 120])
def test_where_all_is_refused_the_moments_are_whole(width: int) -> None:
    """A run without a single attempt has its moments in full."""
    lines = printed(examples.only_refused(), width).splitlines()
    assert [line for line in lines if line.startswith("! 2024-09-02 08:00:00  midwife TSTNMT2321000156-1079")]


def test_an_answer_that_came_too_late_stands_at_its_own_moment() -> None:
    """A late answer is a row of its own, at the moment when it came."""
    row = next(line for line in printed(examples.too_late()).splitlines() if line.startswith("○"))
    assert row == "○ 2024-09-02 08:01:30  SIGNAT c1  1/30     OK       too late"


def test_a_failed_verdict_says_what_was_found_and_where_it_was_asked() -> None:
    """A failed expectation has its finding, and its file and line as editors read them."""
    text = printed(examples.exhausted())
    assert "FAIL  delivered: certificate=c1 event=SIGNAT attempt=5\n" in text
    assert "        the attempt is 6, not 5\n        scenarios/example.scenario.yaml:21\n" in text
    assert "FEL" in printed(examples.exhausted(), language=Language.SWEDISH)


def test_a_path_with_its_line_is_never_broken() -> None:
    """A long path stays on one line, so that it can be followed."""
    verdict = replace(examples.failed(), path="scenarios/" + "long/" * 30 + "x.scenario.yaml")
    text = printed(replace(examples.exhausted(), verdicts=(verdict,)), 80)
    assert f"{verdict.path}:21\n" in text


def test_the_sums_the_digest_and_the_files_end_the_report() -> None:
    """The last lines are the counts, the digest and what was written."""
    summary = replace(examples.outage(), files=("out/trace.jsonl",))
    assert printed(summary).splitlines()[-4:] == [
        "Status updates: 3 (delivered 3, rejected 0, exhausted 0, waiting 0, not told 0); attempts: 13",
        f"Trace, SHA-256: {summary.digest}",
        "Written: out/trace.jsonl",
        "",
    ]


def test_a_run_that_was_cut_short_says_so() -> None:
    """A run that ended while something waited is not taken for a whole one."""
    assert "The run was ended before everything was settled." in printed(examples.too_late())


@pytest.mark.parametrize("language", BOTH)
def test_what_strangers_write_is_shown_and_not_obeyed(language: Language) -> None:
    """No escape sequence, no newline and no markup from outside reaches the terminal."""
    text = printed(examples.evil(), 200, language)
    assert not [character for character in text if character != "\n" and not character.isprintable()]
    assert "[bold red]" in text
    assert "<U+001B>[31m<U+202E>evil<U+0000> second line" in text


def test_a_console_without_colours_gets_none() -> None:
    """Where nobody's terminal is, there are no escape sequences at all."""
    assert "\x1b" not in printed(examples.outage())


def test_the_choice_of_an_uncertain_rule_is_said_to_be_one() -> None:
    """Where Webcert's own manner is not known for certain, the reason says so."""
    assert "answer-foreign" in printed(examples.rejected(), 200)
    assert "it is not certain that Webcert does so" in printed(examples.rejected(), 200)

"""The page: it stands alone, it is well-formed, and strangers' texts stay texts."""

from __future__ import annotations

import re

import pytest
from lxml import etree, html

from simulator.locale import Language
from simulator.report.html import render_html
from simulator.report.summary import Summary
from simulator.report.timeline import Mark
from tests.unit.report import examples

BOTH = (Language.SWEDISH, Language.ENGLISH)
RUNS = examples.all_runs()


def page(*summaries: Summary, language: Language = Language.ENGLISH) -> html.HtmlElement:
    """The page of some runs, as a browser reads it."""
    return html.document_fromstring(render_html(summaries, language))


def marks(document: html.HtmlElement, kind: str) -> list[str]:
    """What the marks of a kind say when they are pointed at."""
    found = document.xpath(f"//svg[@role='img']/svg[g[contains(@class, 'm {kind}')]]//title")
    return [title.text_content() for title in found]


@pytest.mark.parametrize("language", BOTH)
def test_the_page_is_well_formed(language: Language) -> None:
    """Every element is closed where it should be: but for void elements, the page can be read as XML."""
    text = render_html(RUNS, language).removeprefix("<!DOCTYPE html>")
    etree.fromstring(re.sub(r"<(meta)([^>]*)>", r"<\1\2/>", text))


@pytest.mark.parametrize("language", BOTH)
def test_the_page_needs_nothing_from_elsewhere(language: Language) -> None:
    """There is no script, no link out, no picture and no font; the policy in the head forbids them all."""
    text = render_html(RUNS, language)
    document = html.document_fromstring(text)
    assert not document.xpath("//script | //link | //img | //iframe | //object | //use | //@src | //@onclick")
    assert all(target.startswith("#run-") for target in document.xpath("//@href"))
    assert "url(" not in text
    assert "@import" not in text
    assert "http://" not in text
    assert "https://" not in text
    assert "default-src 'none'" in document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


@pytest.mark.parametrize("language", BOTH)
def test_what_strangers_write_stays_text(language: Language) -> None:
    """Markup in a fault, a certificate's name or a scenario's name is shown as it was written."""
    text = render_html([examples.evil()], language)
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "<script>alert(1)</script> [bold red]& \"'{fact}" in html.document_fromstring(text).text_content()


def test_each_status_update_has_a_lane_with_every_attempt() -> None:
    """The picture has as many marks as there were attempts, each of which says what happened."""
    document = page(examples.outage())
    assert len(document.xpath("//svg[@role='img']")) == 3
    assert len(marks(document, "delivered")) == 3
    assert len(marks(document, "silent")) == 10
    assert marks(document, "silent")[0] == (
        "attempt 1 of 30, 2024-09-02 08:15:00\nrefused → sent again\n"
        "connection-refused: the connection was refused: nobody listens there, so the message has not arrived, and is "
        "sent again while attempts are left; see whether the journal system is up, and check the port"
    )


def test_an_outage_is_a_band_from_its_first_refusal_to_its_last() -> None:
    """Attempts without any answer in a row are joined; a single one has no band."""
    assert len(page(examples.outage()).xpath("//svg[@role='img']//rect[@class='silence']")) == 2
    assert not page(examples.too_late()).xpath("//svg[@role='img']//rect[@class='silence']")


def test_outcomes_differ_in_shape_and_not_only_in_colour() -> None:
    """Whoever sees no colours tells the outcomes apart all the same."""
    document = page(*RUNS)
    kinds = [kind.value for kind in Mark]
    drawn = [document.xpath(f"//svg[@role='img']//g[@class='m {kind}']")[0] for kind in kinds]
    shapes = [b"".join(etree.tostring(part, with_tail=False) for part in group) for group in drawn]
    assert len(set(shapes)) == len(kinds)


def test_the_axis_shows_minutes_and_weeks() -> None:
    """The first hours are labelled one by one, and the days after them by the five."""
    labels = page(examples.exhausted()).xpath("//text[contains(@class, 'tick')]/text()")
    assert labels == ["0", "1 min", "6 min", "36 min", "1 h 36 min", "5 h 36 min", "1 d", "5 d", "10 d", "15 d", "20 d"]


def test_places_stay_within_the_picture() -> None:
    """No mark stands outside the axis."""
    for place in page(*RUNS).xpath("//svg[@role='img']/svg/@x"):
        assert 0 <= float(place.removesuffix("%")) <= 100


def test_a_verdict_has_its_file_and_line() -> None:
    """Each verdict says where it was asked for."""
    cells = [cell.text_content() for cell in page(examples.exhausted()).xpath("(//table)[1]/tbody/tr/td")]
    assert cells == [
        "FAIL",
        "delivered: certificate=c1 event=SIGNAT attempt=5",
        "the attempt is 6, not 5",
        "scenarios/example.scenario.yaml:21",
    ]


def test_the_table_has_a_row_for_every_attempt_step_and_late_answer() -> None:
    """What happened stands in one table, in its order."""
    rows = page(examples.too_late()).xpath("//table[@class='course']/tbody/tr")
    assert [row[0].text_content() for row in rows] == [
        "2024-09-02 08:00:00",
        "2024-09-02 08:00:00",
        "2024-09-02 08:01:30",
    ]


def test_a_refused_step_is_seen_as_such() -> None:
    """A refusal has a row of its own, with the reason."""
    refused = page(examples.refused()).xpath("//tr[@class='deed refused']")
    assert "role-may-not" in refused[0].text_content()


def test_the_page_speaks_the_language_it_is_asked_for() -> None:
    """Headings and decisions are in the page's language."""
    swedish = page(examples.outage(), language=Language.SWEDISH)
    assert swedish.get("lang") == "sv"
    assert page(*RUNS, language=Language.SWEDISH).findtext(".//title") == "Omsändning av statusuppdateringar"
    assert "sjuksköterska" in swedish.text_content()


def test_no_run_at_all_makes_a_page_too() -> None:
    """Where nothing could be played there is still something to open."""
    assert "No run was made." in page().text_content()

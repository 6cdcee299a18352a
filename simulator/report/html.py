"""Runs as one HTML page: for each a picture of its attempts, then the verdicts, then every attempt in a table.

The page stands alone: no script, no font, no picture from elsewhere, and a policy in its head that forbids them.
Everything is escaped by the template, since certificates, answers and faults are strangers' texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from simulator.clock import swedish
from simulator.locale import Language, text_of
from simulator.redelivery.delivery import DeliveryState
from simulator.report.inboxes import CertificateAtSystem
from simulator.report.picture import Say, draw
from simulator.report.summary import Summary
from simulator.report.timeline import AttemptRow, DeedRow, Mark, rows_of
from simulator.report.wording import length_of_time, notes_of, one_line, taken_text
from simulator.sentence import Sentence, say

# Beside the marks, the legend explains the band that lies behind those without an answer.
SILENCE = "silence"

# What the template says on its own account.
_WORDS: dict[str, Sentence] = {
    "title": say("Redelivery of status updates"),
    "runs": say("Runs"),
    "no_runs": say("No run was made."),
    "passed": say("Passed"),
    "failed": say("Failed"),
    "picture": say("Attempts over time"),
    "axis": say("time since the event"),
    "log_scale": say("the beginning, enlarged"),
    "linear_scale": say("the rest, to scale"),
    "no_updates": say("No status update was sent."),
    "verdicts": say("Expectations"),
    "no_verdicts": say("Nothing was expected of this run."),
    "ok": say("OK"),
    "fail": say("FAIL"),
    "verdict": say("Verdict"),
    "asked": say("Expected"),
    "found": say("Found"),
    "where": say("Where"),
    "course": say("What happened"),
    "when": say("When"),
    "event": say("Status update"),
    "attempt": say("Attempt"),
    "answer": say("Answer"),
    "decision": say("Decision"),
    "next": say("Next attempt"),
    "why": say("Rule and reason"),
    "undrained": say("The run was ended before everything was settled."),
    "file": say("File"),
    "start": say("Start"),
    "end": say("End"),
    "schedule": say("Redelivery schedule"),
    "policy": say("Policy"),
    "seed": say("Seed"),
    "digest": say("Trace, SHA-256"),
    "inboxes": say("At the journal systems"),
    "system": say("Journal system"),
    "certificate": say("Certificate"),
    "told": say("Event"),
    "taken": say("Taken"),
    "notes": say("Worth knowing"),
}
_LEGEND: dict[str, Sentence] = {
    Mark.DELIVERED.value: say("delivered"),
    Mark.RETRY.value: say("answered, sent again"),
    Mark.SILENT.value: say("no answer, sent again"),
    SILENCE: say("a stretch without any answer"),
    Mark.REJECTED.value: say("rejected"),
    Mark.EXHAUSTED.value: say("exhausted"),
    Mark.LATE.value: say("answer that came too late"),
    Mark.NEXT.value: say("planned attempt"),
    Mark.SILENCED.value: say("not told"),
}
_COUNTS: dict[DeliveryState, Sentence] = {
    DeliveryState.DELIVERED: say("Delivered:"),
    DeliveryState.REJECTED: say("Rejected:"),
    DeliveryState.EXHAUSTED: say("Exhausted:"),
    DeliveryState.WAITING: say("Waiting:"),
    DeliveryState.SILENCED: say("Not told:"),
}


def render_html(summaries: Sequence[Summary], language: Language) -> str:
    """The page for these runs, in their order."""

    def words(sentence: Sentence) -> str:
        return one_line(text_of(sentence, language))

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["percent"] = lambda share: f"{share * 100:.2f}%"
    return environment.get_template("run.html.j2").render(
        language=str(language),
        words={name: _capitalised(words(sentence)) for name, sentence in _WORDS.items()},
        runs=[_run(summary, words) for summary in summaries],
    )


def _run(summary: Summary, words: Say) -> dict[str, Any]:
    """What the template needs of a run: texts, places, and the kinds of things."""
    header = summary.header
    picture = draw(summary, words)
    shown = {mark.kind.value for lane in picture.lanes for mark in lane.marks}
    shown |= {SILENCE} if any(lane.silences for lane in picture.lanes) else set()
    return {
        "name": one_line(header.scenario),
        "passed": summary.passed,
        "judged": bool(summary.verdicts),
        "drained": summary.drained,
        "facts": {
            "file": one_line(summary.path),
            "start": swedish(header.start),
            "end": swedish(summary.ended_at),
            "schedule": words(say("{schedule} ({most} attempts)", schedule=header.schedule, most=header.attempts_max)),
            "policy": header.policy,
            "seed": header.seed,
        },
        "counts": [(state.value, words(name), summary.count(state)) for state, name in _COUNTS.items()],
        "picture": picture,
        "legend": [(kind, words(name)) for kind, name in _LEGEND.items() if kind in shown],
        "met": words(
            say("{met} of {all} hold", met=sum(one.holds for one in summary.verdicts), all=len(summary.verdicts))
        ),
        "verdicts": [
            (one.failed, words(one.asked), words(one.found), f"{one_line(one.path)}:{one.line}")
            for one in summary.verdicts
        ],
        "rows": [_deed(row, words) if isinstance(row, DeedRow) else _attempt(row, words) for row in rows_of(summary)],
        "inboxes": [_inbox(one, words) for one in summary.inboxes],
        "digest": summary.digest,
    }


def _inbox(one: CertificateAtSystem, words: Say) -> dict[str, Any]:
    return {
        "system": one_line(one.system),
        "certificate": one_line(one.alias),
        "believes": words(one.believes),
        "remarkable": one.is_remarkable,
        "events": [
            (one_line(event.event), one_line(event.occurred_at), taken_text(event),
             "; ".join(map(words, notes_of(event))))
            for event in one.seen.events
        ],
    }  # fmt: skip


def _deed(row: DeedRow, words: Say) -> dict[str, Any]:
    return {"is_deed": True, "refused": row.refused, "at": swedish(row.at), "said": [words(one) for one in row.said]}


def _attempt(row: AttemptRow, words: Say) -> dict[str, Any]:
    return {
        "is_deed": False,
        "mark": row.mark.value,
        "at": swedish(row.at),
        "event": row.update,
        "attempt": row.attempt,
        "answer": row.answer,
        "decision": words(row.decision),
        "next": swedish(row.next_attempt_at) if row.next_attempt_at else "",
        "delay": f"+{length_of_time(row.delay)}" if row.delay else "",
        "rule": row.rule,
        "why": "; ".join(map(words, row.explanation)),
    }


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]

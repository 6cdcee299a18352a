"""A run as text: its timeline, its verdicts and its sums, for a terminal or a log of 80 columns and up.

The columns are chosen by what fits: first the year goes, and the next attempt's moment becomes its distance. Reasons
stand on a line of their own, and only where they differ from those of the attempt before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from simulator.clock import swedish
from simulator.locale import Language, text_of
from simulator.redelivery.delivery import DeliveryState
from simulator.report.summary import Summary
from simulator.report.timeline import AttemptRow, DeedRow, Mark, rows_of
from simulator.report.wording import length_of_time, notes_of, one_line
from simulator.sentence import Sentence, say
from simulator.verdict import VERDICT_WORDS, Verdict, VerdictKind

# One column each, also where there is no colour.
_SIGNS = {
    Mark.DELIVERED: ("✓", "green"),
    Mark.RETRY: ("↻", "yellow"),
    Mark.SILENT: ("–", "yellow"),
    Mark.REJECTED: ("✗", "red"),
    Mark.EXHAUSTED: ("■", "red"),
    Mark.LATE: ("○", "blue"),
    Mark.NEXT: ("·", "default"),
    Mark.SILENCED: ("≈", "dim"),
}

Say = Callable[[Sentence], str]


def print_run(summary: Summary, console: Console, language: Language) -> None:
    """Print a whole run; the console's width decides the columns."""

    def words(sentence: Sentence) -> str:
        return one_line(text_of(sentence, language))

    header = summary.header
    console.print(Text(one_line(header.scenario), "bold"))
    facts = say(
        "{path}, start {start}, schedule {schedule} ({most} attempts), policy {policy}, seed {seed}",
        path=summary.path,
        start=swedish(header.start),
        schedule=header.schedule,
        most=header.attempts_max,
        policy=header.policy,
        seed=header.seed,
    )
    console.print(Text(words(facts), "dim"))
    console.print()
    _print_timeline(rows_of(summary), console, words)
    console.print()
    _print_inboxes(summary, console, words)
    _print_verdicts(summary.verdicts, console, words)
    _print_sums(summary, console, words)


def _print_inboxes(summary: Summary, console: Console, words: Say) -> None:
    """What is remarkable at the journal systems; where all is as it should be, nothing is said."""
    remarkable = [one for one in summary.inboxes if one.is_remarkable]
    if not remarkable:
        return
    console.print(Text(words(say("At the journal systems")), "bold"))
    for one in remarkable:
        system = one_line(one.system)
        believes = Text(f"{one_line(one.alias)}: {words(one.believes)}")
        _print_hanging(console, Text(f"  {system}"), believes, 4 + cell_len(system))
        for event in one.seen.events:
            notes = notes_of(event)
            if notes:
                _print_below(console, Text(f"{event.event}: {'; '.join(map(words, notes))}", "dim"), 6)
    console.print()


def _print_sums(summary: Summary, console: Console, words: Say) -> None:
    counts = say(
        "status updates: {updates} (delivered {delivered}, rejected {rejected}, exhausted {exhausted}, "
        "waiting {waiting}, not told {silenced}); attempts: {attempts}",
        updates=len(summary.updates),
        delivered=summary.count(DeliveryState.DELIVERED),
        rejected=summary.count(DeliveryState.REJECTED),
        exhausted=summary.count(DeliveryState.EXHAUSTED),
        waiting=summary.count(DeliveryState.WAITING),
        silenced=summary.count(DeliveryState.SILENCED),
        attempts=sum(len(update.attempts) for update in summary.updates),
    )
    console.print(Text(_capitalised(words(counts))))
    if not summary.drained:
        console.print(Text(words(say("The run was ended before everything was settled.")), "yellow"))
    # Never wrapped: these are copied.
    console.print(Text(words(say("Trace, SHA-256: {digest}", digest=summary.digest)), "dim"), soft_wrap=True)
    for path in summary.files:
        console.print(Text(_capitalised(words(say("written: {path}", path=path)))), soft_wrap=True)
    console.print()


def _print_verdicts(verdicts: Sequence[Verdict], console: Console, words: Say) -> None:
    if not verdicts:
        console.print(Text(words(say("Nothing was expected of this run."))))
        return
    good, failed, known = (words(VERDICT_WORDS[kind]) for kind in VerdictKind)
    width = max(
        map(cell_len, (good, failed, known) if any(one.is_known_failure for one in verdicts) else (good, failed))
    )
    met = say("expectations that hold: {met} of {all}", met=sum(one.holds for one in verdicts), all=len(verdicts))
    console.print(Text(_capitalised(words(met)), "bold"))
    for verdict in verdicts:
        word, style = (good, "green") if verdict.holds else (known, "yellow")
        sign = Text(f"  {failed if verdict.failed else word:<{width}}", "bold red" if verdict.failed else style)
        _print_hanging(console, sign, Text(words(verdict.asked)), width + 4)
        if not verdict.holds:
            _print_below(console, Text(words(verdict.found)), width + 4)
            where = Text(f"{' ' * (width + 4)}{one_line(verdict.path)}:{verdict.line}", "bold")
            console.print(where, soft_wrap=True)


@dataclass(frozen=True)
class _Columns:
    """What is shown in the columns before the decision and after it, and how wide each of them is."""

    when: Callable[[datetime], str]
    upcoming: Callable[[AttemptRow], str]
    widths: tuple[int, ...] = ()

    def cells(self, row: DeedRow | AttemptRow, words: Say) -> tuple[str, ...]:
        """A row's texts, from when it was to the next attempt; what is said of a deed runs across the columns."""
        if isinstance(row, DeedRow):
            return (self.when(row.at), *("" for _ in _HEADINGS[1:]))
        return (self.when(row.at), row.update, row.attempt, row.answer, words(row.decision), self.upcoming(row))


_HEADINGS = (
    say("When"),
    say("Update"),
    say("Attempt"),
    say("Answer"),
    say("Decision"),
    say("Next"),
)
_GAP = 2
_UPDATE, _ANSWER, _DECISION = 1, 3, 4


def _without_year(moment: datetime) -> str:
    return swedish(moment)[5:]


def _next_moment(row: AttemptRow) -> str:
    return swedish(row.next_attempt_at) if row.next_attempt_at else ""


def _next_delay(row: AttemptRow) -> str:
    return f"+{length_of_time(row.delay, parts=2)}" if row.delay else ""


# From the widest; the last is cut to size.
_CHOICES = (
    _Columns(swedish, _next_moment),
    _Columns(swedish, _next_delay),
    _Columns(_without_year, _next_delay),
)


def _print_timeline(rows: Sequence[DeedRow | AttemptRow], console: Console, words: Say) -> None:
    columns = _fitting(rows, console.width, words)
    if any(isinstance(row, AttemptRow) for row in rows):
        headings = _line(tuple(words(heading) for heading in _HEADINGS), columns.widths)
        console.print(Text(f"  {headings}".rstrip(), "bold"), no_wrap=True, overflow="ellipsis")
    indent = 2 + columns.widths[0] + _GAP
    for row in rows:
        if isinstance(row, DeedRow):
            lead = Text(f"{'!' if row.refused else '·'} {columns.when(row.at)}", "red" if row.refused else "default")
            _print_hanging(console, lead, Text("; ".join(map(words, row.said)), "bold"), indent)
        else:
            _print_attempt(row, columns, console, words)


def _print_attempt(row: AttemptRow, columns: _Columns, console: Console, words: Say) -> None:
    sign, colour = _SIGNS[row.mark]
    cells = columns.cells(row, words)
    if row.next_attempt_at is not None:
        console.print(
            Text(f"{sign} {_line(cells, columns.widths)}".rstrip(), colour), no_wrap=True, overflow="ellipsis"
        )
    else:
        # The decision takes the room of a next attempt that is none.
        lead = f"{sign} {_line(cells[:_DECISION], columns.widths[:_DECISION])}"
        _print_hanging(console, Text(lead, colour), Text(cells[_DECISION], colour), cell_len(lead) + _GAP)
    if row.explanation and (row.rule, len(row.explanation)) != ("ok", 1):
        because = "; ".join(map(words, row.explanation))
        below = f"{row.rule}: {because}" if row.rule else because
        _print_below(console, Text(below, "dim"), 2 + columns.widths[0] + _GAP)


def _fitting(rows: Sequence[DeedRow | AttemptRow], width: int, words: Say) -> _Columns:
    """The first choice of columns that the width has room for, or the last one, cut down."""
    for choice in _CHOICES:
        widths = _widths([choice.cells(row, words) for row in rows], words)
        if 2 + sum(widths) + _GAP * (len(widths) - 1) <= width:
            break
    excess = 2 + sum(widths) + _GAP * (len(widths) - 1) - width
    for column, least in ((_UPDATE, 12), (_ANSWER, 8)):
        cut = max(0, min(excess, widths[column] - least))
        widths[column] -= cut
        excess -= cut
    return _Columns(choice.when, choice.upcoming, tuple(widths))


def _widths(cells: Sequence[tuple[str, ...]], words: Say) -> list[int]:
    # A decision that nothing follows may run on into the last column.
    counted = [one if one[-1] else (*one[:_DECISION], "", "") for one in cells]
    counted.append(tuple(words(heading) for heading in _HEADINGS))
    return [max(cell_len(one[column]) for one in counted) for column in range(len(_HEADINGS))]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """The cells, each as wide as its column."""
    return (" " * _GAP).join(_cut(text, width) for text, width in zip(cells, widths, strict=True))


def _cut(text: str, width: int) -> str:
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _print_hanging(console: Console, lead: Text, body: Text, indent: int) -> None:
    """The lead, and the body beside it, wrapped within its own column."""
    lines = body.wrap(console, max(console.width - indent, 20))
    for number, line in enumerate(lines):
        line.rstrip()
        before = Text(set_cell_size(lead.plain, indent), lead.style) if number == 0 else Text(" " * indent)
        console.print(before + line, no_wrap=True, overflow="ignore", crop=False)


def _print_below(console: Console, body: Text, indent: int) -> None:
    _print_hanging(console, Text(""), body, indent)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]

"""How facts are said to people: deeds, answers, lengths of time, and what strangers wrote.

Text, HTML and JUnit use the same words, so that a tester finds in one what was seen in another. What a journal system
wrote is never trusted to be printable: `one_line` shows what it is, and lets none of it act on a terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta

from simulator.certificate.lifecycle import ACTION_NAMES, ROLE_NAMES, SILENT_ACTIONS, Action
from simulator.clock import swedish
from simulator.journal.inbox_view import EventSeen
from simulator.ntjp.vp_codes import VP_ERRORS, code_in
from simulator.redelivery.delivery import DeliveryState
from simulator.redelivery.outcome import RULES_BY_NAME
from simulator.report.summary import UpdateSummary, reason_of
from simulator.sentence import Sentence, say
from simulator.trace.facts import PLATFORM_SENDS, AttemptMade, MailSent, StatusUpdateEmitted, StepRefused, StepTaken

_DEEDS: dict[Action, Sentence] = {
    Action.CREATE: say("{role} {by} creates the draft {certificate}: {type} at {unit}"),
    Action.CHANGE: say("{role} {by} changes the draft {certificate}"),
    Action.MARK_READY_TO_SIGN: say("{role} {by} marks the draft {certificate} as ready to sign"),
    Action.SIGN: say("{role} {by} signs {certificate}"),
    Action.SEND: say("{role} {by} sends {certificate} to its recipient"),
    Action.REVOKE: say("{role} {by} revokes {certificate}"),
    Action.DELETE: say("{role} {by} deletes the draft {certificate}"),
    Action.OPEN: say("{role} {by} opens {certificate} from the journal system"),
    Action.REPLACE: say("{role} {by} begins {certificate}, which replaces {parent}"),
    Action.RENEW: say("{role} {by} begins {certificate}, which renews {parent}"),
    Action.COMPLEMENT: say("{role} {by} begins {certificate}, which complements {parent}"),
    Action.COPY: say("{role} {by} begins {certificate}, a copy of the locked draft {parent}"),
    Action.RECEIVE_QUESTION: say("the recipient asks about {certificate} ({question})"),
    Action.REMIND: say("the recipient reminds of {certificate} ({question})"),
    Action.RECEIVE_ANSWER: say("the recipient answers the care unit's question about {certificate} ({question})"),
    Action.ASK: say("{role} {by} asks the recipient about {certificate} ({question})"),
    Action.ANSWER: say("{role} {by} answers the recipient about {certificate} ({question})"),
    Action.HANDLE_RECEIVED: say(
        "{role} {by} marks the recipient's question about {certificate} as handled ({question})"
    ),
    Action.UNHANDLE_RECEIVED: say(
        "{role} {by} marks the recipient's question about {certificate} as not handled ({question})"
    ),
    Action.HANDLE_SENT: say("{role} {by} marks the care unit's question about {certificate} as handled ({question})"),
    Action.UNHANDLE_SENT: say(
        "{role} {by} marks the care unit's question about {certificate} as not handled ({question})"
    ),
    Action.LOCK: say("time locks the draft {certificate}"),
    Action.DISPOSE: say("time disposes of the draft {certificate}"),
}
_SENT_BY_CITIZEN = say("the patient sends {certificate} to its recipient")


def deed_of(step: StepTaken) -> Sentence:
    """Who did what."""
    facts = {
        "role": ROLE_NAMES[step.role] if step.role else None, "by": step.by, "certificate": step.certificate,
        "type": step.type, "unit": step.unit, "parent": step.parent, "question": step.question,
    }  # fmt: skip
    template = (_DEEDS[step.action] if step.by or step.action is not Action.SEND else _SENT_BY_CITIZEN).template
    return Sentence(template, tuple((name, fact) for name, fact in facts.items() if fact is not None))


def told_of(step: StepTaken, emitted: tuple[StatusUpdateEmitted, ...], mailed: tuple[MailSent, ...]) -> Sentence:
    """Which journal systems are told of a deed, and what."""
    if mailed:
        return say("the unit is told by mail: {events}", events=tuple(one.event.value for one in mailed))
    if not emitted and step.action in SILENT_ACTIONS:
        return say("nobody is told of this")
    if not emitted:
        return say("nobody is told: the unit is not integrated, or Webcert did not tell of the type yet")
    systems = tuple(dict.fromkeys(one.journal_system for one in emitted))
    return say("told to {systems}: {events}", systems=systems, events=tuple(one.event.value for one in emitted))


def refusal_of(step: StepRefused) -> Sentence:
    """Who was not let do what, and why."""
    if step.role is None:
        return say("it is refused to {action} {certificate}: {reason} [{rule}]", action=ACTION_NAMES[step.action],
                   certificate=step.certificate, reason=step.reason, rule=step.rule)  # fmt: skip
    return say(
        "{role} {by} may not {action} {certificate}: {reason} [{rule}]",
        role=ROLE_NAMES[step.role],
        by=step.by,
        action=ACTION_NAMES[step.action],
        certificate=step.certificate,
        reason=step.reason,
        rule=step.rule,
    )


def answer_of(attempt: AttemptMade) -> str:
    """What came back, in the trace's own word, which a scenario can expect; with its HTTP status where that tells."""
    if attempt.rule == "http-status":
        # The body has not been read, so the word for it would mislead.
        return f"HTTP {attempt.http_status}"
    return attempt.answer if attempt.http_status in (None, 200) else f"{attempt.answer}, HTTP {attempt.http_status}"


def explanation_of(
    attempt: AttemptMade, took_again: Callable[[AttemptMade], bool | None] = lambda _: None
) -> tuple[Sentence, ...]:
    """Why Webcert decided as it did, what the journal system itself said, and what is worth knowing besides.

    `took_again` tells whether the system has in an attempt taken what it had taken before; None where nobody knows.
    """
    rule = RULES_BY_NAME[attempt.rule]
    said = [reason_of(attempt)]
    if attempt.facts.get("text"):
        said.append(say("the journal system says “{text}”", text=attempt.facts["text"]))
    if "fault_text" in attempt.facts and "{fault_text}" not in rule.reason.template:
        said.append(say("the fault says “{text}”", text=attempt.facts["fault_text"]))
    code = code_in(str(attempt.facts.get("fault_text", "")))
    if code is not None:
        said.append(say("{code} is the platform's own: {advice}", code=code.value, advice=VP_ERRORS[code].advice))
    if attempt.facts.get(PLATFORM_SENDS):
        said.append(
            say("the platform sent the message twice: the connection to the journal system broke, and it sends once "
                "more after 2 s")
        )  # fmt: skip
        again = took_again(attempt)
        if again is None:
            said.append(say("if the first had arrived, the journal system has it twice now: look into its log"))
        elif again:
            said.append(say("the journal system had already taken it, and has now taken it again"))
    took = attempt.at - attempt.sent_at
    if took >= timedelta(seconds=1):
        said.append(say("it took {length}", length=length_of_time(took)))
    if rule.inferred:
        said.append(say("it is not certain that Webcert does so"))
    return tuple(said)


def fate_of(update: UpdateSummary) -> Sentence:
    """How a status update has gone, in one line."""
    if update.silenced is not None:
        return say("not told: another message stands for it ({rule})", rule=update.silenced.rule)
    if not update.attempts:
        return say("no attempt was made")
    last = update.attempts[-1]
    most, length = last.attempts_max, length_of_time(last.at - update.emitted.at)
    match update.state:
        case DeliveryState.DELIVERED if last.at == update.emitted.at:
            return say("delivered at attempt {attempt} of {most}, at once", attempt=last.attempt, most=most)
        case DeliveryState.DELIVERED:
            return say("delivered at attempt {attempt} of {most}, {length} after the event",
                       attempt=last.attempt, most=most, length=length)  # fmt: skip
        case DeliveryState.REJECTED:
            return say(
                "rejected at attempt {attempt} of {most}: {rule}", attempt=last.attempt, most=most, rule=last.rule
            )
        case DeliveryState.EXHAUSTED:
            return say("exhausted after {most} attempts, {length} after the event", most=most, length=length)
    return say("waiting: {made} of {most} attempts made", made=last.attempt, most=most)


def notes_of(event: EventSeen) -> list[Sentence]:
    """What is remarkable about how an event came, if anything."""
    notes: list[Sentence] = []
    if not event.times:
        notes.append(say("never taken, in {calls} calls", calls=event.calls) if event.calls else say("never came"))
    if event.late and event.delay is not None:
        notes.append(say("late, by {length}", length=length_of_time(event.delay, parts=2)))
    if event.out_of_order:
        notes.append(say("out of order: a later event came before it"))
    if event.times > 1:
        notes.append(say("taken {times} times", times=event.times))
    return notes


def taken_text(event: EventSeen) -> str:
    """When it was taken, as people read it."""
    return ", ".join(swedish(moment) for moment in event.taken_at) or "–"


_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms"))


def length_of_time(length: timedelta, parts: int = 5) -> str:
    """A length of time, at most so many parts of it: `24 d 5 h 36 min`. The units are the same in both languages."""
    left = round(length / timedelta(milliseconds=1))
    words: list[str] = []
    for size, unit in _UNITS:
        number, left = divmod(left, size)
        if number and len(words) < parts:
            words.append(f"{number} {unit}")
    return " ".join(words) or "0 s"


def one_line(text: str) -> str:
    """Text from anywhere as one line that does nothing: every unprintable character is shown instead of obeyed.

    Newlines and other white space become one space. An escape that would colour a terminal, or a mark that would turn
    the direction of writing, is shown by its number.
    """
    return "".join(_shown(character) for character in " ".join(text.split()))


def _shown(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) in ("Zs", "Co"):
        return character
    return f"<U+{ord(character):04X}>"

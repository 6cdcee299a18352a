"""A page for each event, made by playing the scenarios of the events: when it comes, what it carries, an example.

Nothing is said here that a run has not shown: each row of a page has the scenario that it was seen in. What an event
means, and which of Webcert's changes concern it, is said below; what lacks its line there stops the program.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree
from tables import code, table

from simulator.certificate.catalogue import TYPES
from simulator.certificate.catalogue import Path as CertificatePath
from simulator.certificate.events import EventCode
from simulator.certificate.lifecycle import ACTION_NAMES, Action
from simulator.certificate.mail import MAILED_EVENTS
from simulator.certificate.manners import CHANGES, Change, CountsTold, manners
from simulator.contract import message_reading, names
from simulator.contract.reading import read_xml
from simulator.contract.schema import packaged
from simulator.contract.status_update import COUNTED_EVENTS, StatusUpdate
from simulator.redelivery.delivery import DeliveryState
from simulator.scenario.cast import load_cast
from simulator.scenario.load import FILE_PATTERN, load_story
from simulator.scenario.play import PlaySettings, play
from simulator.trace.facts import StatusUpdateEmitted, StepTaken

SCENARIOS = packaged("scenarios")

MEANINGS = {
    EventCode.SKAPAT: "A draft has been begun: by the journal system, by a user, or from another certificate.",
    EventCode.ANDRAT: "A draft has been saved, or has another person id. Nothing is compared: every save is told.",
    EventCode.RADERA: "A draft is gone: somebody has deleted it, or it was disposed of after three months.",
    EventCode.KFSIGN: "Somebody who may not sign says that the draft is ready for one who may.",
    EventCode.SIGNAT: "The certificate is signed, and frozen from then on; a private doctor's has no underskrift.",
    EventCode.SKICKA: "The certificate has been sent to its recipient.",
    EventCode.MAKULE: "The certificate is revoked. On Webcert's own path a locked draft can be revoked too.",
    EventCode.NYFRFM: "The recipient asks or reminds; or its requests are open again, since a complement was revoked.",
    EventCode.NYFRFV: "The care unit has asked the recipient.",
    EventCode.NYSVFM: "The recipient has answered a question of the care unit's.",
    EventCode.HANFRFM: "A question of the recipient's has been answered or handled, or is no longer handled.",
    EventCode.HANFRFV: "A question of the care unit's has been handled, or is no longer handled.",
}  # fmt: skip

_ALL = frozenset(EventCode)
# Which events a manner is seen at.
CONCERNS: dict[str, frozenset[EventCode]] = {
    "tells": _ALL,
    "handled_by": _ALL - MAILED_EVENTS,
    "handled_by_of_nobody": MAILED_EVENTS | {EventCode.SKICKA, EventCode.RADERA},
    "care_reference": _ALL,
    "counts": _ALL,
    "tells_sent_question_apart": frozenset({EventCode.HANFRFM, EventCode.HANFRFV}),
    "closing": frozenset({EventCode.HANFRFM}),
    "tells_reopening": frozenset({EventCode.NYFRFM}),
    "subject": frozenset({EventCode.NYFRFM}),
    "redelivers": _ALL,
    "redelivers_to_mapped_unit": _ALL,
    "rewriting": _ALL,
}

PATHS = {CertificatePath.CS: "certificate-service", CertificatePath.LEGACY: "Webcert's own (legacy)"}

_PATH_OF = {(kind.wire_code, kind.version): kind.path for kind in TYPES}


@dataclass(frozen=True)
class Seen:
    """One status update of a run: which action led to it, and whether it is of the certificate that was acted on."""

    event: EventCode
    action: Action
    of_itself: bool
    path: CertificatePath
    update: StatusUpdate
    document: bytes
    scenario: str


@cache
def seen() -> tuple[Seen, ...]:
    """All that the scenarios of the events tell, in the order of their names."""
    paths = sorted((SCENARIOS / "events").rglob(FILE_PATTERN), key=lambda path: (len(path.parts), path))
    return tuple(one for path in paths for one in _seen_in(path))


def _seen_in(path: Path) -> Iterable[Seen]:
    played = asyncio.run(play(load_story(path, load_cast()), PlaySettings()))
    deliveries = {one.id: one for one in played.deliveries}
    taken = [fact for fact in played.facts if isinstance(fact, StepTaken)]
    for fact in played.facts:
        if not isinstance(fact, StatusUpdateEmitted) or fact.resend_of is not None:
            continue
        delivery = deliveries[fact.delivery]
        if delivery.state is DeliveryState.SILENCED or delivery.message is None:
            continue
        # What time does has no step, and is told of the very certificate.
        deed = next(
            one
            for one in taken
            if one.step == fact.step and (one.step or (one.certificate, one.at) == (fact.certificate, fact.at))
        )
        request = read_xml(delivery.message).find(f"{names.BODY}/*")
        update = message_reading.read_request(request, "")
        yield Seen(
            event=fact.event,
            action=deed.action,
            of_itself=fact.certificate == deed.certificate,
            path=_PATH_OF[update.type_code, update.type_version],
            update=update,
            document=delivery.message,
            scenario=path.relative_to(SCENARIOS).as_posix(),
        )


def index() -> str:
    """The page that leads to the others."""
    rows = (
        (f"[`{event}`]({event}.md)", event.display_name, MEANINGS[event]) for event in EventCode
    )  # fmt: skip
    return "\n\n".join(
        [
            "# Events",
            "The twelve things that Webcert tells journal systems, each with a page of its own.",
            "The pages are made by playing [the scenarios of the events](../../../scenarios/events).",
            "What may follow on what is [the life-cycle](../lifecycle.md).",
            table(("code", "text on the wire", "what has happened"), rows),
            "## Webcert's changes",
            "What a journal system saw differently before a day; `as_of:` in a scenario brings it back.",
            _changes(CHANGES),
            NOT_PLAYED,
        ]
    ) + "\n"  # fmt: skip


NOT_PLAYED = """Three more things that Webcert has done are not played; they change no message, only whether one comes:

- From July 2019 to October 2021 an older update could be dropped once a newer one of the same certificate had got through. It was optional, and where it was on is not known.
- From the autumn of 2018 a SKAPAT or ANDRAT that was answered by "fel B" could be dropped, and from December 2020 a redelivery that nobody needed any more; neither is in Webcert today.
- Since 18 March 2025 a care provider's events, and its redeliveries that wait, are erased with its other data. No journal system is told. The record of a run is kept whole."""  # noqa: E501


def page(event: EventCode) -> str:
    """The page of an event."""
    found = [one for one in seen() if one.event is event]
    assert found, f"no scenario tells {event}"
    changes = [change for change in CHANGES if any(event in CONCERNS[word] for word in change.before)]
    parts = [
        f"# {event}: {event.display_name}",
        MEANINGS[event],
        "## When it comes",
        _when(found),
        "## What it carries",
        _carries(event, found),
        "Of a unit that is not integrated the journal system is told nothing; this event comes by mail there."
        if event in MAILED_EVENTS
        else "Of a unit that is not integrated the journal system is told nothing.",
        "## What was otherwise before",
        _changes(changes),
        "## A message",
        _example(event),
    ]
    return "\n\n".join(parts) + "\n"


def _when(found: list[Seen]) -> str:
    rows = []
    order = list(Action)
    for action, of_itself in sorted(
        {(one.action, one.of_itself) for one in found}, key=lambda key: (order.index(key[0]), not key[1])
    ):
        those = [one for one in found if (one.action, one.of_itself) == (action, of_itself)]
        paths = [PATHS[path] for path in CertificatePath if any(one.path is path for one in those)]
        rows.append(
            (code(action), str(ACTION_NAMES[action]), "the certificate" if of_itself else "its parent",
             ", ".join(paths), _link(min(those, key=_plainness).scenario))
        )  # fmt: skip
    return table(("action", "in words", "told of", "on the path", "seen in"), rows)


def _plainness(one: Seen) -> tuple[bool, bool]:
    """The event's own scenario before others, and certificate-service's path before the other."""
    return one.scenario != _own_scenario(one.event), one.path is CertificatePath.LEGACY


def _own_scenario(event: EventCode) -> str:
    return f"events/{event.value.lower()}.scenario.yaml"


def _link(scenario: str) -> str:
    return f"[{Path(scenario).name.removesuffix('.scenario.yaml')}](../../../scenarios/{scenario})"


def _carries(event: EventCode, found: list[Seen]) -> str:
    """How often each part is there, by path."""
    parts = {
        "signeringstidpunkt, skickatTidpunkt": lambda one: one.update.signed_at is not None,
        "underskrift": lambda one: b"underskrift" in one.document,
        "relation": lambda one: one.update.relation is not None,
        "svar": lambda one: bool(one.update.answers),
        "legitimeratYrke": lambda one: bool(one.update.created_by.licences),
        "the patient's name": lambda one: bool(one.update.patient.last_name),
        "amne": lambda one: one.update.event.subject is not None,
        "sistaDatumForSvar": lambda one: one.update.event.answer_due is not None,
        "ref": lambda one: one.update.care_reference is not None,
        "hanteratAv": lambda one: one.update.event.handled_by is not None,
    }
    by_path = {path: [one for one in found if one.path is path] for path in CertificatePath}
    rows = [
        (name, *(_how_often([is_there(one) for one in those]) for those in by_path.values()))
        for name, is_there in parts.items()
    ]
    rows.append(("skickadeFragor, mottagnaFragor", *(_counts(event, path) for path in CertificatePath)))
    return table(("", *(PATHS[path] for path in CertificatePath)), rows)


def _how_often(there: list[bool]) -> str:
    if not there:
        return ""
    return "always" if all(there) else "sometimes" if any(there) else "never"


def _counts(event: EventCode, path: CertificatePath) -> str:
    told = manners(path).counts
    counted = told is CountsTold.ALWAYS or (told is CountsTold.ON_QUESTIONS and event in COUNTED_EVENTS)
    return "counted" if counted else "zeros"


def _changes(changes: Iterable[Change]) -> str:
    rows = [
        (
            change.since.isoformat(),
            PATHS[change.path],
            str(change.what) + (f" ({change.assumed})" if change.assumed else ""),
            _link(f"as-of/{change.name}-before.scenario.yaml"),
            _link(f"as-of/{change.name}-after.scenario.yaml"),
        )
        for change in changes
    ]
    return table(("since", "path", "what", "before", "after"), rows)


def _example(event: EventCode) -> str:
    own = _own_scenario(event)
    example = next(one for one in seen() if one.event is event and one.scenario == own)
    envelope = etree.fromstring(example.document)
    etree.indent(envelope)
    shown = etree.tostring(envelope, encoding="unicode")
    return f"The first of its kind in {_link(own)}:\n\n```xml\n{shown}\n```"

"""The project's own scenario files, how tests play them, and the messages of a run as they lie beside the scenario."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from simulator.contract.message import REQUEST_PREFIXES
from simulator.contract.schema import packaged
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.scenario.cast import load_cast
from simulator.scenario.load import FILE_PATTERN, load_story
from simulator.scenario.play import Played, PlaySettings, play

SCENARIOS = packaged("scenarios")
FILES = sorted(SCENARIOS.rglob(FILE_PATTERN))
NAMES = [path.relative_to(SCENARIOS).as_posix().removesuffix(".scenario.yaml") for path in FILES]


def play_file(path: Path, seed: int | None = None, **settings: object) -> Played:
    """Play one file to its end."""
    return asyncio.run(play(load_story(path, load_cast(), seed=seed), PlaySettings(**settings)))  # type: ignore[arg-type]


def golden_of(path: Path) -> Path:
    """Where the golden trace of a scenario lies."""
    return path.with_name(path.name.replace(".scenario.yaml", ".golden.jsonl"))


def golden_messages_of(path: Path) -> Path:
    """Where the golden messages of a scenario lie."""
    return path.with_name(path.name.replace(".scenario.yaml", ".golden.xml"))


def messages_of(played: Played) -> Iterator[tuple[Delivery, int, bytes]]:
    """Every message of a run with its delivery and the first attempt that sends it; what was silenced is none.

    A delivery has one message, and more where a redelivery is not the stored one.
    """
    for delivery in played.deliveries:
        if delivery.state is DeliveryState.SILENCED:
            continue
        sent = [(one.attempt, one.sent(delivery)) for one in played.exchanges if one.delivery == delivery.id]
        if not sent and delivery.message is not None:
            sent = [(1, delivery.message)]
        known: set[bytes] = set()
        for attempt, message in sent:
            if message not in known:
                known.add(message)
                yield delivery, attempt, message


def readable(played: Played) -> str:
    """All messages of a run in one document: under the same prefixes always, which say nothing, and indented."""
    document = etree.Element("messages", nsmap=REQUEST_PREFIXES)
    for delivery, attempt, message in messages_of(played):
        about = {"certificate": delivery.alias, "event": delivery.event.value, "attempt": str(attempt)}
        told = etree.SubElement(document, "message", {"delivery": str(delivery.id), **about})
        _copy(etree.fromstring(message), told)
    etree.indent(document)
    return etree.tostring(document, encoding="unicode") + "\n"


def _copy(element: etree._Element, under: etree._Element) -> None:
    """An element once more, with the prefixes of the document that it now stands in."""
    copied = etree.SubElement(under, element.tag, dict(sorted(element.attrib.items())))
    copied.text = element.text
    for child in element:
        _copy(child, copied)

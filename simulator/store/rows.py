"""What a run keeps, as rows of the tables and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
from sqlalchemy import RowMapping

from simulator.certificate.certificate import Certificate
from simulator.certificate.events import EventCode, Subject
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress
from simulator.certificate.manners import Rewriting
from simulator.contract.reply import RawAnswer, Sent
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.store.certificates import certificate_json
from simulator.store.outbox import Call, Exchange
from simulator.store.tables import milliseconds, moment_of
from simulator.trace.facts import Fact
from simulator.trace.jsonl import fact_line


def certificate_row(run: int, certificate: Certificate) -> dict[str, Any]:
    """A certificate as it is now."""
    return {"run": run, "id": certificate.id, "state": certificate.state, "body": certificate_json(certificate)}


def delivery_row(run: int, delivery: Delivery) -> dict[str, Any]:
    """A new delivery."""
    return {
        "run": run,
        "id": delivery.id,
        "certificate_id": delivery.certificate_id,
        "alias": delivery.alias,
        "event": delivery.event,
        "occurred_at": milliseconds(delivery.occurred_at),
        "logical_address": delivery.logical_address,
        "journal_system": delivery.journal_system,
        "message": delivery.message,
        "state": delivery.state,
        "attempts_made": delivery.attempts_made,
        "next_attempt_at": milliseconds(delivery.next_attempt_at),
        "handled_by": delivery.handled_by,
        "subject": delivery.subject,
        "answer_due": delivery.answer_due.isoformat() if delivery.answer_due else None,
        "rewriting": delivery.rewriting,
        "redelivery_address": delivery.redelivery_address,
        "attempts_most": delivery.attempts_most,
        "resend_of": delivery.resend_of,
    }


def settled_row(run: int, delivery: Delivery) -> dict[str, Any]:
    """What has changed of a delivery that is known."""
    return {
        "run": run,
        "id": delivery.id,
        "state": delivery.state,
        "attempts_made": delivery.attempts_made,
        "next_attempt_at": milliseconds(delivery.next_attempt_at),
    }


def fact_row(run: int, fact: Fact) -> dict[str, Any]:
    """A fact of the trace."""
    return {"run": run, "at": milliseconds(fact.at), "kind": fact.kind, "body": fact_line(fact)}


def exchange_row(run: int, exchange: Exchange) -> dict[str, Any]:
    """An exchange of the sender."""
    outgoing = None if exchange.outgoing is None else orjson.dumps(vars(exchange.outgoing), default=dict).decode()
    return {
        "run": run,
        **vars(exchange),
        "headers": _headers_json(exchange.headers),
        "outgoing": outgoing,
        "own_answer": _answer_json(exchange.own_answer),
    }


def call_row(run: int, call: Call) -> dict[str, Any]:
    """A call to a mocked journal system."""
    return {
        "run": run,
        **vars(call),
        "headers": _headers_json(call.headers),
        "received_at": milliseconds(call.received_at),
        "acted_at": " ".join(str(milliseconds(moment)) for moment in call.acted_at),
    }


def _sent(text: str | None) -> Sent | None:
    return None if text is None else Sent(**orjson.loads(text))


def _answer_json(answer: RawAnswer | None) -> str | None:
    if answer is None:
        return None
    values = [answer.http_status, dict(answer.headers), answer.body.decode("latin-1"), answer.complete]
    return orjson.dumps(values).decode()


def _answer(text: str | None) -> RawAnswer | None:
    if text is None:
        return None
    http_status, headers, body, complete = orjson.loads(text)
    return RawAnswer(http_status, headers, body.encode("latin-1"), complete)


def _headers_json(headers: Mapping[str, str]) -> str:
    return orjson.dumps(dict(headers)).decode()


def delivery_of(row: RowMapping) -> Delivery:
    """The delivery that a row holds."""
    next_attempt_at = row["next_attempt_at"]
    return Delivery(
        id=row["id"],
        certificate_id=CertificateId(row["certificate_id"]),
        alias=row["alias"],
        event=EventCode(row["event"]),
        occurred_at=moment_of(row["occurred_at"]),
        logical_address=LogicalAddress(row["logical_address"]),
        journal_system=row["journal_system"],
        message=row["message"],
        state=DeliveryState(row["state"]),
        attempts_made=row["attempts_made"],
        next_attempt_at=None if next_attempt_at is None else moment_of(next_attempt_at),
        handled_by=HsaId.as_received(row["handled_by"]) if row["handled_by"] else None,
        subject=Subject(row["subject"]) if row["subject"] else None,
        answer_due=date.fromisoformat(row["answer_due"]) if row["answer_due"] else None,
        rewriting=Rewriting(row["rewriting"]),
        redelivery_address=LogicalAddress(row["redelivery_address"]) if row["redelivery_address"] else None,
        attempts_most=row["attempts_most"],
        resend_of=row["resend_of"],
    )


def exchange_of(row: RowMapping) -> Exchange:
    """The exchange that a row holds."""
    return Exchange(
        **_without_run(row)
        | {
            "headers": orjson.loads(row["headers"]),
            "outgoing": _sent(row["outgoing"]),
            "own_answer": _answer(row["own_answer"]),
        }
    )


def call_of(row: RowMapping) -> Call:
    """The call that a row holds."""
    return Call(
        **_without_run(row)
        | {
            "headers": orjson.loads(row["headers"]),
            "received_at": moment_of(row["received_at"]),
            "acted_at": tuple(moment_of(int(count)) for count in row["acted_at"].split()),
        }
    )


def _without_run(row: RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "run"}

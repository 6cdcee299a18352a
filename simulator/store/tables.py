"""The tables of a store. Moments are whole milliseconds since 1970 in UTC, so that they compare as numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

STORE_FORMAT = 4

metadata = MetaData()

store_format = Table("store_format", metadata, Column("format", Integer, nullable=False))

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("scenario", String, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("schedule", String, nullable=False),
    Column("policy", String, nullable=False),
    Column("steps_done", Integer, nullable=False),
    Column("clock", BigInteger),
    Column("finished", Boolean, nullable=False),
)


def _run_id() -> Column[int]:
    return Column("run", Integer, ForeignKey("runs.id"), primary_key=True)


certificates = Table(
    "certificates",
    metadata,
    # The order of creation: a certificate that changes keeps its row.
    Column("number", Integer, primary_key=True),
    Column("run", Integer, ForeignKey("runs.id"), nullable=False),
    Column("id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("run", "id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _run_id(),
    Column("id", Integer, primary_key=True),
    Column("certificate_id", String, nullable=False),
    Column("alias", String, nullable=False),
    Column("event", String, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("logical_address", String, nullable=False),
    Column("journal_system", String, nullable=False),
    Column("message", LargeBinary),
    Column("state", String, nullable=False),
    Column("attempts_made", Integer, nullable=False),
    Column("next_attempt_at", BigInteger),
    Column("handled_by", String),
    Column("subject", String),
    Column("answer_due", String),
    Column("rewriting", String, nullable=False),
    Column("redelivery_address", String),
    Column("attempts_most", Integer),
    Column("resend_of", Integer),
)
# The one question that is asked all the time: who is due? Final deliveries have no next attempt.
Index(
    "deliveries_due",
    deliveries.c.run,
    deliveries.c.next_attempt_at,
    deliveries.c.id,
    sqlite_where=deliveries.c.next_attempt_at.is_not(None),
    postgresql_where=deliveries.c.next_attempt_at.is_not(None),
)

facts = Table(
    "facts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, ForeignKey("runs.id"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
)

exchanges = Table(
    "exchanges",
    metadata,
    _run_id(),
    Column("delivery", Integer, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("url", String, nullable=False),
    Column("http_status", Integer),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("silence", String),
    Column("detail", Text, nullable=False),
    Column("milliseconds", Float, nullable=False),
    Column("request", LargeBinary),
    # Headers and TLS facts as JSON; null where the message never left.
    Column("outgoing", Text),
    # The system's own answer as JSON, its bytes as Latin-1; null where Webcert had that one, or there was none.
    Column("own_answer", Text),
)

calls = Table(
    "calls",
    metadata,
    _run_id(),
    Column("id", Integer, primary_key=True),
    Column("journal_system", String, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("reached", Boolean, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("problem", Text),
    Column("logical_address", String),
    Column("certificate_id", String),
    Column("event", String),
    Column("occurred_at", String),
    Column("delivery", Integer),
    Column("attempt", Integer),
    Column("behaviour", Integer),
    Column("answer", String, nullable=False),
    # Moments with spaces between; seldom more than one.
    Column("acted_at", String, nullable=False),
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime | None) -> int | None:
    """A moment as the tables keep it."""
    return None if moment is None else (moment - _EPOCH) // _MILLISECOND


def moment_of(count: int) -> datetime:
    """The moment that the tables keep."""
    return _EPOCH + count * _MILLISECOND

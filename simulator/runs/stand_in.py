"""Takes the place of the journal systems of a run that was kept: each request gets the answer that it got then.

A request is known again by its correlation id, which every attempt has its own of, and otherwise by its bytes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from simulator.contract import names
from simulator.contract.reply import NoAnswer, RawAnswer, Silence
from simulator.errors import InputError
from simulator.runs.folder import file_of
from simulator.runs.record import KeptExchange, KeptRun
from simulator.sentence import say
from simulator.wire.listener import IncomingCall, SoapListener

_UNKNOWN = RawAnswer(404, {"content-type": "text/plain; charset=UTF-8"}, b"This request is not one of the run's.\n")


class StandIn:
    """The answers of one run."""

    def __init__(self, folder: Path, run: KeptRun) -> None:
        sent = [one for one in run.exchanges if one.was_sent]
        self._by_id = {one.request_headers.get(names.CORRELATION_HEADER): one for one in sent}
        # Of several attempts of the same bytes the last one tells what became of the message.
        self._by_bytes = {one.request_sha256: one for one in sent}
        answers = ((one.name, one.from_the_system[0]) for one in sent)
        self._bodies = {name: _body(file_of(folder, answer)) for name, answer in answers if answer is not None}

    async def receive(self, call: IncomingCall) -> RawAnswer | NoAnswer:
        """Answer as the journal system did."""
        found = self._by_id.get(call.headers.get(names.CORRELATION_HEADER))
        found = found or self._by_bytes.get(hashlib.sha256(call.body).hexdigest())
        return _UNKNOWN if found is None else self._answer(found)

    def _answer(self, exchange: KeptExchange) -> RawAnswer | NoAnswer:
        answer, http_status, headers = exchange.from_the_system
        if answer is None or http_status is None:
            # Whatever the silence was, a caller's connection is cut: nobody waits a minute for what never comes.
            return NoAnswer(Silence.BROKEN)
        return RawAnswer(http_status, headers, self._bodies[exchange.name])

    def listener(self, host: str, port: int) -> SoapListener:
        """Offers the answers on the wire; not yet started."""

        async def no_page(_query: str, _url: str) -> RawAnswer | None:
            return None

        return SoapListener(self.receive, no_page, host=host, port=port, callers_may_leave=True)


def _body(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(say("the file cannot be read: {why}", why=error.strerror or str(error)), path) from None

"""How a call passes through the platform: its manners towards the journal system, and towards Webcert.

Headers are rewritten, the call is sent once more after a broken socket, and the answer is passed on as it is or worded
as VP words it (VP's source: VPRouter, OutHeaderProcessorImpl, HandleProducerExceptionProcessor). What is refused never
reaches the journal system, and is kept beside its inbox as what was turned away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from simulator.clock import Clock
from simulator.contract import names
from simulator.contract.envelope import write_fault
from simulator.contract.reply import NoAnswer, OnTheWire, RawAnswer, Silence
from simulator.journal.address_book import WayTo
from simulator.journal.system import JournalSystem
from simulator.ntjp.routing import PlatformSetup, RoutingCatalogue, refusal
from simulator.ntjp.vp_codes import VpCode, vp_fault
from simulator.redelivery.delivery import Delivery
from simulator.sentence import say

# VP's settings vp.producer.retry.attempts and .delay.
SECOND_SEND_AFTER = timedelta(seconds=2)
USER_AGENT = "SKLTP VP/4.3.0"
CONTENT_TYPE = "text/xml;charset=UTF-8"
RESPONSE_TIME_HEADER = "x-skltp-prt"
_INSIDE_THE_PLATFORM = "x-vp"

_FAULT = re.compile(rb"<(?:[\w.-]+:)?Fault[\s/>]")

# What Java calls a SocketException, its subclasses among them: only these are sent again.
BROKEN_SOCKETS: Mapping[Silence, str] = {
    Silence.REFUSED: "java.net.ConnectException: Connection refused",
    Silence.UNREACHABLE: "java.net.NoRouteToHostException: No route to host",
    Silence.CONNECT_TIMEOUT: "java.net.ConnectException: connection timed out",
    Silence.BROKEN: "java.net.SocketException: Connection reset",
}
OTHER_CAUSES: Mapping[Silence, str] = {
    Silence.TIMEOUT: "Timeout when waiting on response from producer.",
    Silence.NAME_NOT_FOUND: "java.net.UnknownHostException",
    Silence.TLS_FAILURE: "javax.net.ssl.SSLHandshakeException",
    Silence.PROXY_FAILURE: "io.netty.handler.proxy.ProxyConnectException",
    Silence.NOT_HTTP: "java.lang.IllegalArgumentException: invalid version format",
}


class Relay:
    """The way to one journal system through the platform: another way, with the platform before it."""

    def __init__(self, way: WayTo, setup: PlatformSetup, catalogue: RoutingCatalogue, clock: Clock) -> None:
        self._way = way
        self._setup = setup
        self._catalogue = catalogue
        self._clock = clock
        # The attempts whose message has been sent a second time.
        self._sent_again: set[tuple[int, int]] = set()

    @property
    def system(self) -> JournalSystem:
        """The journal system at the far end."""
        return self._way.system

    @property
    def is_foreign(self) -> bool:
        """Never: the platform is of this process, and times its own sends to a foreign system."""
        return False

    def patience(self, sender: timedelta) -> timedelta:
        """How long until somebody gives up: the platform, or its sender who waits so long."""
        return sender if self._setup.timeout is None else min(sender, self._setup.timeout)

    def given_up(self, delivery: Delivery, attempt: int, sender: timedelta) -> RawAnswer | NoAnswer:
        """What the sender has when nothing came in that time."""
        sent_again = (delivery.id, attempt) in self._sent_again
        if self.patience(sender) == sender:
            return NoAnswer(Silence.TIMEOUT, sent_again=sent_again)
        return replace(self._unreachable(OTHER_CAUSES[Silence.TIMEOUT]), sent_again=sent_again)

    async def send(
        self, delivery: Delivery, attempt: int, headers: Mapping[str, str], passes: OnTheWire
    ) -> RawAnswer | NoAnswer:
        """Pass a message on, or refuse it; what comes back is always an HTTP answer, unless nobody waits for it."""
        call = self._way.facts_of(delivery, attempt)
        code = refusal(self._setup, self._catalogue, call, delivery.logical_address)
        if code is not None:
            await self._way.keep_turned_away(delivery, attempt, headers, code)
            summary = f"serviceNamespace: {names.RESPONDER}, receiverId: {delivery.logical_address}"
            fault = vp_fault(code, summary, self._setup.sender, self._address)
            return RawAnswer(500, {"content-type": CONTENT_TYPE}, write_fault(fault))
        headers = self._outgoing(headers)
        began = self._clock.now()
        answer = await self._way.send(delivery, attempt, headers, passes)
        if self._setup.second_send and isinstance(answer, NoAnswer) and answer.kind in BROKEN_SOCKETS:
            label = say("the platform waits to send to {system} once more", system=self.system.name)
            async with self._clock.doze(headers.get(names.CORRELATION_HEADER, ""), SECOND_SEND_AFTER, label) as awaited:
                if not awaited:
                    return NoAnswer(Silence.TIMEOUT)
            self._sent_again.add((delivery.id, attempt))
            began = self._clock.now()
            answer = await self._way.send(delivery, attempt, headers, passes)
        sent_again = (delivery.id, attempt) in self._sent_again
        if isinstance(answer, NoAnswer) and answer.kind is Silence.TIMEOUT and self._setup.timeout is None:
            # A real system that kept Webcert waiting by the wall.
            return replace(answer, sent_again=sent_again)
        return replace(self._passed_on(answer, began), sent_again=sent_again)

    def _outgoing(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers that the journal system sees."""
        kept = {name: value for name, value in headers.items() if not name.lower().startswith(_INSIDE_THE_PLATFORM)}
        named = kept.get(names.ORIGINAL_CONSUMER_HEADER) or self._setup.sender
        return kept | {
            names.ORIGINAL_CONSUMER_HEADER: named,
            "user-agent": USER_AGENT,
            "content-type": CONTENT_TYPE,
        }

    def _passed_on(self, answer: RawAnswer | NoAnswer, began: datetime) -> RawAnswer:
        """The answer as Webcert has it: unchanged where VP lets it through, VP009 where it does not."""
        if isinstance(answer, NoAnswer):
            cause = BROKEN_SOCKETS.get(answer.kind) or OTHER_CAUSES[answer.kind]
            return self._unreachable(cause)
        if not answer.body or not lets_through(answer):
            cause = "Empty message. " * (not answer.body) + f"VP_PRODUCER_EXCEPTION_HTTP_STATUS={answer.http_status}"
            return self._unreachable(cause)
        took = round((self._clock.now() - began) / timedelta(milliseconds=1))
        return replace(answer, headers={**answer.headers, RESPONSE_TIME_HEADER: str(took)})

    def _unreachable(self, cause: str) -> RawAnswer:
        fault = vp_fault(VpCode.VP009, address=self._address, cause=f". {cause}")
        return RawAnswer(500, {"content-type": CONTENT_TYPE}, write_fault(fault))

    @property
    def _address(self) -> str:
        """Where the catalogue says that the journal system is; a mocked one has the same address in every run."""
        if self.system.foreign:
            return self.system.url
        return f"https://{self.system.name}.invalid{names.SERVICE_PATH}"


def lets_through(answer: RawAnswer) -> bool:
    """Whether VP passes an answer on: a fault with status 500, or anything of status 200 to 299 but faults and pages.

    VP's own tests show that what is no SOAP at all is let through with a good status.
    """
    is_soap = names.SOAP.encode() in answer.body
    is_fault = is_soap and _FAULT.search(answer.body) is not None
    if answer.http_status == 500:
        return is_soap
    is_page = answer.headers.get("content-type", "").lower().startswith("text/html")
    return 200 <= answer.http_status < 300 and not is_fault and not is_page


class WithoutCorrelation:
    """A real journal system behind the platform over HTTPS, which is not told the correlation id.

    VP's setting propagate.correlation.id.for.https is off unless somebody has set it.
    """

    def __init__(self, behind: JournalSystem) -> None:
        self.name = behind.name
        self.url = behind.url
        self.foreign = behind.foreign
        self._behind = behind

    async def receive(self, body: bytes, headers: Mapping[str, str], passes: OnTheWire) -> RawAnswer | NoAnswer:
        """Send the call without its correlation id."""
        without = {name: value for name, value in headers.items() if name != names.CORRELATION_HEADER}
        return await self._behind.receive(body, without, passes)

"""Which way a call takes through the platform, or why it takes none: routing by logical address, VP001 to VP015.

The routing catalogue (TAK) has the units of every journal system that is reached through the platform. An address that
no system has is VP004, one that several have is VP006. Everything else goes wrong because a `PlatformSetup` says so,
for the calls that match. Nothing here does anything: it says what is to be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from simulator.journal.behaviour import BehaviourRule, CallFacts
from simulator.ntjp.vp_codes import VpCode

# Webcert as the platform knows it: the HSA-id of the client certificate that Inera's own tests use.
DEFAULT_SENDER = "TSTNMT2321000156-B02"


@dataclass(frozen=True)
class Failure:
    """The platform answers with an error to the calls that the rule matches; the rule's effects say nothing here."""

    code: VpCode
    rule: BehaviourRule


@dataclass(frozen=True)
class PlatformSetup:
    """How the platform is towards one journal system.

    `sender` is the HSA-id by which it knows Webcert. Without `second_send` it does not send again after a broken
    socket. `timeout` is how long it waits for an answer; without one it is Webcert that gives up first.
    """

    failures: tuple[Failure, ...] = ()
    sender: str = DEFAULT_SENDER
    second_send: bool = True
    timeout: timedelta | None = None


class RoutingCatalogue:
    """Which journal systems have said that they serve a logical address."""

    def __init__(self, units: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._systems: dict[str, list[str]] = {}
        for system, addresses in units:
            for address in addresses:
                self._systems.setdefault(address, []).append(system)

    @property
    def systems(self) -> Mapping[str, Sequence[str]]:
        """The systems by address."""
        return self._systems

    def problem_with(self, address: str) -> VpCode | None:
        """Why there is no one route to an address."""
        found = self._systems.get(address, ())
        if len(found) == 1:
            return None
        return VpCode.VP006 if found else VpCode.VP004


def refusal(setup: PlatformSetup, catalogue: RoutingCatalogue, call: CallFacts, address: str) -> VpCode | None:
    """The error that a call meets in the platform: the most specific failure, then the last written, then the route.

    The platform goes by the logical address; a certificate's own unit, in the message, is nothing to it.
    """
    call = replace(call, unit=address)
    chosen: tuple[int, VpCode] | None = None
    for failure in setup.failures:
        specificity = failure.rule.specificity
        if (chosen is None or specificity >= chosen[0]) and failure.rule.matches(call):
            chosen = (specificity, failure.code)
    return chosen[1] if chosen else catalogue.problem_with(address)

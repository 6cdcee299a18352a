"""What the mocked journal system has been told, and what is done in Webcert by hand."""

from __future__ import annotations

from simulator.certificate.certificate import Certificate
from simulator.certificate.deeds import AskedAbout, Deed
from simulator.certificate.events import Subject
from simulator.certificate.lifecycle import Action
from simulator.contract.envelope import open_request
from simulator.contract.message_reading import read_request
from simulator.contract.schema import our_contract
from simulator.contract.status_update import StatusUpdate
from simulator.simulation import Simulation
from tests.inbound.conftest import CAST


async def told(simulation: Simulation) -> list[StatusUpdate]:
    """The status updates that the journal system has received, once nothing waits any more."""
    assert await simulation.drain()
    opened = [open_request(call.body, our_contract()) for call in await simulation.calls("alfa")]
    return [read_request(one.element, one.logical_address or "") for one in opened]


async def certificate(simulation: Simulation, alias: str = "draft-1") -> Certificate:
    """The certificate as it is kept."""
    return next(one for one in await simulation.outbox.certificates() if one.alias == alias)


async def done(
    simulation: Simulation, *actions: Action, by: str = "nurse", alias: str = "draft-1", asked: str | None = None
) -> None:
    """Do these things one after another; a certificate is answered in full before it is signed."""
    for action in actions:
        about = None if asked is None else AskedAbout(asked, Subject.OVRIGT)
        complete = action is Action.CHANGE
        await simulation.do(Deed(action, alias, CAST.staff[by], asked=about, complete=complete))


COMPLETED_AND_SENT = (Action.CHANGE, Action.SIGN, Action.SEND)

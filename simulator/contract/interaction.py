"""One way in to Webcert: a contract, the path that it is offered on, and who decides what is answered.

An `Interaction` opens a call, holds it to the contract, and hands a value to whoever decides; a value comes back and is
written. What cannot be opened, or breaks the contract, is answered with a SOAP fault before anybody decides anything,
as Webcert does. Nothing here knows about sockets; `wire.interactions` offers several of them on one port.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from lxml import etree

from simulator.contract import create_draft, list_with_qa, message_to_care, names
from simulator.contract.envelope import FAULT_CLIENT, FAULT_SERVER, open_request, unreadable, write_fault
from simulator.contract.inbound import CertificateList, DraftAnswer, DraftRequest, ListRequest, MessageToCare
from simulator.contract.reading import UnreadableXml
from simulator.contract.reply import Fault, RawAnswer, Result, Unreadability
from simulator.contract.schema import Contract, our_contract
from simulator.errors import ContractError

Asked = TypeVar("Asked")
Said = TypeVar("Said")
# Decides what is answered, from what was asked and the headers of the call, whose names are in lower case.
Decision = Callable[[Asked, Mapping[str, str]], Awaitable[Said | Fault]]

_HEADERS = {"content-type": names.CONTENT_TYPE}


@dataclass(frozen=True)
class Interaction(Generic[Asked, Said]):
    """An interaction that Webcert answers; `receive` decides, and may answer with a fault of its own."""

    contract: Contract
    path: str
    read: Callable[[etree._Element, str], Asked]
    write: Callable[[Said, Contract], bytes]
    receive: Decision[Asked, Said]

    async def answer(self, body: bytes, headers: Mapping[str, str], complete: bool = True) -> RawAnswer:
        """Answer a call; a body that is not `complete` was cut at the limit. Every fault has HTTP status 500."""
        try:
            asked = self._open(body, complete)
        except UnreadableXml as error:
            return _faulted(unreadable(error, self.contract))
        said = asked if isinstance(asked, Fault) else await self.receive(asked, headers)
        if isinstance(said, Fault):
            return _faulted(said)
        try:
            return RawAnswer(200, _HEADERS, self.write(said, self.contract))
        except ContractError as error:
            # What the certificates hold cannot be said in this contract, which Webcert's own stack finds, too.
            return _faulted(Fault(FAULT_SERVER, f"Marshalling Error: {error}"))

    def _open(self, body: bytes, complete: bool) -> Asked | Fault:
        if not complete:
            raise UnreadableXml(Unreadability.TOO_LARGE, "")
        request = open_request(body, self.contract)
        if request.schema_error is not None:
            return _unmarshalling(request.schema_error)
        if not request.logical_address:
            return Fault(FAULT_CLIENT, "The SOAP header has no LogicalAddress")
        try:
            return self.read(request.element, request.logical_address)
        except UnreadableXml as error:
            return _unmarshalling(error.detail)


def _unmarshalling(text: str) -> Fault:
    """What Webcert's own stack says of a message that breaks the schema begins with these two words."""
    return Fault(FAULT_CLIENT, f"Unmarshalling Error: {text}")


def _faulted(fault: Fault) -> RawAnswer:
    # RIV-TA 2.1, rule 1: every fault has HTTP status 500.
    return RawAnswer(500, _HEADERS, write_fault(fault))


def drafts_asked_for(receive: Decision[DraftRequest, DraftAnswer]) -> Interaction[DraftRequest, DraftAnswer]:
    """CreateDraftCertificate, as Webcert offers it."""
    return Interaction(
        our_contract(names.CREATE_DRAFT),
        names.CREATE_DRAFT_PATH,
        create_draft.read_draft_request,
        create_draft.write_draft_answer,
        receive,
    )


def lists_asked_for(receive: Decision[ListRequest, CertificateList]) -> Interaction[ListRequest, CertificateList]:
    """ListCertificatesForCareWithQA, as Webcert offers it."""
    return Interaction(
        our_contract(names.LIST_WITH_QA),
        names.LIST_WITH_QA_PATH,
        list_with_qa.read_list_request,
        list_with_qa.write_list,
        receive,
    )


def messages_to_care(receive: Decision[MessageToCare, Result]) -> Interaction[MessageToCare, Result]:
    """SendMessageToCare, as Webcert offers it."""
    return Interaction(
        our_contract(names.MESSAGE_TO_CARE),
        names.MESSAGE_TO_CARE_PATH,
        message_to_care.read_message,
        message_to_care.write_message_answer,
        receive,
    )

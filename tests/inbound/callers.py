"""Whoever calls Webcert in these tests: zeep, with every message held to the contract, and what it asks."""

from __future__ import annotations

import asyncio
from typing import Any

import zeep

from simulator.contract import names
from simulator.contract.names import InteractionName
from simulator.contract.schema import Contract, our_contract
from simulator.simulation import Simulation

UNIT, NEIGHBOUR, ELSEWHERE = "TSTNMT2321000156-ALMC", "TSTNMT2321000156-ALAM", "TSTNMT2321000156-BEMC"
ALFA = "TSTNMT2321000156-ALFA"
DOCTOR, NURSE, MIDWIFE, DENTIST, CARE_ADMIN = (
    f"TSTNMT2321000156-{end}" for end in ("DRAA", "SKAA", "BMBL", "TLZR", "VAAA")
)
PRIVATE_DOCTOR = "TSTPRIVATE-DOCTOR"
LILLTOLVAN, TOLVAN, PROTECTED, DECEASED = "201212121212", "191212121212", "194012019149", "194111299055"

PATHS = {
    names.CREATE_DRAFT: names.CREATE_DRAFT_PATH,
    names.LIST_WITH_QA: names.LIST_WITH_QA_PATH,
    names.MESSAGE_TO_CARE: names.MESSAGE_TO_CARE_PATH,
}


class _HeldTo(zeep.Plugin):
    """Holds what is asked and what is answered to contracts, ours and perhaps the published one."""

    def __init__(self, contracts: list[Contract]) -> None:
        self._contracts = contracts
        self.answers = 0

    def _check(self, envelope: Any, tag: str) -> None:
        (content,) = envelope.find(names.BODY)
        if content.tag == tag:
            self.answers += tag == self._contracts[0].interaction.response
            assert [None] * len(self._contracts) == [one.first_error(content) for one in self._contracts]

    def egress(self, envelope: Any, http_headers: Any, operation: Any, binding_options: Any) -> Any:
        self._check(envelope, self._contracts[0].interaction.request)
        return envelope, http_headers

    def ingress(self, envelope: Any, http_headers: Any, operation: Any) -> Any:
        self._check(envelope, self._contracts[0].interaction.response)
        return envelope, http_headers


class Caller:
    """zeep, as the caller of one interaction; made once, since it takes a while to read a contract."""

    def __init__(self, interaction: InteractionName, contracts: list[Contract]) -> None:
        self._interaction = interaction
        self._held = _HeldTo(contracts)
        self._client = zeep.Client(str(our_contract(interaction).wsdl), plugins=[self._held])

    @property
    def valid_answers(self) -> int:
        """How many answers have been found valid so far."""
        return self._held.answers

    async def call(self, url: str, parts: dict[str, Any]) -> Any:
        """Call Webcert, and give back what zeep makes of the answer; raises zeep's Fault."""
        (binding,) = self._client.wsdl.bindings
        service = self._client.create_service(binding, url + PATHS[self._interaction])
        operation = service[self._interaction.name]
        return await asyncio.to_thread(operation, _soapheaders={"LogicalAddress": UNIT}, **parts)


class Webcert:
    """A running mock Webcert, and the three ways to call it."""

    def __init__(self, simulation: Simulation, callers: dict[InteractionName, Caller]) -> None:
        self.simulation = simulation
        self.url = simulation.webcert_url
        self._callers = callers

    async def create_draft(self, *kind: str, **wanted: Any) -> Any:
        """CreateDraftCertificate: the answer; see `wanted_draft` for what can be wished for."""
        return await self._callers[names.CREATE_DRAFT].call(self.url, wanted_draft(*kind, **wanted))

    async def list(self, person: str = LILLTOLVAN, **parts: Any) -> list[Any]:
        """ListCertificatesForCareWithQA: the items of the list."""
        answer = await self._callers[names.LIST_WITH_QA].call(self.url, wanted_list(person, **parts))
        return answer["list"]["item"] if answer["list"] else []

    async def write(self, certificate: str, **parts: Any) -> Any:
        """SendMessageToCare: the result."""
        answer = await self._callers[names.MESSAGE_TO_CARE].call(self.url, message(certificate, **parts))
        return answer["result"]


def hsa_id(value: str) -> dict[str, str]:
    """An HSA-id as zeep takes it."""
    return {"root": "1.2.752.129.2.1.4.1", "extension": value}


def person_id(value: str) -> dict[str, str]:
    """A person id as zeep takes it."""
    return {"root": "1.2.752.129.2.1.3.1", "extension": value}


def wanted_draft(
    kind: str = "ITFP",
    *,
    by: str = NURSE,
    unit: str = UNIT,
    person: str = LILLTOLVAN,
    ref: str | None = None,
    names_given: tuple[str, str, str, str] = ("Lilltolvan", "Tolvansson", "Anna Sjuksköterska", "Alfa Medicincentrum"),
) -> dict[str, Any]:
    """A wish for a draft; `names_given` are the patient's first and last, the staff's and the unit's."""
    first, last, staff, unit_name = names_given
    return {
        "intyg": {
            "typAvIntyg": {"code": kind, "codeSystem": names.CERTIFICATE_TYPE_CODE_SYSTEM},
            "patient": {
                "person-id": person_id(person), "fornamn": first, "efternamn": last,
                "postadress": "Storgatan 1", "postnummer": "12345", "postort": "Småmåla",
            },
            "skapadAv": {
                "personal-id": hsa_id(by), "fullstandigtNamn": staff,
                "enhet": {"enhets-id": hsa_id(unit), "enhetsnamn": unit_name},
            },
            "ref": ref,
        }
    }  # fmt: skip


def wanted_list(
    person: str, *, units: tuple[str, ...] = (), provider: str | None = None, since: str | None = None,
    until: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A wish for a list."""
    return {
        "person-id": person_id(person),
        "enhets-id": [hsa_id(one) for one in units],
        "vardgivar-id": None if provider is None else hsa_id(provider),
        "fromTidpunkt": since,
        "tomTidpunkt": until,
    }


def message(
    certificate: str,
    *,
    message_id: str,
    subject: str = "KOMPLT",
    reminds_of: str | None = None,
    answers: str | None = None,
    due: str | None = None,
) -> dict[str, Any]:
    """A message to care from Försäkringskassan."""
    return {
        "meddelande-id": message_id,
        "skickatTidpunkt": "2024-09-02T10:00:00",
        "intygs-id": {"root": UNIT, "extension": certificate},
        "patientPerson-id": person_id(LILLTOLVAN),
        "logiskAdressMottagare": UNIT,
        "amne": {"code": subject, "codeSystem": names.SUBJECT_CODE_SYSTEM},
        "meddelande": "Vi behöver veta mer",
        "paminnelseMeddelande-id": reminds_of,
        "svarPa": None if answers is None else {"meddelande-id": answers},
        "skickatAv": {"part": {"code": "FKASSA", "codeSystem": names.PARTY_CODE_SYSTEM}},
        "sistaDatumForSvar": due,
    }

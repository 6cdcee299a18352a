"""The four contracts that are mutated: where ours and the published one lie, and how many mutations each is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.contract import inbound_messages
from tests.contract.base_messages import base_messages
from tests.contract.tree import Element

OURS = Path(__file__).parents[2] / "wsdl"
COMMITTED = Path(__file__).with_name("verdicts")


@dataclass(frozen=True)
class MutatedContract:
    """One interaction, with the messages that its mutations start from.

    `short` names its file of verdicts; `count` is how many mutations have a verdict there.
    """

    short: str
    name: str
    version: str
    major: int
    count: int
    messages: Callable[[], dict[str, Element]]

    def __str__(self) -> str:
        return self.short

    @property
    def seed(self) -> str:
        """What the drawn mutations are drawn by."""
        return f"{self.short}-{self.version}"

    @property
    def wsdl(self) -> Path:
        """Our contract."""
        return OURS / f"{self.name}.wsdl"

    @property
    def published_wsdl(self) -> Path:
        """The published one, from the oracle's folder."""
        return Path("interactions", f"{self.name}Interaction", f"{self.name}Interaction_{self.version}_RIVTABP21.wsdl")

    @property
    def responder(self) -> str:
        """The namespace of its request and response."""
        return f"urn:riv:clinicalprocess:healthcond:certificate:{self.name}Responder:{self.major}"

    @property
    def interaction(self) -> str:
        """The namespace of its WSDL."""
        return f"urn:riv:clinicalprocess:healthcond:certificate:{self.name}:{self.major}:rivtabp21"

    @property
    def verdicts(self) -> Path:
        """Where what the published contract said is committed."""
        return COMMITTED / f"{self.short}.txt"


CONTRACTS = (
    MutatedContract("status-update", "CertificateStatusUpdateForCare", "3.2", 3, 26_000, base_messages),
    MutatedContract("create-draft", "CreateDraftCertificate", "3.3", 3, 12_000, inbound_messages.draft_messages),
    MutatedContract("list-with-qa", "ListCertificatesForCareWithQA", "3.3", 3, 16_000, inbound_messages.list_messages),
    MutatedContract("message-to-care", "SendMessageToCare", "2.0", 2, 10_000, inbound_messages.care_messages),
)

"""What the contracts let through can be read: no valid message, however odd, breaks the program.

Every mutated message of the three ways in that the schemas find valid is read. What is read is written again, is valid,
and reads the same; or the reader says that no value of ours can hold it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from simulator.contract import create_draft, list_with_qa, message_to_care, names
from simulator.contract.envelope import open_answer, open_request
from simulator.contract.reading import UnreadableXml, read_xml
from simulator.contract.schema import our_contract
from tests.contract import mutations as mutated
from tests.contract.contracts import CONTRACTS

READERS: dict[str, tuple[names.InteractionName, Callable[..., Any], Callable[..., bytes], bool]] = {
    "create-draft request": (
        names.CREATE_DRAFT, create_draft.read_draft_request, create_draft.write_draft_request, True
    ),
    "create-draft answer": (names.CREATE_DRAFT, create_draft.read_draft_answer, create_draft.write_draft_answer, False),
    "list-with-qa request": (
        names.LIST_WITH_QA, list_with_qa.read_list_request, list_with_qa.write_list_request, True
    ),
    "list-with-qa answer": (names.LIST_WITH_QA, list_with_qa.read_list, list_with_qa.write_list, False),
    "message-to-care request": (
        names.MESSAGE_TO_CARE, message_to_care.read_message, message_to_care.write_message, True
    ),
    "message-to-care answer": (
        names.MESSAGE_TO_CARE, message_to_care.read_message_answer, message_to_care.write_message_answer, False
    ),
}  # fmt: skip
# How many of the valid ones a reader may turn down: lists hold codes of ours, which a mutation often changes.
TURNED_DOWN_MAX = {"list-with-qa answer": 0.05}


@pytest.mark.parametrize("kind", READERS)
def test_every_valid_message_can_be_read(kind):
    """A valid message is read as a value that is written as valid and read as the same, or turned down as a whole."""
    interaction, read, write, is_request = READERS[kind]
    contract = our_contract(interaction)
    (of,) = (one for one in CONTRACTS if one.name == interaction.name)
    verdicts = mutated.read_verdicts(of).bits
    seen, turned_down = 0, []
    for mutation in mutated.mutations(of):
        if verdicts[mutation.number] == "0":
            continue
        element = read_xml(mutation.document.encode())
        if element.tag != (interaction.request if is_request else interaction.response):
            continue
        seen += 1
        try:
            value = read(element, "TST-UNIT-1") if is_request else read(element)
        except UnreadableXml as error:
            turned_down.append((mutation.number, error.detail))
            continue
        again = write(value, contract)
        # Compared as they are shown, since NaN, a valid quantity, is not equal to itself.
        if is_request:
            request = open_request(again, contract)
            assert request.schema_error is None
            assert repr(read(request.element, request.logical_address)) == repr(value), mutation
        else:
            answer = open_answer(again, contract)
            assert isinstance(answer, etree._Element)
            assert repr(read(answer)) == repr(value), mutation
    assert seen >= 500
    assert len(turned_down) <= seen * TURNED_DOWN_MAX.get(kind, 0.005), turned_down

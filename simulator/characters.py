"""Which characters a text can have where it is going, and what is said of one that cannot be carried there."""

from __future__ import annotations

import re

from simulator.sentence import Sentence, say

# XML 1.0, production 2.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# RFC 9110, 5.5: with a line break it would be another header.
_NOT_IN_HEADERS = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
# Half of a surrogate pair, which YAML can write by its number, is no character.
_NOT_UTF8 = re.compile("[\ud800-\udfff]")


def not_in_xml(text: str) -> Sentence | None:
    """What is to be said of a text that no message can hold; None for any other."""
    return _left_out(_NOT_XML.search(text), say("XML"))


def not_in_utf8(text: str) -> Sentence | None:
    """What is to be said of a text that no file can hold; None for any other."""
    return _left_out(_NOT_UTF8.search(text), say("UTF-8"))


def not_in_headers(text: str) -> Sentence | None:
    """What is to be said of a text that no HTTP header can have; None for any other."""
    return _left_out(_NOT_IN_HEADERS.search(text), say("a header"))


def _left_out(found: re.Match[str] | None, carrier: Sentence) -> Sentence | None:
    if found is None:
        return None
    # By its number: what a terminal would obey is not repeated.
    return say("leave the character U+{number} out; {carrier} cannot carry it",
               number=f"{ord(found[0]):04X}", carrier=carrier)  # fmt: skip

"""XML from strangers is opened without a DTD, without entities, without the network, and within limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract.reading import UnreadableXml, read_xml
from simulator.contract.reply import Unreadability

BOMB = '<?xml version="1.0" encoding="{0}"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-16-le", "iso-8859-1", "utf-32", "cp037"])
def test_a_dtd_is_refused_in_every_encoding(encoding):
    """No encoding carries a DTD in: it is refused, or the document cannot be read at all."""
    with pytest.raises(UnreadableXml) as caught:
        read_xml(BOMB.format(encoding).encode(encoding))
    assert caught.value.reason in (Unreadability.DTD, Unreadability.NOT_XML)


def test_a_dtd_in_utf_7_is_refused():
    """An encoding that writes '<' with other letters does not hide a DTD."""
    document = b'<?xml version="1.0" encoding="UTF-7"?>+ADw-!DOCTYPE a [+ADw-!ENTITY b "c"+AD4-]+AD4-+ADw-a/+AD4-'
    with pytest.raises(UnreadableXml):
        read_xml(document)


def test_an_external_entity_is_not_fetched(tmp_path):
    """A document that names a file gets nothing of it."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    with pytest.raises(UnreadableXml) as caught:
        read_xml(f'<!DOCTYPE a [<!ENTITY b SYSTEM "{secret.as_uri()}">]><a>&b;</a>'.encode())
    assert (Unreadability.DTD, "") == (caught.value.reason, caught.value.detail)


def test_a_word_that_looks_like_a_dtd_in_text_is_refused_too():
    """Refusing by the letters alone is deliberate: no status update has them."""
    with pytest.raises(UnreadableXml):
        read_xml(b"<a><![CDATA[<!DOCTYPE]]></a>")


@pytest.mark.parametrize("document", [b"", b"   \n", b"\t"])
def test_nothing_is_empty(document):
    """White space alone is an empty document."""
    with pytest.raises(UnreadableXml) as caught:
        read_xml(document)
    assert caught.value.reason is Unreadability.EMPTY


def test_depth_is_bounded():
    """A document of endless depth is not well-formed for us."""
    with pytest.raises(UnreadableXml):
        read_xml(b"<a>" * 100_000)


@pytest.mark.parametrize(
    "document",
    [
        "\ufeff<å/>".encode(),
        "<å/>".encode("utf-16"),
        '<?xml version="1.0" encoding="iso-8859-1"?><å/>'.encode("latin-1"),
    ],
)
def test_legal_encodings_are_read(document):
    """A byte order mark, UTF-16 and a declared ISO-8859-1 are read."""
    assert read_xml(document).tag == "å"


@given(st.binary(max_size=200) | st.text(alphabet="<>!&;a\"'=/? DOCTYPE[]", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(document):
    """Whatever the bytes are, they are an element or an UnreadableXml."""
    try:
        assert read_xml(document).tag is not None
    except UnreadableXml as error:
        reason = error.reason
        if reason not in (Unreadability.EMPTY, Unreadability.NOT_XML, Unreadability.DTD):
            raise

"""What a value may be exchanged for: near misses, edges, and other right spellings, by the kind of value it was.

The kind is read off the value itself, so a value that merely looks like a date also gets a date's near misses;
nothing here says what is valid, that is for the schemas to say.
"""

from __future__ import annotations

import re

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

MILLISECONDS = (
    "2024-05-13T08:15:30",
    "2024-05-13T08:15:30.",
    "2024-05-13T08:15:30.12",
    "2024-05-13T08:15:30.1234",
    "2024-05-13T08:15:30.123456",
    "2024-05-13T08:15:30.000",
    "2024-05-13T08:15:30.123Z",
    "2024-05-13T08:15:30.123+02:00",
    "2024-05-13T08:15:30,123",
    "2024-05-13T08:15:30Z123",
    "2024-05-13 08:15:30.123",
    "2024-13-13T08:15:30.123",
    "2024-00-13T08:15:30.123",
    "2024-02-29T08:15:30.123",
    "2023-02-29T08:15:30.123",
    "2024-05-13T25:15:30.123",
    "2024-05-13T08:60:30.123",
    "2024-05-13T08:15:60.123",
    "2024-5-13T08:15:30.123",
    "24-05-13T08:15:30.123",
    "12024-05-13T08:15:30.123",
    "-2024-05-13T08:15:30.123",
    "2024-05-13",
    "08:15:30.123",
)
SECONDS = (
    "2024-05-13T08:15:30.000",
    "2024-05-13T08:15:30.1",
    "2024-05-13T08:15",
    "2024-05-13T08:15:30Z",
    "2024-05-13T08:15:30+02:00",
    "2024-05-13 08:15:30",
    "20240513T081530",
    "2024-13-13T08:15:30",
    "2024-05-32T08:15:30",
    "2024-02-29T08:15:30",
    "2023-02-29T08:15:30",
    "2024-05-13T24:00:01",
    "2024-05-13T23:59:59",
    "2024-05-13T08:15:60",
    "12024-05-13T08:15:30",
    "-2024-05-13T08:15:30",
    "2024-05-13",
)
DATES = (
    "2024-05-13Z",
    "2024-05-13+02:00",
    "2024-05-13T00:00:00",
    "20240513",
    "240513",
    "2024-05",
    "2024",
    "2024-13-13",
    "2024-00-13",
    "2024-05-32",
    "2024-02-29",
    "2023-02-29",
    "2024-5-13",
    "12024-05-13",
    "-2024-05-13",
    "1899-12-31",
    "9999-12-31",
)
PARTIAL_DATES = (
    "2024",
    "1999",
    "2024-12",
    "2024-13",
    "2024-00",
    "2024-05-31",
    "2024-02-31",
    "2024-05-32",
    "2024-05-00",
    "3024",
    "0999",
    "20240513",
    "2024-5",
    "2024-",
    "24",
    "2024-05-13T00:00:00",
)
PERSON_NUMBERS = (
    "19900101980",
    "1990010198020",
    "19900101-9802",
    "9001019802",
    "199013459802",
    "19900101980A",
    "000000000000",
    " 199001019802",
    "199001019802".translate(ARABIC_DIGITS),
)
OBJECT_IDENTIFIERS = (
    "1.2.752.129.2.1.4.1",
    "1.2.752.129.2.1.3.1",
    "1.2.752.129.2.1.3.3",
    "1.2.752.129.2.1.3.2",
    "1.2.752.29.4.71",
    "1.2.752.29.4.71.0",
    "1-2-752-129-2-1-4-1",
    "1.2.752.129.2.1.4",
)
UUIDS = (
    "dfd7bbad-dbe5-4a2f-ba25-f7b9b2cc6b14",
    "DFD7BBAD-DBE5-4A2F-BA25-F7B9B2CC6B14",
    "ffa59d8f-8d7e-46ae-ac9e-31804e8e8499",
    "1.2.752.129.2.2.1.4",
    "dfd7bbad",
)
NUMBERS = (
    "-1",
    "+1",
    "-0",
    "007",
    "1.0",
    "1,0",
    "1e3",
    "0x1",
    "1 2",
    "ett",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "9223372036854775808",
    "1".translate(ARABIC_DIGITS),
)
DECIMALS = (
    "-1.5",
    "37",
    "37,5",
    "3.75e1",
    "3.75E-1",
    ".5",
    "5.",
    "INF",
    "-INF",
    "NaN",
    "Infinity",
    "37.5 h",
    "1e",
    "0x1",
    "2147483648",
)
WORDS = (
    "OK",
    "INFO",
    "ERROR",
    "WARNING",
    "Ok",
    "VALIDATION_ERROR",
    "APPLICATION_ERROR",
    "TECHNICAL_ERROR",
    "REVOKED",
    "TRANSFORMATION_ERROR",
    "YYYY",
    "YYYY-MM",
    "YYYY-MM-DD",
    "YYYYMMDD",
    "NYTT",
)
BASE64 = ("QUI=", "QQ==", "QUJD", "QUJ", "QR==", "QQ=", "=QQ=", "QU JD", "QUJD\nQUJD", "####", "åäö=", "7EB2")
TEXTS = ("a" * 4000, "å & ä < ö > \"'", "tom\u00a0rad", "två\nrader", "  två  blanka  ", "𝄞")

KINDS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}"), MILLISECONDS),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"), SECONDS),
    (re.compile(r"\d{4}-\d\d-\d\d"), (*DATES, *PARTIAL_DATES)),
    (re.compile(r"\d{4}(-\d\d)?"), (*PARTIAL_DATES, *NUMBERS)),
    (re.compile(r"\d{12}"), PERSON_NUMBERS),
    (re.compile(r"\d+(\.\d+){2,}"), OBJECT_IDENTIFIERS),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), UUIDS),
    (re.compile(r"\d+\.\d+"), DECIMALS),
    (re.compile(r"\d+"), NUMBERS),
    (re.compile(r"QUJDREVGR0g=|AQAB"), BASE64),
    (re.compile(r"[A-Z]+([-_][A-Z]+)*"), WORDS),
)

# Any element's text: nothing, blanks, and a value of another kind.
ANY_KIND = ("", " ", "text", "0", "2024-05-13", "http://[")


def element_values(value: str) -> tuple[str, ...]:
    """Give what an element's text may be exchanged for."""
    for pattern, values in KINDS:
        if pattern.fullmatch(value):
            return distinct((*ANY_KIND, *values), value)
    return distinct((*ANY_KIND, *TEXTS), value)


URIS = ("", "#", "text", "urn:example:other", "http://example.org/a b", "http://example.org/å", "%41", "http://[")
ATTRIBUTE_VALUES: dict[str, tuple[str, ...]] = {
    "Id": ("", "other", "1st", "two words", "a:b", " padded ", "signature", "value", "å"),
    "Filter": ("", "intersect", "subtract", "union", "Union", "union ", "none"),
    "Algorithm": URIS,
    "URI": URIS,
    "Type": URIS,
    "Encoding": URIS,
    "Target": URIS,
    "MimeType": ("", "text", " padded ", "http://["),
    "kind": ("", "text"),
}
QUESTION_IDS = (
    "",
    "a",
    "-1",
    "+1",
    "1.1",
    " 1",
    "1 ",
    "1Z",
    "1+02:00",
    "0",
    "007",
    "99999999999999999999",
    "1".translate(ARABIC_DIGITS),
)
PART_IDS = (
    "",
    "1",
    "1.",
    ".1",
    "1.1.1",
    "1,1",
    "1x1",
    "a.1",
    "1.a",
    "-1.1",
    " 1.1",
    "1.1 ",
    "001.001",
    "1. 1",
    "1.1Z",
    "1.1+02:00",
    "1." + "1".translate(ARABIC_DIGITS),
    "1".translate(ARABIC_DIGITS) + ".1",
)


def attribute_values(name: str, value: str, type_names: tuple[str, ...]) -> tuple[str, ...]:
    """Give what an attribute may be exchanged for."""
    if name == "id":
        return distinct(PART_IDS if "." in value else QUESTION_IDS, value)
    if name == "xsi:type":
        return distinct(type_names, value)
    return distinct(ATTRIBUTE_VALUES.get(name, ("", "text")), value)


def distinct(values: tuple[str, ...], without: str) -> tuple[str, ...]:
    """Give each value once, and never the one that is there already."""
    return tuple(value for value in dict.fromkeys(values) if value != without)

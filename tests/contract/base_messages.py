"""Valid messages that between them use every element and attribute of the contract.

They are starting points for the mutations, not pictures of what Webcert sends: some places are filled
that Webcert leaves empty, and the signatures are of the right form only.
People, units and numbers are invented; person ids are of the published test series.
"""

from __future__ import annotations

from tests.contract.tree import Element, Piece, element

HSA_ROOT = "1.2.752.129.2.1.4.1"
WORKPLACE_ROOT = "1.2.752.29.4.71"
PERSON_ROOT = "1.2.752.129.2.1.3.1"
COORDINATION_ROOT = "1.2.752.129.2.1.3.3"
CERTIFICATE_TYPES = "b64ea353-e8f6-4832-b563-fc7d46f29548"
EVENTS = "dfd7bbad-dbe5-4a2f-ba25-f7b9b2cc6b14"
SUBJECTS = "ffa59d8f-8d7e-46ae-ac9e-31804e8e8499"
RELATIONS = "c2362fcd-eda0-4f9a-bd13-b3bbaf7f2146"
STATES = "9871cd17-8755-4ed9-b894-ff3729e775a4"
PARTIES = "769bb12b-bd9f-4203-a5cd-fd14f2eb3b80"
ADDRESS_SOURCES = "4ade8de2-effe-41d0-b177-fedc820e69fa"
POSITIONS = "1.2.752.129.2.2.1.4"
LICENCES = "1.2.752.29.23.1.6"

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
FILTER2 = "http://www.w3.org/2002/06/xmldsig-filter2"
BYTES = "QUJDREVGR0g="


IDENTITY_TYPES = {
    name: (element("t:root", root), element("t:extension", extension))
    for name, root, extension in (
        ("t:HsaId", HSA_ROOT, "TST-UNIT-2"),
        ("t:ArbetsplatsKod", WORKPLACE_ROOT, "0000000"),
        ("t:PersonId", PERSON_ROOT, "199001019802"),
        ("t:IntygId", "TST-UNIT-1", "1"),
    )
}
CODE_TYPES = {
    name: (element("t:code", "1"), element("t:codeSystem", system))
    for name, system in (
        ("t:Handelsekod", EVENTS),
        ("t:Amneskod", SUBJECTS),
        ("t:TypAvIntyg", CERTIFICATE_TYPES),
        ("t:TypAvRelation", RELATIONS),
        ("t:Part", PARTIES),
        ("t:Statuskod", STATES),
        ("t:Befattning", POSITIONS),
        ("t:LegitimeratYrkeType", LICENCES),
        ("t:KallaAdressuppgifterType", ADDRESS_SOURCES),
    )
}


# Small parts.


def identity(name: str, root: str, extension: str) -> Element:
    """An id: who issues the number, and the number."""
    return element(name, element("t:root", root), element("t:extension", extension))


def hsa_id(name: str, extension: str) -> Element:
    """The id of a person or unit in the HSA directory."""
    return identity(name, HSA_ROOT, extension)


def code(name: str, value: str, system: str, display_name: str | None = None) -> Element:
    """A code as the restricted types want it."""
    shown = () if display_name is None else (element("t:displayName", display_name),)
    return element(name, element("t:code", value), element("t:codeSystem", system), *shown)


def full_code(name: str, value: str, system: str) -> Element:
    """A code with everything that only the unrestricted type may hold."""
    return element(
        name,
        element("t:code", value),
        element("t:codeSystem", system),
        element("t:codeSystemName", "Kodverk"),
        element("t:codeSystemVersion", "1.0"),
        element("t:displayName", "Visningsnamn"),
        element("t:originalText", "Ursprunglig text"),
    )


def foreign(text: str = "main") -> Element:
    """An element that no schema declares, with content of its own."""
    return element("x:extra", element("x:inner", text, kind="note"), element("x:empty"))


def typed(name: str, type_name: str, *children: Piece) -> Element:
    """An element that says its own type; in an open place this decides how it is checked."""
    return Element(name, (("xsi:type", type_name),), children)


def typed_values(name: str, types: dict[str, tuple[Element, ...]]) -> tuple[Element, ...]:
    """Partial answers whose values each say that they are of a type derived from the declared one."""
    return tuple(
        part(f"2.{number}", typed(name, type_name, *content))
        for number, (type_name, content) in enumerate(types.items(), start=1)
    )


def counts(name: str, total: int, unanswered: int, answered: int, handled: int, *more: Piece) -> Element:
    """How many questions there are, by state."""
    return element(
        name,
        element("c:totalt", str(total)),
        element("c:ejBesvarade", str(unanswered)),
        element("c:besvarade", str(answered)),
        element("c:hanterade", str(handled)),
        *more,
    )


# The certificate's parts.


def patient(*, lean: bool) -> Element:
    """The patient, with empty names or with everything."""
    if lean:
        empty = [element(f"c:{name}") for name in ("fornamn", "efternamn", "postadress", "postnummer", "postort")]
        return element("c:patient", identity("c:person-id", PERSON_ROOT, "199001019802"), *empty)
    return element(
        "c:patient",
        identity("c:person-id", COORDINATION_ROOT, "199001619809"),
        element("c:fornamn", "Test"),
        element("c:efternamn", "Testsson"),
        element("c:mellannamn", "Prov"),
        element("c:postadress", "Provgatan 1"),
        element("c:postnummer", "12345"),
        element("c:postort", "Provstad"),
        code("c32:kallaAdressuppgifter", "PU", ADDRESS_SOURCES, "Personuppgiftstjänsten"),
    )


def unit(*more: Piece, lean: bool, at_provider: tuple[Piece, ...] = ()) -> Element:
    """The care unit, with room for more in it and in its care provider."""
    email = () if lean else (element("c:epost", "enhet@example.org"),)
    return element(
        "c:enhet",
        hsa_id("c:enhets-id", "TST-UNIT-1"),
        identity("c:arbetsplatskod", WORKPLACE_ROOT, "0000000"),
        element("c:enhetsnamn", "Provenheten"),
        element("c:postadress", "Provgatan 2"),
        element("c:postnummer", "12345"),
        element("c:postort", "Provstad"),
        element("c:telefonnummer", "010-000 00 00"),
        *email,
        element(
            "c:vardgivare",
            hsa_id("c:vardgivare-id", "TST-PROVIDER-1"),
            element("c:vardgivarnamn", "Provregionen"),
            *at_provider,
        ),
        *more,
    )


def staff(care_unit: Element, *, lean: bool) -> Element:
    """The member of staff, with or without titles, specialities and licences."""
    who = (hsa_id("c:personal-id", "TST-STAFF-1"), element("c:fullstandigtNamn", "Ajla Doktor"))
    if lean:
        return element("c:skapadAv", *who, care_unit)
    return element(
        "c:skapadAv",
        *who,
        element("c:forskrivarkod", "0000000"),
        code("c:befattning", "203010", POSITIONS, "Läkare legitimerad, annan"),
        code("c:befattning", "203090", POSITIONS),
        care_unit,
        element("c:specialistkompetens", element("t:code", "N/A"), element("t:displayName", "Allmänmedicin")),
        element("c:specialistkompetens", element("t:code", "N/A")),
        code("c32:legitimeratYrke", "LK", LICENCES, "Läkare"),
        code("c32:legitimeratYrke", "BM", LICENCES),
    )


def question(number: int, *parts: Piece, instance: int | None = None) -> Element:
    """An answered question."""
    instans = () if instance is None else (element("c:instans", str(instance)),)
    return element("c:svar", *instans, *parts, id=str(number))


def part(number: str, *content: Piece) -> Element:
    """A partial answer."""
    return element("c:delsvar", *content, id=number)


def answers() -> tuple[Element, ...]:
    """Every value element of the contract, each in its place inside a partial answer."""
    return (
        question(
            1,
            part("1.1", full_code("t:cv", "1", "KV_FKMU_0001")),
            part("1.2", element("t:date", "2024-05-13")),
            part("1.3", "Fri text"),
            instance=1,
        ),
        question(1, part("1.1", code("t:cv", "5", "KV_FKMU_0001")), instance=2),
        question(
            32,
            part("32.1", code("t:cv", "HALFTEN", "KV_FKMU_0003", "50 %")),
            part(
                "32.2",
                element("t:datePeriod", element("t:start", "2024-05-13"), element("t:end", "2024-06-30")),
            ),
            part(
                "32.3",
                element(
                    "t:timePeriod",
                    element("t:start", "2024-05-13T08:00:00"),
                    element("t:end", "2024-05-13T16:30:00"),
                ),
            ),
        ),
        question(
            33,
            part("33.1", element("t:pq", element("t:value", "37.5"), element("t:unit", "h"))),
            part(
                "33.2",
                element(
                    "t:pqInterval",
                    element("t:low", "1.5"),
                    element("t:high", "2.5"),
                    element("t:unit", "h"),
                ),
            ),
            part("33.3", element("t:timestamp", "2024-05-13T08:15:30")),
            part(
                "33.4",
                element("t:partialDate", element("t:format", "YYYY-MM"), element("t:value", "2024-05")),
            ),
            part(
                "33.5",
                element("t:partialDate", element("t:format", "YYYY-MM-DD"), element("t:value", "2024-05-13")),
            ),
            part("33.6", element("t:partialDate", element("t:format", "YYYY"), element("t:value", "2024"))),
            part("33.7", identity("t:ii", "1.2.3", "4711")),
            part("33.8", "true"),
        ),
    )


def relation(*more: Piece) -> Element:
    """A relation to an earlier certificate."""
    return element(
        "c:relation",
        code("c:typ", "FRLANG", RELATIONS, "Förlänger"),
        identity("c:intygs-id", "TST-UNIT-1", "6d30f9a0-0000-4000-8000-000000000001"),
        *more,
    )


def state(*more: Piece) -> Element:
    """What a party has said about the certificate."""
    return element(
        "c:status",
        code("c:part", "FKASSA", PARTIES, "Försäkringskassan"),
        code("c:status", "SENTTO", STATES, "Mottaget"),
        element("c:tidpunkt", "2024-05-13T09:00:00"),
        *more,
    )


def certificate(*parts: Piece, lean: bool, signed: bool = False, care_unit: Element | None = None) -> Element:
    """The certificate itself, with more parts after its author."""
    recipients = () if lean else (code("c:mottagare", "FKASSA", PARTIES, "Försäkringskassan"),)
    moments = ("signeringstidpunkt", "skickatTidpunkt") if signed else ()
    return element(
        "s:intyg",
        identity("c:intygs-id", "TST-UNIT-1", "6d30f9a0-0000-4000-8000-000000000002"),
        *recipients,
        code("c:typ", "ITFP", CERTIFICATE_TYPES, None if lean else "Intyg tillfällig föräldrapenning"),
        element("c:version", "1.0"),
        *(element(f"c:{name}", "2024-05-13T08:15:30") for name in moments),
        patient(lean=lean),
        staff(care_unit or unit(lean=lean), lean=lean),
        *parts,
    )


def event(value: str, *more: Piece, display_name: str | None = None) -> Element:
    """What happened, and when."""
    return element(
        "s:handelse",
        code("c:handelsekod", value, EVENTS, display_name),
        element("c:tidpunkt", "2024-05-13T08:15:30.123"),
        *more,
    )


def request(intyg: Element, handelse: Element, *more: Piece, counted: tuple[Element, Element] | None = None) -> Element:
    """A status update; without counts there are no questions."""
    sent, received = counted or (counts("s:skickadeFragor", 0, 0, 0, 0), counts("s:mottagnaFragor", 0, 0, 0, 0))
    return element("s:CertificateStatusUpdateForCare", intyg, handelse, sent, received, *more)


# Signatures.


def algorithm(name: str, uri: str, *content: Piece) -> Element:
    """An element that names an algorithm."""
    return element(name, *content, Algorithm=uri)


def digest(*content: Piece) -> tuple[Element, Element]:
    """How something was digested, and the digest."""
    return algorithm("ds:DigestMethod", SHA256, *content), element("ds:DigestValue", BYTES)


def signature(signed_info: Element, *more: Piece) -> Element:
    """A signature around what is signed."""
    value = element("ds:SignatureValue", BYTES, Id="value")
    return element("c32:underskrift", element("ds:Signature", signed_info, value, *more, Id="signature"))


def plain_signature() -> Element:
    """An enveloped signature that leaves itself out by a filter, with one certificate."""
    return signature(
        element(
            "ds:SignedInfo",
            algorithm("ds:CanonicalizationMethod", EXCLUSIVE),
            algorithm("ds:SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
            element(
                "ds:Reference",
                element(
                    "ds:Transforms",
                    algorithm("ds:Transform", "http://www.w3.org/2000/09/xmldsig#enveloped-signature"),
                    algorithm(
                        "ds:Transform",
                        FILTER2,
                        element("xf:XPath", "//extension[text()='6d30f9a0']/../..", Filter="intersect"),
                    ),
                    algorithm(
                        "ds:Transform",
                        FILTER2,
                        element("xf:XPath", "//*[local-name() = 'Signature']", Filter="subtract"),
                    ),
                    algorithm("ds:Transform", EXCLUSIVE),
                ),
                *digest(),
                URI="",
            ),
        ),
        element("ds:KeyInfo", element("ds:X509Data", element("ds:X509Certificate", BYTES))),
    )


def wide_signature() -> Element:
    """Every kind of key, manifests, properties, and every attribute."""
    return signature(
        element(
            "ds:SignedInfo",
            algorithm("ds:CanonicalizationMethod", EXCLUSIVE, "text", element("ds:KeyName", "declared")),
            algorithm("ds:SignatureMethod", "urn:example:hmac", element("ds:HMACOutputLength", "128")),
            element("ds:Reference", *digest(), Id="ref-1", URI="#object-1", Type="urn:example:type"),
            element(
                "ds:Reference",
                element(
                    "ds:Transforms",
                    algorithm("ds:Transform", "urn:example:xpath", "text", element("ds:XPath", "self::node()")),
                    algorithm("ds:Transform", FILTER2, element("xf:XPath", "/", Filter="union")),
                    algorithm("ds:Transform", FILTER2, element("xf:XPath", "/")),
                ),
                *digest(),
            ),
            Id="signed-info",
        ),
        element(
            "ds:KeyInfo",
            element("ds:KeyName", "Testnyckel"),
            element(
                "ds:KeyValue",
                element("ds:RSAKeyValue", element("ds:Modulus", BYTES), element("ds:Exponent", "AQAB")),
            ),
            element(
                "ds:KeyValue",
                element(
                    "ds:DSAKeyValue",
                    *(element(f"ds:{name}", BYTES) for name in ("P", "Q", "G", "Y", "J", "Seed", "PgenCounter")),
                ),
            ),
            element("ds:KeyValue", element("ds:DSAKeyValue", element("ds:Y", BYTES))),
            element("ds:RetrievalMethod", URI="#key", Type="urn:example:type"),
            element(
                "ds:RetrievalMethod",
                element("ds:Transforms", algorithm("ds:Transform", EXCLUSIVE)),
                URI="http://example.org/key",
            ),
            element(
                "ds:X509Data",
                element(
                    "ds:X509IssuerSerial",
                    element("ds:X509IssuerName", "CN=Test CA"),
                    element("ds:X509SerialNumber", "12345678901234567890"),
                ),
                element("ds:X509SKI", BYTES),
                element("ds:X509SubjectName", "CN=Test"),
                element("ds:X509Certificate", BYTES),
                element("ds:X509CRL", BYTES),
            ),
            element("ds:PGPData", element("ds:PGPKeyID", BYTES), element("ds:PGPKeyPacket", BYTES)),
            element("ds:PGPData", element("ds:PGPKeyPacket", BYTES)),
            element("ds:SPKIData", element("ds:SPKISexp", BYTES), element("ds:SPKISexp", BYTES)),
            element("ds:MgmtData", "in-band"),
            "text",
            Id="key-info",
        ),
        element(
            "ds:Object",
            element(
                "ds:Manifest",
                element("ds:Reference", *digest(), URI="#value"),
                element("ds:Reference", *digest(), URI="http://example.org/"),
                Id="manifest",
            ),
            Id="object-1",
            MimeType="text/xml",
            Encoding="http://www.w3.org/2000/09/xmldsig#base64",
        ),
        element(
            "ds:Object",
            element(
                "ds:SignatureProperties",
                element("ds:SignatureProperty", foreign("2024-05-13"), Target="#signature", Id="property"),
                element("ds:SignatureProperty", foreign(), Target="#signature"),
                Id="properties",
            ),
        ),
        element("ds:Object", "text"),
    )


def open_signature() -> Element:
    """A signature with something in each of its open places."""
    return signature(
        element(
            "ds:SignedInfo",
            algorithm("ds:CanonicalizationMethod", EXCLUSIVE, element("xf:XPath", "/", Filter="union")),
            algorithm("ds:SignatureMethod", "urn:example:rsa", "text", element("t:date", "2024-05-13")),
            element(
                "ds:Reference",
                element(
                    "ds:Transforms",
                    algorithm("ds:Transform", EXCLUSIVE, foreign(), element("ds:XPath", "/"), foreign()),
                ),
                *digest("text", foreign()),
                URI="",
            ),
        ),
        element(
            "ds:KeyInfo",
            foreign(),
            element("ds:KeyValue", "text", foreign()),
            element("ds:X509Data", foreign(), element("ds:X509Certificate", BYTES), foreign()),
            element("ds:PGPData", element("ds:PGPKeyID", BYTES), foreign(), foreign()),
            element("ds:PGPData", element("ds:PGPKeyPacket", BYTES), *[foreign()] * 4),
            element("ds:SPKIData", element("ds:SPKISexp", BYTES), foreign(), element("ds:SPKISexp", BYTES)),
        ),
        element("ds:Object", foreign(), "text", element("ds:KeyName", "known"), element("unqualified", "text")),
    )


# Whole messages.


def requests() -> dict[str, Element]:
    """Requests by name: from the least that is valid to every open place filled."""
    restricted = (*typed_values("t:ii", IDENTITY_TYPES), *typed_values("t:cv", CODE_TYPES))
    reference = typed(
        "x:reference",
        "c:MeddelandeReferens",
        element("c:meddelande-id", "1"),
        element("c:referens-id", "2"),
        foreign(),
    )
    return {
        "lean draft": request(certificate(lean=True), event("SKAPAT")),
        "draft": request(
            certificate(*answers(), lean=False),
            event("ANDRAT", display_name="Intygsutkast ändrat"),
            element("s:ref", "journal-4711"),
            hsa_id("s32:hanteratAv", "TST-STAFF-1"),
        ),
        "signed": request(
            certificate(relation(), state(), state(), *answers()[:1], plain_signature(), lean=False, signed=True),
            event("SIGNAT", display_name="Intyg signerat"),
            element("s:ref", "journal-4711"),
        ),
        "question": request(
            certificate(relation(), lean=True, signed=True),
            event(
                "NYFRFM",
                code("c:amne", "KOMPLT", SUBJECTS, "Komplettering"),
                element("c:sistaDatumForSvar", "2024-06-13"),
                hsa_id("c34:hanteratAv", "TST-STAFF-2"),
                display_name="Ny fråga från mottagare",
            ),
            hsa_id("s32:hanteratAv", "TST-STAFF-1"),
            counted=(counts("s:skickadeFragor", 3, 1, 1, 1), counts("s:mottagnaFragor", 2, 2, 0, 0)),
        ),
        "wide signature": request(certificate(wide_signature(), lean=True, signed=True), event("SIGNAT")),
        "open signature": request(certificate(open_signature(), lean=True, signed=True), event("SIGNAT")),
        "open places": request(
            certificate(
                relation(foreign()),
                state(foreign(), element("t:timestamp", "2024-05-13T08:15:30")),
                question(1, part("1.1", "text", foreign(), "text", element("t:date", "2024-05-13")), foreign()),
                question(2, *restricted, code("c32:legitimeratYrke", "LK", LICENCES)),
                lean=True,
                care_unit=unit(
                    foreign(),
                    identity("t:ii", "1.2.3", "4711"),
                    reference,
                    lean=False,
                    at_provider=(foreign(), hsa_id("c34:hanteratAv", "TST-STAFF-1")),
                ),
            ),
            event("SKAPAT"),
            counted=(
                counts("s:skickadeFragor", 0, 0, 0, 0, foreign()),
                counts(
                    "s:mottagnaFragor", 0, 0, 0, 0, element("t:pq", element("t:value", "1"), element("t:unit", "h"))
                ),
            ),
        ),
    }


def responses() -> dict[str, Element]:
    """Replies by name: each result code, each error id, and the open places filled."""

    def response(result_code: str, *more: Piece, after: tuple[Piece, ...] = ()) -> Element:
        result = element("s:result", element("c:resultCode", result_code), *more)
        return element("s:CertificateStatusUpdateForCareResponse", result, *after)

    def error(error_id: str) -> Element:
        return response("ERROR", element("c:resultText", "Ett fel"), element("c:errorId", error_id))

    return {
        "ok": response("OK"),
        "info": response("INFO", element("c:resultText", "Mottaget, men läs detta")),
        "technical error": error("TECHNICAL_ERROR"),
        "validation error": error("VALIDATION_ERROR"),
        "application error": error("APPLICATION_ERROR"),
        "revoked": error("REVOKED"),
        "open reply": response(
            "ERROR",
            element("c:errorId", "REVOKED"),
            foreign(),
            element("t:date", "2024-05-13"),
            after=(foreign(), element("r:LogicalAddress", "TST-UNIT-1"), foreign()),
        ),
    }


def logical_addresses() -> dict[str, Element]:
    """The SOAP header element."""
    return {"address": element("r:LogicalAddress", "TST-UNIT-1")}


def base_messages() -> dict[str, Element]:
    """Every base message by name, in a fixed order."""
    return {**requests(), **responses(), **logical_addresses()}

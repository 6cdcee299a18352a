"""Every literal of the wire: namespaces, OIDs, code systems, paths, and the Swedish names of elements.

The Swedish names stand here and nowhere else. Source of each: Webcert's code, and the files in `wsdl/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
RESPONDER_EXT = "urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3.2"
CORE = "urn:riv:clinicalprocess:healthcond:certificate:3"
CORE_EXT = "urn:riv:clinicalprocess:healthcond:certificate:3.2"
CORE_PREFILL = "urn:riv:clinicalprocess:healthcond:certificate:3.3"
CORE_HANDLED = "urn:riv:clinicalprocess:healthcond:certificate:3.4"
TYPES = "urn:riv:clinicalprocess:healthcond:certificate:types:3"
REGISTRY = "urn:riv:itintegration:registry:1"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"


@dataclass(frozen=True)
class InteractionName:
    """A service interaction of RIV-TA by its name and major version, from which all its other names follow."""

    name: str
    major: int

    @cached_property
    def namespace(self) -> str:
        """The namespace of request and response, and of what stands directly in them."""
        return f"urn:riv:clinicalprocess:healthcond:certificate:{self.name}Responder:{self.major}"

    @cached_property
    def soap_action(self) -> str:
        """What the WSDL gives as SOAPAction."""
        return f"{self.namespace}:{self.name}"

    @cached_property
    def request(self) -> str:
        """The qualified name of the request element."""
        return self.qualified(self.name)

    @cached_property
    def response(self) -> str:
        """The qualified name of the response element."""
        return self.qualified(f"{self.name}Response")

    @cached_property
    def wsdl(self) -> str:
        """The file of our WSDL; a published one begins with the same name."""
        return f"{self.name}.wsdl"

    def qualified(self, name: str) -> str:
        """The qualified name of an element of the interaction's own namespace."""
        return f"{{{self.namespace}}}{name}"


STATUS_UPDATE = InteractionName("CertificateStatusUpdateForCare", 3)
CREATE_DRAFT = InteractionName("CreateDraftCertificate", 3)
LIST_WITH_QA = InteractionName("ListCertificatesForCareWithQA", 3)
MESSAGE_TO_CARE = InteractionName("SendMessageToCare", 2)

# Where Webcert answers, on its own host (Webcert's code).
CREATE_DRAFT_PATH = "/services/create-draft-certificate/v3.0"
LIST_WITH_QA_PATH = "/services/list-certificates-for-care-with-qa/v3.0"
MESSAGE_TO_CARE_PATH = "/services/send-message-to-care/v2.0"
INBOUND_PATHS = (CREATE_DRAFT_PATH, LIST_WITH_QA_PATH, MESSAGE_TO_CARE_PATH)

RESPONDER = STATUS_UPDATE.namespace
SOAP_ACTION = STATUS_UPDATE.soap_action
# The path that RIV-TA 2.1 gives the interaction; practice everywhere, although the rule is withdrawn.
SERVICE_PATH = "/clinicalprocess/healthcond/certificate/CertificateStatusUpdateForCare/3/rivtabp21"
CONTENT_TYPE = "text/xml; charset=UTF-8"

# The header by which the platform follows a call, and by which a mocked journal system finds the exchange.
CORRELATION_HEADER = "x-skltp-correlation-id"
ORIGINAL_CONSUMER_HEADER = "x-rivta-original-serviceconsumer-hsaid"

WORKPLACE_CODE_ROOT = "1.2.752.29.4.71"
POSITION_CODE_SYSTEM = "1.2.752.129.2.2.1.4"
LICENCE_CODE_SYSTEM = "1.2.752.29.23.1.6"
CERTIFICATE_TYPE_CODE_SYSTEM = "b64ea353-e8f6-4832-b563-fc7d46f29548"
EVENT_CODE_SYSTEM = "dfd7bbad-dbe5-4a2f-ba25-f7b9b2cc6b14"
SUBJECT_CODE_SYSTEM = "ffa59d8f-8d7e-46ae-ac9e-31804e8e8499"
RELATION_CODE_SYSTEM = "c2362fcd-eda0-4f9a-bd13-b3bbaf7f2146"
PARTY_CODE_SYSTEM = "769bb12b-bd9f-4203-a5cd-fd14f2eb3b80"
# Kv källa adressuppgifter.
ADDRESS_SOURCE_CODE_SYSTEM = "4ade8de2-effe-41d0-b177-fedc820e69fa"

# Webcert's certificate-service writes these two literals for everybody (Webcert's code).
PRESCRIPTION_CODE = "0000000"
SPECIALITY_CODE = "N/A"


def core(name: str) -> str:
    """The qualified name of an element of the core namespace."""
    return f"{{{CORE}}}{name}"


def types(name: str) -> str:
    """The qualified name of an element of the types namespace."""
    return f"{{{TYPES}}}{name}"


def responder(name: str) -> str:
    """The qualified name of an element of the status update's own namespace."""
    return STATUS_UPDATE.qualified(name)


ENVELOPE = f"{{{SOAP}}}Envelope"
HEADER = f"{{{SOAP}}}Header"
BODY = f"{{{SOAP}}}Body"
FAULT = f"{{{SOAP}}}Fault"
LOGICAL_ADDRESS = f"{{{REGISTRY}}}LogicalAddress"
SIGNATURE = f"{{{XMLDSIG}}}Signature"

REQUEST = STATUS_UPDATE.request
RESPONSE = STATUS_UPDATE.response
CERTIFICATE = responder("intyg")
EVENT = responder("handelse")
QUESTIONS_SENT = responder("skickadeFragor")
QUESTIONS_RECEIVED = responder("mottagnaFragor")
CARE_REFERENCE = responder("ref")
HANDLED_BY = f"{{{RESPONDER_EXT}}}hanteratAv"
RESULT = responder("result")

RESULT_CODE = core("resultCode")
RESULT_TEXT = core("resultText")
ERROR_ID = core("errorId")

CERTIFICATE_ID = core("intygs-id")
CERTIFICATE_TYPE = core("typ")
VERSION = core("version")
SIGNED_AT = core("signeringstidpunkt")
SENT_AT = core("skickatTidpunkt")
PATIENT = core("patient")
PERSON_ID = core("person-id")
FIRST_NAME = core("fornamn")
LAST_NAME = core("efternamn")
MIDDLE_NAME = core("mellannamn")
ADDRESS = core("postadress")
POSTAL_CODE = core("postnummer")
CITY = core("postort")
ADDRESS_SOURCE = f"{{{CORE_EXT}}}kallaAdressuppgifter"
CREATED_BY = core("skapadAv")
STAFF_ID = core("personal-id")
STAFF_NAME = core("fullstandigtNamn")
PRESCRIPTION = core("forskrivarkod")
POSITION = core("befattning")
UNIT = core("enhet")
UNIT_ID = core("enhets-id")
WORKPLACE_CODE = core("arbetsplatskod")
UNIT_NAME = core("enhetsnamn")
PHONE = core("telefonnummer")
EMAIL = core("epost")
CARE_PROVIDER = core("vardgivare")
CARE_PROVIDER_ID = core("vardgivare-id")
CARE_PROVIDER_NAME = core("vardgivarnamn")
SPECIALITY = core("specialistkompetens")
LICENCE = f"{{{CORE_EXT}}}legitimeratYrke"
RELATION = core("relation")
RELATION_TYPE = core("typ")
ANSWER = core("svar")
INSTANCE = core("instans")
PART = core("delsvar")
SIGNATURE_HOLDER = f"{{{CORE_EXT}}}underskrift"
EVENT_CODE = core("handelsekod")
OCCURRED_AT = core("tidpunkt")
SUBJECT = core("amne")
ANSWER_DUE = core("sistaDatumForSvar")
COUNT_TOTAL = core("totalt")
COUNT_UNANSWERED = core("ejBesvarade")
COUNT_ANSWERED = core("besvarade")
COUNT_HANDLED = core("hanterade")

ROOT = types("root")
EXTENSION = types("extension")
CODE = types("code")
CODE_SYSTEM = types("codeSystem")
DISPLAY_NAME = types("displayName")
CODED_VALUE = types("cv")
DATE_PERIOD = types("datePeriod")
START = types("start")
END = types("end")
PARTIAL_DATE = types("partialDate")
FORMAT = types("format")
QUANTITY = types("pq")
VALUE = types("value")
UNIT_OF_MEASURE = types("unit")

# A draft that is asked for: smaller than a certificate, and its elements are of another namespace.
WANTED = CREATE_DRAFT.qualified("intyg")
WANTED_TYPE = CREATE_DRAFT.qualified("typAvIntyg")
WANTED_PATIENT = CREATE_DRAFT.qualified("patient")
WANTED_BY = CREATE_DRAFT.qualified("skapadAv")
WANTED_BY_ID = CREATE_DRAFT.qualified("personal-id")
WANTED_BY_NAME = CREATE_DRAFT.qualified("fullstandigtNamn")
WANTED_UNIT = CREATE_DRAFT.qualified("enhet")
WANTED_UNIT_ID = CREATE_DRAFT.qualified("enhets-id")
WANTED_UNIT_NAME = CREATE_DRAFT.qualified("enhetsnamn")
WANTED_REFERENCE = CREATE_DRAFT.qualified("ref")
PREFILL = f"{{{CORE_PREFILL}}}forifyllnad"
PREFILLED_ANSWER = f"{{{CORE_PREFILL}}}svar"
DRAFT_ID = CREATE_DRAFT.qualified("intygs-id")
DRAFT_RESULT = CREATE_DRAFT.qualified("result")

LISTED_FOR = LIST_WITH_QA.qualified("person-id")
LISTED_UNIT = LIST_WITH_QA.qualified("enhets-id")
LISTED_CARE_PROVIDER = LIST_WITH_QA.qualified("vardgivar-id")
LISTED_SINCE = LIST_WITH_QA.qualified("fromTidpunkt")
LISTED_UNTIL = LIST_WITH_QA.qualified("tomTidpunkt")
LIST = LIST_WITH_QA.qualified("list")
LISTED = LIST_WITH_QA.qualified("item")
LISTED_CERTIFICATE = LIST_WITH_QA.qualified("intyg")
LISTED_EVENTS = LIST_WITH_QA.qualified("handelser")
LISTED_EVENT = LIST_WITH_QA.qualified("handelse")
LISTED_SENT = LIST_WITH_QA.qualified("skickadeFragor")
LISTED_RECEIVED = LIST_WITH_QA.qualified("mottagnaFragor")
LISTED_REFERENCE = LIST_WITH_QA.qualified("ref")
# Inside the event, and of another namespace than the one at the end of a status update.
EVENT_HANDLED_BY = f"{{{CORE_HANDLED}}}hanteratAv"

MESSAGE_ID = MESSAGE_TO_CARE.qualified("meddelande-id")
MESSAGE_REFERENCE = MESSAGE_TO_CARE.qualified("referens-id")
MESSAGE_SENT_AT = MESSAGE_TO_CARE.qualified("skickatTidpunkt")
MESSAGE_CERTIFICATE = MESSAGE_TO_CARE.qualified("intygs-id")
MESSAGE_PERSON = MESSAGE_TO_CARE.qualified("patientPerson-id")
MESSAGE_ADDRESS = MESSAGE_TO_CARE.qualified("logiskAdressMottagare")
MESSAGE_SUBJECT = MESSAGE_TO_CARE.qualified("amne")
MESSAGE_HEADING = MESSAGE_TO_CARE.qualified("rubrik")
MESSAGE_TEXT = MESSAGE_TO_CARE.qualified("meddelande")
MESSAGE_REMINDS_OF = MESSAGE_TO_CARE.qualified("paminnelseMeddelande-id")
MESSAGE_ANSWERS = MESSAGE_TO_CARE.qualified("svarPa")
ANSWERED_ID = core("meddelande-id")
ANSWERED_REFERENCE = core("referens-id")
MESSAGE_SENDER = MESSAGE_TO_CARE.qualified("skickatAv")
MESSAGE_PARTY = MESSAGE_TO_CARE.qualified("part")
MESSAGE_CONTACT = MESSAGE_TO_CARE.qualified("kontaktInfo")
COMPLEMENT = MESSAGE_TO_CARE.qualified("komplettering")
COMPLEMENT_QUESTION = MESSAGE_TO_CARE.qualified("frage-id")
COMPLEMENT_INSTANCE = MESSAGE_TO_CARE.qualified("instans")
COMPLEMENT_TEXT = MESSAGE_TO_CARE.qualified("text")
MESSAGE_ANSWER_DUE = MESSAGE_TO_CARE.qualified("sistaDatumForSvar")
MESSAGE_RESULT = MESSAGE_TO_CARE.qualified("result")

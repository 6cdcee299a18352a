"""Every literal of the wire: namespaces, OIDs, code systems, paths, and the Swedish names of elements.

The Swedish names stand here and nowhere else. Source of each: Webcert's code, and the files in `wsdl/`.
"""

from __future__ import annotations

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
RESPONDER = "urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3"
RESPONDER_EXT = "urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3.2"
CORE = "urn:riv:clinicalprocess:healthcond:certificate:3"
CORE_EXT = "urn:riv:clinicalprocess:healthcond:certificate:3.2"
TYPES = "urn:riv:clinicalprocess:healthcond:certificate:types:3"
REGISTRY = "urn:riv:itintegration:registry:1"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"

SOAP_ACTION = f"{RESPONDER}:CertificateStatusUpdateForCare"
# The path that RIV-TA 2.1 gives the interaction; practice everywhere, although the rule is withdrawn.
SERVICE_PATH = "/clinicalprocess/healthcond/certificate/CertificateStatusUpdateForCare/3/rivtabp21"
WSDL_GLOB = "**/CertificateStatusUpdateForCare*.wsdl"
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
# Kv källa adressuppgifter.
ADDRESS_SOURCE_CODE_SYSTEM = "4ade8de2-effe-41d0-b177-fedc820e69fa"
RELATION_CODE_SYSTEM = "c2362fcd-eda0-4f9a-bd13-b3bbaf7f2146"

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
    """The qualified name of an element of the interaction's own namespace."""
    return f"{{{RESPONDER}}}{name}"


ENVELOPE = f"{{{SOAP}}}Envelope"
HEADER = f"{{{SOAP}}}Header"
BODY = f"{{{SOAP}}}Body"
FAULT = f"{{{SOAP}}}Fault"
LOGICAL_ADDRESS = f"{{{REGISTRY}}}LogicalAddress"
SIGNATURE = f"{{{XMLDSIG}}}Signature"

REQUEST = responder("CertificateStatusUpdateForCare")
RESPONSE = responder("CertificateStatusUpdateForCareResponse")
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
ADDRESS = core("postadress")
POSTAL_CODE = core("postnummer")
CITY = core("postort")
MIDDLE_NAME = core("mellannamn")
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

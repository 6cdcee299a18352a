"""What a failure on the way to an endpoint means, and what to do about it: tables of plain words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.contract.reply import Silence
from simulator.sentence import Sentence, say


@dataclass(frozen=True)
class Finding:
    """One line: what was tried, whether it holds (None: it was not tried), what was found, and what to do."""

    tried: Sentence
    holds: bool | None
    found: Sentence
    advice: Sentence | None = None


NAME = say("the name is resolved")
CONNECTION = say("a connection is made")
PROXY = say("the proxy lets through")
SERVER = say("the server's certificate is trusted")
CLIENT = say("the client certificate is taken")
SOAP = say("SOAP is answered")
MESSAGE = say("a harmless message is taken")
REFUSAL = say("what is no status update is refused")

# In the order of the way.
ALL = (NAME, CONNECTION, PROXY, SERVER, CLIENT, SOAP, MESSAGE, REFUSAL)

GIVE_CA = say(
    "ask for the certificate of the issuer, with those above it up to the root, and give them with --tls-ca FILE; on "
    "the national platform it is SITHS"
)
# By OpenSSL's number for what its check of a chain found (x509_vfy.h).
VERIFICATION: Mapping[int, tuple[Sentence, Sentence]] = {
    9: (
        say("the certificate is not valid yet"),
        say("check the clocks of both machines"),
    ),
    10: (
        say("the certificate has expired"),
        say("the server needs a new certificate; whoever runs it must install one"),
    ),
    18: (say("the certificate is issued by itself"), GIVE_CA),
    19: (say("the issuer is unknown here"), GIVE_CA),
    20: (say("the issuer is unknown here"), GIVE_CA),
    21: (say("the issuer is unknown here"), GIVE_CA),
    62: (
        say("the certificate is for another name"),
        say("use the name that the certificate is for, or have the server's certificate include this one"),
    ),
    64: (
        say("the certificate is for another address"),
        say("use the name that the certificate is for, and not the address"),
    ),
}

# Parts of the names that OpenSSL gives to the alerts of a server that did not take our certificate.
GIVE_CLIENT = say("the server demands a client certificate; give one with --tls-cert FILE, and its key with --tls-key")
ALERTS: tuple[tuple[str, Sentence, Sentence], ...] = (
    ("CERTIFICATE_REQUIRED", say("no client certificate was sent"), GIVE_CLIENT),
    (
        "UNKNOWN_CA",
        say("the server does not know the issuer of the client certificate"),
        say("give a certificate from an issuer that the server trusts, with its whole chain in the --tls-cert file"),
    ),
    ("CERTIFICATE_EXPIRED", say("the server says that the client certificate has expired"), say("get a new one")),
    (
        "CERTIFICATE_REVOKED",
        say("the server says that the client certificate is revoked"),
        say("get a new one"),
    ),
    (
        "CERTIFICATE",
        say("the server refused the client certificate"),
        say("ask which issuers and names the server takes; give such a certificate with --tls-cert"),
    ),
    (
        "ACCESS_DENIED",
        say("the server knows the client certificate, and does not let it in"),
        say("ask for the certificate's name to be let in"),
    ),
)

# What servers say with HTTP of a client certificate, since they wait with the check until then.
NONE_SENT_WORDS = ("no required ssl certificate", "client certificate required", "403.7")
REFUSED_WORDS = ("ssl certificate error", "403.13", "403.16", "403.17")
NOT_TLS_WORDS = ("plain http request was sent to https", "client sent an http request to an https server")

STATUSES: Mapping[int, Sentence] = {
    401: say("the endpoint wants a user and a password; give --header 'Authorization: Basic …'"),
    403: say("the endpoint, a proxy or a firewall does not let this caller in; ask for it to be let in"),
    404: say("nothing answers on this path; check the address to its last letter"),
    405: say("nothing takes POST on this path; check the address to its last letter"),
    407: say("the proxy wants a user and a password; give --proxy http://USER:PASSWORD@HOST:PORT"),
    415: say("the endpoint does not take text/xml, which SOAP 1.1 is; check that it is a SOAP 1.1 endpoint"),
    502: say("what stands before the endpoint does not reach it; see to it there"),
    503: say("the endpoint is closed for now; see to it there, or try later"),
    504: say("what stands before the endpoint gets no answer from it; see to it there"),
}
ANY_STATUS = say("look into the log of the endpoint for why")

SILENCES: Mapping[Silence, Sentence] = {
    Silence.TIMEOUT: say("the endpoint took the message and did not answer in time; look into its log"),
    Silence.BROKEN: say("the connection was closed before an answer; look into the log of the endpoint"),
    Silence.NOT_HTTP: say("what answers there does not speak HTTP; check the port"),
    Silence.PROXY_FAILURE: say("the proxy does not let through; check --proxy, and ask for the host to be let through"),
    Silence.TLS_FAILURE: say("TLS broke off; see the lines above"),
}
CHECK_PORT = say("check the port and that the endpoint is started; a firewall may stand between")
CHECK_NAME = say("check the spelling; behind a proxy give --proxy, which looks names up itself")
CHECK_PROXY = say("check --proxy: its name, its port, and that it is started")
USE_HTTP = say("check the port, or write http:// if the endpoint has no TLS")
USE_HTTPS = say("write https:// in the address")
CHECK_PATH = say("check the path: give the address of the SOAP endpoint itself, as its WSDL has it in soap:address")
SERVES_ALL = say(
    "an endpoint that says yes to everything hides mistakes; have it validate what it gets, or answer a SOAP fault"
)


def of_alert(reason: str) -> tuple[Sentence, Sentence] | None:
    """What an alert of the server means, by OpenSSL's name for it; None where it says nothing of certificates."""
    return next(((found, advice) for part, found, advice in ALERTS if part in reason and "ALERT" in reason), None)

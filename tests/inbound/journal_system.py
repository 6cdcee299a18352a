"""A journal system in a process of its own, which knows nothing of the simulator: it receives, and it calls.

Run as `journal_system.py FOLDER REQUEST…`; it prints the port where it takes status updates. Each one that comes is a
line of `received.jsonl` before it is answered, always with the same OK. For each line of standard input, an address, it
sends the next of the requests there (files) and prints the HTTP status and the answer as one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

OK = (
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    b"<CertificateStatusUpdateForCareResponse"
    b' xmlns="urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3"'
    b' xmlns:core="urn:riv:clinicalprocess:healthcond:certificate:3">'
    b"<result><core:resultCode>OK</core:resultCode></result>"
    b"</CertificateStatusUpdateForCareResponse></soap:Body></soap:Envelope>"
)
SOAP = {"Content-Type": "text/xml; charset=UTF-8"}


class StatusUpdates(BaseHTTPRequestHandler):
    """Takes status updates on any path."""

    record: Path

    def do_POST(self) -> None:
        """Keep what a status update says, and answer OK."""
        update = ElementTree.fromstring(self.rfile.read(int(self.headers["Content-Length"])))
        said = {
            "event": update.findtext(".//{*}handelse/{*}handelsekod/{*}code"),
            "certificate": update.findtext(".//{*}intyg/{*}intygs-id/{*}extension"),
            "patient": update.findtext(".//{*}intyg/{*}patient/{*}person-id/{*}extension"),
            "by": update.findtext(".//{*}intyg/{*}skapadAv/{*}personal-id/{*}extension"),
            "ref": update.findtext(".//{*}CertificateStatusUpdateForCare/{*}ref"),
        }
        with self.record.open("a", encoding="ascii") as file:
            file.write(json.dumps(said) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.send_response(200)
        self.send_header("Content-Type", SOAP["Content-Type"])
        self.send_header("Content-Length", str(len(OK)))
        self.end_headers()
        self.wfile.write(OK)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - The library's own name.
        """Say nothing."""


def call(address: str, request: Path) -> dict[str, object]:
    """Send a request, and give back what came."""
    asked = urllib.request.Request(address, request.read_bytes(), SOAP)
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return {"http": answer.status, "body": answer.read().decode()}
    except urllib.error.HTTPError as error:
        return {"http": error.code, "body": error.read().decode()}


def main(folder: str, *requests: str) -> None:
    """Listen on a free port, say which, and call as often as it is told to."""
    StatusUpdates.record = Path(folder) / "received.jsonl"
    StatusUpdates.record.touch()
    server = ThreadingHTTPServer(("127.0.0.1", 0), StatusUpdates)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    for address, request in zip(sys.stdin, requests, strict=False):
        print(json.dumps(call(address.strip(), Path(request))), flush=True)
    # Until nobody needs it any more: what is not called is still told.
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])

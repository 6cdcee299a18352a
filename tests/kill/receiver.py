"""A journal system in a process of its own: it keeps what it receives, and can kill its sender at a chosen moment.

Run as `receiver.py FOLDER [MOMENT HIT]`; it prints its port. Calls are taken one at a time, in the order in which
they come, so that nothing is still under way once a later call has been answered. Each whole request is in
`received.jsonl`, on the disk, before it is answered. The sender's process id is read from `sender.pid`. It knows
nothing of the simulator, and every answer is the same OK.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

OK = (
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    b"<CertificateStatusUpdateForCareResponse"
    b' xmlns="urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3"'
    b' xmlns:core="urn:riv:clinicalprocess:healthcond:certificate:3">'
    b"<result><core:resultCode>OK</core:resultCode></result>"
    b"</CertificateStatusUpdateForCareResponse></soap:Body></soap:Envelope>"
)
# Each call has a connection of its own, so that the acceptance of a connection is the beginning of a call.
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (
    len(OK),
    OK,
)

# When the sender can be killed: before a byte of the call is read, in the middle of its body, when all of it is kept,
# in the middle of the answer, and when all of the answer is on its way.
MOMENTS = ("accepted", "half-received", "received", "half-answered", "answered")

# Small, so that a request comes in many pieces.
BUFFER = 256


class Receiver:
    """The journal system."""

    def __init__(self, folder: Path, moment: str, hit: int) -> None:
        self._folder = folder
        self._moment = moment
        self._hit = hit
        self._calls = 0

    def serve(self, listener: socket.socket) -> None:
        """Take one call after another, for ever."""
        while True:
            connection, _ = listener.accept()
            # A sender that has been killed breaks its connections.
            with connection, suppress(OSError):
                self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        self._calls += 1
        self._kill_at("accepted")
        head, body = self._read_until(connection, b"\r\n\r\n")
        if not head.startswith(b"POST "):
            # Somebody who only wants to know that every call before is over.
            return
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            if len(body) >= length // 2:
                self._kill_at("half-received")
            body += self._some(connection)
        self._keep({"path": head.split(b" ")[1].decode(), "body": body.decode()})
        self._kill_at("received")
        half = len(ANSWER) // 2
        if self._is_moment("answered"):
            # It must not have settled before it is killed, however busy this machine is.
            self._signal(signal.SIGSTOP)
        connection.sendall(ANSWER[:half])
        self._kill_at("half-answered")
        connection.sendall(ANSWER[half:])
        self._kill_at("answered")

    def _read_until(self, connection: socket.socket, end: bytes) -> tuple[bytes, bytes]:
        read = b""
        while end not in read:
            read += self._some(connection)
        before, _, after = read.partition(end)
        return before, after

    def _some(self, connection: socket.socket) -> bytes:
        data = connection.recv(BUFFER)
        if not data:
            raise ConnectionError("the sender has gone")
        return data

    def _is_moment(self, moment: str) -> bool:
        return moment == self._moment and self._calls == self._hit

    def _kill_at(self, moment: str) -> None:
        if self._is_moment(moment):
            # Once: the sender that comes afterwards is another.
            self._hit = 0
            self._keep({"killed": moment})
            self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        os.kill(int((self._folder / "sender.pid").read_text()), number)
        time.sleep(0.02)

    def _keep(self, line: dict[str, str]) -> None:
        with (self._folder / "received.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def main(folder: str, moment: str = "never", hit: str = "0") -> None:
    """Listen on a free port, and say which."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        Receiver(Path(folder), moment, int(hit)).serve(listener)


if __name__ == "__main__":
    main(*sys.argv[1:])

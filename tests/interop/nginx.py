"""nginx before PHP: an endpoint that demands a client certificate, as a vendor's does, with everything made here."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

CONFIGURATION = """\
{user}daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  ssl_client_certificate {folder}/ca.pem;
  ssl_verify_client on;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_protocols TLSv1.3;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
    location / {{ proxy_pass {php}; proxy_http_version 1.1; proxy_set_header Host $http_host; }}
    location /page {{ default_type text/html; return 200 "<html><body>Hej</body></html>"; }}
  }}
  server {{
    listen 127.0.0.1:{expired} ssl;
    ssl_protocols TLSv1.2;
    ssl_certificate {folder}/expired.pem;
    ssl_certificate_key {folder}/expired.key;
    location / {{ proxy_pass {php}; }}
  }}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running nginx, and the files of those who call it."""

    url: str
    expired_url: str
    folder: Path

    def flags(self, **other: str) -> list[str]:
        """The flags of a client that is let in; `other` puts another file in the place of one, or nothing."""
        files = {"ca": "ca.pem", "cert": "client.pem", "key": "client.key"} | other
        return [word for name, file in files.items() if file for word in (f"--tls-{name}", str(self.folder / file))]


def write_certificates(folder: Path) -> None:
    """An authority with a server, an expired server and a client; and a client of another authority."""
    ca, other = trustme.CA(), trustme.CA()
    now = datetime.now(UTC)
    issued = {
        "server": ca.issue_cert("127.0.0.1"),
        "expired": ca.issue_cert("127.0.0.1", not_before=now - timedelta(days=9), not_after=now - timedelta(days=1)),
        "client": ca.issue_cert("TSTNMT2321000156-B02", common_name="TSTNMT2321000156-B02"),
        "stranger": other.issue_cert("TSTNMT2321000156-B03", common_name="TSTNMT2321000156-B03"),
    }
    for name, one in issued.items():
        (folder / f"{name}.pem").write_bytes(b"".join(part.bytes() for part in one.cert_chain_pems))
        one.private_key_pem.write_to_path(folder / f"{name}.key")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    other.cert_pem.write_to_path(folder / "other-ca.pem")


def free_port() -> int:
    """A port that nobody uses; another may be quicker, as with every program that cannot choose one itself."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def nginx_before(php: str, folder: Path) -> Iterator[Nginx]:
    """Start nginx before a server of PHP's."""
    path = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/homebrew/bin")
    if path is None:
        pytest.skip("no nginx: install nginx-light")
    write_certificates(folder)
    port, expired = free_port(), free_port()
    configuration = CONFIGURATION.format(folder=folder, port=port, expired=expired, php=php, user="")
    (folder / "nginx.conf").write_text(configuration)
    process = subprocess.Popen(
        [path, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"], stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as caller:
                if caller.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        else:
            pytest.fail(f"nginx did not start: {(folder / 'error.log').read_text()}")
        yield Nginx(f"https://127.0.0.1:{port}/status", f"https://127.0.0.1:{expired}/status", folder)
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def proxy_that_says(answer: bytes) -> Iterator[int]:
    """A proxy that gives the same answer to everybody; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                received = b""
                while b"\r\n\r\n" not in received and (part := connection.recv(4096)):
                    received += part
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()

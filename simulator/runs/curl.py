"""The line of curl that sends an exchange's request again: the same address, headers and bytes, over the same way.

For a POSIX shell; on Windows it runs in Git Bash, and `webcertsim emit --replay` does the same without curl. What was
kept by name alone, because it is secret, is taken from a variable of the shell with the header's name.
"""

from __future__ import annotations

import shlex

from simulator.contract.names import SERVICE_PATH
from simulator.runs.record import HIDDEN, KeptExchange, Way

# Where `webcertsim journal --answers RUN` takes the place of mocked systems that are gone.
STAND_IN = f"http://127.0.0.1:8080{SERVICE_PATH}"


def curl_line(exchange: KeptExchange, request: str) -> str:
    """The line; `request` is the path of the request's file, from where the line is run."""
    words = ["curl", "--disable", "--silent", "--show-error", "--include", "--suppress-connect-headers", "--http1.1"]
    words += ["--globoff", "--path-as-is", "--max-time", f"{exchange.way.timeout:g}"]
    if not exchange.mocked:
        words += _way(exchange.way)
    for name, value in exchange.request_headers.items():
        # curl counts the bytes itself, and takes a mocked system's host from the address.
        if name != "content-length" and not (exchange.mocked and name == "host"):
            words += ["--header", _header(name, value)]
    # It would wait for permission before it sends a large message.
    words += ["--header", "Expect:", "--data-binary", f"@{request}"]
    words.append(STAND_IN if exchange.mocked else exchange.url)
    return " ".join(word if isinstance(word, _Shell) else shlex.quote(word) for word in words)


class _Shell(str):
    """A word that is for the shell to read."""

    __slots__ = ()


def _header(name: str, value: str) -> str:
    if value == HIDDEN:
        return _Shell(f'"{name}: ${name.upper().replace("-", "_")}"')
    # With a colon and nothing after it curl leaves a header out.
    return f"{name}: {value}" if value else f"{name};"


def _way(way: Way) -> list[str]:
    words = ["--noproxy", "*"]
    if way.proxy is not None:
        words = ["--noproxy", "", "--proxy", way.proxy.replace(f"{HIDDEN}@", "")]
        # curl would say how it wants its connection to the proxy kept; this simulator does not.
        words += ["--proxy-header", "Proxy-Connection:"]
        if f"{HIDDEN}@" in way.proxy:
            words += ["--proxy-user", _Shell('"$PROXY_USER"')]
    if way.ca is not None:
        words += ["--cacert", way.ca]
    if way.cert is not None:
        # A colon in the path would begin a password.
        words += ["--cert", way.cert.replace(":", "\\:")]
        if not way.cert_is_pem:
            words += ["--cert-type", "P12"]
    if way.key is not None:
        words += ["--key", way.key]
    if way.password_file is not None:
        words += ["--pass", _Shell(f'"$(head -n 1 {shlex.quote(way.password_file)})"')]
    return words

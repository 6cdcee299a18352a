"""`webcertsim reach`, and scenarios, against PHP's SoapServer behind nginx that demands a client certificate."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.cli.endpoints import OK, endpoint, http
from tests.cli.test_runs import assert_curl_gets_the_same
from tests.interop.conftest import REPOSITORY, Installed, PhpJournalSystem
from tests.interop.nginx import Nginx, free_port, nginx_before, proxy_that_says


@pytest.fixture(scope="module")
def nginx(running_journal_system: PhpJournalSystem, tmp_path_factory) -> Iterator[Nginx]:
    """nginx before the journal system."""
    with nginx_before(running_journal_system.url.rpartition("/")[0], tmp_path_factory.mktemp("nginx")) as running:
        yield running


def signs(printed: str) -> str:
    """The signs of the lines, in their order."""
    return "".join(re.findall(r"^([✓✗–]) ", printed, re.MULTILINE))


def test_the_way_is_free(nginx: Nginx, webcertsim: Installed, tmp_path):
    """With the right certificates every step holds, and the chain is shown with its dates."""
    ran = webcertsim("reach", nginx.url, *nginx.flags(), cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert signs(ran.stdout) == "✓" * 7
    assert "TLSv1.3: 127.0.0.1 from " in ran.stdout, ran.stdout
    assert ", valid 2000-01-01 to 3000-01-01" in ran.stdout, ran.stdout
    assert "one is asked for, and this one is taken" in ran.stdout
    assert "is refused: a SOAP fault" in ran.stdout


def test_a_proxy_that_refuses(nginx: Nginx, webcertsim: Installed, tmp_path):
    """A proxy that says no is named, and what to ask for."""
    for answer, advice in (
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "be let through; many proxies let through to port 443 alone"),
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "the proxy wants a user and a password"),
        (b"220 mail.example.se ESMTP\r\n\r\n", "check --proxy"),
    ):
        with proxy_that_says(answer) as port:
            ran = webcertsim("reach", nginx.url, *nginx.flags(), "--proxy", f"http://127.0.0.1:{port}", cwd=tmp_path)
        assert (1, "✓✓✗–––––") == (ran.returncode, signs(ran.stdout)), ran.stdout + ran.stderr
        assert advice in ran.stdout


@pytest.mark.parametrize(
    ("url", "other", "expected", "found", "advice"),
    [
        ("https://127.0.0.1:{free}/status", {}, "✓✗–––––", "nobody listens on 127.0.0.1", "check the port"),
        ("{url}", {"ca": "other-ca.pem"}, "✓✓✗––––", "the issuer is unknown here",
         "other-ca.pem (--tls-ca) does not lead to that issuer"),
        ("{url}", {"ca": ""}, "✓✓✗––––", "the issuer is unknown here", "give them with --tls-ca"),
        ("{expired}", {}, "✓✓✗––––", "the certificate has expired", "the server needs a new certificate"),
        ("{url}", {"cert": "", "key": ""}, "✓✓✓✗–––", "no client certificate was sent", "--tls-cert"),
        ("{url}", {"cert": "stranger.pem", "key": "stranger.key"}, "✓✓✓✗–––",
         "refused the client certificate; it takes those issued by OU=Testing CA",
         "ask which issuers"),
        ("{page}", {}, "✓✓✓✓✗––", "a web page and no SOAP", "check the path"),
        ("http://127.0.0.1:{port}/status", {}, "✓✓✗––", "the port speaks TLS", "https://"),
        ("https://localhost.invalid/", {}, "✗––––––", "nobody knows localhost.invalid", "check the spelling"),
    ],
    ids=["wrong port", "another issuer", "the system's issuers", "expired", "no client certificate",
         "another's client certificate", "a web page", "no TLS", "no such name"],
)  # fmt: skip
def test_where_the_way_ends(nginx: Nginx, webcertsim: Installed, tmp_path, url, other, expected, found, advice):
    """What fails is told from the rest, explained, and followed by what to do; nothing after it is tried."""
    port = nginx.url.split(":")[2].split("/")[0]
    page = nginx.url.replace("/status", "/page")
    address = url.format(free=free_port(), url=nginx.url, expired=nginx.expired_url, page=page, port=port)
    ran = webcertsim("reach", address, *nginx.flags(**other), cwd=tmp_path)
    assert (1, expected) == (ran.returncode, signs(ran.stdout)), ran.stdout + ran.stderr
    assert found in ran.stdout
    assert advice in ran.stdout


@pytest.mark.parametrize(
    ("answer", "expected", "advice"),
    [
        ("?result=ERROR&error_id=VALIDATION_ERROR", "✓✓✓✓✓✗–", "check that unit and patient are known there"),
        ("?fault=Stängt", "✓✓✓✓✓✗–", "look into its log"),
    ],
)
def test_an_endpoint_that_says_no(nginx: Nginx, webcertsim: Installed, tmp_path, answer, expected, advice):
    """A message that is not taken is explained by the rule that Webcert goes by."""
    ran = webcertsim("reach", nginx.url + answer, *nginx.flags(), cwd=tmp_path)
    assert (1, expected) == (ran.returncode, signs(ran.stdout)), ran.stdout + ran.stderr
    assert advice in ran.stdout


def test_an_endpoint_that_says_yes_to_everything(webcertsim: Installed, tmp_path):
    """A mock that answers OK whatever it gets is found out."""
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, _):
        ran = webcertsim("reach", f"http://127.0.0.1:{port}/", cwd=tmp_path)
    assert (1, "✓✓✓✓✗") == (ran.returncode, signs(ran.stdout)), ran.stdout + ran.stderr
    assert "an endpoint that says yes to everything hides mistakes" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reach",), "URL"),
        (("reach", "ftp://x"), "is no address"),
        (("reach", "http://x/", "--unit", "ALMD"), "did you mean 'ALMC'"),
        (("reach", "http://x/", "--patient", "tolvn"), "did you mean 'tolvan'"),
        (("reach", "http://x/", "--tls-cert", "no.pem"), "does not exist"),
        (("reach", "http://x/", "--proxy", "x"), "is no address"),
        (("reach", "http://x/", "--timeout", "soon"), "--timeout"),
    ],
)
def test_a_command_line_that_cannot_be_used(webcertsim: Installed, tmp_path, arguments, said):
    """What is wrong with a flag is said before anything is tried."""
    ran = webcertsim(*arguments, cwd=tmp_path)
    assert (2, True) == (ran.returncode, said in ran.stderr), ran.stderr


# What happens on the way stands before a real journal system; what the system itself does is its own.
# The manual lists ten in the first column of a table.
MANUAL = (REPOSITORY / "docs" / "how-to" / "against-your-own-endpoint.md").read_text(encoding="utf-8")
AGAINST_REAL_ONES = [
    name
    for row in MANUAL.partition("| scenario |")[2].partition("\n\n")[0].splitlines()
    for name in re.findall("`([^`]+)`", row.split("|")[1])
]


def test_ten_scenarios(nginx: Nginx, journal_system: PhpJournalSystem, webcertsim: Installed, tmp_path):
    """Ten scenarios pass against the endpoint; each exchange is kept, and what was sent again is there twice."""
    paths = [REPOSITORY / "scenarios" / f"{name}.scenario.yaml" for name in AGAINST_REAL_ONES]
    ran = webcertsim("run", *paths, "--journal", f"alfa={nginx.url}", *nginx.flags(), cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "10 scenarios passed, 0 failed" in ran.stdout
    runs = [json.loads(path.read_text()) for path in (tmp_path / "webcertsim-runs").glob("*/run.json")]
    assert len(runs) == 10
    sent = [one for run in runs for one in run["exchanges"] if one["was_sent"]]
    assert len(sent) == len(journal_system.received()) >= 10
    assert {"TLSv1.3"} == {one["tls"]["version"] for one in sent}
    assert {"timeout", "broken"} <= {one["silence"] for one in sent}
    assert {30, 31} <= {one["attempt"] for run in runs for one in run["exchanges"]}


@pytest.mark.parametrize(
    ("name", "received"),
    [("nurse-fk7443-outage", 3), ("answer-lost-on-the-way", 3), ("answer-late-on-the-way", 3), ("down-for-26-days", 1)],
    ids=["outage of three hours", "lost answer, then again", "late answer", "30 attempts"],
)
def test_what_the_endpoint_has_received(
    nginx: Nginx, journal_system: PhpJournalSystem, webcertsim: Installed, tmp_path, name, received
):
    """PHP has what came through nginx: once what met an outage, and twice what Webcert got no answer to."""
    ran = webcertsim("run", REPOSITORY / "scenarios" / f"{name}.scenario.yaml", "--journal", f"alfa={nginx.url}",
                     *nginx.flags(), cwd=tmp_path)  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    messages = journal_system.received()
    assert received == len(messages)
    again = len(messages) - len({json.dumps(one, sort_keys=True) for one in messages})
    assert again == (1 if name.startswith("answer-") else 0)


@pytest.mark.parametrize("name", AGAINST_REAL_ONES)
def test_curl_gets_the_same_from_the_endpoint(
    nginx: Nginx, journal_system: PhpJournalSystem, webcertsim: Installed, tmp_path, name
):
    """Each line of curl of a run gets the endpoint's answer once more; what was turned away before it has no line."""
    webcertsim("run", REPOSITORY / "scenarios" / f"{name}.scenario.yaml", "--journal", f"alfa={nginx.url}",
               *nginx.flags(), cwd=tmp_path)  # fmt: skip
    (run,) = (path.parent for path in (tmp_path / "webcertsim-runs").glob("*/run.json"))
    first = journal_system.received()
    assert assert_curl_gets_the_same(run) == len(first)
    assert journal_system.received() == first * 2
    exchanges = json.loads((run / "run.json").read_text())["exchanges"]
    scripts = {path.name for path in (run / "exchanges").glob("*-curl.sh")}
    assert scripts == {f"{one['name']}-curl.sh" for one in exchanges if one["was_sent"]}
    # The endpoint has answered all that it got, whatever became of that on the way.
    assert all(one["answer"] or one["own_answer"] for one in exchanges if one["was_sent"])

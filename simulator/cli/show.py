"""`webcertsim show`: looks into a run that was kept, or into one of its exchanges."""

from __future__ import annotations

import argparse
from pathlib import Path

from simulator.cli.exit_codes import ExitCode
from simulator.cli.keeping import add_runs_to_look_in
from simulator.cli.pretty import pretty
from simulator.cli.terminal import Terminal
from simulator.errors import InputError
from simulator.locale import Text
from simulator.runs.curl import curl_line
from simulator.runs.folder import file_of, find_exchange, find_run, read_run
from simulator.runs.record import KeptExchange, KeptRun, said_of
from simulator.sentence import say
from simulator.verdict import VerdictKind

SUMMARY = say("Look into a run that was kept, or into one exchange of it: bytes, headers, TLS, decision, curl.")
EXAMPLE = "show last 1"


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    parser.add_argument(
        "run", metavar="RUN", help=text(say("the run: its folder, its name, last, or last-1 for the one before"))
    )
    parser.add_argument(
        "exchange", nargs="?", metavar="EXCHANGE", help=text(say("the exchange, by its number or its name"))
    )
    add_runs_to_look_in(parser, text)


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Print the run, or the exchange."""
    folder = find_run(parsed.run, parsed.runs)
    kept = read_run(folder)
    if parsed.exchange is None:
        _show_run(folder, kept, terminal)
    else:
        _show_exchange(folder, find_exchange(kept, parsed.exchange), terminal)
    return ExitCode.OK


def _show_run(folder: Path, run: KeptRun, terminal: Terminal) -> None:
    terminal.line(run.name)
    terminal.line(f"{folder}  {run.source or ''}".rstrip())
    terminal.say(
        say("began {began}, story from {start}, schedule {schedule}, policy {policy}, seed {seed}", began=run.began,
            start=run.start, schedule=run.schedule, policy=run.policy, seed=run.seed)
    )  # fmt: skip
    terminal.line()
    for verdict in run.verdicts:
        word, asked = terminal.text(verdict.word), terminal.text(said_of(verdict, "asked"))
        terminal.line(f"{word:<6}{verdict.path}:{verdict.line}  {asked}")
        if verdict.verdict != VerdictKind.PASSED:
            terminal.line(f"      {terminal.text(said_of(verdict, 'found'))}")
    if run.verdicts:
        terminal.line()
    for one in run.exchanges:
        decision = terminal.text(said_of(one, "decision"))
        status = "" if one.http_status is None else f"HTTP {one.http_status} "
        terminal.line(
            f"{one.number:>4}  {one.sent_at[:19]}  {one.event:<7}{one.certificate:<6}"
            f"{one.attempt:>3}  {one.journal_system:<8}  {status}{one.word}  →  {decision}"
        )
    terminal.line()
    terminal.say(say("one of them: webcertsim show {run} NUMBER", run=folder.name))


def _show_exchange(folder: Path, one: KeptExchange, terminal: Terminal) -> None:
    terminal.say(
        say("exchange {number}: {event} of {certificate} to {system}, attempt {attempt}, {when}", number=one.number,
            event=one.event, certificate=one.certificate, system=one.journal_system, attempt=one.attempt,
            when=one.sent_at)
    )  # fmt: skip
    terminal.line()
    if one.was_sent:
        terminal.say(say("request to {url}", url=one.url or say("a mocked journal system in memory")))
        _headers(one.request_headers, terminal)
    else:
        terminal.say(say("the request never left: something stood before the journal system"))
    terminal.line(pretty(_bytes(file_of(folder, one.request))))
    terminal.line()
    if one.answer is None:
        terminal.say(say("no answer: {kind} {detail}", kind=str(one.silence), detail=one.detail))
    else:
        terminal.say(
            say("answer: HTTP {status}, after {milliseconds} ms", status=one.http_status,
                milliseconds=round(one.milliseconds))
        )  # fmt: skip
        _headers(one.answer_headers, terminal)
        terminal.line(pretty(_bytes(file_of(folder, one.answer))))
    if one.own_answer is not None:
        terminal.say(say("the journal system's own answer, which Webcert did not get: HTTP {status}",
                         status=one.own_http_status))  # fmt: skip
        _headers(one.own_headers, terminal)
        terminal.line(pretty(_bytes(file_of(folder, one.own_answer))))
    terminal.line()
    if one.tls:
        terminal.line("TLS")
        _headers(one.tls, terminal)
    terminal.say(say("{decision}: {reason} (rule {rule})", decision=said_of(one, "decision"),
                     reason=said_of(one, "reason"), rule=one.rule))  # fmt: skip
    if one.was_sent:
        terminal.line()
        if one.mocked:
            terminal.say(say("the mocked system is gone; webcertsim journal --answers {run} takes its place for curl",
                             run=folder.name))  # fmt: skip
        terminal.line(curl_line(one, str(file_of(folder, one.request))))


def _headers(headers: object, terminal: Terminal) -> None:
    assert isinstance(headers, dict)
    for name, value in headers.items():
        terminal.line(f"  {name}: {value}")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(say("the file cannot be read: {why}", why=error.strerror or str(error)), path) from None

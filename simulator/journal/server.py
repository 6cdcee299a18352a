"""Offers a mocked journal system on the wire: any path is taken, `?wsdl` shows the contract, `?calls` what has come.

`?inbox` shows the inbox as a user of the system would see it. Under `/api/behaviours` the behaviours can be read,
added and taken away while it runs, in the language of scenarios.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from simulator.contract import names
from simulator.contract.reply import RawAnswer
from simulator.contract.schema import Contract
from simulator.contract.wsdl_pages import WsdlPages
from simulator.errors import InputError
from simulator.journal.behaviour import BehaviourRule
from simulator.journal.inbox import Inbox
from simulator.journal.inbox_view import inbox_json, inbox_text, view_of
from simulator.journal.listing import calls_json
from simulator.journal.mocked import MockedJournalSystem
from simulator.journal.rulebook import Rulebook
from simulator.store.outbox import Outbox
from simulator.wire.listener import IncomingCall, SoapListener
from simulator.wire.mangling import Sent

BEHAVIOURS = "/api/behaviours"
# Reads lines of behaviour; raises InputErrors in a group.
Language = Callable[[bytes], Sequence[BehaviourRule]]


def serve(
    system: MockedJournalSystem,
    contract: Contract,
    outbox: Outbox,
    inbox: Inbox,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    callers_may_leave: bool,
    language: Language | None = None,
    tls: ssl.SSLContext | None = None,
) -> SoapListener:
    """A listener for the system, not yet started; `callers_may_leave` is False where a late answer must still come."""
    wsdl = WsdlPages(contract.wsdl)

    async def receive(call: IncomingCall) -> Sent:
        return await system.receive(call.body, call.headers, call.complete)

    async def page(query: str, url: str) -> RawAnswer | None:
        asked = parse_qs(query, keep_blank_values=True)
        if asked.keys() & {"calls", "call", "inbox"}:
            calls = [call for call in await outbox.calls() if call.journal_system == system.name]
            if "calls" in asked:
                return _json(calls_json(calls))
            if "inbox" in asked:
                seen = view_of(calls)
                return _text(inbox_text(seen)) if asked["inbox"][0] == "text" else _json(inbox_json(seen))
            found = [call for call in calls if str(call.id) == asked["call"][0]]
            return RawAnswer(200, {"content-type": names.CONTENT_TYPE}, found[0].body) if found else None
        document = wsdl(query, url)
        return None if document is None else RawAnswer(200, {"content-type": names.CONTENT_TYPE}, document)

    async def api(method: str, path: str, body: bytes) -> RawAnswer | None:
        return _behaviours(system.rulebook, inbox, language, method, path, body)

    return SoapListener(
        receive, page, host=host, port=port, callers_may_leave=callers_may_leave, api=api, tls=tls
    )  # fmt: skip


def _behaviours(
    rulebook: Rulebook, inbox: Inbox, language: Language | None, method: str, path: str, body: bytes
) -> RawAnswer | None:
    """Read, add and take away behaviours; a rule's number is its place below `/api/behaviours/`."""
    below = path.removeprefix(BEHAVIOURS).strip("/")
    if not path.startswith(BEHAVIOURS) or (below and not below.isdecimal()):
        return None
    rules = {number: _shown(number, rule, inbox) for number, rule in rulebook.numbered}
    number = int(below[:9]) if below else None
    match method, number:
        case "GET", None:
            return _json(json.dumps(list(rules.values()), ensure_ascii=False, indent=1))
        case "GET", _:
            return _json(json.dumps(rules[number], ensure_ascii=False, indent=1)) if number in rules else None
        case "DELETE", None:
            rulebook.clear()
            return RawAnswer(204)
        case "DELETE", _:
            return RawAnswer(204) if number is not None and rulebook.remove(number) else None
        case "POST", None:
            return _added(rulebook, inbox, language, body)
    return RawAnswer(405, {"content-type": "text/plain; charset=UTF-8", "allow": "GET, POST, DELETE"})


def _added(rulebook: Rulebook, inbox: Inbox, language: Language | None, body: bytes) -> RawAnswer:
    """Add what a body says, all of it or nothing; what is wrong with it is said with its line."""
    if language is None:
        return _json(json.dumps({"problems": ["behaviours cannot be changed here"]}), HTTPStatus.NOT_IMPLEMENTED)
    try:
        rules = language(body)
    except ExceptionGroup as group:
        problems = [
            {"line": error.line, "message": str(error.sentence)}
            for error in group.exceptions
            if isinstance(error, InputError)
        ]
        return _json(json.dumps({"problems": problems}, ensure_ascii=False, indent=1), HTTPStatus.BAD_REQUEST)
    added = [_shown(rulebook.add(rule), rule, inbox) for rule in rules]
    return _json(json.dumps(added, ensure_ascii=False, indent=1), HTTPStatus.CREATED)


def _shown(number: int, rule: BehaviourRule, inbox: Inbox) -> dict[str, Any]:
    decided = inbox.taken[number]
    return {
        "number": number,
        "behaviour": json.loads(rule.written) if rule.written else None,
        "decided": decided,
        "spent": rule.effect(decided) is None,
    }


def _json(text: str, status: int = 200) -> RawAnswer:
    return RawAnswer(status, {"content-type": "application/json; charset=UTF-8"}, text.encode())


def _text(text: str) -> RawAnswer:
    return RawAnswer(200, {"content-type": "text/plain; charset=UTF-8"}, text.encode())

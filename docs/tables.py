"""The tables of the docs, each made from the table of the program that it shows.

What the program does not say about itself, such as what an exit code means to a reader, is said here; a word of the
program that lacks its line here stops the program, so that nothing new goes undescribed.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path

from simulator.certificate.answers import Part
from simulator.certificate.catalogue import (
    ANNOUNCED,
    DEFAULT_POLICY,
    FK7443,
    POLICIES,
    TYPES,
    CertificateType,
    PatientDetail,
    Policy,
)
from simulator.certificate.catalogue import Path as CertificatePath
from simulator.certificate.conditions import CONDITIONS
from simulator.certificate.events import EventCode
from simulator.certificate.lifecycle import (
    ACTION_NAMES,
    LIFECYCLE,
    NOBODYS_ACTIONS,
    ROLE_NAMES,
    STATE_NAMES,
    Action,
    who_may,
)
from simulator.certificate.people import Role, Staff
from simulator.cli.command_line import command_modules
from simulator.cli.exit_codes import ExitCode
from simulator.clock import SWEDISH_TIME
from simulator.contract.schema import packaged
from simulator.redelivery.outcome import RULES
from simulator.redelivery.schedule import DEFAULT_SCHEDULE, PRESETS, schedule_named
from simulator.report.catalogue_text import capabilities, rights
from simulator.report.wording import length_of_time
from simulator.scenario.answering import KINDS
from simulator.scenario.cast import Cast, load_cast
from simulator.sentence import Sentence
from simulator.trace.facts import FACT_KINDS, Fact


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [list(head), ["---"] * len(head), *[list(row) for row in rows]]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def code(text: str) -> str:
    """A word as it is written in files."""
    return f"`{text}`"


def codes(words: Iterable[str]) -> str:
    """Several such words."""
    return ", ".join(map(code, words))


def capitalised(text: str) -> str:
    """The same with a capital."""
    return text[:1].upper() + text[1:]


# --- commands ---

EXIT_CODES = {
    ExitCode.OK: "Everything that was asked holds.",
    ExitCode.FAILED: "It was asked, and the answer is no: an expectation does not hold, a message was not delivered, "
    "a file is not valid.",
    ExitCode.USAGE: "The command line cannot be used, or asks for something that cannot be done.",
    ExitCode.UNREADABLE: "A file cannot be read, has a mistake in it, or expects nothing; the other files were played.",
    ExitCode.OUR_FAULT: "The program itself failed; please report it.",
    ExitCode.INTERRUPTED: "It was broken off with Ctrl-C, or with `q` under `--clock step`.",
}


def exit_codes() -> str:
    """What a command can end with."""
    return table(("code", "meaning"), ((str(int(one)), EXIT_CODES[one]) for one in ExitCode))


def command_summaries() -> str:
    """Each command on one line."""
    rows = ((code(f"webcertsim {_name(command)}"), str(command.SUMMARY)) for command in command_modules())
    return table(("command", "what it does"), rows)


def commands() -> str:
    """Each command with its arguments, group by group."""
    return "\n\n".join(_command(command) for command in command_modules())


def _name(command: object) -> str:
    return str(command.__name__).rsplit(".", 1)[-1]  # type: ignore[attr-defined]


def _command(command: object) -> str:
    parser = argparse.ArgumentParser(add_help=False)
    command.add_arguments(parser, str)  # type: ignore[attr-defined]
    parts = [f"## {_name(command)}", str(command.SUMMARY)]  # type: ignore[attr-defined]
    # argparse keeps its groups to itself, and has no public way to ask for them.
    for group in parser._action_groups:
        rows = [(_flag(action), _meaning(action)) for action in group._group_actions]
        if rows:
            known = {"positional arguments": "argument", "options": "flag"}
            parts.append(table((known.get(str(group.title), f"flag ({group.title})"), "meaning"), rows))
    parts.append(f"For example: `webcertsim {command.EXAMPLE}`")  # type: ignore[attr-defined]
    return "\n\n".join(parts)


def _flag(action: argparse.Action) -> str:
    return code(" ".join([*action.option_strings[:1], *([str(action.metavar)] if action.metavar else [])]))


def _meaning(action: argparse.Action) -> str:
    text = capitalised(str(action.help))
    default = action.default
    if isinstance(default, str | int) and not isinstance(default, bool) and str(default) not in text:
        text += f" (`{default}` unless given)"
    elif isinstance(default, Path):
        text += f" (`{default.as_posix()}` unless given)"
    return f"{text}; required." if action.required and action.option_strings else f"{text}."


# --- rules ---


def rules() -> str:
    """The classification, in the order in which it is asked."""
    rows = (
        (
            str(place),
            code(rule.name),
            rule.kind.value,
            capitalised(_with_places(rule.reason)),
            f"{rule.source}{'; **inferred**' if rule.inferred else ''}",
        )
        for place, rule in enumerate(RULES, start=1)
    )
    return table(("", "rule", "outcome", "what it is", "known from"), rows)


def _with_places(sentence: Sentence) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: f"*{found[1].replace('_', ' ')}*", sentence.template)


# --- the life-cycle, and who may ---


def transitions() -> str:
    """The life-cycle as rows."""
    rows = [
        (
            code(state),
            code(action) + (f" (on path `{step.path}`)" if step.path is not None else ""),
            code(step.state),
            step.event.value if step.event is not None else "nothing",
        )
        for state, row in LIFECYCLE.items()
        for action, step in row.items()
    ]
    rows += [(code(state), "nothing more", "", "") for state, row in LIFECYCLE.items() if not row]
    return table(("state", "action", "new state", "the journal system is told"), rows)


def conditions() -> str:
    """What refuses an action beside state and role, in the order in which it is asked."""
    rows = (
        (
            code(one.rule),
            "every action" if one.actions == frozenset(Action) else codes(a for a in Action if a in one.actions),
        )
        for one in CONDITIONS
    )
    return table(("rule", "asked of"), rows)


def states() -> str:
    """The states in words."""
    return table(("state", "the certificate is"), ((code(state), str(name)) for state, name in STATE_NAMES.items()))


def events() -> str:
    """The events, each with the actions that tell it of the very certificate."""
    rows = [
        (
            f"[`{event}`](events/{event}.md)",
            event.display_name,
            codes(dict.fromkeys(a for row in LIFECYCLE.values() for a, step in row.items() if step.event is event)),
        )
        for event in EventCode
    ]
    return table(("code on the wire", "text on the wire", "actions"), rows)


def certificate_types() -> str:
    """The certificate types with all their names, path by path, and the announced ones."""
    parts = []
    for path in CertificatePath:
        rows = [
            (
                code(kind.name),
                codes(name for name in kind.names if name != kind.name) or "–",
                code(kind.wire_code),
                kind.display_name,
                kind.version,
                f"{kind.recipient.name} ({kind.recipient.code})" if kind.recipient.code else "–",
            )
            for kind in TYPES
            if kind.path is path
        ]
        head = ("name", "other names", "code on the wire", "text on the wire", "version", "recipient")
        parts.append(f"**Path `{path}`**\n\n{table(head, rows)}")
    rows = [(code(one.name), codes(one.other_names), one.display_name, one.expected) for one in ANNOUNCED]
    parts.append(f"**Announced**\n\n{table(('name', 'other names', 'what it is', 'announced for'), rows)}")
    return "\n\n".join(parts)


def certificate_dates() -> str:
    """From when each type can be created, under each policy."""
    rows = []
    for kind in TYPES:
        cells = ("–" if kind.name in policy.inactivated else _first_day(policy, kind) for policy in POLICIES.values())
        rows.append((code(kind.name), str(kind.path), kind.version, *cells))
    return table(("type", "path", "version", *map(code, POLICIES)), rows)


def _first_day(policy: Policy, kind: CertificateType) -> str:
    first = policy.first_day_of(kind)
    return "always" if first is None else first.isoformat()


def certificate_capabilities() -> str:
    """What can be done with each type, and who may work with it for a patient whose identity is protected."""
    rows = (
        (
            code(kind.name),
            str(kind.path),
            kind.version,
            ", ".join(str(one) for one in capabilities(kind)),
            ", ".join(str(ROLE_NAMES[role]) for role in Role if role in kind.access_to_protected) or "nobody",
            PATIENT_DETAILS[kind.patient_detail],
        )
        for kind in TYPES
    )
    return table(("type", "path", "version", "what can be done", "for protected patients", "patient in messages"), rows)


PATIENT_DETAILS = {
    PatientDetail.NOTHING: "person id",
    PatientDetail.NAME_AND_ADDRESS: "name and address",
    PatientDetail.WITH_SOURCE: "name, address and its source",
    PatientDetail.FROM_REGISTER: "name and address from the population register",
}


def certificate_forms() -> str:
    """What each type asks here: its questions, their delsvar, and whether they are published."""
    parts = []
    for kind in TYPES:
        rows = [
            (
                code(question.id) + ("" if question.published else " (representative)"),
                question.meaning,
                "; ".join(_delsvar(part) for part in question.parts),
                code(question.word) if question.word else "",
            )
            for question in kind.questions
        ]
        title = f"### {kind.name} {kind.version} ({kind.path})"
        parts.append(f"{title}\n\n{table(('question', 'about', 'delsvar', 'word in scenarios'), rows)}")
    return "\n\n".join(parts)


def _delsvar(part: Part) -> str:
    system = f", {code(part.code_system.id)}" if part.code_system is not None else ""
    return f"{code(part.id)} {KINDS[part.kind]}{system}"


def who_may_do_what() -> str:
    """The matrix role × type of each policy, and what a role may do to the type on which they differ."""
    parts = []
    for policy in POLICIES.values():
        default = ", which holds unless another is named" if policy is DEFAULT_POLICY else ""
        parts.append(f"## Policy `{policy.name}`{default}")
        rows = [
            (
                code(kind.name),
                str(kind.path),
                kind.version,
                *(", ".join(rights(kind, policy, role)) or "–" for role in Role),
            )
            for kind in TYPES
        ]
        parts.append(table(("type", "path", "version", *(str(ROLE_NAMES[role]) for role in Role)), rows))
        # Nobody who is logged in does what the recipient and time do.
        actions = [action for action in Action if action not in NOBODYS_ACTIONS]
        rows = [
            (
                capitalised(str(ACTION_NAMES[action])),
                *("yes" if role in who_may(action, FK7443, policy) else "–" for role in Role),
            )
            for action in actions
        ]
        head = ("", *(str(ROLE_NAMES[role]) for role in Role))
        parts.append(f"Action by action, for {FK7443.name}:\n\n{table(head, rows)}")
    return "\n\n".join(parts)


# --- schedules ---


def presets() -> str:
    """The presets, each with its last attempt."""
    rows = []
    for name, template in PRESETS.items():
        schedule = schedule_named(name)
        note = " (default)" if name == DEFAULT_SCHEDULE else ""
        rows.append(
            (f"{code(name)}{note}", code(template), str(schedule.attempts_max), length_of_time(schedule.offsets()[-1]))
        )
    return table(("preset", "template", "attempts", "from the first to the last"), rows)


def attempts() -> str:
    """When each attempt is made under each preset."""
    offsets = {name: schedule_named(name).offsets() for name in PRESETS}
    rows = (
        (str(place + 1), *(_offset(found, place) for found in offsets.values()))
        for place in range(max(map(len, offsets.values())))
    )
    return table(("attempt", *offsets), rows)


def _offset(offsets: tuple[timedelta, ...], place: int) -> str:
    if place >= len(offsets):
        return ""
    return length_of_time(offsets[place]) if offsets[place] else "0"


# An event shortly before the clocks are put forward, as in scenarios/summer-time-begins.scenario.yaml.
BEFORE_SUMMER_TIME = datetime(2025, 3, 27, 4, 15, tzinfo=SWEDISH_TIME)


def summer_time() -> str:
    """The attempts around the change, as they are counted here and as Webcert counts them."""
    schedule = schedule_named(DEFAULT_SCHEDULE)
    rows = []
    for place in (5, 6, 7, 8, 9):
        # Added to the local clock, as Webcert does, and to the moment.
        theirs = BEFORE_SUMMER_TIME.replace(tzinfo=None) + schedule.offsets()[place]
        ours = datetime.fromtimestamp(
            BEFORE_SUMMER_TIME.timestamp() + schedule.offsets()[place].total_seconds(), SWEDISH_TIME
        )
        rows.append((str(place + 1), ours.strftime("%Y-%m-%d %H:%M"), theirs.strftime("%Y-%m-%d %H:%M")))
    return table(("attempt", "here", "Webcert"), rows)


# --- the trace ---

FIELDS = {
    "at": "the moment; for an attempt, that of its end",
    "step": "the scenario's step, from 1; waiting is not counted",
    "action": "what was done, or was to be done",
    "certificate": "the certificate's short name in the scenario",
    "certificate_id": "its id on the wire, which follows from the seed",
    "type": "the certificate type",
    "unit": "the HSA-id of the care unit",
    "by": "the HSA-id of who did it",
    "role": "the role that Webcert gives this person",
    "state": "where the certificate, or the delivery, stands afterwards",
    "rule": "the name of the rule that decided",
    "parent": "the certificate that the new one is made of, or null",
    "question": "the scenario's name of the question that it is about, or null",
    "resend_of": "the delivery that is told once more by hand, or null",
    "silenced_by": "the number of the status update that stands for it",
    "deliveries": "the numbers of those that are told once more",
    "activate_at": "when they are tried first",
    "reason": "the sentence with its facts, as a template in English",
    "delivery": "the number of the status update in this run, from 1",
    "event": "the event code",
    "journal_system": "the journal system's name in the scenario",
    "logical_address": "the LogicalAddress of the message",
    "message_sha256": "SHA-256 of the message's bytes",
    "message_bytes": "how many they are",
    "attempt": "the number of the attempt, from 1",
    "attempts_max": "how many the schedule has",
    "due": "when the attempt was planned",
    "sent_at": "when it began",
    "answer": "what came back in a word: an error id, a result code, `fault`, or why there was neither",
    "http_status": "the HTTP status, or null",
    "request_sha256": "SHA-256 of what was sent; the same at every attempt, but for what is written anew",
    "answer_sha256": "SHA-256 of the answer's bytes, or null",
    "outcome": "`delivered`, `retry` or `rejected`",
    "facts": "what the rule went by",
    "next_attempt_at": "when the next attempt is planned, or null",
    "scenario": "the scenario's name",
    "start": "when the run begins",
    "seed": "the seed of chance",
    "schedule": "the redelivery schedule, by name or template",
    "policy": "who may sign what",
    "format": "the version of this format",
    "kind": "what kind of line it is",
}


def trace_facts() -> str:
    """Each kind of line with its fields and a line of that kind from a golden trace."""
    examples = _golden_lines()
    header = "The first line of every trace: what the run was."
    parts = [_kind_of_line("run", header, sorted(json.loads(examples["run"])), examples["run"])]
    for kind, fact in FACT_KINDS.items():
        names = ["kind", *(one.name for one in fields(fact))]
        parts.append(_kind_of_line(kind, _first_sentence(fact), names, examples[kind]))
    return "\n\n".join(parts)


def _kind_of_line(kind: str, meaning: str, names: Sequence[str], example: str) -> str:
    rows = ((code(name), FIELDS[name]) for name in names if name != "kind")
    shown = json.dumps(json.loads(example), ensure_ascii=False, indent=2, sort_keys=True)
    return f"### `{kind}`\n\n{meaning}\n\n{table(('field', 'what it holds'), rows)}\n\n```json\n{shown}\n```"


def _first_sentence(fact: type[Fact]) -> str:
    """The first paragraph of a class's own description, on one line."""
    text = (fact.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(text.split())


def _golden_lines() -> dict[str, str]:
    """A line of each kind: the main story's, and for what does not happen there another's."""
    found: dict[str, str] = {}
    others = sorted(packaged("scenarios").rglob("*.golden.jsonl"))
    for path in [packaged("scenarios") / "nurse-fk7443-outage.golden.jsonl", *others]:
        for line in path.read_text(encoding="utf-8").splitlines():
            found.setdefault(json.loads(line)["kind"], line)
    return found


# --- the cast ---


def staff() -> str:
    """The staff, with what each may sign under each policy."""
    rows = (
        (
            code(name),
            one.name,
            one.hsa_id,
            ", ".join(licence.code for licence in one.licences) or "–",
            ", ".join(f"{position.code} {position.name}" for position in one.positions) or "–",
            str(ROLE_NAMES[one.role]),
            _may_sign(one),
        )
        for name, one in load_cast().staff.items()
    )
    head = ("name", "who", "HSA-id", "licences", "positions", "role", f"may sign ({DEFAULT_POLICY.name})")
    return table(head, rows)


def _may_sign(one: Staff) -> str:
    names = dict.fromkeys(kind.name for kind in TYPES)
    may = dict.fromkeys(kind.name for kind in TYPES if one.role in who_may(Action.SIGN, kind, DEFAULT_POLICY))
    return "every type" if may == names else ", ".join(may) or "–"


def units() -> str:
    """The units, with their care providers."""
    rows = (
        (code(name), unit.name, unit.hsa_id, f"{unit.care_provider.name} ({unit.care_provider.hsa_id})")
        for name, unit in load_cast().units.items()
    )
    return table(("name", "unit", "HSA-id", "care provider"), rows)


def patients() -> str:
    """The patients, with what is special about each."""
    return table(("name", "who", "person id", ""), _patients(load_cast()))


def _patients(cast: Cast) -> Iterable[Sequence[str]]:
    for name, one in cast.patients.items():
        notes = (
            ("protected identity", one.protected),
            ("deceased", one.deceased),
            ("coordination number", one.person_id.is_coordination_number),
        )
        yield code(name), one.name, one.person_id, ", ".join(note for note, holds in notes if holds)

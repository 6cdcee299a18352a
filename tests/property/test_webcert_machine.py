"""Random legal and illegal deeds over several certificates, types and both paths: what must hold whatever is done."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from lxml import etree

from simulator.certificate.catalogue import WEBCERT_7_7, CertificateType, Path, type_named
from simulator.certificate.certificate import Certificate, CertificateState, Origin
from simulator.certificate.deeds import AskedAbout, Deed, Draft, Successor
from simulator.certificate.events import EventCode, Subject
from simulator.certificate.lifecycle import LIFECYCLE, NOBODYS_ACTIONS, QUESTION_ACTIONS, SUCCESSION, Action
from simulator.certificate.questions import Asker, Question
from simulator.contract import names
from simulator.contract.reply import Result
from simulator.errors import ActionRefused
from simulator.journal.behaviour import Answer, BehaviourRule, Effect, Match, TurnAway
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.scenario.cast import load_cast
from simulator.simulation import JournalSystemSetup, Simulation, SimulationSetup
from simulator.trace.facts import StatusUpdateEmitted, StepTaken
from simulator.webcert.manual_redelivery import Choice

START = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
CAST = load_cast()
TYPES: list[CertificateType] = [
    type_named(name, path=path, day=START.date(), policy=WEBCERT_7_7)
    for name, path in (("FK3226", None), ("FK7472", None), ("FK7210", None), ("FK7804", None), ("LUSE", None),
                       ("LISJP", Path.LEGACY), ("DB", None))
]  # fmt: skip
QUESTIONED = [TYPES[0], TYPES[1], TYPES[4]]
UNITS = [CAST.units[name] for name in ("ALMC", "ALVC", "BEVC")]
STAFF = [CAST.staff[name] for name in ("doctor", "nurse", "midwife", "dentist", "care_admin", "private_doctor")]
PATIENTS = [CAST.patients[name] for name in ("tolvan", "anonyma", "atlas")]
LENGTHS = [timedelta(), timedelta(seconds=1), timedelta(minutes=2), timedelta(minutes=6), timedelta(hours=3),
           timedelta(days=2), timedelta(days=16), timedelta(days=80)]  # fmt: skip
PLAIN = [one for one in Action if one not in {*SUCCESSION, *QUESTION_ACTIONS, Action.CREATE, Action.RESEND}]
# How often each action was done, over all stories.
PLAYED: Counter[Action] = Counter()
# What has to have been done at least so often, or the stories are too tame.
LEAST = {
    **dict.fromkeys(set(Action) - {Action.RESEND, Action.COPY}, 3),
    **dict.fromkeys({*QUESTION_ACTIONS, Action.COMPLEMENT}, 25),
}
numbers = st.integers(0, 99)
doers = st.sampled_from([*STAFF, STAFF[0], STAFF[0], STAFF[0], STAFF[0], STAFF[0], None])
# What the journal system does to some calls: to those of some events, or to all first attempts.
MATCHES = st.builds(Match, st.sets(st.sampled_from(EventCode), min_size=1, max_size=3).map(frozenset)) | st.just(
    Match(attempts=frozenset({1}))
)
EFFECTS: st.SearchStrategy[tuple[Effect, ...]] = st.sampled_from(
    [
        (Answer(Result("ERROR", "no", "TECHNICAL_ERROR")),),
        (Answer(Result("ERROR", "no", "VALIDATION_ERROR")),),
        (TurnAway(),),
    ]
)


class Stage:
    """A simulation in a task of its own, which does what it is handed: the clock goes by tasks."""

    def __init__(self, setup: SimulationSetup) -> None:
        self._setup = setup
        self._runner = asyncio.Runner()
        self._asked: asyncio.Queue[tuple[Callable[[Simulation], Awaitable[Any]] | None, asyncio.Future[Any]]]
        self._runner.run(self._begin())

    async def _begin(self) -> None:
        self._asked = asyncio.Queue()
        self._task = asyncio.create_task(self._act())

    async def _act(self) -> None:
        async with Simulation(self._setup) as simulation:
            while True:
                ask, answer = await self._asked.get()
                if ask is None:
                    break
                try:
                    answer.set_result(await ask(simulation))
                except BaseException as error:
                    answer.set_exception(error)
        answer.set_result(None)

    def ask(self, what: Callable[[Simulation], Awaitable[Any]] | None) -> Any:
        """Let the simulation do something, and wait for it; None ends it."""

        async def asking() -> Any:
            answer = asyncio.get_running_loop().create_future()
            await self._asked.put((what, answer))
            return await answer

        return self._runner.run(asking())

    def close(self) -> None:
        """End the simulation and its loop."""
        self.ask(None)
        self._runner.close()


class WebcertMachine(RuleBasedStateMachine):
    """Whatever is done in Webcert, and whatever the journal system answers."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[int, Delivery] = {}
        self.asked: Counter[tuple[str, str]] = Counter()
        self.aliases: list[str] = []
        self.named = 0

    @initialize(behaviour=st.lists(st.builds(BehaviourRule, MATCHES, EFFECTS), max_size=2).map(tuple))
    def begin(self, behaviour: tuple[BehaviourRule, ...]) -> None:
        """A journal system that answers OK, or something else to some events or attempts."""
        self.stage = Stage(
            SimulationSetup(
                journal_systems=(
                    JournalSystemSetup("alfa", tuple(str(unit.hsa_id) for unit in UNITS[:2]), behaviour),
                    JournalSystemSetup("beta", (str(UNITS[2].hsa_id),)),
                ),
                start=START,
                policy=WEBCERT_7_7,
            )
        )

    def do(self, deed: Deed) -> None:
        """Do it; where it is refused, nothing has changed."""

        async def doing(simulation: Simulation) -> bool:
            before = await simulation.outbox.certificates(), {one.id for one in await simulation.deliveries()}
            try:
                await simulation.do(deed)
            except ActionRefused:
                after = await simulation.outbox.certificates(), {one.id for one in await simulation.deliveries()}
                assert before == after, f"{deed.action} was refused and has changed something"
                return False
            return True

        if not self.stage.ask(doing):
            return
        PLAYED[deed.action] += 1
        if deed.certificate not in self.aliases:
            self.aliases.append(deed.certificate)
        if deed.action in (Action.RECEIVE_QUESTION, Action.ASK):
            self.asked[deed.certificate, "care" if deed.action is Action.ASK else "recipient"] += 1

    def known(self, number: int) -> str:
        """One of the certificates that there are, or the name of one that there is not."""
        return self.aliases[number % len(self.aliases)] if self.aliases else "c0"

    def sent(self, number: int) -> Certificate:
        """One of the certificates that are sent; where there is none, one comes about."""
        found = [
            one
            for one in self.stage.ask(lambda simulation: simulation.outbox.certificates())
            if one.state is CertificateState.SENT and one.type.can_be_complemented
        ]
        if not found:
            self.a_sent_certificate_with_questions(QUESTIONED[number % len(QUESTIONED)], 1)
            return self.sent(number)
        return found[number % len(found)]

    def new(self) -> str:
        """A name that is not taken yet."""
        self.named += 1
        return f"c{self.named}"

    def possible(self, alias: str, actions: Collection[Action], number: int) -> Action | None:
        """One of the actions that the table has for the certificate as it stands, or None."""
        state = self.stage.ask(lambda simulation: state_of(simulation, alias))
        row = [one for one in LIFECYCLE[state] if one in actions]
        return row[number % len(row)] if row else None

    @rule(
        number=numbers, taken=st.sampled_from([False] * 5 + [True]), kind=st.sampled_from(TYPES),
        unit=st.sampled_from(UNITS), patient=st.sampled_from(PATIENTS), by=doers, origin=st.sampled_from(Origin),
    )  # fmt: skip
    def create(self, number, taken, kind, unit, patient, by, origin):
        """A draft is created, or not."""
        alias = self.known(number) if taken else self.new()
        self.do(Deed(Action.CREATE, alias, by, draft=Draft(kind, unit, patient, origin=origin)))

    @rule(alias=numbers, action=st.sampled_from(PLAIN), by=doers)
    def act(self, alias, action, by):
        """Anything that is neither about a question nor makes a certificate, legal or not."""
        self.do(Deed(action, self.known(alias), None if action in NOBODYS_ACTIONS else by))

    @rule(alias=numbers, number=numbers)
    def act_by_the_table(self, alias, number):
        """Anything that the life-cycle allows."""
        action = self.possible(self.known(alias), PLAIN, number)
        if action is not None:
            by_admin = action is Action.MARK_READY_TO_SIGN
            by = None if action in NOBODYS_ACTIONS else STAFF[4 if by_admin else 0]
            self.do(Deed(action, self.known(alias), by))

    @rule(kind=st.sampled_from(QUESTIONED), names=st.integers(0, 2))
    def a_sent_certificate_with_questions(self, kind, names):
        """So that questions and complements are met often."""
        alias = self.new()
        self.do(Deed(Action.CREATE, alias, STAFF[0], draft=Draft(kind, UNITS[0], PATIENTS[0])))
        self.do(Deed(Action.SIGN, alias, STAFF[0]))
        if not kind.sent_after_signing:
            self.do(Deed(Action.SEND, alias, STAFF[0]))
        for number in range(names):
            asked = AskedAbout(f"q{number}", Subject.KOMPLT)
            self.do(Deed(Action.RECEIVE_QUESTION, alias, asked=asked))
        if kind.care_may_ask:
            self.do(Deed(Action.ASK, alias, STAFF[0], asked=AskedAbout("care0", Subject.OVRIGT)))

    @rule(parent=numbers, number=numbers, sign=st.booleans(), by=doers)
    def succeed(self, parent, number, sign, by):
        """A certificate is made of another, and perhaps signed."""
        action = self.possible(self.known(parent), SUCCESSION, number) or list(SUCCESSION)[number % len(SUCCESSION)]
        alias = self.new()
        self.do(Deed(action, alias, by, successor=Successor(self.known(parent))))
        if sign:
            self.do(Deed(Action.SIGN, alias, STAFF[0]))

    @rule(
        alias=numbers, action=st.sampled_from(sorted(QUESTION_ACTIONS)), name=st.sampled_from(["q0", "q1", "q2"]),
        subject=st.sampled_from(Subject), by=doers,
    )  # fmt: skip
    def about(self, alias, action, name, subject, by):
        """Anything about a question."""
        asked = AskedAbout(name, subject)
        self.do(Deed(action, self.known(alias), None if action in NOBODYS_ACTIONS else by, asked=asked))

    @rule(alias=numbers, number=numbers)
    def about_by_the_question(self, alias, number):
        """Something that belongs next to one of a certificate's questions, or a first question of the care unit's."""
        sent = self.sent(alias)
        turns = [(action, one.name) for one in sent.questions for action in next_to(one)]
        turns += [(Action.ASK, f"another{len(sent.questions)}")] if sent.type.care_may_ask else []
        if turns:
            action, name = turns[number % len(turns)]
            by = None if action in NOBODYS_ACTIONS else STAFF[0]
            self.do(Deed(action, sent.alias, by, asked=AskedAbout(name, Subject.OVRIGT)))

    @rule(alias=numbers, number=numbers)
    def about_by_another_question(self, alias, number):
        """The same again: questions are met as often as all the rest."""
        self.about_by_the_question(alias, number)

    @rule(alias=numbers, signed=st.booleans(), revoked=st.booleans())
    def complement(self, alias, signed, revoked):
        """A complement is made of a sent certificate, and perhaps signed, and perhaps revoked then."""
        new = self.new()
        self.do(Deed(Action.COMPLEMENT, new, STAFF[0], successor=Successor(self.sent(alias).alias)))
        for wanted, action in ((signed, Action.SIGN), (signed and revoked, Action.REVOKE)):
            if wanted:
                self.do(Deed(action, new, STAFF[0]))

    @rule(length=st.sampled_from(LENGTHS))
    def wait(self, length):
        """Time passes, and with it deliveries and nights."""
        self.stage.ask(lambda simulation: simulation.wait_until(simulation.clock.now() + length))

    @rule(alias=numbers)
    def resend(self, alias):
        """An operator has everything of a certificate told again, where there is anything."""

        async def resending(simulation: Simulation) -> None:
            with contextlib.suppress(ActionRefused):
                await simulation.resend(Choice(certificates=frozenset({self.known(alias)})))

        self.stage.ask(resending)

    @invariant()
    def the_outbox_loses_and_changes_nothing(self):
        """A row stays, with what it tells; a message that is written stays, and what is final stays final."""
        if not hasattr(self, "stage"):
            return
        now = {one.id: one for one in self.stage.ask(lambda simulation: simulation.deliveries())}
        for number, row in self.rows.items():
            kept = now[number]
            assert (row.certificate_id, row.told, row.logical_address) == (
                kept.certificate_id, kept.told, kept.logical_address,
            )  # fmt: skip
            assert row.message in (None, kept.message)
            assert row.attempts_made <= kept.attempts_made
            assert row.state in (DeliveryState.WAITING, kept.state)
        self.rows = now

    def teardown(self):
        """When all has been delivered or given up: what has been received is what Webcert believes."""
        if not hasattr(self, "stage"):
            return
        try:
            self.stage.ask(lambda simulation: simulation.drain())
            self.the_outbox_loses_and_changes_nothing()
            facts = self.stage.ask(lambda simulation: simulation.facts())
            calls = self.stage.ask(lambda simulation: simulation.calls())
            certificates = {
                one.alias: one for one in self.stage.ask(lambda simulation: simulation.outbox.certificates())
            }
            self.states_move_along_the_table(facts, certificates)
            self.moments_increase()
            self.moments_follow_the_course(facts)
            taken = [call for call in calls if call.answer == "OK"]
            delivered = [one for one in self.rows.values() if one.state is DeliveryState.DELIVERED]
            assert sorted(one.id for one in delivered) == sorted(call.delivery for call in taken)
            for call in taken:
                row = self.rows[call.delivery]
                assert (row.certificate_id, row.event, row.message) == (call.certificate_id, call.event, call.body)
                counts_sum(call.body)
            for alias, certificate in certificates.items():
                for side, counts in (
                    ("care", certificate.questions_sent), ("recipient", certificate.questions_received),
                ):  # fmt: skip
                    assert self.asked[alias, side] == counts.total
        finally:
            self.stage.close()

    def states_move_along_the_table(self, facts, certificates):
        """Every deed that was done stands in the table for the state in which it met the certificate."""
        states: dict[str, CertificateState] = {}
        for step in facts:
            if not isinstance(step, StepTaken):
                continue
            path = certificates[step.certificate].type.path
            before = states.get(step.certificate, CertificateState.NONE)
            action = step.action
            if action in SUCCESSION:
                assert action in LIFECYCLE[states[step.parent]]
                action = Action.CREATE
            row = LIFECYCLE[before][action]
            assert row.path in (None, path)
            at_once = row.state is CertificateState.SIGNED and step.state is CertificateState.SENT
            assert step.state is row.state or at_once
            states[step.certificate] = step.state
        assert states == {alias: one.state for alias, one in certificates.items()}

    def moments_increase(self):
        """Of one certificate no two events have the same moment, and a later one has a later moment."""
        for alias in self.aliases:
            moments = [one.occurred_at for one in self.rows.values() if one.alias == alias and one.resend_of is None]
            assert moments == sorted(set(moments))

    def moments_follow_the_course(self, facts):
        """What one deed has led to is stamped in its order, whichever certificates it is told of."""
        courses: dict[int, list[StatusUpdateEmitted]] = {}
        for one in facts:
            if isinstance(one, StatusUpdateEmitted) and one.resend_of is None:
                courses.setdefault(one.step, []).append(one)
        for step, told in courses.items():
            moments = [one.at for one in sorted(told, key=lambda one: one.delivery)]
            assert step == 0 or moments == sorted(moments)


def next_to(question: Question) -> list[Action]:
    """What may be done about a question as it stands."""
    received = question.asker is Asker.RECIPIENT
    if question.handled:
        return [Action.UNHANDLE_RECEIVED if received else Action.UNHANDLE_SENT]
    if received:
        return [Action.REMIND, Action.ANSWER, Action.HANDLE_RECEIVED]
    return [Action.HANDLE_SENT] if question.answered else [Action.RECEIVE_ANSWER, Action.HANDLE_SENT]


async def state_of(simulation: Simulation, alias: str) -> CertificateState:
    """Where a certificate stands."""
    found = [one.state for one in await simulation.outbox.certificates() if one.alias == alias]
    return found[0] if found else CertificateState.NONE


def counts_sum(body: bytes) -> None:
    """The counts on the wire sum to their total, and none is below zero."""
    request = etree.fromstring(body).find(f"{names.BODY}/{names.REQUEST}")
    for element in (names.QUESTIONS_SENT, names.QUESTIONS_RECEIVED):
        total, *parts = (int(child.text) for child in request.find(element))
        assert total == sum(parts)
        assert min(parts) >= 0


WebcertMachine.TestCase.settings = settings(
    max_examples=150, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


class test_webcert(WebcertMachine.TestCase):  # noqa: N801 -- what pytest lists
    """The stories, and how much of Webcert they have met."""

    def runTest(self):
        """Whatever is done, what must hold holds; and everything has been done, questions and complements often."""
        PLAYED.clear()
        super().runTest()
        assert {} == {action: PLAYED[action] for action, least in LEAST.items() if PLAYED[action] < least}

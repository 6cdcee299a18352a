"""A stage for deeds without a simulation: certificates in a dictionary, and what was told of them as short words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from simulator.certificate.answers import Answer
from simulator.certificate.catalogue import WEBCERT_7_7, CertificateType, Path, Policy, type_named
from simulator.certificate.certificate import Certificate, Origin
from simulator.certificate.course import Course, Surroundings, course_of
from simulator.certificate.deeds import AskedAbout, Deed, Draft, Successor
from simulator.certificate.events import EventCode, StatusEvent, Subject
from simulator.certificate.lifecycle import NOBODYS_ACTIONS, Action
from simulator.certificate.people import CareUnit, Patient, Staff
from simulator.scenario.cast import load_cast

CAST = load_cast()
NURSE, DOCTOR, CARE_ADMIN = CAST.staff["nurse"], CAST.staff["doctor"], CAST.staff["care_admin"]
PRIVATE_DOCTOR = CAST.staff["private_doctor"]
HOME = CAST.units["ALMC"]
NOW = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
TODAY = date(2026, 9, 1)


def kind(name: str, path: Path | None = None) -> CertificateType:
    """A certificate type as today's Webcert has it."""
    return type_named(name, path=path, day=TODAY, policy=WEBCERT_7_7)


# One of each path that can do nearly everything.
CS, LEGACY = kind("FK3226"), kind("LUSE")


@dataclass
class Stage:
    """The certificates as they are, and all that has been told of them."""

    as_of: date | None = None
    policy: Policy = WEBCERT_7_7
    now: datetime = NOW
    without_journal_system: frozenset[str] = frozenset()
    certificates: dict[str, Certificate] = field(default_factory=dict)
    told: list[tuple[Certificate, StatusEvent]] = field(default_factory=list)

    def do(self, deed: Deed) -> list[str]:
        """Carry out a deed; gives back what is told, as `c1 SIGNAT`, which is also the order of its moments."""
        around = Surroundings(
            self.certificates,
            self.now,
            TODAY,
            self.policy,
            self.as_of,
            lambda kind, name: f"{kind}-{name}",
            lambda unit: unit not in self.without_journal_system,
        )
        course: Course = course_of(deed, around)
        moments = [one.event.occurred_at for one in course.happenings]
        assert moments == sorted(moments)
        self.certificates |= course.changed
        self.told += [(one.certificate, one.event) for one in course.happenings]
        return [f"{one.certificate.alias} {one.event.code}" for one in course.happenings]

    def act(self, action: str, alias: str = "c1", by: Staff | None = DOCTOR, **more) -> list[str]:
        """Somebody does something; nobody does what is nobody's."""
        verb = Action(action)
        return self.do(Deed(verb, alias, None if verb in NOBODYS_ACTIONS else by, **more))

    def create(
        self,
        what: CertificateType = CS,
        alias: str = "c1",
        patient: Patient = CAST.patients["tolvan"],
        unit: CareUnit = HOME,
        by: Staff = DOCTOR,
        answers: tuple[Answer, ...] = (),
        origin: Origin = Origin.WEBCERT,
        ref: str | None = None,
        **more,
    ) -> list[str]:
        """Somebody creates a draft, complete unless answers are given."""
        return self.act("create", alias, by, draft=Draft(what, unit, patient, ref, answers, origin=origin), **more)

    def succeed(self, action: str, alias: str, parent: str = "c1", unit: CareUnit | None = None, **more) -> list[str]:
        """Somebody makes a certificate of another."""
        return self.act(action, alias, successor=Successor(parent, unit), **more)

    def about(self, action: str, name: str = "q1", subject: Subject | None = None, alias: str = "c1") -> list[str]:
        """Something is done about a question."""
        return self.act(action, alias, asked=AskedAbout(name, subject))

    def sent(self, what: CertificateType = CS, alias: str = "c1", **more) -> Stage:
        """A certificate is created, signed and sent."""
        self.create(what, alias, **more)
        self.act("sign", alias)
        if not what.sent_after_signing:
            self.act("send", alias)
        return self

    def asked(self, *names: str, alias: str = "c1") -> Stage:
        """The recipient asks for complements by these names."""
        for name in names:
            self.about("receive_question", name, Subject.KOMPLT, alias)
        return self

    def newest(self, code: EventCode) -> tuple[Certificate, StatusEvent]:
        """What was told last by this event."""
        return [one for one in self.told if one[1].code is code][-1]

    def later(self, length: timedelta) -> Stage:
        """Time passes."""
        self.now += length
        return self

    def set(self, alias: str = "c1", **changes) -> None:
        """A certificate is otherwise than it has come about."""
        self.certificates[alias] = replace(self.certificates[alias], **changes)

"""A scenario file becomes a story: names become the cast's people and places, lengths of time become moments.

Every mistake is located, and all mistakes of a file are found at once. What is loaded can be played.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from simulator.certificate.answers import Answer
from simulator.certificate.catalogue import DEFAULT_POLICY, POLICIES, CertificateType, Policy, renewed_as, type_meant
from simulator.certificate.certificate import Origin
from simulator.certificate.deeds import AskedAbout, Deed, Draft, Successor
from simulator.certificate.events import Subject
from simulator.certificate.lifecycle import Action
from simulator.certificate.mail import MailRule
from simulator.certificate.people import CareUnit
from simulator.certificate.unit_mapping import UnitMapping
from simulator.chance import seeded_uuid
from simulator.clock import SWEDISH_TIME
from simulator.errors import ActionRefused, InputError, UsageError, WrongValue
from simulator.journal.behaviour import BehaviourRule
from simulator.nearest import nearest
from simulator.redelivery.coalescing import DEFAULT_WINDOW
from simulator.redelivery.delivery import DeliveryState
from simulator.redelivery.schedule import DEFAULT_SCHEDULE, RedeliverySchedule, schedule_named
from simulator.scenario.answering import answers_in
from simulator.scenario.behaviour import Names, behaviour_rules, unknown_words
from simulator.scenario.cast import Cast
from simulator.scenario.checks_of_messages import NOBODY
from simulator.scenario.expanding import Expanded, expand
from simulator.scenario.expectations import Believes, Inbox
from simulator.scenario.mistakes import mistakes, texts_not_for_messages
from simulator.scenario.model import (
    AnswersWords,
    AwaitDraft,
    Change,
    Create,
    Open,
    ResendWords,
    Scenario,
    Step,
    Succeed,
)
from simulator.scenario.platform_words import platform_setup
from simulator.scenario.story import Asked, Planned, PlannedDeed, Story
from simulator.scenario.times import moment_from
from simulator.scenario.yaml_file import Location
from simulator.sentence import Sentence, say
from simulator.settings import DEFAULT_START, DEFAULT_TIMEOUT, LENGTH_MAX
from simulator.simulation import JournalSystemSetup
from simulator.webcert.awaited_draft import AwaitedDraft
from simulator.webcert.manual_redelivery import CHOSEN_STATES, Choice
from simulator.wire.client import check_url

T = TypeVar("T")

# Whoever saved the certificate last, as a word of `by`: with a draft from a journal system, whom that has named.
SAME = "same"

# Only files named so are found when a folder is given (docs/design.md).
FILE_PATTERN = "*.scenario.yaml"


def scenario_files(paths: Sequence[Path]) -> list[Path | InputError]:
    """The scenario files that the paths name, a folder's in the order of their names; an error for what has none."""
    found: list[Path | InputError] = []
    for path in paths:
        if path.is_dir():
            below: list[Path | InputError] = sorted(path.rglob(FILE_PATTERN))  # type: ignore[assignment]
            hint = say("the folder holds no scenario; scenarios are files named {pattern}", pattern=FILE_PATTERN)
            found += below or [InputError(hint, path)]
        elif path.exists():
            found.append(path)
        else:
            found.append(InputError(say("there is no such file"), path))
    return found


def load_stories(
    path: Path,
    cast: Cast,
    urls: dict[str, str] | None = None,
    seed: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[Story]:
    """Load one file, which is a story for each of its cases; raises its mistakes as one ExceptionGroup of InputErrors.

    `urls` put real endpoints in the place of mocked systems; those a file does not have are passed over.
    `seed` stands before the file's own. `environment` has the values of variables that the file does not give itself.
    """
    return [_load(one, cast, urls or {}, seed) for one in expand(path, environment or {})]


def load_story(
    path: Path,
    cast: Cast,
    urls: dict[str, str] | None = None,
    seed: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Story:
    """Load a file that is one story; `load_stories` says what is what."""
    stories = load_stories(path, cast, urls, seed, environment)
    if len(stories) > 1:
        raise ExceptionGroup(str(path), [InputError(say("the file has cases; load them with load_stories"), path)])
    return stories[0]


def _load(expanded: Expanded, cast: Cast, urls: dict[str, str], seed: int | None) -> Story:
    path = expanded.file.path
    try:
        words = Scenario.model_validate(expanded.file.content)
    except ValidationError as error:
        raise ExceptionGroup(str(path), mistakes(expanded.file, Scenario, error)) from None
    loader = _Loader(expanded, words, cast, urls, words.seed if seed is None else seed)
    story = loader.load()
    if loader.mistakes:
        unique = {(one.line or 0, str(one.sentence)): one for one in loader.mistakes}
        raise ExceptionGroup(str(path), [unique[key] for key in sorted(unique)])
    return story


def _made_by(words: Any) -> str | None:
    """The short name of the certificate that a step brings about, if it does."""
    if isinstance(words, AwaitDraft):
        return words.as_
    return words.certificate if isinstance(words, (Create, Succeed)) else None


def _used_by(words: Any) -> list[tuple[str, str]]:
    """The short names that a step takes for known, with the keys that they stand under."""
    if isinstance(words, Succeed):
        return [("of", words.of)]
    if isinstance(words, ResendWords):
        one = [] if words.event is None else [("event", words.event.certificate)]
        return one + [("certificates", word) for word in words.certificates]
    alias = None if isinstance(words, Create) else getattr(words, "certificate", None)
    named = {"certificate": alias, "filled_from": getattr(words, "filled_from", None)}
    return [(key, word) for key, word in named.items() if word is not None]


def _asked_about(words: Any) -> AskedAbout | None:
    """Which question a step is about, and what is asked where it is put now."""
    if getattr(words, "question", None) is None:
        return None
    subject = getattr(words, "subject", None)
    return AskedAbout(words.question, None if subject is None else Subject(subject), getattr(words, "answer_due", None))


class _Loader:
    def __init__(self, expanded: Expanded, words: Scenario, cast: Cast, urls: dict[str, str], seed: int) -> None:
        self._file = expanded.file
        self._expanded = expanded
        self._words = words
        self._cast = cast
        self._urls = urls
        self._seed = seed
        self._start = words.start or DEFAULT_START
        # The moment of the step that is being read, and the types of the certificates that have been made before it.
        self._now = self._start
        self._types: dict[str, CertificateType] = {}
        self.mistakes: list[InputError] = []

    def load(self) -> Story:
        words = self._words
        if not words.expect:
            self._mistake(("expect",), say("the scenario expects nothing, so it can tell nothing; add expect:"))
        self._check_texts()
        systems = tuple(self._journal_system(name) for name in words.journal_systems)
        deeds = tuple(self._deeds(systems))
        self._check_certificates(deeds)
        return Story(
            path=self._file.path,
            name=words.name if self._expanded.case is None else f"{words.name} [{self._expanded.case}]",
            sha256=self._expanded.sha256,
            start=self._start,
            start_is_given=words.start is not None,
            until=None if words.until is None else moment_from(self._start, words.until),
            seed=self._seed,
            schedule=self._schedule(),
            policy=self._known(words.policy or DEFAULT_POLICY.name, POLICIES, ("policy",), say("policy"))
            or DEFAULT_POLICY,
            as_of=words.as_of,
            change_window=DEFAULT_WINDOW if words.change_window is None else words.change_window,
            unit_mappings=tuple(self._unit_mappings()),
            mail=tuple(self._mail_rules()),
            signing_down=tuple(
                (moment_from(self._start, one.from_), moment_from(self._start, one.until))
                for one in words.signing_service_down
            ),
            timeout=words.timeout or DEFAULT_TIMEOUT,
            journal_systems=systems,
            deeds=deeds,
            last_step_at=self._now,
            asked=tuple(self._asked()),
            cast=self._cast,
            certificate_ids=self._names["certificate"] or {},
            case=self._expanded.case,
            tags=frozenset(words.tags),
            expect_failure=words.expect_failure,
        )

    def _check_texts(self) -> None:
        """Whatever text stands in a story can stand in its messages."""
        for location, sentence in texts_not_for_messages(self._file):
            # What a journal system says, or what stands before it, may be anything.
            if location[0] != "journal_systems" or location[2] not in ("behaviour", "through"):
                self._mistake(location, sentence)

    def _mistake(self, location: Location, sentence: Sentence) -> None:
        self.mistakes.append(self._file.error(location, sentence))

    def _known(self, word: str, known: dict[str, T], location: Location, what: Sentence) -> T | None:
        if word in known:
            return known[word]
        self._mistake(location, say("unknown {what} '{word}'; {hint}", what=what, word=word, hint=nearest(word, known)))
        return None

    def _schedule(self) -> RedeliverySchedule:
        try:
            return schedule_named(self._words.schedule or DEFAULT_SCHEDULE)
        except UsageError as error:
            self._mistake(("schedule",), error.sentence)
            return schedule_named(DEFAULT_SCHEDULE)

    def _url(self, name: str) -> str | None:
        """Where a real journal system is, None for a mocked one; what the caller gives stands before the file's own."""
        words = self._words.journal_systems.get(name)
        return self._urls.get(name, words.url if words else None)

    def _journal_system(self, name: str) -> JournalSystemSetup:
        words = self._words.journal_systems[name]
        here: Location = ("journal_systems", name)
        units = [self._unit(one, (*here, "units", place)) for place, one in enumerate(words.units)]
        url = self._url(name)
        if words.url is not None:
            self._try(lambda: check_url(words.url or ""), (*here, "url"))
        rules: list[BehaviourRule] = []
        for place, one in enumerate(words.behaviour):
            location: Location = (*here, "behaviour", place)
            for key, sentence in unknown_words(one.when, self._names):
                self._mistake((*location, "when", key), sentence)
            stated = behaviour_rules(one, self._start, self._file.line(location), self._names)
            rules += stated
            if url is not None and not all(rule.stands_before for rule in stated):
                self._mistake(
                    location,
                    say("'{system}' is a real journal system here, and answers as it likes; only what happens on the "
                        "way to it and back can stand before it", system=name),
                )  # fmt: skip
        not_integrated = [
            self._unit(one, (*here, "not_integrated", place)) for place, one in enumerate(words.not_integrated)
        ]
        for place, unit in enumerate(not_integrated):
            if unit is not None and unit not in units:
                self._mistake(
                    (*here, "not_integrated", place),
                    say("{unit} is none of the units of {system}", unit=words.not_integrated[place], system=name),
                )
        return JournalSystemSetup(
            name,
            tuple(unit for unit in units if unit),
            tuple(rules),
            url,
            tuple(unit for unit in not_integrated if unit),
            platform_setup(
                words.through,
                self._start,
                self._names,
                lambda place, said: self._mistake((*here, "through", *place), said),
            ),
        )

    @cached_property
    def _names(self) -> Names:
        """What the words of `when` are called on the wire."""
        return {
            "unit": {name: str(unit.hsa_id) for name, unit in self._cast.units.items()},
            "certificate": {alias: seeded_uuid(self._seed, "certificate", alias) for alias in self._aliases()},
        }

    def _aliases(self) -> list[str]:
        """The short names of all certificates of the file."""
        return [name for step in self._words.steps if (name := _made_by(getattr(step, step.said))) is not None]

    def _unit(self, word: str, location: Location) -> str | None:
        unit = self._known(word, self._cast.units, location, say("unit"))
        return unit.hsa_id if unit else None

    def _try(self, make: Callable[[], T], location: Location) -> T | None:
        try:
            return make()
        except (UsageError, ActionRefused, WrongValue) as error:
            self._mistake(location, error.sentence)
        return None

    def _deeds(self, systems: Sequence[JournalSystemSetup]) -> Iterator[PlannedDeed]:
        alone = [
            self._unit(word, ("stand_alone_units", place)) for place, word in enumerate(self._words.stand_alone_units)
        ]
        served = {unit for system in systems for unit in system.units} | {unit for unit in alone if unit}
        for place, step in enumerate(self._words.steps):
            location: Location = ("steps", place)
            if step.wait is not None:
                if self._now + step.wait - self._start > LENGTH_MAX:
                    self._mistake((*location, "wait"), say("the story is longer than {days}d", days=LENGTH_MAX.days))
                else:
                    self._now += step.wait
            elif step.at is not None:
                moment = moment_from(self._start, step.at)
                if moment < self._now:
                    self._mistake((*location, "at"), say("this moment has already passed when the step comes"))
                self._now = max(self._now, moment)
            else:
                deed = self._planned(step, location, served)
                if deed is not None:
                    yield PlannedDeed(self._now, deed, self._file.place(location))

    def _planned(self, step: Step, location: Location, served: set[str]) -> Planned | None:
        words = getattr(step, step.said)
        here = (*location, step.said.rstrip("_"))
        if isinstance(words, ResendWords):
            return self._choice(words, here)
        if isinstance(words, AwaitDraft):
            return self._awaited(words, here, served)
        return self._deed(words, here, served)

    def _deed(self, words: Any, here: Location, served: set[str]) -> Deed | None:
        """What a step does to a certificate; None where one of its words is unknown."""
        before = len(self.mistakes)
        same = getattr(words, "by", None) == SAME and not isinstance(words, Create)
        draft = self._draft(words, here, served) if isinstance(words, Create) else None
        successor = self._successor(words, here, served) if isinstance(words, Succeed) else None
        answers = words.answers if isinstance(words, Change) else None
        deed = Deed(
            action=Action(str(here[-1])),
            certificate=words.certificate,
            by=None if same else self._named(words, "by", self._cast.staff, here, say("member of staff")),
            by_same=same,
            at=self._named(words, "at", self._cast.units, here, say("unit")),
            draft=draft,
            successor=successor,
            asked=_asked_about(words),
            answers=(
                self._answers(answers, words.certificate, (*here, "answers"))
                if isinstance(answers, AnswersWords)
                else ()
            ),
            complete=answers == "complete",
            filled_from=getattr(words, "filled_from", None),
            patient=self._named(words, "patient", self._cast.patients, here, say("patient"))
            if isinstance(words, Open)
            else None,
            care_reference=words.ref if isinstance(words, Open) else None,
        )
        return deed if len(self.mistakes) == before else None

    def _named(self, words: Any, key: str, known: dict[str, T], here: Location, what: Sentence) -> T | None:
        """What a word of this key names, where there is one."""
        word = getattr(words, key, None)
        return None if word is None else self._known(word, known, (*here, key), what)

    def _successor(self, words: Succeed, here: Location, served: set[str]) -> Successor:
        unit = self._named(words, "unit", self._cast.units, here, say("unit"))
        if unit is not None:
            self._check_served(words.unit or "", unit, here, served)
        if words.of in self._types:
            parent = self._types[words.of]
            self._types[words.certificate] = (
                renewed_as(parent, self._today, self._policy) if here[-1] == Action.RENEW else parent
            )
        answers: tuple[Answer, ...] = ()
        if isinstance(words.answers, AnswersWords):
            answers = self._answers(words.answers, words.certificate, (*here, "answers"))
        return Successor(words.of, unit, words.ref, answers, blank=words.answers == "none")

    def _check_served(self, word: str, unit: CareUnit, here: Location, served: set[str]) -> None:
        if unit.hsa_id not in served:
            self._mistake(
                (*here, "unit"),
                say("no journal system of this file serves {unit}; add it to the units of one, or to "
                    "stand_alone_units", unit=word),
            )  # fmt: skip

    def _choice(self, words: ResendWords, here: Location) -> Choice:
        units = [
            self._known(word, self._cast.units, (*here, "units", place), say("unit"))
            for place, word in enumerate(words.units)
        ]
        provider = self._named(words, "care_provider", self._cast.care_providers, here, say("care provider"))

        def moment(value: timedelta | datetime | None) -> datetime | None:
            return None if value is None else moment_from(self._start, value)

        one = words.event
        return Choice(
            event=None if one is None else (one.certificate, one.event, one.occurrence),
            certificates=frozenset(words.certificates),
            units=frozenset(str(unit.hsa_id) for unit in units if unit is not None),
            care_provider=None if provider is None else str(provider.hsa_id),
            states=CHOSEN_STATES if one is not None else frozenset(DeliveryState(state) for state in words.states),
            since=moment(words.from_),
            until=moment(words.until),
            activate_at=moment(words.activate_at),
        )

    def _awaited(self, words: AwaitDraft, here: Location, served: set[str]) -> AwaitedDraft | None:
        unit = self._known(words.unit, self._cast.units, (*here, "unit"), say("unit"))
        if unit is not None:
            self._check_served(words.unit, unit, here, served)
        kind = self._try(lambda: self._type(words), (*here, "type"))
        return None if unit is None or kind is None else AwaitedDraft(words.as_, unit.hsa_id, kind, words.within)

    def _unit_mappings(self) -> Iterator[UnitMapping]:
        for place, words in enumerate(self._words.unit_mappings):
            here: Location = ("unit_mappings", place)
            to = self._known(words.to, self._cast.units, (*here, "to"), say("unit"))
            unit = self._named(words, "unit", self._cast.units, here, say("unit"))
            provider = self._named(words, "care_provider", self._cast.care_providers, here, say("care provider"))
            issued = words.issued
            if to is not None:
                yield UnitMapping(
                    to=to,
                    since=moment_from(self._start, words.from_),
                    unit=None if unit is None else unit.hsa_id,
                    care_provider=None if provider is None else provider.hsa_id,
                    issued_since=moment_from(self._start, issued.from_) if issued and issued.from_ else None,
                    issued_until=moment_from(self._start, issued.until) if issued and issued.until else None,
                )

    def _mail_rules(self) -> Iterator[MailRule]:
        for place, words in enumerate(self._words.mail_instead):
            here: Location = ("mail_instead", place)
            units = [
                self._known(word, self._cast.units, (*here, "units", number), say("unit"))
                for number, word in enumerate(words.units)
            ]
            providers = [
                self._known(word, self._cast.care_providers, (*here, "care_providers", number), say("care provider"))
                for number, word in enumerate(words.care_providers)
            ]
            yield MailRule(
                since=moment_from(self._start, words.from_),
                units=frozenset(str(one.hsa_id) for one in units if one is not None),
                care_providers=frozenset(str(one.hsa_id) for one in providers if one is not None),
            )

    def _draft(self, words: Create, here: Location, served: set[str]) -> Draft | None:
        kind = self._try(lambda: self._type(words), (*here, "type"))
        unit = self._known(words.unit, self._cast.units, (*here, "unit"), say("unit"))
        patient = self._known(words.patient, self._cast.patients, (*here, "patient"), say("patient"))
        if unit is not None:
            self._check_served(words.unit, unit, here, served)
        if kind is None or unit is None or patient is None:
            return None
        answers: tuple[Answer, ...] = ()
        if isinstance(words.answers, AnswersWords):
            answers = self._answers(words.answers, words.certificate, (*here, "answers"))
        return Draft(
            kind, unit, patient, words.ref, answers, complete=words.answers != "none", origin=Origin(words.from_)
        )  # fmt: skip

    @property
    def _today(self) -> date:
        return self._now.astimezone(SWEDISH_TIME).date()

    @property
    def _policy(self) -> Policy:
        return POLICIES.get(self._words.policy or "", DEFAULT_POLICY)

    def _type(self, words: Create | AwaitDraft) -> CertificateType:
        """The type that is meant on the day of the step; whether it can be created is Webcert's to say."""
        path = getattr(words, "path", None)
        kind = type_meant(words.type, path=path, day=self._today, policy=self._policy)
        alias = _made_by(words)
        assert alias is not None, "these steps make certificates"
        self._types[alias] = kind
        return kind

    def _answers(self, words: AnswersWords, alias: str, here: Location) -> tuple[Answer, ...]:
        """The answers of a step, by the form of the certificate that it names."""
        kind = self._types.get(alias)
        if kind is None:
            # Why there is none is told where the certificate is created.
            return ()
        return answers_in(words, kind, lambda place, sentence: self._mistake((*here, *place), sentence))

    def _check_certificates(self, deeds: Sequence[PlannedDeed]) -> None:
        """A certificate is created before anything is done to it, and once."""
        seen: set[str] = set()
        for place, step in enumerate(self._words.steps):
            words = getattr(step, step.said)
            here: Location = ("steps", place, step.said.rstrip("_"))
            for key, word in _used_by(words):
                if word not in seen:
                    self._mistake(
                        (*here, key), say("no step before creates a certificate '{word}'; {hint}", word=word,
                                          hint=nearest(word, self._aliases())),
                    )  # fmt: skip
            made = _made_by(words)
            if made is None:
                continue
            if made in seen:
                key = "as" if isinstance(words, AwaitDraft) else "certificate"
                self._mistake((*here, key), say("'{word}' is already created; give this one another name", word=made))
            seen.add(made)

    def _asked(self) -> Iterator[Asked]:
        for place, expectation in enumerate(self._words.expect):
            here: Location = ("expect", place, expectation.said)
            words = getattr(expectation, expectation.said)
            for key, what, known in (
                ("certificate", say("certificate"), dict.fromkeys(self._aliases())),
                ("system", say("journal system"), dict.fromkeys(self._words.journal_systems)),
                ("to", say("journal system"), dict.fromkeys(self._words.journal_systems)),
                ("staff", say("member of staff"), dict.fromkeys(self._cast.staff)),
                ("by", say("member of staff"), dict.fromkeys(self._cast.staff)),
                ("handled_by", say("member of staff"), dict.fromkeys([*self._cast.staff, NOBODY])),
                ("of", say("certificate"), dict.fromkeys(self._aliases())),
                ("patient", say("patient"), dict.fromkeys(self._cast.patients)),
            ):
                word = getattr(words, key, None)
                if word is not None:
                    self._known(word, known, (*here, key), what)
            for number, word in enumerate(getattr(words, "certificates", None) or []):
                self._known(word, dict.fromkeys(self._aliases()), (*here, "certificates", number), say("certificate"))
            if isinstance(words, (Believes, Inbox)) and self._url(words.system) is not None:
                self._mistake(
                    here,
                    say("'{system}' is a real journal system here, and its inbox is its own; {word}: is asked of "
                        "mocked ones", system=words.system, word=expectation.said),
                )  # fmt: skip
            yield Asked(expectation, self._file.place(("expect", place)))

"""A scenario file becomes a story: names become the cast's people and places, lengths of time become moments.

Every mistake is located, and all mistakes of a file are found at once. What is loaded can be played.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from simulator.certificate.answers import Answer, DatePeriod, diagnosis, expected_birth, extent
from simulator.certificate.catalogue import DEFAULT_POLICY, POLICIES, TYPES_BY_NAME
from simulator.certificate.lifecycle import Action
from simulator.chance import seeded_uuid
from simulator.errors import ActionRefused, InputError, UsageError
from simulator.journal.behaviour import BehaviourRule
from simulator.redelivery.schedule import DEFAULT_SCHEDULE, RedeliverySchedule, schedule_named
from simulator.scenario.behaviour import Names, behaviour_rules, unknown_words
from simulator.scenario.cast import Cast
from simulator.scenario.model import AnswersWords, Create, Scenario, Step
from simulator.scenario.story import Asked, PlannedDeed, Story
from simulator.scenario.times import moment_from
from simulator.scenario.yaml_file import Location, YamlFile, mistakes, nearest, read_yaml
from simulator.sentence import Sentence, say
from simulator.settings import DEFAULT_START, DEFAULT_TIMEOUT
from simulator.simulation import JournalSystemSetup
from simulator.webcert.publisher import Deed, Draft
from simulator.wire.client import check_url

T = TypeVar("T")

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


def load_story(path: Path, cast: Cast, urls: dict[str, str] | None = None, seed: int | None = None) -> Story:
    """Load one file; raises its mistakes as one ExceptionGroup of InputErrors.

    `urls` put real endpoints in the place of mocked systems; those a file does not have are passed over.
    `seed` stands before the file's own.
    """
    try:
        file = read_yaml(path)
    except InputError as error:
        raise ExceptionGroup(str(path), [error]) from None
    try:
        words = Scenario.model_validate(file.content)
    except ValidationError as error:
        raise ExceptionGroup(str(path), mistakes(file, Scenario, error)) from None
    loader = _Loader(file, words, cast, urls or {}, words.seed if seed is None else seed)
    story = loader.load()
    if loader.mistakes:
        unique = {(one.line or 0, str(one.sentence)): one for one in loader.mistakes}
        raise ExceptionGroup(str(path), [unique[key] for key in sorted(unique)])
    return story


class _Loader:
    def __init__(self, file: YamlFile, words: Scenario, cast: Cast, urls: dict[str, str], seed: int) -> None:
        self._file = file
        self._words = words
        self._cast = cast
        self._urls = urls
        self._seed = seed
        self._start = words.start or DEFAULT_START
        self.mistakes: list[InputError] = []

    def load(self) -> Story:
        words = self._words
        if not words.expect:
            self._mistake(("expect",), say("the scenario expects nothing, so it can tell nothing; add expect:"))
        systems = tuple(self._journal_system(name) for name in words.journal_systems)
        deeds = tuple(self._deeds(systems))
        self._check_certificates(deeds)
        return Story(
            path=self._file.path,
            name=words.name,
            sha256=hashlib.sha256(self._file.path.read_bytes()).hexdigest(),
            start=self._start,
            start_is_given=words.start is not None,
            until=None if words.until is None else moment_from(self._start, words.until),
            seed=self._seed,
            schedule=self._schedule(),
            policy=self._known(words.policy or DEFAULT_POLICY.name, POLICIES, ("policy",), say("policy"))
            or DEFAULT_POLICY,
            timeout=words.timeout or DEFAULT_TIMEOUT,
            journal_systems=systems,
            deeds=deeds,
            asked=tuple(self._asked()),
            cast=self._cast,
            certificate_ids=self._names["certificate"] or {},
        )

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

    def _journal_system(self, name: str) -> JournalSystemSetup:
        words = self._words.journal_systems[name]
        here: Location = ("journal_systems", name)
        units = [self._unit(one, (*here, "units", place)) for place, one in enumerate(words.units)]
        url = self._urls.get(name, words.url)
        if words.url is not None:
            self._try(lambda: check_url(words.url or ""), (*here, "url"))
        rules: list[BehaviourRule] = []
        for place, one in enumerate(words.behaviour):
            location: Location = (*here, "behaviour", place)
            for key, sentence in unknown_words(one, self._names):
                self._mistake((*location, "when", key), sentence)
            stated = behaviour_rules(one, self._start, self._file.line(location), self._names)
            rules += stated
            if url is not None and not all(rule.stands_before for rule in stated):
                self._mistake(
                    location,
                    say("'{system}' is a real journal system here, and answers as it likes; only what happens on the "
                        "way to it and back can stand before it", system=name),
                )  # fmt: skip
        return JournalSystemSetup(name, tuple(unit for unit in units if unit), tuple(rules), url)

    @cached_property
    def _names(self) -> Names:
        """What the words of `when` are called on the wire."""
        return {
            "unit": {name: str(unit.hsa_id) for name, unit in self._cast.units.items()},
            "certificate": {alias: seeded_uuid(self._seed, "certificate", alias) for alias in self._aliases()},
        }

    def _aliases(self) -> list[str]:
        return [step.create.certificate for step in self._words.steps if step.create is not None]

    def _unit(self, word: str, location: Location) -> str | None:
        unit = self._known(word, self._cast.units, location, say("unit"))
        return unit.hsa_id if unit else None

    def _try(self, make: Callable[[], T], location: Location) -> T | None:
        try:
            return make()
        except (UsageError, ActionRefused) as error:
            self._mistake(location, error.sentence)
        except ValueError as error:
            self._mistake(location, say("{what}", what=str(error)))
        return None

    def _deeds(self, systems: Sequence[JournalSystemSetup]) -> Iterator[PlannedDeed]:
        served = {unit for system in systems for unit in system.units}
        now = self._start
        for place, step in enumerate(self._words.steps):
            location: Location = ("steps", place)
            if step.wait is not None:
                now += step.wait
            elif step.at is not None:
                moment = moment_from(self._start, step.at)
                if moment < now:
                    self._mistake((*location, "at"), say("this moment has already passed when the step comes"))
                now = max(now, moment)
            else:
                deed = self._deed(step, location, served)
                if deed is not None:
                    yield PlannedDeed(now, deed, self._file.line(location))

    def _deed(self, step: Step, location: Location, served: set[str]) -> Deed | None:
        words = getattr(step, step.said)
        here = (*location, step.said)
        by = self._known(words.by, self._cast.staff, (*here, "by"), say("member of staff"))
        action = Action(step.said)
        draft = self._draft(words, here, served) if isinstance(words, Create) else None
        answers = getattr(words, "answers", None)
        changed: tuple[Answer, ...] = ()
        if draft is None and isinstance(answers, AnswersWords):
            changed = self._answers(answers, (*here, "answers"))
        if by is None or (isinstance(words, Create) and draft is None):
            return None
        return Deed(action, words.certificate, by, draft, changed)

    def _draft(self, words: Create, here: Location, served: set[str]) -> Draft | None:
        kind = self._known(words.type, TYPES_BY_NAME, (*here, "type"), say("certificate type"))
        unit = self._known(words.unit, self._cast.units, (*here, "unit"), say("unit"))
        patient = self._known(words.patient, self._cast.patients, (*here, "patient"), say("patient"))
        if unit is not None and unit.hsa_id not in served:
            self._mistake(
                (*here, "unit"),
                say("no journal system of this file serves {unit}; add it to the units of one", unit=words.unit),
            )
        if kind is None or unit is None or patient is None:
            return None
        if isinstance(words.answers, AnswersWords):
            answers: tuple[Answer, ...] | None = self._answers(words.answers, (*here, "answers"))
            for answer in answers or ():
                if answer.question not in kind.questions:
                    self._mistake(
                        (*here, "answers"),
                        say("{type} does not ask question {question}", type=kind.name, question=answer.question),
                    )
        else:
            answers = None if words.answers == "complete" else ()
        return Draft(kind, unit, patient, words.ref, answers)

    def _answers(self, words: AnswersWords, here: Location) -> tuple[Answer, ...]:
        answers: list[Answer | None] = []
        if words.expected_birth is not None:
            day = words.expected_birth
            answers.append(self._try(lambda: expected_birth(day), (*here, "expected_birth")))
        if words.diagnosis is not None:
            text = words.diagnosis
            answers.append(self._try(lambda: diagnosis(text), (*here, "diagnosis")))
        for place, one in enumerate(words.extent or []):
            make = partial(extent, one.code, DatePeriod(one.from_, one.until), place + 1)
            answers.append(self._try(make, (*here, "extent", place)))
        return tuple(answer for answer in answers if answer is not None)

    def _check_certificates(self, deeds: Sequence[PlannedDeed]) -> None:
        """A certificate is created before anything is done to it, and once."""
        seen: set[str] = set()
        for place, step in enumerate(self._words.steps):
            words = getattr(step, step.said)
            alias = getattr(words, "certificate", None)
            here: Location = ("steps", place, step.said, "certificate")
            if isinstance(words, Create):
                if words.certificate in seen:
                    self._mistake(here, say("'{word}' is already created; give this one another name", word=alias))
                seen.add(words.certificate)
            elif alias is not None and alias not in seen:
                self._mistake(
                    here, say("no step before creates a certificate '{word}'; {hint}", word=alias,
                              hint=nearest(alias, self._aliases())),
                )  # fmt: skip

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
                ("handled_by", say("member of staff"), dict.fromkeys(self._cast.staff)),
            ):
                word = getattr(words, key, None)
                if word is not None:
                    self._known(word, known, (*here, key), what)
            yield Asked(expectation, self._file.line(("expect", place)))

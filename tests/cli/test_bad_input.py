"""Whatever a person writes wrong is said in one line, with its place, what is wrong, and what would be right."""

from __future__ import annotations

import importlib
from itertools import pairwise
from typing import Any

import pytest

# What is exchanged in a good scenario, the line where the mistake then stands, and words of the sentence.
MISTAKES = [
    ("name: A story", "nmae: A story", 2, "did you mean 'name'?"),
    ("format: 1", "format: 2", 1, "unknown word"),
    ("by: nurse, patient", "by: nurs, patient", 8, "did you mean 'nurse'?"),
    ("type: FK7443", "type: FK7444", 8, "did you mean 'FK7443'?"),
    ("type: FK7443", "type: AFU", 8, "no code on the wire has been published, so it cannot be used"),
    ("type: FK7443", "type: FK7443, path: legacy", 8, "FK7443 does not exist on path legacy; it is on cs"),
    ("type: FK7443", "type: FK7443, path: old", 8, "unknown word 'old'; known are cs and legacy"),
    ("type: FK7443", "type: FK7443, answers: {expected_birth: 2025-01-20}", 8, "it has diagnosis, extent and delsvar"),
    ("type: FK7443", 'type: LISJP, answers: {delsvar: {"28.1": STUDERAR}}', 8, "did you mean 'STUDIER'?"),
    ("units: [ALMC]", "units: [ALMX]", 6, "did you mean 'ALMC'?"),
    ("unit: ALMC", "unit: ALVC", 8, "no journal system of this file serves ALVC"),
    ("patient: lilltolvan", "patient: liltolvan", 8, "did you mean 'lilltolvan'?"),
    ("- sign:", "- sing:", 10, "did you mean 'sign'?"),
    ("wait: 15m", "wait: 15 minutes", 9, "is no length of time; write 90s, 15m"),
    ("wait: 15m", "wait:", 9, "says nothing"),
    ("wait: 15m", "wait: 99999999999d", 9, "'99999999999d' is too long a time; the most is 36525d"),
    ("wait: 15m", f"wait: {'9' * 400}h", 9, "is too long a time; the most is 36525d"),
    ("wait: 15m", "wait: 36525d\n  - wait: 1ms", 10, "the story is longer than 36525d"),
    (
        "units: [ALMC]",
        "units: [ALMC]\n    behaviour: [{answer: OK, after: 99999999999d}]",
        7,
        "'99999999999d' is too long a time",
    ),
    ("patient: lilltolvan", r'patient: lilltolvan, ref: "a\u0001b"', 8, "ref: leave the character U+0001 out; XML"),
    (
        "patient: lilltolvan",
        r'patient: lilltolvan, answers: {diagnosis: "a\uffffb"}',
        8,
        "diagnosis: leave the character U+FFFF out; XML",
    ),
    ("patient: lilltolvan", r'patient: lilltolvan, ref: "a\ud800b"', 8, "ref: leave the character U+D800 out; UTF-8"),
    ("certificate: c1, type", r'certificate: "\ud800", type', 8, "certificate: leave the character U+D800 out; UTF-8"),
    ("name: A story", 'name: A story\nas_of: "\\ud800"', 3, "as_of: leave the character U+D800 out; UTF-8"),
    ("name: A story", 'name: A story\n"\\ud800": 1', 3, "leave the character U+D800 out; UTF-8"),
    (
        "units: [ALMC]",
        'units: [ALMC]\n    behaviour: [{preset: "\\ud800"}]',
        7,
        "preset: leave the character U+D800 out; UTF-8",
    ),
    ("units: [ALMC]", "units: !list [ALMC]", 6, "leave out the tag !list; a text stands in quotation marks"),
    ("name: A story", "name: !!python/object/apply:os.system [id]", 2, "leave out the tag !!python/object/apply"),
    ("name: A story", "name: A story\ntags: [\x00]", 3, "leave the character U+0000 out; YAML cannot carry it"),
    ("name: A story", "name: !!int abc", 2, "leave out the tag !!int"),
    ("name: A story", "name: !!str A story", 2, "leave out the tag !!str"),
    ("units: [ALMC]", "units: [ALMC]\n    behaviour: [{preset: !!binary aGVq}]", 7, "leave out the tag !!binary"),
    ("wait: 15m", "at: 2024-09-02T07:00:00", 9, "has already passed"),
    ("start: 2024-09-02T08:00:00", "start: 2024-02-30T08:00:00", 3, "is no moment"),
    ("start: 2024-09-02T08:00:00", "start: 2024-03-31T02:30:00", 3, "does not exist in Sweden"),
    ("start: 2024-09-02T08:00:00", "start: tomorrow", 3, "is no moment; write 2024-09-02T08:00:00"),
    ("event: SIGNAT", "event: SIGNERAT", 12, "did you mean 'SIGNAT'?"),
    ("attempt: 1}", "attempt: one}", 12, "'attempt' is a whole number, not 'one'"),
    ("attempt: 1}", "attempt: 1.5}", 12, "'attempt' is a whole number, not 1.5"),
    ("attempt: 1}", "attempt: 0}", 12, "'attempt' is at least 1, not 0"),
    ("name: A story", "name: [A, story]", 2, "'name' is text, not a list"),
    ("name: A story", "name:", 2, "'name' is text, not nothing"),
    ("name: A story", "name: A story\ntags: [[smoke]]", 3, "what stands in the list 'tags' is text, not a list"),
    ("name: A story", "name: A story\ntags: smoke", 3, "'tags' is a list, not 'smoke'"),
    ("units: [ALMC]", "units: [ALMC]\n    not_integrated: 5", 7, "'not_integrated' is a list, not 5"),
    (
        "units: [ALMC]",
        "units: [ALMC]\n    behaviour: [{answer: OK, when: {role: [nurse, private_doctor]}}]",
        7,
        "role: no message tells a private doctor from a doctor: write doctor",
    ),
    (
        "units: [ALMC]",
        "units: [ALMC]\n    behaviour: [5]",
        7,
        "in the list 'behaviour' is a mapping (key: value), not 5",
    ),
    (
        "units: [ALMC]",
        "units: [ALMC]\n    behaviour: [{answer: 5}]",
        7,
        "is text or a mapping (key: value) or a list, not 5",
    ),
    ("units: [ALMC]", "units: [ALMC]\n    behaviour: [{answer: {http: 20}}]", 7, "'http' is at least 200, not 20"),
    (
        "units: [ALMC]",
        "units: [ALMC]\n    behaviour: [{after: {between: [1s]}}]",
        7,
        "'between' holds at least 2, not 1",
    ),
    (
        "units: [ALMC]",
        "units: [ALMC]\n    behaviour: [{answer: OK, when: {chance: 2}}]",
        7,
        "'chance' is at most 1, not 2",
    ),
    (
        "units: [ALMC]",
        "units: [ALMC]\n    behaviour: [{answer: OK, when: {attempt: x}}]",
        7,
        "'attempt' is written like",
    ),
    ("units: [ALMC]", "units: [ALMC]\n    behaviour: [{answer: OK, when: {cron: '* *'}}]", 7, "it has 2 fields, not 5"),
    *(
        ("units: [ALMC]", f"units: [ALMC]\n    behaviour: [{{{line}}}]", 7, words)
        for line, words in (
            ("answer: OK, when: {attempt: 5..2}", "attempt: '5..2' holds no attempt; they count from 1 upwards, as in"),
            ("answer: OK, when: {attempt: 0..2}", "attempt: '0..2' holds no attempt"),
            ("answer: OK, when: {attempt: 0}", "'attempt' is at least 1, not 0"),
            ("answer: OK, when: {attempt: [1, 0]}", "'attempt' is at least 1, not 0"),
            ("answer: OK, when: {event: []}", "'event' holds at least 1, not 0"),
            ("answer: OK, when: {type: []}", "'type' holds at least 1, not 0"),
            ("answer: []", "'answer' holds at least 1, not 0"),
            ("answer: OK, when: {from: 3h, until: 1h}", "the window never opens: 'until' comes after 'from'"),
            ("answer: OK, when: {until: 0s}", "the window never opens"),
            ("outage: {from: 3h, until: 1h}", "the window never opens"),
            (
                "answer: REFUSE, after: 5s, acts: twice",
                "with 'answer: REFUSE' nothing reaches the system; leave out after and acts",
            ),
            ("answer: [OK, REFUSE x2], wire: garbage", "nothing reaches the system; leave out wire"),
            (
                "answer: NEVER, after: 5s, dribble: 5s",
                "with 'answer: NEVER' no answer comes; leave out after and dribble",
            ),
            ("answer: NEVER, wire: garbage", "no answer comes; leave out wire"),
            ("answer: LOST, dribble: 5s", "with 'answer: LOST' nothing of the answer comes; leave out dribble"),
            ("answer: [LOST], wire: garbage", "nothing of the answer comes; leave out wire"),
            ("outage: {from: 2024-09-02T09:00:00, until: 2024-09-02T09:00:00}", "the window never opens"),
        )
    ),
    (
        "units: [ALMC]",
        "units: [ALMC]\n    through: {ntjp: {failures: [{error: VP004, when: {attempt: 3..2}}]}}",
        7,
        "'3..2' holds no attempt",
    ),
    (
        "units: [ALMC]",
        "units: [ALMC]\nsigning_service_down: [{from: 3h, until: 1h}]",
        7,
        "the window never opens",
    ),
    ("certificate: c1, event", "certificate: c2, event", 12, "unknown certificate 'c2'; did you mean 'c1'?"),
    ("sign: {certificate: c1,", "sign: {certificate: c9,", 10, "no step before creates a certificate 'c9'"),
    ("  - delivered: {certificate: c1, event: SIGNAT, attempt: 1}\n", "", 11, "expects nothing"),
    ("name: A story", "name: A story\nname: Again", 3, "a key stands twice"),
    ("    units: [ALMC]", "    units: [ALMC", 7, "this is not YAML"),
    ("    units: [ALMC]", "\tunits: [ALMC]", 6, "this is not YAML"),
    ("name: A story", "name: A story\npolicy: forum-2025", 3, "did you mean 'forum-2024'?"),
    ("name: A story", "name: A story\nschedule: 30#1:m,", 3, "delay 2 is empty"),
    ("name: A story", "name: A story\nschedule: forum-2023", 3, "did you mean forum-2022?"),
    ("units: [ALMC]", "units: [ALMC]\n    url: ftp://x/", 7, "is no address"),
    ("units: [ALMC]", "units: [ALMC]\n    behaviour: [{answer: TECHNICAL_EROR}]", 7, "TECHNICAL_ERROR"),
    ("units: [ALMC]", "units: [ALMC]\n    behaviour: [{outage: {fron: 1m}}]", 7, "did you mean 'from'?"),
    (
        "units: [ALMC]",
        "units: [ALMC]\n    behaviour: [{answer: {result: OK, fault: x}}]",
        7,
        "one of result, fault and body",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"), MISTAKES, ids=[new.strip()[-60:] for _, new, _, _ in MISTAKES]
)
def test_a_mistake_is_located(webcertsim, scenario, old, new, line, words):
    """A mistake ends with exit code 3 and one line that names file, line, and what would be right."""
    path = scenario(old, new)
    ran = webcertsim("run", path)
    assert ran.code == 3
    first = ran.err.splitlines()[0]
    assert first.startswith(f"{path}:{line}: ")
    assert words in ran.err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("attempt: 1}", "attempt: one}", "'attempt' är ett heltal, inte 'one'"),
        ("wait: 15m", "wait: 15 minutes", "'15 minutes' är ingen tidslängd; skriv 90s, 15m, 3h, 2h30m eller 26d"),
        ("start: 2024-09-02T08:00:00", "start: tomorrow", "'tomorrow' är ingen tidpunkt"),
        ("units: [ALMC]", "units: [ALMC]\n    behaviour: [{answer: {result: OK, fault: x}}]",
         "ett svar är ett av result, fault och body; det här är result och fault"),
    ],
    ids=["of a kind", "of a length", "of a moment", "of a format"],
)  # fmt: skip
def test_a_mistake_is_told_in_swedish(webcertsim, scenario, old, new, words):
    """Whoever finds it, pydantic or the format's own checks: it is said in the user's language."""
    ran = webcertsim("run", scenario(old, new), lang="sv")
    assert (3, True) == (ran.code, words in ran.err), ran.err


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("answer: {http: 20}", "'http' is at least 200, not 20"),
        ("after: {median: 20s}", "after: a delay around a median has a cap: at_most"),
        ("after: {between: [5s, 1s]}", "after: 'between' begins with the shorter length"),
        ("after: [1s]", "'after' is text or a mapping (key: value), not a list"),
        ("answer: OK, when: {event: []}", "'event' holds at least 1, not 0"),
        ("answer: OK, when: {event: {SIGNAT: 1}}", "'event' is text or a list, not a mapping"),
        ("answer: OK, when: {attempt: 5..2}",
         "attempt: '5..2' holds no attempt; they count from 1 upwards, as in '2..5'"),
        (r'answer: {fault: "a\u0001b"}', "fault: leave the character U+0001 out; XML cannot carry it"),
        (r'answer: {result: MAYBE, text: "\0"}', "text: leave the character U+0000 out; XML cannot carry it"),
        (r'answer: {result: "\e[31m"}', "result: leave the character U+001B out; XML cannot carry it"),
        (r'answer: {fault: x, detail: "\uffff"}', "detail: leave the character U+FFFF out; XML cannot carry it"),
        (r'answer: {http: 301, location: "a\r\nb"}',
         "location: leave the character U+000D out; a header cannot carry it"),
        (r'answer: {http: 200, content_type: "x\ny"}',
         "content_type: leave the character U+000A out; a header cannot carry it"),
        (r'answer: {body: "\ud800"}', "body: leave the character U+D800 out; UTF-8 cannot carry it"),
    ],
)  # fmt: skip
def test_what_is_meant_decides_what_is_wrong(webcertsim, scenario, line, sentence):
    """Where one of several kinds can stand, only the one that was written is spoken of."""
    path = scenario("units: [ALMC]", f"units: [ALMC]\n    behaviour: [{{{line}}}]")
    ran = webcertsim("run", path)
    assert f"{path}:7: {sentence}" == ran.err.strip()


def test_what_a_header_of_the_platform_cannot_carry(webcertsim, scenario):
    """The sender stands in a header, so it is one line."""
    path = scenario("units: [ALMC]", 'units: [ALMC]\n    through: {ntjp: {sender: "TST\\r\\nX: y"}}')
    ran = webcertsim("run", path)
    assert f"{path}:7: sender: leave the character U+000D out; a header cannot carry it" == ran.err.strip()


def test_text_is_never_taken_for_an_emoji(webcertsim, scenario):
    """A mistake in line 100 has the number in its place, and a name with colons is printed as it was written."""
    path = scenario("name: A story", "name: ':smile: [red]'" + "\n" * 98 + "tags: ':heart:'")
    assert f"{path}:100: 'tags' is a list, not ':heart:'" == webcertsim("run", path).err.strip()
    assert ":smile: [red]" in webcertsim("run", scenario("name: A story", "name: ':smile: [red]'")).out


def test_every_mistake_of_a_file_is_said_at_once(webcertsim, scenario):
    """Three unknown names are three lines."""
    path = scenario("type: FK7443, unit: ALMC, by: nurse", "type: FK1, unit: XXXX, by: nobody")
    assert len(webcertsim("run", path).err.splitlines()) == 3


def test_the_other_files_still_run(webcertsim, scenario):
    """A file that cannot be read does not keep the others from being played; the higher code counts."""
    bad = scenario("name:", "nmae:", "bad.scenario.yaml")
    good = scenario(name="good.scenario.yaml")
    ran = webcertsim("run", bad, good)
    assert ran.code == 3
    assert "1 scenarios passed, 0 failed, 1 could not be read" in ran.out


def test_a_cast_has_no_text_that_a_message_cannot_hold(webcertsim, scenario, tmp_path):
    """What XML forbids is refused in a cast, too, with its line."""
    cast = tmp_path / "cast.yaml"
    cast.write_text('format: 1\nstaff:\n  eva:\n    {hsa_id: TSTEVA, name: "E\\u0008va"}\n')
    ran = webcertsim("run", scenario(), "--cast", cast)
    assert (3, f"{cast}:4: name: leave the character U+0008 out; XML cannot carry it") == (ran.code, ran.err.strip())


def test_a_variable_brings_no_text_that_a_message_cannot_hold(webcertsim, scenario, monkeypatch):
    """What the environment puts into a scenario is held to the same."""
    monkeypatch.setenv("REFERENCE", "a\x01b")
    path = scenario("patient: lilltolvan", 'patient: lilltolvan, ref: "${REFERENCE}"')
    ran = webcertsim("run", path)
    assert (3, f"{path}:8: ref: leave the character U+0001 out; XML cannot carry it") == (
        ran.code,
        ran.err.splitlines()[0],
    )


@pytest.mark.parametrize("ref", ["a\x01b", "a\udcff"])
def test_a_reference_that_no_message_can_hold(webcertsim, ref):
    """A flag whose text stands in a message is refused before anything is sent."""
    ran = webcertsim("emit", "--to", "http://127.0.0.1:9/", "--ref", ref)
    assert ran.code == 2
    assert f"--ref: leave the character U+{ord(ref[1]):04X} out; XML cannot carry it" in ran.err


def test_an_answer_may_be_anything(webcertsim, scenario):
    """A mocked system can answer with what XML forbids, since real ones do."""
    path = scenario("units: [ALMC]", 'units: [ALMC]\n    behaviour: [{answer: [{body: "a\\u0001"}, OK]}]')
    path.write_text(path.read_text().replace("attempt: 1}", "attempt: 2}"))
    assert webcertsim("run", path).code == 1


@pytest.mark.parametrize(
    ("place", "counts"),
    [("choosing.load_stories", "2 scenarios passed, 0 failed, 2"), ("playing.play", "2 scenarios passed, 1 failed, 1")],
)
def test_a_fault_of_ours_takes_no_other_file_with_it(webcertsim, scenario, monkeypatch, place, counts):
    """What nobody thought of is said with its file, the other files are played, and the highest code counts."""
    paths = [scenario(name=f"{name}.scenario.yaml") for name in ("good", "spoilt", "other")]
    unread = scenario("name:", "nmae:", "unread.scenario.yaml")
    module, name = (importlib.import_module(f"simulator.cli.{place.partition('.')[0]}"), place.partition(".")[2])
    goes_well = getattr(module, name)

    def goes_wrong(what: Any, *others: Any) -> Any:
        if paths[1] in (what, getattr(what, "path", None)):
            raise KeyError("on\nboth")
        return goes_well(what, *others)

    monkeypatch.setattr(module, name, goes_wrong)
    ran = webcertsim("run", *paths, unread)
    assert (4, True) == (ran.code, counts in ran.out), ran.out
    said = next(line for line in ran.err.splitlines() if line.startswith(f"{paths[1]}: "))
    assert "a fault of the simulator, not of yours: KeyError: 'on\\nboth' (test_bad_input.py:" in said


def test_a_file_that_is_not_utf8(webcertsim, tmp_path):
    """Another encoding than UTF-8 is said with the line where it begins."""
    path = tmp_path / "a.scenario.yaml"
    path.write_bytes("format: 1\nname: Sjuksköterska\n".encode("latin-1"))
    ran = webcertsim("run", path)
    assert (3, f"{path}:2: the file is not UTF-8; save it as UTF-8") == (ran.code, ran.err.strip())


BOMB = ["a: &a [x]", *(f"{b}: &{b} [{', '.join(9 * [f'*{a}'])}]" for a, b in pairwise("abcdefghi"))]
CHAIN = ["a0: &a0 [x]", *(f"a{n + 1}: &a{n + 1} [*a{n}]" for n in range(60))]
TOO_DEEP = "more than 50 mappings and lists stand within each other"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (BOMB, 1, "the file has more than 200000 values, each alias (*) counted as what it stands for"),
        (CHAIN, 1, TOO_DEEP),
        (["format: 1", "name:", " " + "[" * 500], 3, TOO_DEEP),
    ],
    ids=["aliases of aliases", "aliases in aliases", "lists in lists"],
)
def test_a_file_that_would_never_be_read_to_its_end(webcertsim, tmp_path, text, line, said):
    """A few lines that stand for billions of values are refused at once."""
    path = tmp_path / "a.scenario.yaml"
    path.write_text("\n".join(text))
    ran = webcertsim("run", path)
    assert (3, f"{path}:{line}: {said}") == (ran.code, ran.err.strip())


def test_aliases_and_merged_keys_are_read(webcertsim, scenario):
    """What stands in several places can be written once, and a mistake in it has a line."""
    merged = "  - sign: {certificate: c1, by: nurse}"
    path = scenario(merged, "  - change: &c1 {certificate: c1, by: nurse}\n  - sign: {<<: *c1}")
    assert webcertsim("run", path).code == 0
    path = scenario(merged, "  - change: &c1 {certificate: c1, by: nurs}\n  - sign:\n      <<: *c1")
    assert [f"{path}:{line}: " for line in (10, 12)] == [
        line.partition("unknown")[0] for line in webcertsim("run", path).err.splitlines()
    ]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just text", "\x00\x01"])
def test_a_file_that_holds_no_mapping(webcertsim, tmp_path, text):
    """Whatever is no mapping at all is said to be none."""
    path = tmp_path / "a.scenario.yaml"
    path.write_text(text)
    assert webcertsim("run", path).code == 3


def test_an_empty_folder(webcertsim, tmp_path):
    """A folder without scenarios is an error that says how scenarios are named."""
    empty = tmp_path / "empty"
    empty.mkdir()
    ran = webcertsim("run", empty)
    assert ran.code == 3
    assert "*.scenario.yaml" in ran.err


def test_a_file_that_is_not_there(webcertsim):
    """A missing file is named."""
    ran = webcertsim("run", "nothing.scenario.yaml")
    assert (3, "nothing.scenario.yaml: there is no such file") == (ran.code, ran.err.strip())


REAL_LOOKING = "199001012385"


def test_a_person_who_may_be_real_is_refused(webcertsim, scenario, tmp_path):
    """A person id outside the known test persons is refused with its line, and is not repeated."""
    cast = tmp_path / "cast.yaml"
    cast.write_text(f'format: 1\npatients:\n  eva: {{person_id: "{REAL_LOOKING}", name: Eva}}\n')
    ran = webcertsim("run", scenario(), "--cast", cast)
    assert ran.code == 3
    assert ran.err.startswith(f"{cast}:3: this person id is not a known test person")
    assert REAL_LOOKING not in ran.err


def test_a_private_practice_without_a_doctor_s_licence_is_refused(webcertsim, scenario, tmp_path):
    """Whoever has a practice of her own in a cast has a doctor's licence there too."""
    cast = tmp_path / "cast.yaml"
    cast.write_text("format: 1\nstaff:\n  eva: {hsa_id: TST-EVA, name: Eva, licences: [SJ], private_practice: true}\n")
    ran = webcertsim("run", scenario(), "--cast", cast)
    assert ran.code == 3
    assert ran.err.startswith(f"{cast}:3: a private practice is a licensed doctor's: write LK among the licences")


def test_a_test_person_can_be_let_in(webcertsim, scenario, tmp_path):
    """The settings let in a published test number that the built-in cast does not have."""
    cast, settings = tmp_path / "cast.yaml", tmp_path / "settings.yaml"
    cast.write_text(f'format: 1\npatients:\n  eva: {{person_id: "{REAL_LOOKING}", name: Eva}}\n')
    settings.write_text(f'test_ids: ["{REAL_LOOKING}"]\n')
    path = scenario("patient: lilltolvan", "patient: eva")
    assert webcertsim("run", path, "--cast", cast, "--settings", settings).code == 0


def test_a_unit_that_may_be_real_is_refused(webcertsim, scenario, tmp_path):
    """A unit whose id does not begin with TST needs --allow-units."""
    cast = tmp_path / "cast.yaml"
    cast.write_text("format: 1\nunits:\n  X: {hsa_id: SE2321000016-1HZ3, name: X, care_provider: ALFA}\n")
    ran = webcertsim("run", scenario(), "--cast", cast)
    assert ran.code == 3
    assert "--allow-units" in ran.err
    assert webcertsim("run", scenario(), "--cast", cast, "--allow-units").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--clock", "1d=0s"), "is no clock"),
        (("--journal", "alfa=htp://x"), "is no address"),
        (("--journal", "beta=http://127.0.0.1:1/"), "known are alfa"),
        (("--store", "postgresql://x/y"), "stores are SQLite for now"),
        (("--timeout", "0s"), "--timeout"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_flag_that_cannot_be_used(webcertsim, scenario, arguments, words):
    """A bad flag ends with exit code 2 and one sentence, before anything is sent."""
    ran = webcertsim("run", scenario(), *arguments)
    assert ran.code == 2
    assert words in ran.err


@pytest.mark.parametrize(
    "line", ["{answer: OK, after: 5s}", "{acts: not}", "{answer: NEVER, acts: {times: 0}}", "{acts: {after: 5s}}"]
)
def test_a_real_endpoint_answers_and_acts_as_it_likes(webcertsim, scenario, line):
    """A behaviour that only a mocked system can have is refused, with its line, where a real one takes its place."""
    path = scenario("units: [ALMC]", f"units: [ALMC]\n    behaviour:\n      - {line}")
    ran = webcertsim("run", path, "--journal", "alfa=http://127.0.0.1:9/")
    assert ran.code == 3
    assert ran.err.startswith(f"{path}:8: 'alfa' is a real journal system here")


@pytest.mark.parametrize(
    "asked",
    ["inbox: {certificate: c1, event: SIGNAT, system: alfa, times: 1}", "believes: {certificate: c1, system: alfa}"],
    ids=["inbox", "believes"],
)
def test_the_inbox_of_a_real_system_is_its_own(webcertsim, scenario, asked):
    """What only a mocked system can be asked is refused of a real one, and not judged by an inbox that nobody sees."""
    path = scenario("  - delivered: {certificate: c1, event: SIGNAT, attempt: 1}", f"  - {asked}")
    ran = webcertsim("run", path, "--journal", "alfa=http://127.0.0.1:9/")
    assert (3, True) == (
        ran.code,
        ran.err.startswith(f"{path}:12: 'alfa' is a real journal system here, and its inbox"),
    )


def test_a_store_of_another_run(webcertsim, scenario):
    """A store that holds another run is an error of the command line that says what differs."""
    path = scenario()
    assert webcertsim("run", path, "--store", "sqlite:///run.db").code == 0
    assert webcertsim("run", path, "--store", "sqlite:///run.db").code == 0
    ran = webcertsim("run", path, "--store", "sqlite:///run.db", "--seed", "7")
    assert ran.code == 2
    assert "its seed is 0, now it is 7" in ran.err
    other = scenario("name: A story", "name: Another", "other.scenario.yaml")
    ran = webcertsim("run", other, "--store", "sqlite:///run.db")
    assert ran.code == 2
    assert "the store holds another run, of 'A story'" in ran.err


def test_the_future_is_not_sent_to_a_real_endpoint(webcertsim, scenario):
    """Events that would be dated in the future are refused, and nothing is sent."""
    path = scenario("start: 2024-09-02T08:00:00", "start: 2199-01-01T08:00:00")
    ran = webcertsim("run", path, "--journal", "alfa=http://127.0.0.1:9/")
    assert ran.code == 2
    assert "dated in the future" in ran.err


def test_a_misspelt_answer_is_one_line(webcertsim, scenario):
    """A wrong word inside answers: names the nearest that belongs there."""
    path = scenario("patient: lilltolvan}", "patient: lilltolvan, answers: {diagnos: Hosta}}")
    ran = webcertsim("run", path)
    assert ran.code == 3
    assert "did you mean 'diagnosis'?" in ran.err

"""The certificate types under all their names, on any day, and the policies that say who may do what with them.

The tables here are written out by hand from Webcert's code and from what the users' forum was told.
"""

from __future__ import annotations

from datetime import date

import pytest

from simulator.certificate.catalogue import (
    ANNOUNCED,
    DEFAULT_POLICY,
    FK7211,
    FK7443,
    FORUM_2024,
    NAMES,
    POLICIES,
    TYPES,
    TYPES_BY_KEY,
    WEBCERT_7_7,
    CertificateType,
    Path,
    PatientDetail,
    type_meant,
    type_named,
    types_called,
)
from simulator.certificate.events import Subject
from simulator.certificate.people import Role
from simulator.errors import ActionRefused, UsageError

# Draft, Sign, Revoke; whoever drafts may also change, delete and send. First the six roles under forum-2024, then the
# same under webcert-7.7: they differ for FK7443 alone.
MATRIX = """
type         path    version   doctor private_doctor nurse midwife dentist care_admin   doctor private_doctor nurse midwife dentist care_admin
FK7443       cs      1.0       DSR    DSR            DSR   D       -       D            DSR    DSR            DSR   DSR     -       D
FK7211       cs      1.0       DSR    DSR            DSR   DSR     -       D            DSR    DSR            DSR   DSR     -       D
FK7806       cs      1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
FK3225       cs      1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
FK3220       cs      1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
FK7426       cs      1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
FK7427       cs      1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
FK7804       cs      2.0       DSR    DSR            D     D       DSR     D            DSR    DSR            D     D       DSR     D
FK7810       cs      1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
AG1-14       cs      2.0       DSR    DSR            D     D       DSR     D            DSR    DSR            D     D       DSR     D
AG7804       cs      2.0       DSR    DSR            D     D       DSR     D            DSR    DSR            D     D       DSR     D
TS8071       cs      1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
TS8071       cs      2.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
FK7804       legacy  1.2       DSR    DSR            D     D       DSR     D            DSR    DSR            D     D       DSR     D
FK7800       legacy  1.2       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
FK7801       legacy  1.1       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
FK7802       legacy  1.1       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
FK7263       legacy  1.0       DSR    DSR            D     D       DR      D            DSR    DSR            D     D       DR      D
TS_bas       legacy  7.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
TS_diabetes  legacy  4.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
TSTRK1009    legacy  1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
TSTRK1062    legacy  1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
DB           legacy  1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
DOI          legacy  1.0       DSR    DSR            D     D       -       D            DSR    DSR            D     D       -       D
AG1-14       legacy  1.0       DSR    DSR            D     D       DSR     D            DSR    DSR            D     D       DSR     D
AG7804       legacy  1.0       DSR    DSR            D     D       DSR     D            DSR    DSR            D     D       DSR     D
AF00213      legacy  1.0       DSR    DSR            D     D       DSR     D            DSR    DSR            D     D       DSR     D
AF00251      legacy  1.0       DSR    DSR            D     D       DSR     D            DSR    DSR            D     D       DSR     D
"""  # noqa: E501 - a table is read across

# What else a type is: the code on the wire, the recipient, the first day of each policy (a dash is always, "never" is
# inactivated), and who may work with it when the identity is protected.
ROWS = """
type         path    version  code           recipient  forum-2024  webcert-7.7  protected                            other_names
FK7443       cs      1.0      ITFP           FKASSA     2024-09-01  2024-01-25   doctor,private_doctor,nurse,midwife  FK7472
FK7211       cs      1.0      IGRAV          FKASSA     2024-09-01  2024-01-25   doctor,private_doctor,nurse,midwife  FK7210
FK7806       cs      1.0      LUMEK          FKASSA     2024-11-01  2024-01-25   doctor,private_doctor,dentist        FK7809
FK3225       cs      1.0      LUNSP          FKASSA     2024-11-01  2024-01-25   doctor,private_doctor,dentist        FK3226
FK3220       cs      1.0      LU_OMV_MEK     FKASSA     2025-01-01  2025-06-16   doctor,private_doctor,dentist        FK3221
FK7426       cs      1.0      LU_TFP_ASB18   FKASSA     2025-04-22  2025-04-22   doctor,private_doctor,dentist        -
FK7427       cs      1.0      LU_TFP_B12_16  FKASSA     2025-04-09  2025-04-09   doctor,private_doctor,dentist        -
FK7804       cs      2.0      LISJP          FKASSA     2025-08-05  2025-08-05   doctor,private_doctor,dentist        -
FK7810       cs      1.0      LUAS           FKASSA     2025-07-01  2025-07-01   doctor,private_doctor,dentist        -
AG1-14       cs      2.0      AG1-14         SKR        2025-10-01  2025-10-01   doctor,private_doctor,dentist        ag114
AG7804       cs      2.0      AG7804         SKR        2025-09-26  2025-09-26   doctor,private_doctor,dentist        -
TS8071       cs      1.0      TS8071         TRANSP     2024-12-01  2024-12-01   doctor,private_doctor,dentist        -
TS8071       cs      2.0      TS8071         TRANSP     2025-10-20  2025-10-20   doctor,private_doctor,dentist        -
FK7804       legacy  1.2      LISJP          FKASSA     -           -            doctor,private_doctor,dentist        -
FK7800       legacy  1.2      LUSE           FKASSA     -           -            doctor,private_doctor,dentist        -
FK7801       legacy  1.1      LUAE_NA        FKASSA     -           -            doctor,private_doctor,dentist        -
FK7802       legacy  1.1      LUAE_FS        FKASSA     -           -            doctor,private_doctor,dentist        -
FK7263       legacy  1.0      FK7263         FKASSA     never       never        doctor,private_doctor,dentist        -
TS_bas       legacy  7.0      TSTRK1007      TRANSP     -           never        doctor,private_doctor,dentist        ts-bas
TS_diabetes  legacy  4.0      TSTRK1031      TRANSP     -           -            doctor,private_doctor,dentist        ts-diabetes
TSTRK1009    legacy  1.0      TSTRK1009      TRANSP     -           -            -                                    -
TSTRK1062    legacy  1.0      TSTRK1062      TRANSP     -           -            -                                    -
DB           legacy  1.0      DB             SKV        -           -            -                                    -
DOI          legacy  1.0      DOI            SOS        -           -            -                                    -
AG1-14       legacy  1.0      AG1-14         -          -           -            doctor,private_doctor,dentist        ag114
AG7804       legacy  1.0      AG7804         -          -           -            doctor,private_doctor,dentist        -
AF00213      legacy  1.0      AF00213        AF         -           -            doctor,private_doctor,dentist        -
AF00251      legacy  1.0      AF00251        AF         -           -            doctor,private_doctor,dentist        -
"""  # noqa: E501 - a table is read across

# What may be done; `at_once` is sent by itself right after signing, `patient` is what a message says of the patient.
CAPABILITIES = """
type         path    renew at_once complement remind recipient_asks        care_asks  sent  deceased  patient
FK7443       cs      yes   yes     yes        yes    -                     no         yes   no        nothing
FK7211       cs      no    no      no         no     -                     no         yes   no        nothing
FK7806       cs      yes   no      yes        yes    KONTKT,OVRIGT         yes        yes   no        nothing
FK3225       cs      yes   yes     yes        yes    KONTKT,OVRIGT         yes        yes   no        nothing
FK3220       cs      yes   yes     yes        yes    KONTKT,OVRIGT         yes        yes   no        nothing
FK7426       cs      yes   yes     yes        yes    KONTKT,OVRIGT         yes        yes   no        nothing
FK7427       cs      yes   yes     yes        no     -                     no         yes   no        nothing
FK7804       cs      yes   no      yes        yes    AVSTMN,KONTKT,OVRIGT  yes        yes   no        nothing
FK7810       cs      yes   no      yes        yes    KONTKT,OVRIGT         yes        yes   no        nothing
AG1-14       cs      no    no      no         no     -                     no         no    no        nothing
AG7804       cs      yes   no      no         no     -                     no         no    no        nothing
TS8071       cs      no    no      no         no     -                     no         yes   no        nothing
FK7804       legacy  yes   no      yes        yes    AVSTMN,KONTKT,OVRIGT  yes        yes   no        from-register
FK7800       legacy  yes   no      yes        yes    AVSTMN,KONTKT,OVRIGT  yes        yes   no        from-register
FK7801       legacy  yes   no      yes        yes    AVSTMN,KONTKT,OVRIGT  yes        yes   no        from-register
FK7802       legacy  yes   no      yes        yes    AVSTMN,KONTKT,OVRIGT  yes        yes   no        from-register
FK7263       legacy  no    no      no         no     -                     no         no    no        nothing
TS_bas       legacy  no    no      no         no     -                     no         yes   no        nothing
TS_diabetes  legacy  no    no      no         no     -                     no         yes   no        nothing
TSTRK1009    legacy  no    yes     no         no     -                     no         yes   no        nothing
TSTRK1062    legacy  no    no      no         no     -                     no         yes   no        nothing
DB           legacy  no    yes     no         no     -                     no         yes   yes       with-source
DOI          legacy  no    yes     no         no     -                     no         yes   yes       with-source
AG1-14       legacy  no    no      no         no     -                     no         no    no        nothing
AG7804       legacy  yes   no      no         no     -                     no         no    no        nothing
AF00213      legacy  no    yes     no         no     -                     no         yes   no        nothing
AF00251      legacy  yes   no      no         no     -                     no         yes   no        nothing
"""


NO_CODE = (
    "FK7269 (Aktivitetsförmågeutredning) has been announced for 2025, but no code on the wire has been published, "
    "so it cannot be used"
)


def rows(table: str) -> list[list[str]]:
    """The rows of a table, without its heading; an underscore of a name of the forum's stands for its space."""
    cells = [line.split() for line in table.strip().splitlines()[1:]]
    return [[name.replace("TS_", "TS "), *others] for name, *others in cells]


MATRIX_ROWS, TYPE_ROWS, CAPABILITY_ROWS = rows(MATRIX), rows(ROWS), rows(CAPABILITIES)
ROLES = ("doctor", "private_doctor", "nurse", "midwife", "dentist", "care_admin")
MATRIX_CELLS = [
    (policy, row[0], row[1], row[2], role, row[3 + len(ROLES) * place_of_policy + place])
    for row in MATRIX_ROWS
    for place_of_policy, policy in enumerate(("forum-2024", "webcert-7.7"))
    for place, role in enumerate(ROLES)
]


def test_the_matrix_is_whole():
    """Every type of the catalogue has its row and every role of each policy its cell."""
    assert {kind.key for kind in TYPES} == {tuple(row[:3]) for row in MATRIX_ROWS} == {tuple(r[:3]) for r in TYPE_ROWS}
    assert len(TYPES) == len(MATRIX_ROWS) == len(TYPE_ROWS) == len(TYPES_BY_KEY)
    assert len(MATRIX_CELLS) == len(TYPES) * len(POLICIES) * len(Role)
    assert {(kind.name, str(kind.path)) for kind in TYPES} == {tuple(row[:2]) for row in CAPABILITY_ROWS}


@pytest.mark.parametrize(
    ("policy", "name", "path", "version", "role", "may"), MATRIX_CELLS, ids=lambda cell: str(cell).replace(" ", "_")
)
def test_who_may_draft_sign_and_revoke(policy, name, path, version, role, may):
    """Each role of each policy may do with each type what its cell says, and nothing else."""
    kind, rule, who = TYPES_BY_KEY[name, path, version], POLICIES[policy], Role(role)
    can = (("D", kind.access), ("S", rule.may_sign(kind)), ("R", rule.may_revoke(kind)))
    assert may.strip("-") == "".join(letter for letter, allowed in can if who in allowed)


@pytest.mark.parametrize(
    ("name", "path", "version", "code", "recipient", "forum", "webcert", "protected", "other"),
    TYPE_ROWS,
    ids=["-".join(row[:3]).replace(" ", "_") for row in TYPE_ROWS],
)
def test_what_a_type_is(name, path, version, code, recipient, forum, webcert, protected, other):
    """Code, recipient, first day and protection of each type, as the table has them."""
    kind = TYPES_BY_KEY[name, path, version]
    assert (code, recipient.strip("-")) == (kind.wire_code, kind.recipient.code)
    assert set(protected.strip("-").split(",")) - {""} == {str(role) for role in kind.access_to_protected}
    assert set(other.strip("-").split(",")) - {""} <= set(kind.names)
    for policy, first in ((FORUM_2024, forum), (WEBCERT_7_7, webcert)):
        assert (first == "never") is not policy.is_available(kind, date.max)
        if first not in ("never", "-"):
            day = date.fromisoformat(first)
            assert (False, True) == (
                policy.is_available(kind, date.fromordinal(day.toordinal() - 1)),
                policy.is_available(kind, day),
            )
        assert (first == "-") is policy.is_available(kind, date.min)


@pytest.mark.parametrize("row", CAPABILITY_ROWS, ids=["-".join(row[:2]).replace(" ", "_") for row in CAPABILITY_ROWS])
def test_what_may_be_done_with_a_type(row):
    """Renewal, sending, complements, reminders and questions of each type, as the table has them."""
    name, path, renew, at_once, complement, remind, recipient, care, sent, deceased, patient = row
    for kind in (one for one in TYPES if (one.name, one.path) == (name, path)):
        said = (
            kind.can_be_renewed, kind.sent_after_signing, kind.can_be_complemented, kind.can_be_reminded,
            kind.care_may_ask, kind.can_be_sent, kind.for_deceased,
        )  # fmt: skip
        assert [word == "yes" for word in (renew, at_once, complement, remind, care, sent, deceased)] == list(said)
        assert {Subject(one) for one in recipient.strip("-").split(",") if one} == kind.recipient_asks_about
        assert PatientDetail(patient) is kind.patient_detail


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: "-".join(kind.key))
def test_only_death_certificates_stay_within_a_care_provider_and_stand_alone(kind):
    """DB and DOI are seen only where they were made, and there is one of each for a patient."""
    is_of_death = kind.name in ("DB", "DOI")
    assert (is_of_death, is_of_death) == (kind.within_care_provider, kind.one_for_each_patient)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: "-".join(kind.key))
def test_whoever_may_sign_or_revoke_has_access(policy, kind):
    """No policy lets anybody sign or revoke what they cannot open."""
    assert policy.may_sign(kind) | policy.may_revoke(kind) <= kind.access
    assert policy.may_sign(kind) <= policy.may_revoke(kind)


def test_the_policies_by_name():
    """There are two policies, and the forum's is the default."""
    assert {"forum-2024": FORUM_2024, "webcert-7.7": WEBCERT_7_7} == POLICIES
    assert FORUM_2024 is DEFAULT_POLICY


def test_what_a_policy_speaks_of_is_in_the_catalogue():
    """A policy's rows go by names of types that there are."""
    known = {kind.name for kind in TYPES}
    for policy in POLICIES.values():
        assert {*policy.signers, *policy.available_from, *policy.inactivated} <= known


# --- names ---


@pytest.mark.parametrize("name", NAMES)
def test_every_name_means_something_in_any_case(name):
    """Each name of the list is known, however its letters are written."""
    if name in ANNOUNCED[0].names:
        assert () == types_called(name)
    else:
        assert types_called(name) == types_called(name.upper()) == types_called(name.lower()) != ()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("FK7443", FK7443),
        ("FK7472", FK7443),
        ("ITFP", FK7443),
        ("FK7211", FK7211),
        ("FK7210", FK7211),
        ("igrav", FK7211),
    ],
)
def test_a_type_has_several_names(name, meant):
    """The forum's name, the name of the release and the code on the wire all mean the type."""
    assert (meant,) == types_called(name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        # The forum's names, as the users' forum had them.
        ("AG1-14", "AG1-14"), ("AG7804", "AG7804"), ("DB", "DB"), ("DOI", "DOI"), ("FK7804", "LISJP"),
        ("lisjp", "LISJP"), ("FK7802", "LUAE_FS"), ("luae_fs", "LUAE_FS"), ("FK7801", "LUAE_NA"),
        ("luae_na", "LUAE_NA"), ("FK7800", "LUSE"), ("luse", "LUSE"), ("TS bas", "TSTRK1007"),
        ("TS diabetes", "TSTRK1031"), ("FK7443", "ITFP"), ("FK7211", "IGRAV"), ("FK7806", "LUMEK"),
        ("FK3225", "LUNSP"), ("FK3220", "LU_OMV_MEK"),
        # The forum's numbers, as it has them in its tables.
        ("7443", "ITFP"), ("7211", "IGRAV"), ("7806", "LUMEK"), ("3225", "LUNSP"), ("3220", "LU_OMV_MEK"),
        ("7804", "LISJP"), ("7802", "LUAE_FS"), ("7801", "LUAE_NA"), ("7800", "LUSE"),
        # The names of the releases.
        ("FK7809", "LUMEK"), ("FK3226", "LUNSP"), ("FK3221", "LU_OMV_MEK"), ("ts8071", "TS8071"),
    ],
)  # fmt: skip
def test_a_name_has_one_code_on_the_wire(name, code):
    """Whatever path and version are meant, a name resolves to one code."""
    assert {code} == {kind.wire_code for kind in types_called(name)}


def named(word: str, day: str, *, path: Path | None = None, policy: str = "forum-2024") -> CertificateType:
    """The type that a word means on a day."""
    return type_named(word, path=path, day=date.fromisoformat(day), policy=POLICIES[policy])


@pytest.mark.parametrize(
    ("word", "day", "path", "meant"),
    [
        ("FK7804", "2022-06-01", None, ("FK7804", "legacy", "1.2")),
        ("FK7804", "2025-08-04", None, ("FK7804", "legacy", "1.2")),
        ("FK7804", "2025-08-05", None, ("FK7804", "cs", "2.0")),
        ("LISJP", "2026-01-01", Path.LEGACY, ("FK7804", "legacy", "1.2")),
        ("LISJP", "2026-01-01", Path.CS, ("FK7804", "cs", "2.0")),
        ("ag114", "2025-09-30", None, ("AG1-14", "legacy", "1.0")),
        ("ag114", "2025-10-01", None, ("AG1-14", "cs", "2.0")),
        ("TS8071", "2024-12-01", None, ("TS8071", "cs", "1.0")),
        ("TS8071", "2025-10-19", None, ("TS8071", "cs", "1.0")),
        ("TS8071", "2025-10-20", None, ("TS8071", "cs", "2.0")),
        ("DB", "2022-06-01", None, ("DB", "legacy", "1.0")),
    ],
)
def test_the_day_decides_where_a_name_means_several(word, day, path, meant):
    """certificate-service's type where it is active, in its newest version, and otherwise the legacy one."""
    assert meant == named(word, day, path=path).key


@pytest.mark.parametrize(
    ("word", "day", "path", "policy", "sentence"),
    [
        ("FK7443", "2024-08-31", None, "forum-2024",
         "FK7443 can be created from 2024-09-01 under forum-2024, and this is 2024-08-31"),
        ("ITFP", "2024-01-24", None, "webcert-7.7",
         "FK7443 can be created from 2024-01-25 under webcert-7.7, and this is 2024-01-24"),
        ("LISJP", "2025-08-04", Path.CS, "webcert-7.7",
         "FK7804 can be created from 2025-08-05 under webcert-7.7, and this is 2025-08-04"),
        ("TS8071", "2022-06-01", None, "forum-2024",
         "TS8071 can be created from 2024-12-01 under forum-2024, and this is 2022-06-01"),
        ("TS bas", "2026-01-01", None, "webcert-7.7",
         "TS bas is inactivated under webcert-7.7: no new ones can be created"),
        ("FK7263", "2022-01-01", None, "forum-2024",
         "FK7263 is inactivated under forum-2024: no new ones can be created"),
        ("DB", "2026-01-01", Path.CS, "forum-2024", "DB does not exist on path cs; it is on legacy"),
        ("FK7443", "2026-01-01", Path.LEGACY, "forum-2024", "FK7443 does not exist on path legacy; it is on cs"),
        ("AFU", "2026-01-01", None, "forum-2024", NO_CODE),
        ("7269", "2026-01-01", Path.CS, "webcert-7.7", NO_CODE),
    ],
)  # fmt: skip
def test_what_cannot_be_created_is_refused_with_its_day(word, day, path, policy, sentence):
    """The refusal says from when it can be, that it no longer can, or that it never could."""
    with pytest.raises(ActionRefused) as refused:
        named(word, day, path=path, policy=policy)
    assert ("type-not-available", sentence) == (refused.value.rule, str(refused.value))


def test_a_type_is_meant_before_its_day():
    """What cannot be created yet is meant all the same: the first that will be."""
    meant = type_meant("TS8071", path=None, day=date(2022, 1, 1), policy=FORUM_2024)
    assert ("TS8071", "cs", "1.0") == meant.key


@pytest.mark.parametrize(
    ("word", "hint"), [("FK7743", "FK7443"), ("lispj", "LISJP"), ("ts-diabtes", "ts-diabetes"), ("fk7211x", "FK7211")]
)
def test_an_unknown_name_gets_the_nearest_known(word, hint):
    """The sentence names the word and what was probably meant."""
    with pytest.raises(UsageError, match=f"unknown certificate type '{word}'; did you mean '{hint}'"):
        named(word, "2026-01-01")

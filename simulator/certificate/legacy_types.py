"""The types that live in Webcert's own database: fifteen modules, each in its newest version (Webcert's code).

Everybody who is let in may draft all of them, but dentists only some; doctors sign all. Earlier main versions of the
Transportstyrelsen types can no longer be created. Versions are those of published texts, and may differ in production.
"""

from __future__ import annotations

from functools import partial

from simulator.certificate import forms
from simulator.certificate.certificate_type import (
    ARBETSFORMEDLINGEN,
    FKASSA,
    NOBODY,
    SKATTEVERKET,
    SOCIALSTYRELSEN,
    TRANSP,
    CertificateType,
    Path,
    PatientDetail,
)
from simulator.certificate.events import Subject
from simulator.certificate.people import CARE_STAFF, DOCTORS, DOCTORS_AND_DENTISTS, Role

_NO_ROLE: frozenset[Role] = frozenset()

_legacy = partial(CertificateType, path=Path.LEGACY)
_for_doctors = partial(_legacy, signers=DOCTORS, access=DOCTORS | CARE_STAFF)
_for_doctors_and_dentists = partial(_legacy, signers=DOCTORS_AND_DENTISTS, access=DOCTORS_AND_DENTISTS | CARE_STAFF)
# Försäkringskassan asks about these and can be asked, and the patient is named from the population register.
_statement = partial(
    _for_doctors, recipient=FKASSA, can_be_renewed=True, can_be_complemented=True, can_be_reminded=True,
    recipient_asks_about=frozenset({Subject.AVSTMN, Subject.KONTKT, Subject.OVRIGT}), care_may_ask=True,
    patient_detail=PatientDetail.FROM_REGISTER,
)  # fmt: skip
# Deaths: for the dead, one for each, and sent at once; not for a patient with a protected identity.
_of_death = partial(
    _for_doctors, version="1.0", access_to_protected=_NO_ROLE, for_deceased=True, one_for_each_patient=True,
    within_care_provider=True, sent_after_signing=True, patient_detail=PatientDetail.WITH_SOURCE,
)  # fmt: skip

LISJP = _statement(
    name="FK7804",
    released_as="FK7804",
    module_id="lisjp",
    wire_code="LISJP",
    display_name="Läkarintyg för sjukpenning",
    version="1.2",
    questions=forms.LISJP,
    signers=DOCTORS_AND_DENTISTS,
    access=DOCTORS_AND_DENTISTS | CARE_STAFF,
)
LUSE = _statement(
    name="FK7800",
    released_as="FK7800",
    module_id="luse",
    wire_code="LUSE",
    display_name="Läkarutlåtande för sjukersättning",
    version="1.2",
    questions=forms.LUSE,
)
LUAE_NA = _statement(
    name="FK7801",
    released_as="FK7801",
    module_id="luae_na",
    wire_code="LUAE_NA",
    display_name="Läkarutlåtande för aktivitetsersättning vid nedsatt arbetsförmåga",
    version="1.1",
    questions=forms.LUAE_NA,
)
LUAE_FS = _statement(
    name="FK7802",
    released_as="FK7802",
    module_id="luae_fs",
    wire_code="LUAE_FS",
    display_name="Läkarutlåtande för aktivitetsersättning vid förlängd skolgång",
    version="1.1",
    questions=forms.LUAE_FS,
)
FK7263 = _legacy(
    name="FK7263",
    released_as="FK7263",
    module_id="fk7263",
    wire_code="FK7263",
    display_name="Läkarintyg FK 7263",
    version="1.0",
    recipient=FKASSA,
    questions=forms.FK7263,
    # Dentists may draft and revoke it, but not sign (Webcert's code).
    signers=DOCTORS,
    revokers=DOCTORS_AND_DENTISTS,
    access=DOCTORS_AND_DENTISTS | CARE_STAFF,
    can_be_sent=False,
    changes_wait=False,
)
TS_BAS = _for_doctors(
    name="TS bas",
    released_as="TSTRK1007",
    module_id="ts-bas",
    wire_code="TSTRK1007",
    display_name="Transportstyrelsens läkarintyg högre körkortsbehörighet",
    version="7.0",
    recipient=TRANSP,
    questions=forms.TS_BAS,
)
TS_DIABETES = _for_doctors(
    name="TS diabetes",
    released_as="TSTRK1031",
    module_id="ts-diabetes",
    wire_code="TSTRK1031",
    display_name="Transportstyrelsens läkarintyg diabetes",
    version="4.0",
    recipient=TRANSP,
    questions=forms.TS_DIABETES,
)
TSTRK1009 = _for_doctors(
    name="TSTRK1009",
    released_as="TSTRK1009",
    module_id="tstrk1009",
    wire_code="TSTRK1009",
    display_name="Läkares anmälan till Transportstyrelsen",
    version="1.0",
    recipient=TRANSP,
    questions=forms.TSTRK1009,
    access_to_protected=_NO_ROLE,
    sent_after_signing=True,
)
TSTRK1062 = _for_doctors(
    name="TSTRK1062",
    released_as="TSTRK1062",
    module_id="tstrk1062",
    wire_code="TSTRK1062",
    display_name="Transportstyrelsens läkarintyg ADHD",
    version="1.0",
    recipient=TRANSP,
    questions=forms.TSTRK1062,
    access_to_protected=_NO_ROLE,
)
DB = _of_death(
    name="DB",
    released_as="DB",
    module_id="db",
    wire_code="DB",
    display_name="Dödsbevis",
    recipient=SKATTEVERKET,
    questions=forms.DB,
)
DOI = _of_death(
    name="DOI",
    released_as="DOI",
    module_id="doi",
    wire_code="DOI",
    display_name="Dödsorsaksintyg",
    recipient=SOCIALSTYRELSEN,
    questions=forms.DOI,
)
AG1_14 = _for_doctors_and_dentists(
    name="AG1-14",
    released_as="AG1-14",
    module_id="ag114",
    wire_code="AG1-14",
    display_name="Läkarintyg om arbetsförmåga – sjuklöneperioden",
    version="1.0",
    recipient=NOBODY,
    questions=forms.AG114_LEGACY,
    can_be_sent=False,
)
AG7804 = _for_doctors_and_dentists(
    name="AG7804",
    released_as="AG7804",
    module_id="ag7804",
    wire_code="AG7804",
    display_name="Läkarintyg om arbetsförmåga – arbetsgivaren",
    version="1.0",
    recipient=NOBODY,
    questions=forms.AG7804_LEGACY,
    can_be_sent=False,
    can_be_renewed=True,
)
AF00213 = _for_doctors_and_dentists(
    name="AF00213",
    released_as="AF00213",
    module_id="af00213",
    wire_code="AF00213",
    display_name="Arbetsförmedlingens medicinska utlåtande",
    version="1.0",
    recipient=ARBETSFORMEDLINGEN,
    questions=forms.AF00213,
    sent_after_signing=True,
)
AF00251 = _for_doctors_and_dentists(
    name="AF00251",
    released_as="AF00251",
    module_id="af00251",
    wire_code="AF00251",
    display_name="Läkarintyg för deltagare i arbetsmarknadspolitiska program",
    version="1.0",
    recipient=ARBETSFORMEDLINGEN,
    questions=forms.AF00251,
    can_be_renewed=True,
)

LEGACY_TYPES: tuple[CertificateType, ...] = (
    LISJP, LUSE, LUAE_NA, LUAE_FS, FK7263, TS_BAS, TS_DIABETES, TSTRK1009, TSTRK1062, DB, DOI, AG1_14, AG7804, AF00213,
    AF00251,
)  # fmt: skip

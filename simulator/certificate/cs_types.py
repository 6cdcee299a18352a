"""The types of certificate-service: twelve, one of them in two versions (Webcert's code).

All may be replaced and revoked by those who sign them. Names, codes, roles and dates are certificate-service's own;
what the users' forum says otherwise is a policy (`catalogue`).
"""

from __future__ import annotations

from datetime import date
from functools import partial

from simulator.certificate import forms
from simulator.certificate.certificate_type import FKASSA, SKR, TRANSP, CertificateType, Path
from simulator.certificate.events import Subject
from simulator.certificate.people import CARE_STAFF, DOCTORS, DOCTORS_AND_DENTISTS, Role

_SIGNERS_2024 = DOCTORS | {Role.NURSE, Role.MIDWIFE}

_ADMINISTRATIVE = frozenset({Subject.KONTKT, Subject.OVRIGT})

_cs = partial(CertificateType, path=Path.CS)
# What nurses and midwives sign, and may work with for a patient whose identity is protected.
_of_2024 = partial(
    _cs, version="1.0", recipient=FKASSA, signers=_SIGNERS_2024, access=_SIGNERS_2024 | {Role.CARE_ADMIN},
    access_to_protected=_SIGNERS_2024, active_from=date(2024, 1, 25),
)  # fmt: skip
# What doctors sign for Försäkringskassan, which asks about it and can be asked.
_statement = partial(
    _cs, version="1.0", recipient=FKASSA, signers=DOCTORS, access=DOCTORS | CARE_STAFF, can_be_renewed=True,
    can_be_complemented=True, can_be_reminded=True, recipient_asks_about=_ADMINISTRATIVE, care_may_ask=True,
)  # fmt: skip
# What doctors and dentists sign for an employer; it is never sent.
_for_employer = partial(
    _cs, version="2.0", recipient=SKR, signers=DOCTORS_AND_DENTISTS, access=DOCTORS_AND_DENTISTS | CARE_STAFF,
    can_be_sent=False,
)  # fmt: skip
_ts8071 = partial(
    _cs, name="TS8071", released_as="TS8071", module_id="ts8071", wire_code="TS8071", recipient=TRANSP,
    # The code table's text has these hyphens (Webcert's code).
    display_name=(
        "Läkarintyg- avseende högre körkortsbehörigheter eller taxiförarlegitimation- "
        "på begäran från Transportstyrelsen"
    ),
    signers=DOCTORS, access=DOCTORS | CARE_STAFF,
)  # fmt: skip

FK7443 = _of_2024(
    name="FK7443",
    released_as="FK7472",
    module_id="fk7472",
    wire_code="ITFP",
    # The code table's text; the model's own name has an "om" in it (Webcert's code).
    display_name="Intyg tillfällig föräldrapenning",
    questions=forms.FK7472,
    sent_after_signing=True,
    can_be_renewed=True,
    can_be_complemented=True,
    can_be_reminded=True,
)
FK7211 = _of_2024(
    name="FK7211",
    released_as="FK7210",
    module_id="fk7210",
    wire_code="IGRAV",
    display_name="Intyg om graviditet",
    questions=forms.FK7210,
)
FK7806 = _statement(
    name="FK7806",
    released_as="FK7809",
    module_id="fk7809",
    wire_code="LUMEK",
    display_name="Läkarutlåtande för merkostnadsersättning",
    questions=forms.FK7809,
    active_from=date(2024, 1, 25),
)
FK3225 = _statement(
    name="FK3225",
    released_as="FK3226",
    module_id="fk3226",
    wire_code="LUNSP",
    display_name="Läkarutlåtande för närståendepenning",
    questions=forms.FK3226,
    sent_after_signing=True,
    active_from=date(2024, 1, 25),
)
FK3220 = _statement(
    name="FK3220",
    released_as="FK3221",
    module_id="fk3221",
    wire_code="LU_OMV_MEK",
    display_name="Läkarutlåtande för omvårdnadsbidrag eller merkostnadsersättning",
    questions=forms.FK3221,
    sent_after_signing=True,
    active_from=date(2025, 6, 16),
)
FK7426 = _statement(
    name="FK7426",
    released_as="FK7426",
    module_id="fk7426",
    wire_code="LU_TFP_ASB18",
    display_name="Läkarutlåtande Tillfällig föräldrapenning för ett allvarligt sjukt barn som inte har fyllt 18",
    questions=forms.FK7426,
    sent_after_signing=True,
    active_from=date(2025, 4, 22),
)
FK7427 = _statement(
    name="FK7427",
    released_as="FK7427",
    module_id="fk7427",
    wire_code="LU_TFP_B12_16",
    display_name="Läkarutlåtande Tillfällig föräldrapenning Barn 12-16 år",
    questions=forms.FK7427,
    sent_after_signing=True,
    # Of all questions it knows only the request for a complement (Webcert's code).
    can_be_reminded=False,
    recipient_asks_about=frozenset(),
    care_may_ask=False,
    active_from=date(2025, 4, 9),
)
FK7804 = _statement(
    name="FK7804",
    released_as="FK7804",
    module_id="fk7804",
    wire_code="LISJP",
    display_name="Läkarintyg sjukpenning",
    version="2.0",
    signers=DOCTORS_AND_DENTISTS,
    access=DOCTORS_AND_DENTISTS | CARE_STAFF,
    recipient_asks_about=_ADMINISTRATIVE | {Subject.AVSTMN},
    questions=forms.FK7804,
    active_from=date(2025, 8, 5),
)
FK7810 = _statement(
    name="FK7810",
    released_as="FK7810",
    module_id="fk7810",
    wire_code="LUAS",
    display_name="Läkarutlåtande för assistansersättning",
    questions=forms.FK7810,
    active_from=date(2025, 7, 1),
)
AG1_14 = _for_employer(
    name="AG1-14",
    released_as="AG1-14",
    module_id="ag114",
    wire_code="AG1-14",
    display_name="Läkarintyg om arbetsförmåga – sjuklöneperiod",
    questions=forms.AG114,
    active_from=date(2025, 10, 1),
)
AG7804 = _for_employer(
    name="AG7804",
    released_as="AG7804",
    module_id="ag7804",
    wire_code="AG7804",
    display_name="Läkarintyg om arbetsförmåga – arbetsgivare",
    questions=forms.AG7804,
    can_be_renewed=True,
    active_from=date(2025, 9, 26),
)
TS8071_V1 = _ts8071(version="1.0", questions=forms.TS8071_V1, active_from=date(2024, 12, 1))
TS8071_V2 = _ts8071(version="2.0", questions=forms.TS8071_V2, active_from=date(2025, 10, 20))

CS_TYPES: tuple[CertificateType, ...] = (
    FK7443, FK7211, FK7806, FK3225, FK3220, FK7426, FK7427, FK7804, FK7810, AG1_14, AG7804, TS8071_V1, TS8071_V2,
)  # fmt: skip

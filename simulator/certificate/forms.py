"""What each certificate type asks: its questions and delsvar, with code systems and ordinary answers.

Ids, codes and code systems are those of published certificates (Webcert's code). A form here is a selection: at least
one question of each kind that the type has, and all that other systems go by. A question that is not `published`
stands for what the type is likely to ask.
"""

from __future__ import annotations

from simulator.certificate.answers import CodeSystem, Form, FormQuestion, Kind, Part
from simulator.certificate.code_systems import (
    CARE_LEVEL,
    CAUSE_KNOWN_BY,
    COURSE_OF_CAUSE,
    EXAMINED,
    EXTENTS,
    FIT_FOR,
    ICD_10,
    ICD_10_2024,
    ICD_10_LEGACY,
    IDENTITY_PROVEN,
    LICENCE_SOUGHT,
    LICENCE_SOUGHT_2024,
    LICENCE_SOUGHT_LEGACY,
    MEASURES,
    OCCUPATION,
    PLACE_OF_DEATH,
    PROGNOSIS,
    PROGRAMME_EXTENT,
    RETURN_TO_PROGRAMME,
    SICK_LEAVE,
    SICK_LEAVE_LEGACY,
    THREAT,
    UNFITNESS,
)
from simulator.certificate.form_questions import (
    CARE_DAYS,
    CARE_DAYS_BACK_MAX,
    DAYS_TO_EXPECTED_BIRTH,
    DIAGNOSIS,
    DIAGNOSIS_LENGTH_MAX,
    EXPECTED_BIRTH,
    EXTENT,
    SICK_LEAVE_DAYS,
    SICK_LEAVE_WORD,
    TEXT_LENGTH_MAX,
    basis,
    code,
    day,
    diagnosis,
    sick_leave,
    text,
    yes_or_no,
)

# Questions that several forms have.
_BASIS = basis()
_IMPAIRMENT = text("35", "impairment", "Nedsatt rörlighet i ländryggen")
_LIMITATION = text("17", "limitation of activities", "Kan inte lyfta eller sitta längre stunder")
_OCCUPATION = code("28", "occupation", "NUVARANDE_ARBETE", OCCUPATION, numbered=True)
_WORK = text("29", "present work", "Undersköterska, tunga lyft")
_CONTAGION = yes_or_no("27", "sickness benefit for carriers of infection", False)

# --- certificate-service's forms ---

FK7210: Form = (day("54", "expected birth", DAYS_TO_EXPECTED_BIRTH, word=EXPECTED_BIRTH),)

FK7472: Form = (
    text("55", "diagnosis or symptom", "Feber och hosta", word=DIAGNOSIS, length_max=DIAGNOSIS_LENGTH_MAX),
    FormQuestion(
        "56",
        "how much of the ordinary time, and when",
        (Part("56.1", Kind.CODE, "HELA", EXTENTS), Part("56.2", Kind.PERIOD, (0, CARE_DAYS - 1))),
        word=EXTENT,
        numbered=True,
        days_back_max=CARE_DAYS_BACK_MAX,
        copied_at_renewal=False,
    ),
)

FK3221: Form = (
    _BASIS,
    yes_or_no("3", "whether there is other material", False),
    diagnosis("58", "G809", ICD_10),
    text("5", "history of the diagnosis", "Medfödd, känd sedan späd ålder", length_max=TEXT_LENGTH_MAX),
    text("8", "intellectual function", "Lätt nedsatt"),
    _LIMITATION,
    text("39", "prognosis", "Bestående"),
)

FK3226: Form = (
    _BASIS,
    diagnosis("58", "C349", ICD_10_2024),
    FormQuestion(
        "52",
        "the threat to life, and since when",
        (Part("52.1", Kind.CODE, "ENDAST_PALLIATIV", THREAT), Part("52.2", Kind.DAY, -CARE_DAYS)),
    ),
    yes_or_no("53", "whether the patient can consent in writing", True),
)

FK7426: Form = (
    _BASIS,
    diagnosis("58", "J189", ICD_10),
    text("71", "somatic state of health", "Påverkat allmäntillstånd, behöver tillsyn dygnet runt"),
    text("60", "what the assessment is based on", "Undersökning och provsvar"),
    FormQuestion(
        "61",
        "the period of serious illness, and why",
        (
            Part("61.1", Kind.PERIOD, (0, SICK_LEAVE_DAYS - 1)),
            Part("61.2", Kind.TEXT, "Beräknad tid till tillfrisknande"),
        ),
    ),
    FormQuestion(
        "62",
        "care in hospital or at home",
        (Part("62.1", Kind.YES_OR_NO, False), Part("62.3", Kind.YES_OR_NO, False)),
    ),
)

FK7427: Form = (
    _BASIS,
    diagnosis("58", "J189", ICD_10),
    text("59", "state of health", "Behöver vård utöver vad som är vanligt för åldern"),
    FormQuestion(
        "62",
        "the need of care or supervision, and when",
        (
            Part("62.5", Kind.TEXT, "Ständig tillsyn"),
            Part("62.6", Kind.PERIOD, (0, CARE_DAYS - 1)),
            Part("62.1", Kind.YES_OR_NO, False),
        ),
        published=False,
    ),
)

FK7804: Form = (
    _CONTAGION, _BASIS, _OCCUPATION, _WORK, diagnosis("6", "M545", ICD_10), _IMPAIRMENT, _LIMITATION,
    sick_leave(SICK_LEAVE), yes_or_no("34", "journeys to work instead of sick-leave", False),
    code("39", "prognosis", "STOR_SANNOLIKHET", PROGNOSIS),
)  # fmt: skip

FK7809: Form = (
    _BASIS,
    yes_or_no("3", "whether there is other material", False),
    diagnosis("58", "G809", ICD_10_2024),
    text("5", "history of the diagnosis", "Medfödd, känd sedan späd ålder", length_max=TEXT_LENGTH_MAX),
    text("13", "coordination", "Nedsatt balans"),
    _LIMITATION,
    text("51", "prognosis", "Bestående"),
)

FK7810: Form = (
    _BASIS,
    yes_or_no("3", "whether there is other material", False),
    diagnosis("58", "G809", ICD_10),
    text("8", "intellectual function", "Nedsatt"),
    text("65", "limitation in communication", "Behöver hjälp att göra sig förstådd"),
    text("39", "prognosis", "Bestående"),
    FormQuestion(
        "70",
        "care under the health act, and care of one's own",
        (Part("70.1", Kind.YES_OR_NO, False), Part("70.3", Kind.YES_OR_NO, False)),
    ),
)

AG114: Form = (
    basis("10"),
    text("1", "occupation and duties", "Undersköterska, tunga lyft"),
    yes_or_no("3", "whether the diagnosis may be passed on", True),
    diagnosis("4", "M545", ICD_10),
    text("5", "reduced capacity for work", "Kan inte lyfta"),
    FormQuestion(
        "7",
        "how much, in per cent, and when",
        (Part("7.1", Kind.TEXT, "100"), Part("7.2", Kind.PERIOD, (0, SICK_LEAVE_DAYS - 1))),
    ),
)

AG7804: Form = (
    _CONTAGION, _BASIS, _OCCUPATION, _WORK, yes_or_no("100", "whether the diagnosis may be passed on", True),
    diagnosis("6", "M545", ICD_10), _IMPAIRMENT, _LIMITATION, sick_leave(SICK_LEAVE),
    code("39", "prognosis", "STOR_SANNOLIKHET", PROGNOSIS),
)  # fmt: skip


def _ts8071(licences: CodeSystem) -> Form:
    return (
        code("1", "what the certificate is for", "gr_II", licences, numbered=True),
        code("2", "how the identity was proven", "IDK1", IDENTITY_PROVEN),
        yes_or_no("12", "diabetes", False),
        yes_or_no("14", "epilepsy", False),
        yes_or_no("18", "dependence", False),
        text("22", "other", "Inget ytterligare", published=False),
    )


TS8071_V1: Form = _ts8071(LICENCE_SOUGHT_2024)
TS8071_V2: Form = _ts8071(LICENCE_SOUGHT)

# --- the forms of Webcert's own database ---

LISJP: Form = (
    _CONTAGION, _BASIS, _OCCUPATION, _WORK, diagnosis("6", "M545", ICD_10_LEGACY, numbered=False), _IMPAIRMENT,
    _LIMITATION, sick_leave(SICK_LEAVE_LEGACY), yes_or_no("34", "journeys to work instead of sick-leave", False),
    code("39", "prognosis", "STOR_SANNOLIKHET", PROGNOSIS),
    code("40", "measures for going back to work", "EJ_AKTUELLT", MEASURES, numbered=True),
)  # fmt: skip

_KNOWN_SINCE = day("2", "since when the patient is known", -365)
_OTHER_MATERIAL = yes_or_no("3", "whether there is other material", False)

LUSE: Form = (
    _BASIS, _KNOWN_SINCE, _OTHER_MATERIAL, text("5", "course of the illness", "Långvarig värk efter olycksfall"),
    diagnosis("6", "M545", ICD_10_LEGACY, numbered=False), text("7", "grounds of the diagnosis", "Röntgen 2020"),
    text("13", "coordination", "Nedsatt balans"), _LIMITATION,
)  # fmt: skip

LUAE_NA: Form = (
    _BASIS, _KNOWN_SINCE, _OTHER_MATERIAL, text("5", "course of the illness", "Arbetsolycka, nedsatt handfunktion"),
    diagnosis("6", "M545", ICD_10_LEGACY, numbered=False), text("9", "communication", "Drar sig undan"), _LIMITATION,
    text("22", "medical conditions for work", "Deltid efter rehabilitering"),
)  # fmt: skip

LUAE_FS: Form = (
    _BASIS, _KNOWN_SINCE, _OTHER_MATERIAL, diagnosis("6", "F900", ICD_10_LEGACY, numbered=False),
    text("15", "impairment", "Nedsatt koncentration"), text("16", "how it affects schooling", "Behöver mer tid"),
    yes_or_no("26", "whether contact is wanted", False),
)  # fmt: skip

# FK 7263 had a format of its own before svar; no published certificate in today's form was found.
FK7263: Form = (
    FormQuestion(
        "6", "diagnosis",
        (Part("6.2", Kind.CODE, "M545", ICD_10_LEGACY), Part("6.1", Kind.TEXT, "Lumbago")),
        word=DIAGNOSIS, published=False,
    ),
    text("17", "limitation of activities", "Kan inte lyfta", published=False),
    FormQuestion(
        "32", "how much the capacity for work is reduced, and when",
        (
            Part("32.1", Kind.CODE, "HELT_NEDSATT", SICK_LEAVE_LEGACY),
            Part("32.2", Kind.PERIOD, (0, SICK_LEAVE_DAYS - 1)),
        ),
        word=SICK_LEAVE_WORD, numbered=True, published=False,
    ),
)  # fmt: skip

TS_BAS: Form = (
    code("1", "what the certificate is for", "IAV3", LICENCE_SOUGHT_LEGACY, numbered=True),
    code("2", "how the identity was proven", "IDK6", IDENTITY_PROVEN),
    yes_or_no("3", "defects of the field of vision", False),
    FormQuestion(
        "8", "acuity of vision",
        (Part("8.1", Kind.TEXT, "1.0"), Part("8.2", Kind.TEXT, "1.0"), Part("8.3", Kind.TEXT, "1.0")),
    ),
    yes_or_no("17", "diabetes", False),
    code("33", "what the patient is fit for", "VAR11", FIT_FOR, numbered=True),
)  # fmt: skip

TS_DIABETES: Form = (
    code("1", "what the certificate is for", "VAR3", FIT_FOR, numbered=True),
    code("2", "how the identity was proven", "IDK6", IDENTITY_PROVEN),
    code("205", "where the patient is treated", "VN1", CARE_LEVEL),
    FormQuestion("35", "the year of the diagnosis", (Part("35.1", Kind.PARTIAL_DATE, -10),)),
    code("18", "kind of diabetes", "E10", ICD_10_LEGACY),
    yes_or_no("207", "treated with insulin", False),
    yes_or_no("206", "other complications", False),
    code("33", "what the patient is fit for", "VAR11", FIT_FOR, numbered=True),
)

TSTRK1009: Form = (
    code("1", "which licences it is about", "VAR3", FIT_FOR, numbered=True),
    code("2", "how the identity was proven", "IDK6", IDENTITY_PROVEN),
    code("46", "unfitness", "OLAMPLIGHET", UNFITNESS),
    text("47", "why", "Upprepade svimningar"),
    day("48", "when it was found", 0),
)

TSTRK1062: Form = (
    code("1", "what the certificate is for", "IAV11", LICENCE_SOUGHT_LEGACY, numbered=True),
    code("2", "how the identity was proven", "IDK1", IDENTITY_PROVEN),
    FormQuestion(
        "51", "diagnosis, and its year",
        (
            Part("51.1", Kind.CODE, "F900", ICD_10_LEGACY),
            Part("51.2", Kind.TEXT, "Aktivitets- och uppmärksamhetsstörning"),
            Part("51.3", Kind.PARTIAL_DATE, -3),
        ),
        numbered=True,
    ),
    yes_or_no("53", "whether there has been medication", False),
    text("60", "present symptoms", "Lindriga"),
    yes_or_no("61", "whether the prognosis is good", True),
    code("33", "what the patient is fit for", "VAR12", FIT_FOR, numbered=True),
)  # fmt: skip

_DEATH = (
    text("1", "how the identity was proven", "Körkort"),
    FormQuestion("2", "day of death", (Part("2.1", Kind.YES_OR_NO, True), Part("2.2", Kind.DAY, 0))),
    FormQuestion(
        "3", "place of death",
        (Part("3.1", Kind.TEXT, "Stockholm"), Part("3.2", Kind.CODE, "SJUKHUS", PLACE_OF_DEATH)),
    ),
    yes_or_no("4", "whether it is a child of less than 28 days", False),
)  # fmt: skip

DB: Form = (
    *_DEATH,
    yes_or_no("5", "explosive implants", False),
    FormQuestion(
        "6", "examination of the body",
        (
            Part("6.1", Kind.YES_OR_NO, False),
            Part("6.2", Kind.CODE, "UNDERSOKNING_GJORT", EXAMINED),
            Part("6.3", Kind.DAY, -1),
        ),
    ),
    yes_or_no("7", "whether the police were told", False),
)  # fmt: skip

DOI: Form = (
    *_DEATH,
    FormQuestion(
        "8", "cause of death",
        (
            Part("8.1", Kind.TEXT, "Lunginflammation"),
            Part("8.2", Kind.DAY, -CARE_DAYS),
            Part("8.3", Kind.CODE, "424124008", COURSE_OF_CAUSE),
        ),
    ),
    yes_or_no("11", "surgery within four weeks", False),
    yes_or_no("12", "injury or poisoning", False),
    code("13", "how the cause is known", "UNDERSOKNING_FORE_DODEN", CAUSE_KNOWN_BY),
)  # fmt: skip

AG114_LEGACY: Form = (
    basis("10"),
    code("1", "occupation", "NUVARANDE_ARBETE", OCCUPATION, numbered=True),
    text("2", "present work", "Undersköterska, tunga lyft"),
    yes_or_no("3", "whether the diagnosis may be passed on", True),
    diagnosis("4", "M545", ICD_10_LEGACY, numbered=False),
    text("5", "reduced capacity for work", "Kan inte lyfta"),
    FormQuestion(
        "7", "how much, and when",
        (Part("7.1", Kind.QUANTITY, 100, unit="%"), Part("7.2", Kind.PERIOD, (0, SICK_LEAVE_DAYS - 1))),
    ),
)  # fmt: skip

AG7804_LEGACY: Form = (
    _BASIS, _OCCUPATION, _WORK, yes_or_no("100", "whether the diagnosis may be passed on", True),
    diagnosis("6", "M545", ICD_10_LEGACY, numbered=False), _IMPAIRMENT, _LIMITATION, sick_leave(SICK_LEAVE_LEGACY),
    code("39", "prognosis", "STOR_SANNOLIKHET", PROGNOSIS),
)  # fmt: skip

AF00213: Form = (
    FormQuestion(
        "1", "impairment", (Part("1.1", Kind.YES_OR_NO, True), Part("1.2", Kind.TEXT, "Nedsatt rörlighet i ländryggen"))
    ),
    yes_or_no("2", "limitation of activities", False),
    yes_or_no("4", "whether work makes it worse", False),
)  # fmt: skip

AF00251: Form = (
    basis(),
    FormQuestion(
        "2", "the programme, and its extent",
        (Part("2.1", Kind.TEXT, "Arbetspraktik"), Part("2.2", Kind.CODE, "HELTID", PROGRAMME_EXTENT)),
    ),
    text("3", "impairment", "Nedsatt rörlighet i ländryggen"),
    text("4", "limitation of activities", "Kan inte lyfta"),
    yes_or_no("5", "whether care can be given meanwhile", False),
    code("8", "going back to the programme", "ATERGA_UTAN_ANPASSNING", RETURN_TO_PROGRAMME),
)  # fmt: skip

"""What each certificate type asks: its questions and delsvar, with code systems and ordinary answers.

Ids, codes and code systems are those of published certificates (Webcert's code). A form here is a selection: at least
one question of each kind that the type has, and all that other systems go by. A question that is not `published`
stands for what the type is likely to ask. Longest texts and code systems are named once, below the words of the forms.
"""

from __future__ import annotations

from simulator.certificate.answers import CodeSystem, Form, FormQuestion, Kind, Part

# --- code systems ---

# ICD-10-SE has had three ids; which one is written depends on the path and on the type's age (Webcert's code).
_DIAGNOSES = {
    "M545": "Lumbago",
    "F430": "Akut stressreaktion",
    "G809": "Cerebral pares, ospecificerad",
    "C349": "Malign tumör i bronk eller lunga med icke specificerad lokalisation",
    "E10": "Diabetes mellitus typ 1",
    "F900": "Aktivitets- och uppmärksamhetsstörning",
    "J189": "Pneumoni, ospecificerad",
}
ICD_10_LEGACY = CodeSystem("1.2.752.116.1.1.1.1.3", _DIAGNOSES, open=True)
ICD_10_2024 = CodeSystem("1.2.752.116.1.1.1.1.8", _DIAGNOSES, open=True)
ICD_10 = CodeSystem("1.2.752.116.1.1.1", _DIAGNOSES, open=True)

# These systems have names instead of OIDs (Webcert's code).
BASIS = CodeSystem(
    "KV_FKMU_0001",
    {
        "UNDERSOKNING": "Min undersökning av patienten",
        "TELEFONKONTAKT": "Min telefonkontakt med patienten",
        "JOURNALUPPGIFTER": "Journaluppgifter från den",
        "ANHORIG": "Anhörigs eller annans beskrivning av patienten",
        "ANNAT": "Annat",
    },
)
OCCUPATION = CodeSystem(
    "KV_FKMU_0002",
    {
        "NUVARANDE_ARBETE": "Nuvarande arbete",
        "ARBETSSOKANDE": "Arbetssökande",
        "FORALDRALEDIG": "Föräldraledighet",
        "STUDIER": "Studier",
    },
)
SICK_LEAVE_LEGACY = CodeSystem(
    "KV_FKMU_0003", {"HELT_NEDSATT": "100%", "TRE_FJARDEDEL": "75%", "HALFTEN": "50%", "EN_FJARDEDEL": "25%"}
)
SICK_LEAVE = CodeSystem(
    "KV_FKMU_0003",
    {
        "HELT_NEDSATT": "100 procent",
        "TRE_FJARDEDEL": "75 procent",
        "HALFTEN": "50 procent",
        "EN_FJARDEDEL": "25 procent",
    },
)
MEASURES = CodeSystem(
    "KV_FKMU_0004", {"EJ_AKTUELLT": "Inte aktuellt", "ARBETSTRANING": "Arbetsträning", "OVRIGA_ATGARDER": "Övrigt"}
)
PROGNOSIS = CodeSystem(
    "KV_FKMU_0006",
    {
        "STOR_SANNOLIKHET": "Patienten förväntas kunna återgå helt i nuvarande sysselsättning",
        "ATER_X_ANTAL_MANADER": "Patienten förväntas kunna återgå helt efter angiven tid",
        "SANNOLIKT_INTE": "Patienten förväntas inte kunna återgå helt i nuvarande sysselsättning",
        "PROGNOS_OKLAR": "Prognosen är svårbedömd",
    },
)
EXTENTS = CodeSystem(
    "KV_FKMU_0008",
    {
        "EN_ATTONDEL": "En åttondel av den ordinarie tiden",
        "EN_FJARDEDEL": "En fjärdedel av den ordinarie tiden",
        "HALVA": "Halva den ordinarie tiden",
        "TRE_FJARDEDELAR": "Tre fjärdedelar av den ordinarie tiden",
        "HELA": "Hela den ordinarie tiden",
    },
)
THREAT = CodeSystem(
    "KV_FKMU_0009",
    {
        "ENDAST_PALLIATIV": "Endast palliativ vård ges och all aktiv behandling har avslutats",
        "AKUT_LIVSHOTANDE": "Akut livshotande tillstånd",
        "ANNAT": "Annat",
    },
)
LICENCE_SOUGHT_2024 = CodeSystem(
    "KV_TS_0002", {"gr_II": "Körkortstillstånd grupp II (C1, C1E, C, CE)"}
)  # fmt: skip
LICENCE_SOUGHT = CodeSystem("1.2.752.129.5.1.66", LICENCE_SOUGHT_2024.codes)
LICENCE_SOUGHT_LEGACY = CodeSystem("24c41b8d-258a-46bf-a08a-b90738b28770", {"IAV3": "C", "IAV11": "AM"})
IDENTITY_PROVEN = CodeSystem(
    "e7cc8f30-a353-4c42-b17a-a189b6876647",
    {"IDK1": "ID-kort", "IDK3": "Svenskt körkort", "IDK4": "Personlig kännedom", "IDK6": "Pass"},
)
FIT_FOR = CodeSystem(
    "e889fa20-1dee-4f79-8b37-03853e75a9f8",
    {"VAR3": "C", "VAR11": "Kan inte ta ställning", "VAR12": "AM", "VAR15": "A"},
)
CARE_LEVEL = CodeSystem("1.2.752.129.5.1.28", {"VN1": "Primärvård", "VN2": "Sjukhusvård"})
UNFITNESS = CodeSystem(
    "1.2.752.129.5.1.4", {"OLAMPLIGHET": "Olämplighet", "SANNOLIK_OLAMPLIGHET": "Sannolik olämplighet"}
)
PLACE_OF_DEATH = CodeSystem(
    "65f0069f-14b5-4634-b187-5193580a3349",
    {"SJUKHUS": "Sjukhus", "ORDINART_BOENDE": "Ordinärt boende", "SARSKILT_BOENDE": "Särskilt boende"},
)
EXAMINED = CodeSystem(
    "da46dd8c-b3f1-4e39-8d62-777d069213ea", {"UNDERSOKNING_GJORT": "Den avlidne undersökt kort före döden"}
)
CAUSE_KNOWN_BY = CodeSystem(
    "f9051865-b97c-4ee3-98ab-db2b7a11176e",
    {"UNDERSOKNING_FORE_DODEN": "Undersökning före döden", "KLINISK_OBDUKTION": "Klinisk obduktion"},
)
COURSE_OF_CAUSE = CodeSystem(
    "1.2.752.116.2.1.1.1", {"90734009": "kronisk", "424124008": "plötslig debut och/eller kort duration"}
)
PROGRAMME_EXTENT = CodeSystem("1.2.752.129.5.1.2", {"HELTID": "Heltid (40 timmar/vecka)", "DELTID": "Deltid"})
RETURN_TO_PROGRAMME = CodeSystem(
    "1.2.752.129.5.1.3", {"ATERGA_UTAN_ANPASSNING": "Patienten kan återgå utan anpassning"}
)  # fmt: skip

# --- words of scenarios for questions ---

EXPECTED_BIRTH, DIAGNOSIS, EXTENT, SICK_LEAVE_WORD = "expected_birth", "diagnosis", "extent", "sick_leave"

# The longest text that FK7472's question 55.1 takes, and how far back its care may begin (Webcert's code).
DIAGNOSIS_LENGTH_MAX = 318
CARE_DAYS_BACK_MAX = 90
# Most free texts of certificate-service take so much (Webcert's code).
TEXT_LENGTH_MAX = 4000

# Half a pregnancy from the day of the certificate: always within "today to one year ahead" (Webcert's code).
DAYS_TO_EXPECTED_BIRTH = 140
# An ordinary certificate is for two weeks of sick-leave, or a week of care.
SICK_LEAVE_DAYS = 14
CARE_DAYS = 7


# --- how questions are made ---


def _text(question: str, meaning: str, ordinary: str, *, published: bool = True, word: str | None = None,
          part: str = "1", length_max: int | None = None) -> FormQuestion:  # fmt: skip
    parts = (Part(f"{question}.{part}", Kind.TEXT, ordinary, length_max=length_max),)
    return FormQuestion(question, meaning, parts, word=word, published=published)


def _yes_or_no(question: str, meaning: str, ordinary: bool, *, published: bool = True) -> FormQuestion:
    return FormQuestion(question, meaning, (Part(f"{question}.1", Kind.YES_OR_NO, ordinary),), published=published)


def _code(question: str, meaning: str, ordinary: str, system: CodeSystem, *, numbered: bool = False) -> FormQuestion:
    return FormQuestion(
        question, meaning, (Part(f"{question}.1", Kind.CODE, ordinary, system),), numbered=numbered
    )  # fmt: skip


def _day(
    question: str, meaning: str, ordinary: int, *, word: str | None = None, published: bool = True
) -> FormQuestion:
    return FormQuestion(
        question, meaning, (Part(f"{question}.1", Kind.DAY, ordinary),), word=word, published=published
    )  # fmt: skip


def _basis(question: str = "1") -> FormQuestion:
    return FormQuestion(
        question,
        "what the statement is based on",
        (Part(f"{question}.1", Kind.CODE, "UNDERSOKNING", BASIS), Part(f"{question}.2", Kind.DAY, 0)),
        numbered=True,
    )


def _diagnosis(question: str, ordinary: str, system: CodeSystem, *, numbered: bool = True) -> FormQuestion:
    """A coded diagnosis: .1 is its text and .2 its code; certificate-service numbers them (Webcert's code)."""
    return FormQuestion(
        question,
        "diagnosis",
        (
            Part(f"{question}.2", Kind.CODE, ordinary, system),
            Part(f"{question}.1", Kind.TEXT, system.codes[ordinary]),
        ),
        word=DIAGNOSIS,
        numbered=numbered,
    )


def _sick_leave(system: CodeSystem) -> FormQuestion:
    return FormQuestion(
        "32",
        "how much the capacity for work is reduced, and when",
        (
            Part("32.1", Kind.CODE, "HELT_NEDSATT", system),
            Part("32.2", Kind.PERIOD, (0, SICK_LEAVE_DAYS - 1)),
        ),
        word=SICK_LEAVE_WORD,
        numbered=True,
        copied_at_renewal=False,
    )


_BASIS = _basis()
_IMPAIRMENT = _text("35", "impairment", "Nedsatt rörlighet i ländryggen")
_LIMITATION = _text("17", "limitation of activities", "Kan inte lyfta eller sitta längre stunder")
_OCCUPATION = _code("28", "occupation", "NUVARANDE_ARBETE", OCCUPATION, numbered=True)
_WORK = _text("29", "present work", "Undersköterska, tunga lyft")
_CONTAGION = _yes_or_no("27", "sickness benefit for carriers of infection", False)
_OTHER = _text("25", "other", "Inget ytterligare")

# --- certificate-service's forms ---

FK7210: Form = (_day("54", "expected birth", DAYS_TO_EXPECTED_BIRTH, word=EXPECTED_BIRTH),)

FK7472: Form = (
    _text("55", "diagnosis or symptom", "Feber och hosta", word=DIAGNOSIS, length_max=DIAGNOSIS_LENGTH_MAX),
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
    _yes_or_no("3", "whether there is other material", False),
    _diagnosis("58", "G809", ICD_10),
    _text("5", "history of the diagnosis", "Medfödd, känd sedan späd ålder", length_max=TEXT_LENGTH_MAX),
    _text("8", "intellectual function", "Lätt nedsatt"),
    _LIMITATION,
    _text("39", "prognosis", "Bestående"),
)

FK3226: Form = (
    _BASIS,
    _diagnosis("58", "C349", ICD_10_2024),
    FormQuestion(
        "52",
        "the threat to life, and since when",
        (Part("52.1", Kind.CODE, "ENDAST_PALLIATIV", THREAT), Part("52.2", Kind.DAY, -CARE_DAYS)),
    ),
    _yes_or_no("53", "whether the patient can consent in writing", True),
)

FK7426: Form = (
    _BASIS,
    _diagnosis("58", "J189", ICD_10),
    _text("71", "somatic state of health", "Påverkat allmäntillstånd, behöver tillsyn dygnet runt"),
    _text("60", "what the assessment is based on", "Undersökning och provsvar"),
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
    _diagnosis("58", "J189", ICD_10),
    _text("59", "state of health", "Behöver vård utöver vad som är vanligt för åldern"),
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
    _CONTAGION, _BASIS, _OCCUPATION, _WORK, _diagnosis("6", "M545", ICD_10), _IMPAIRMENT, _LIMITATION,
    _sick_leave(SICK_LEAVE), _yes_or_no("34", "journeys to work instead of sick-leave", False),
    _code("39", "prognosis", "STOR_SANNOLIKHET", PROGNOSIS),
)  # fmt: skip

FK7809: Form = (
    _BASIS,
    _yes_or_no("3", "whether there is other material", False),
    _diagnosis("58", "G809", ICD_10_2024),
    _text("5", "history of the diagnosis", "Medfödd, känd sedan späd ålder", length_max=TEXT_LENGTH_MAX),
    _text("13", "coordination", "Nedsatt balans"),
    _LIMITATION,
    _text("51", "prognosis", "Bestående"),
)

FK7810: Form = (
    _BASIS,
    _yes_or_no("3", "whether there is other material", False),
    _diagnosis("58", "G809", ICD_10),
    _text("8", "intellectual function", "Nedsatt"),
    _text("65", "limitation in communication", "Behöver hjälp att göra sig förstådd"),
    _text("39", "prognosis", "Bestående"),
    FormQuestion(
        "70",
        "care under the health act, and care of one's own",
        (Part("70.1", Kind.YES_OR_NO, False), Part("70.3", Kind.YES_OR_NO, False)),
    ),
)

AG114: Form = (
    _basis("10"),
    _text("1", "occupation and duties", "Undersköterska, tunga lyft"),
    _yes_or_no("3", "whether the diagnosis may be passed on", True),
    _diagnosis("4", "M545", ICD_10),
    _text("5", "reduced capacity for work", "Kan inte lyfta"),
    FormQuestion(
        "7",
        "how much, in per cent, and when",
        (Part("7.1", Kind.TEXT, "100"), Part("7.2", Kind.PERIOD, (0, SICK_LEAVE_DAYS - 1))),
    ),
)

AG7804: Form = (
    _CONTAGION, _BASIS, _OCCUPATION, _WORK, _yes_or_no("100", "whether the diagnosis may be passed on", True),
    _diagnosis("6", "M545", ICD_10), _IMPAIRMENT, _LIMITATION, _sick_leave(SICK_LEAVE),
    _code("39", "prognosis", "STOR_SANNOLIKHET", PROGNOSIS),
)  # fmt: skip


def _ts8071(licences: CodeSystem) -> Form:
    return (
        _code("1", "what the certificate is for", "gr_II", licences, numbered=True),
        _code("2", "how the identity was proven", "IDK1", IDENTITY_PROVEN),
        _yes_or_no("12", "diabetes", False),
        _yes_or_no("14", "epilepsy", False),
        _yes_or_no("18", "dependence", False),
        _text("22", "other", "Inget ytterligare", published=False),
    )


TS8071_V1: Form = _ts8071(LICENCE_SOUGHT_2024)
TS8071_V2: Form = _ts8071(LICENCE_SOUGHT)

# --- the forms of Webcert's own database ---

LISJP: Form = (
    _CONTAGION, _BASIS, _OCCUPATION, _WORK, _diagnosis("6", "M545", ICD_10_LEGACY, numbered=False), _IMPAIRMENT,
    _LIMITATION, _sick_leave(SICK_LEAVE_LEGACY), _yes_or_no("34", "journeys to work instead of sick-leave", False),
    _code("39", "prognosis", "STOR_SANNOLIKHET", PROGNOSIS),
    _code("40", "measures for going back to work", "EJ_AKTUELLT", MEASURES, numbered=True),
)  # fmt: skip

_KNOWN_SINCE = _day("2", "since when the patient is known", -365)
_OTHER_MATERIAL = _yes_or_no("3", "whether there is other material", False)

LUSE: Form = (
    _BASIS, _KNOWN_SINCE, _OTHER_MATERIAL, _text("5", "course of the illness", "Långvarig värk efter olycksfall"),
    _diagnosis("6", "M545", ICD_10_LEGACY, numbered=False), _text("7", "grounds of the diagnosis", "Röntgen 2020"),
    _text("13", "coordination", "Nedsatt balans"), _LIMITATION,
)  # fmt: skip

LUAE_NA: Form = (
    _BASIS, _KNOWN_SINCE, _OTHER_MATERIAL, _text("5", "course of the illness", "Arbetsolycka, nedsatt handfunktion"),
    _diagnosis("6", "M545", ICD_10_LEGACY, numbered=False), _text("9", "communication", "Drar sig undan"), _LIMITATION,
    _text("22", "medical conditions for work", "Deltid efter rehabilitering"),
)  # fmt: skip

LUAE_FS: Form = (
    _BASIS, _KNOWN_SINCE, _OTHER_MATERIAL, _diagnosis("6", "F900", ICD_10_LEGACY, numbered=False),
    _text("15", "impairment", "Nedsatt koncentration"), _text("16", "how it affects schooling", "Behöver mer tid"),
    _yes_or_no("26", "whether contact is wanted", False),
)  # fmt: skip

# FK 7263 had a format of its own before svar; no published certificate in today's form was found.
FK7263: Form = (
    FormQuestion(
        "6", "diagnosis",
        (Part("6.2", Kind.CODE, "M545", ICD_10_LEGACY), Part("6.1", Kind.TEXT, "Lumbago")),
        word=DIAGNOSIS, published=False,
    ),
    _text("17", "limitation of activities", "Kan inte lyfta", published=False),
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
    _code("1", "what the certificate is for", "IAV3", LICENCE_SOUGHT_LEGACY, numbered=True),
    _code("2", "how the identity was proven", "IDK6", IDENTITY_PROVEN),
    _yes_or_no("3", "defects of the field of vision", False),
    FormQuestion(
        "8", "acuity of vision",
        (Part("8.1", Kind.TEXT, "1.0"), Part("8.2", Kind.TEXT, "1.0"), Part("8.3", Kind.TEXT, "1.0")),
    ),
    _yes_or_no("17", "diabetes", False),
    _code("33", "what the patient is fit for", "VAR11", FIT_FOR, numbered=True),
)  # fmt: skip

TS_DIABETES: Form = (
    _code("1", "what the certificate is for", "VAR3", FIT_FOR, numbered=True),
    _code("2", "how the identity was proven", "IDK6", IDENTITY_PROVEN),
    _code("205", "where the patient is treated", "VN1", CARE_LEVEL),
    FormQuestion("35", "the year of the diagnosis", (Part("35.1", Kind.PARTIAL_DATE, -10),)),
    _code("18", "kind of diabetes", "E10", ICD_10_LEGACY),
    _yes_or_no("207", "treated with insulin", False),
    _yes_or_no("206", "other complications", False),
    _code("33", "what the patient is fit for", "VAR11", FIT_FOR, numbered=True),
)

TSTRK1009: Form = (
    _code("1", "which licences it is about", "VAR3", FIT_FOR, numbered=True),
    _code("2", "how the identity was proven", "IDK6", IDENTITY_PROVEN),
    _code("46", "unfitness", "OLAMPLIGHET", UNFITNESS),
    _text("47", "why", "Upprepade svimningar"),
    _day("48", "when it was found", 0),
)

TSTRK1062: Form = (
    _code("1", "what the certificate is for", "IAV11", LICENCE_SOUGHT_LEGACY, numbered=True),
    _code("2", "how the identity was proven", "IDK1", IDENTITY_PROVEN),
    FormQuestion(
        "51", "diagnosis, and its year",
        (
            Part("51.1", Kind.CODE, "F900", ICD_10_LEGACY),
            Part("51.2", Kind.TEXT, "Aktivitets- och uppmärksamhetsstörning"),
            Part("51.3", Kind.PARTIAL_DATE, -3),
        ),
        numbered=True,
    ),
    _yes_or_no("53", "whether there has been medication", False),
    _text("60", "present symptoms", "Lindriga"),
    _yes_or_no("61", "whether the prognosis is good", True),
    _code("33", "what the patient is fit for", "VAR12", FIT_FOR, numbered=True),
)  # fmt: skip

_DEATH = (
    _text("1", "how the identity was proven", "Körkort"),
    FormQuestion("2", "day of death", (Part("2.1", Kind.YES_OR_NO, True), Part("2.2", Kind.DAY, 0))),
    FormQuestion(
        "3", "place of death",
        (Part("3.1", Kind.TEXT, "Stockholm"), Part("3.2", Kind.CODE, "SJUKHUS", PLACE_OF_DEATH)),
    ),
    _yes_or_no("4", "whether it is a child of less than 28 days", False),
)  # fmt: skip

DB: Form = (
    *_DEATH,
    _yes_or_no("5", "explosive implants", False),
    FormQuestion(
        "6", "examination of the body",
        (
            Part("6.1", Kind.YES_OR_NO, False),
            Part("6.2", Kind.CODE, "UNDERSOKNING_GJORT", EXAMINED),
            Part("6.3", Kind.DAY, -1),
        ),
    ),
    _yes_or_no("7", "whether the police were told", False),
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
    _yes_or_no("11", "surgery within four weeks", False),
    _yes_or_no("12", "injury or poisoning", False),
    _code("13", "how the cause is known", "UNDERSOKNING_FORE_DODEN", CAUSE_KNOWN_BY),
)  # fmt: skip

AG114_LEGACY: Form = (
    _basis("10"),
    _code("1", "occupation", "NUVARANDE_ARBETE", OCCUPATION, numbered=True),
    _text("2", "present work", "Undersköterska, tunga lyft"),
    _yes_or_no("3", "whether the diagnosis may be passed on", True),
    _diagnosis("4", "M545", ICD_10_LEGACY, numbered=False),
    _text("5", "reduced capacity for work", "Kan inte lyfta"),
    FormQuestion(
        "7", "how much, and when",
        (Part("7.1", Kind.QUANTITY, 100, unit="%"), Part("7.2", Kind.PERIOD, (0, SICK_LEAVE_DAYS - 1))),
    ),
)  # fmt: skip

AG7804_LEGACY: Form = (
    _BASIS, _OCCUPATION, _WORK, _yes_or_no("100", "whether the diagnosis may be passed on", True),
    _diagnosis("6", "M545", ICD_10_LEGACY, numbered=False), _IMPAIRMENT, _LIMITATION, _sick_leave(SICK_LEAVE_LEGACY),
    _code("39", "prognosis", "STOR_SANNOLIKHET", PROGNOSIS),
)  # fmt: skip

AF00213: Form = (
    FormQuestion(
        "1", "impairment", (Part("1.1", Kind.YES_OR_NO, True), Part("1.2", Kind.TEXT, "Nedsatt rörlighet i ländryggen"))
    ),
    _yes_or_no("2", "limitation of activities", False),
    _yes_or_no("4", "whether work makes it worse", False),
)  # fmt: skip

AF00251: Form = (
    _basis(),
    FormQuestion(
        "2", "the programme, and its extent",
        (Part("2.1", Kind.TEXT, "Arbetspraktik"), Part("2.2", Kind.CODE, "HELTID", PROGRAMME_EXTENT)),
    ),
    _text("3", "impairment", "Nedsatt rörlighet i ländryggen"),
    _text("4", "limitation of activities", "Kan inte lyfta"),
    _yes_or_no("5", "whether care can be given meanwhile", False),
    _code("8", "going back to the programme", "ATERGA_UTAN_ANPASSNING", RETURN_TO_PROGRAMME),
)  # fmt: skip

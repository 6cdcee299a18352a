"""The code systems that certificates use: their ids, and the codes that stand here with their texts.

Ids are OIDs, UUIDs or plain names, as they stand in published certificates (Webcert's code). A system has the codes
that its questions take; one that is open has many more.
"""

from __future__ import annotations

from simulator.certificate.answers import CodeSystem

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

"""Valid messages of the three ways in to Webcert: drafts asked for, certificates listed, messages from recipients.

As in `base_messages` they are starting points for the mutations: between them they use every element of the three
contracts and fill every open place, which no caller of flesh and blood would.
What a certificate may hold is tried in status updates; a listed one holds less here.
"""

from __future__ import annotations

from tests.contract.base_messages import (
    CERTIFICATE_TYPES,
    PARTIES,
    PERSON_ROOT,
    SUBJECTS,
    answers,
    certificate,
    code,
    counts,
    event,
    foreign,
    hsa_id,
    identity,
    logical_addresses,
    part,
    patient,
    plain_signature,
    question,
    relation,
    state,
    typed,
)
from tests.contract.tree import Element, Piece, element

ISSUED = ("TST-UNIT-1", "6d30f9a0-0000-4000-8000-000000000002")


def verdicts_of_a_call(response: str, *before: Piece) -> dict[str, Element]:
    """Answers that hold a result, by name: each result code and error id, and the open places filled."""
    own, _, _ = response.partition(":")

    def answer(result_code: str, *more: Piece, first: tuple[Piece, ...] = (), last: tuple[Piece, ...] = ()) -> Element:
        result = element(f"{own}:result", element("c:resultCode", result_code), *more)
        return element(response, *first, result, *last)

    def error(error_id: str) -> Element:
        return answer("ERROR", element("c:resultText", "Ett fel"), element("c:errorId", error_id))

    return {
        "ok": answer("OK", first=before),
        "info": answer("INFO", element("c:resultText", "Gjort, men läs detta"), first=before),
        "technical error": error("TECHNICAL_ERROR"),
        "validation error": error("VALIDATION_ERROR"),
        "application error": error("APPLICATION_ERROR"),
        "revoked": error("REVOKED"),
        "open answer": answer(
            "OK",
            foreign(),
            element("t:date", "2024-05-13"),
            first=before,
            last=(foreign(), hsa_id("c34:hanteratAv", "1")),
        ),
    }


# A draft is asked for.


def draft_request(
    *parts: Piece, who: Element, whose: Element, display_name: str | None, last: Piece | None = None
) -> Element:
    """A request for a draft."""
    wanted = code("d:typAvIntyg", "ITFP", CERTIFICATE_TYPES, display_name)
    after = () if last is None else (last,)
    return element("d:CreateDraftCertificate", element("d:intyg", wanted, whose, who, *parts), *after)


def asking_staff(*more: Piece, at_unit: tuple[Piece, ...] = ()) -> Element:
    """Who wants the draft, and where."""
    return element(
        "d:skapadAv",
        hsa_id("d:personal-id", "TST-STAFF-1"),
        element("d:fullstandigtNamn", "Ajla Doktor"),
        element("d:enhet", hsa_id("d:enhets-id", "TST-UNIT-1"), element("d:enhetsnamn", "Provenheten"), *at_unit),
        *more,
    )


def draft_messages() -> dict[str, Element]:
    """Every base message of CreateDraftCertificate."""
    lean, full = (patient(lean=lean).renamed("d:patient") for lean in (True, False))
    open_answer = question(3, part("3.1", "text", foreign()), foreign())
    return {
        "lean request": draft_request(who=asking_staff(), whose=lean, display_name=None),
        "full request": draft_request(
            element("d:ref", "journal-4711"),
            element("c33:forifyllnad", *(answer.renamed("c33:svar") for answer in answers())),
            who=asking_staff(),
            whose=full,
            display_name="Intyg tillfällig föräldrapenning",
        ),
        "open request": draft_request(
            element("c33:forifyllnad", open_answer.renamed("c33:svar"), foreign(), element("t:date", "2024-05-13")),
            who=asking_staff(foreign(), element("t:cv", *code("t:cv", "1", "2").children), at_unit=(foreign(),)),
            whose=lean,
            display_name=None,
            last=foreign(),
        ),
        "prefilled with nothing": draft_request(
            element("c33:forifyllnad"), who=asking_staff(), whose=lean, display_name=None
        ),
        **verdicts_of_a_call("d:CreateDraftCertificateResponse", identity("d:intygs-id", *ISSUED)),
        **logical_addresses(),
    }


# Certificates are listed.


def listed(
    intyg: Element, *events: Piece, counted: tuple[Element, Element] | None = None, last: tuple[Piece, ...] = ()
) -> Element:
    """One certificate of the list."""
    sent, received = counted or (counts("l:skickadeFragor", 0, 0, 0, 0), counts("l:mottagnaFragor", 0, 0, 0, 0))
    return element("l:item", intyg.renamed("l:intyg"), element("l:handelser", *events), sent, received, *last)


def listed_events() -> tuple[Element, ...]:
    """Events, with everything that one may hold."""
    return (
        event("SKAPAT", hsa_id("c34:hanteratAv", "TST-STAFF-1")).renamed("l:handelse"),
        event(
            "NYFRFM",
            code("c:amne", "KOMPLT", SUBJECTS, "Komplettering"),
            element("c:sistaDatumForSvar", "2024-06-13"),
            hsa_id("c34:hanteratAv", "TST-STAFF-2"),
            display_name="Ny fråga från mottagare",
        ).renamed("l:handelse"),
    )


def list_messages() -> dict[str, Element]:
    """Every base message of ListCertificatesForCareWithQA."""
    whose = identity("l:person-id", PERSON_ROOT, "199001019802")
    units = (hsa_id("l:enhets-id", "TST-UNIT-1"), hsa_id("l:enhets-id", "TST-UNIT-2"))
    provider = hsa_id("l:vardgivar-id", "TST-PROVIDER-1")
    since, until = element("l:fromTidpunkt", "2024-05-01T00:00:00"), element("l:tomTidpunkt", "2024-05-31T23:59:59")

    def response(*parts: Piece) -> Element:
        return element("l:ListCertificatesForCareWithQAResponse", *parts)

    draft = certificate(*answers()[:1], lean=False)
    signed = certificate(
        relation(), state(), question(1, part("1.1", "text")), plain_signature(), lean=True, signed=True
    )
    return {
        "about a person": element("l:ListCertificatesForCareWithQA", whose),
        "at units": element("l:ListCertificatesForCareWithQA", whose, *units),
        "at a provider": element("l:ListCertificatesForCareWithQA", whose, provider, since),
        "all that can be asked": element(
            "l:ListCertificatesForCareWithQA",
            whose,
            *units,
            provider,
            since,
            until,
            foreign(),
            element("t:ii", element("t:root")),
        ),
        "no list": response(),
        "empty list": response(element("l:list")),
        "a draft and a certificate": response(
            element(
                "l:list",
                listed(draft, *listed_events()[:1], last=(element("l:ref", "journal-4711"),)),
                listed(
                    signed,
                    *listed_events(),
                    counted=(counts("l:skickadeFragor", 3, 1, 1, 1), counts("l:mottagnaFragor", 2, 2, 0, 0)),
                ),
            )
        ),
        "open list": response(
            element(
                "l:list",
                listed(
                    certificate(lean=True),
                    foreign(),
                    element("t:date", "2024-05-13"),
                    counted=(
                        counts("l:skickadeFragor", 0, 0, 0, 0, foreign()),
                        counts("l:mottagnaFragor", 0, 0, 0, 0, foreign()),
                    ),
                    last=(element("l:ref"), foreign(), hsa_id("c34:hanteratAv", "TST-STAFF-1")),
                ),
                listed(certificate(lean=True)),
                foreign(),
            ),
            foreign(),
        ),
        **logical_addresses(),
    }


# A recipient writes to care.


def sender(*more: Piece, contact: tuple[str, ...] = ()) -> Element:
    """The recipient of the certificate."""
    party = code("m:part", "FKASSA", PARTIES, "Försäkringskassan")
    return element("m:skickatAv", party, *(element("m:kontaktInfo", line) for line in contact), *more)


def message(subject: str, *after: Piece, before: tuple[Piece, ...] = (), full: bool = False, by: Element) -> Element:
    """A message; what may stand before and after its sender is given."""
    return element(
        "m:SendMessageToCare",
        element("m:meddelande-id", "1f7e4b1c-0000-4000-8000-000000000001"),
        *((element("m:referens-id", "FK-4711"),) if full else ()),
        element("m:skickatTidpunkt", "2024-05-14T10:20:30"),
        identity("m:intygs-id", *ISSUED),
        identity("m:patientPerson-id", PERSON_ROOT, "199001019802"),
        element("m:logiskAdressMottagare", "TST-UNIT-1"),
        code("m:amne", subject, SUBJECTS, "Ämnet" if full else None),
        *((element("m:rubrik", "Komplettering"),) if full else ()),
        element("m:meddelande", "Vi behöver veta mer"),
        *before,
        by,
        *after,
    )


def complement(number: str, *more: Piece, instance: str | None = None) -> Element:
    """What is too little about one answer."""
    instans = () if instance is None else (element("m:instans", instance),)
    return element("m:komplettering", element("m:frage-id", number), *instans, element("m:text", "Vad menas?"), *more)


def care_messages() -> dict[str, Element]:
    """Every base message of SendMessageToCare."""
    due = element("m:sistaDatumForSvar", "2024-06-13")
    answered = (element("c:meddelande-id", "1f7e4b1c-0000-4000-8000-000000000002"), element("c:referens-id", "WC-1"))
    return {
        "lean question": message("OVRIGT", by=sender()),
        "complement": message(
            "KOMPLT", complement("1", instance="2"), complement("32"), due,
            full=True, by=sender(contact=("Försäkringskassan", "123 45 Provstad")),
        ),
        "reminder": message(
            "PAMINN", due, before=(element("m:paminnelseMeddelande-id", "1f7e4b1c"),), by=sender(contact=("",))
        ),
        "answer": message("AVSTMN", before=(element("m:svarPa", *answered),), full=True, by=sender()),
        "open message": message(
            "KONTKT",
            complement("1", foreign(), typed("x:reference", "c:MeddelandeReferens", element("c:meddelande-id"))),
            foreign(),
            element("t:date", "2024-05-13"),
            before=(element("m:paminnelseMeddelande-id"), element("m:svarPa", answered[0], foreign())),
            by=sender(foreign()),
        ),
        **verdicts_of_a_call("m:SendMessageToCareResponse"),
        **logical_addresses(),
    }  # fmt: skip

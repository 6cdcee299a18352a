"""`webcertsim catalogue`, as the installed command prints it."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from simulator.certificate.catalogue import ANNOUNCED, TYPES
from simulator.clock import SWEDISH_TIME
from tests.cli.installed import installed


def row_of(output: str, *beginning: str) -> str:
    """The first line whose words begin so."""
    return next(line for line in output.splitlines() if line.split()[: len(beginning)] == list(beginning))


def test_the_types_of_a_day(tmp_path):
    """Each type is there with its names, its code and from when it can be created."""
    ran = installed("catalogue --at 2024-10-01 --lang en", tmp_path)
    assert (0, "") == (ran.code, ran.err)
    assert "Certificate types on 2024-10-01 under forum-2024" in ran.out
    assert ["FK7443", "FK7472,", "7443,", "7472", "ITFP", "1.0", "cs", "FKASSA", "since", "2024-09-01"] == (
        row_of(ran.out, "FK7443").split()[:10]
    )
    assert "from 2024-11-01" in row_of(ran.out, "FK7806")
    assert "always" in row_of(ran.out, "DB")
    assert "inactivated" in row_of(ran.out, "FK7263")
    assert "announced; no code on the" in row_of(ran.out, "FK7269", "AFU,")
    assert "(AVSTMN, KONTKT and OVRIGT)" in " ".join(ran.out.split())
    for kind in TYPES:
        assert kind.wire_code in ran.out


@pytest.mark.parametrize(
    ("policy", "rights"),
    [("forum-2024", "DSR DSR DSR D – D"), ("webcert-7.7", "DSR DSR DSR DSR – D")],
)
def test_the_matrix_of_a_policy(tmp_path, policy, rights):
    """Who may draft, sign and revoke, role by role."""
    ran = installed(f"catalogue --policy {policy} --lang en", tmp_path)
    assert rights == " ".join(row_of(ran.out, "FK7443", "cs", "1.0").split()[3:])
    assert "DSR DSR D D DSR D" == " ".join(row_of(ran.out, "FK7804", "legacy", "1.2").split()[3:])
    assert "DSR DSR D D DR D" == " ".join(row_of(ran.out, "FK7263", "legacy", "1.0").split()[3:])


def test_swedish_is_the_first_language(tmp_path):
    """Without a choice people are spoken to in Swedish."""
    ran = installed("catalogue --at 2024-10-01", tmp_path)
    assert "Intygstyper 2024-10-01 enligt forum-2024" in ran.out
    assert "sedan 2024-09-01" in row_of(ran.out, "FK7443")


def test_today_unless_a_day_is_given(tmp_path):
    """The day is the clock's, and every type that has come by now is available."""
    before = datetime.now(SWEDISH_TIME).date()
    said = json.loads(installed("catalogue --json", tmp_path).out)
    assert before <= date.fromisoformat(said["at"]) <= datetime.now(SWEDISH_TIME).date()
    assert ["FK7263"] == [kind["name"] for kind in said["types"] if not kind["available"]]


def test_json_has_everything(tmp_path):
    """For programs every type is there, with dates, roles and its form."""
    ran = installed("catalogue --json --at 2025-01-01 --policy webcert-7.7", tmp_path)
    said = json.loads(ran.out)
    assert ("2025-01-01", "webcert-7.7") == (said["at"], said["policy"])
    assert [list(kind.key) for kind in TYPES] == [[row["name"], row["path"], row["version"]] for row in said["types"]]
    assert [{"names": ["FK7269", "AFU", "7269"], "display_name": "Aktivitetsförmågeutredning", "expected": "2025"}] == (
        said["announced"]
    )
    assert len(ANNOUNCED) == len(said["announced"])
    leave = next(row for row in said["types"] if (row["name"], row["path"]) == ("FK7804", "cs"))
    assert (False, "2025-08-05", False) == (leave["available"], leave["available_from"], leave["inactivated"])
    assert {"code": "FKASSA", "name": "Försäkringskassan"} == leave["recipient"]
    assert ["draft", "sign", "revoke"] == leave["roles"]["dentist"]
    assert ["draft"] == leave["roles"]["care_admin"]
    assert {
        "id": "32", "meaning": "how much the capacity for work is reduced, and when", "word": "sick_leave",
        "published": True,
        "delsvar": [{"id": "32.1", "kind": "code", "code_system": "KV_FKMU_0003"},
                    {"id": "32.2", "kind": "period", "code_system": None}],
    } in leave["questions"]  # fmt: skip
    ts_bas = next(row for row in said["types"] if row["name"] == "TS bas")
    assert (True, False) == (ts_bas["inactivated"], ts_bas["available"])


@pytest.mark.parametrize("word", ["today", "''"])
def test_what_is_no_date_is_told(tmp_path, word):
    """What cannot be used ends with 2 and one sentence that says what is wrong."""
    ran = installed(f"catalogue --at {word} --lang en", tmp_path)
    assert (2, "", True) == (ran.code, ran.out, "is no date; write 2025-01-20" in ran.err)

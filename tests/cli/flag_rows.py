"""Every flag of every command with a good value, and with one that cannot be used: what is said, and the exit code.

`{port}` is an endpoint that answers as a journal system does, and also takes the place of a proxy; `{tls}` is one that
demands a client certificate. The files are those of the folder that test_installed.py makes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Good:
    """A command line that ends with 0, what it prints, and which files are there afterwards."""

    line: str
    said: tuple[str, ...] = ()
    written: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bad:
    """A command line in which one flag has a value that cannot be used."""

    line: str
    flag: str
    said: str
    code: int = 2


_PEOPLE = "--cast cast.yaml --settings settings.yaml --allow-units"
_SENDING = (
    "--tls-ca 'ca file.pem' --tls-cert client.pem --tls-key key.pem --tls-password-file password.txt"
    " --header 'X-Team: nmt' --logical-address TST-OTHER --timeout 20s"
)
# The built-in contract is as good a release as another.
_CONTRACT = "--contract {wsdl}"
_PROXY = "--proxy http://127.0.0.1:{port}"

GOOD = (
    Good("demo --to out", ("out/timeline.html",), ("out/timeline.html",)),
    Good(
        f"reach https://127.0.0.1:{{tls}}/ --unit OUR1 --patient eva {_PEOPLE} {_SENDING} {_CONTRACT}",
        ("The client certificate is taken", "The endpoint is reached"),
    ),
    Good(f"reach http://journal.invalid/ {_PROXY}", ("The endpoint is reached",)),
    Good(
        "run . --tag smoke --only Smoke* --journal alfa=https://127.0.0.1:{tls}/ --clock jump --over http --seed 5"
        " --policy webcert-7.7 --schedule 2#1:s --store sqlite:///s.db --webcert-port 0 --webcert-host localhost"
        f" --junit j.xml --html j.html --json j.json --runs kept --jobs 1 --time-limit 50s {_PEOPLE} {_SENDING}"
        f" {_CONTRACT}",
        ("Webcert takes calls at http://", "seed 5", "2#1:s", "webcert-7.7", "1 scenarios passed, 0 failed"),
        ("j.xml", "j.html", "j.json", "s.db", "kept"),
    ),
    Good(
        f"run good.scenario.yaml --journal alfa=http://journal.invalid/ {_PROXY} --no-runs --quiet --fail-fast"
        " --annotations gitlab",
        ("1 scenarios passed, 0 failed",),
        ("gl-code-quality-report.json",),
    ),
    Good("run good.scenario.yaml --update-golden", ("good.golden.jsonl",), ("good.golden.jsonl", "webcertsim-runs")),
    Good("show last 1 --runs runs", ("HTTP 200", "curl --disable")),
    Good("compare last-1 last --runs runs", ("The two runs went the same way",)),
    Good("schedule forum-2022 --from '2022-06-01 08:00:00' --compare 2#1:s", ("2022-06-25 13:36:00", "2#1:s")),
    Good("catalogue --at 2025-01-01 --policy webcert-7.7 --json", ('"at": "2025-01-01"', '"policy": "webcert-7.7"')),
    Good(
        "emit --to https://127.0.0.1:{tls}/ --event SIGNAT --type FK7443 --path cs --by nurse --unit OUR1"
        f" --patient eva --ref r-77 --policy webcert-7.7 --seed 5 --runs kept {_PEOPLE} {_SENDING} {_CONTRACT}",
        ("SIGNAT", "SE2321000016-1HZ3", "199001012385", "TST-OTHER", "r-77", "Delivered"),
        ("kept",),
    ),
    Good(f"emit --replay message.xml --to http://journal.invalid/ {_PROXY}", ("Delivered",)),
    Good("emit --to http://127.0.0.1:{port}/ --no-runs", ("Delivered",)),
    Good(
        "journal --port 0 --host 127.0.0.1 --behaviour behaviour.yaml --tls good --tls-files certificates --seed 1"
        f" --store sqlite:///inbox.db --for 300ms --ready-file ready {_PEOPLE} {_CONTRACT}",
        ("listens on https://127.0.0.1:",),
        ("certificates/authority.pem", "certificates/client.pem", "inbox.db"),
    ),
    Good("journal --port 0 --answers last --runs runs --for 300ms", ("listens on http://127.0.0.1:",)),
    Good("journal --port 0 --expect expected.yaml --for 300ms", ("All that was expected has come",)),
    Good(f"validate message.xml {_CONTRACT}", ("message.xml: valid",)),
    Good("schema", ('"journal_systems"',)),
)


# What can be wrong with the flags that several commands share: the flag, its value, what is said and the exit code.
_WRONG_SENDING = (
    ("--tls-cert", "missing.pem", "missing.pem", 2),
    ("--tls-key", "missing.pem", "--tls-cert", 2),
    ("--tls-password-file", "missing.txt", "--tls-cert", 2),
    ("--tls-ca", "missing.pem", "missing.pem", 2),
    ("--proxy", "nonsense", "is no address", 2),
    ("--header", "nonsense", "is no header", 2),
    ("--logical-address", "'å ä ö'", "is no HSA-id", 2),
    ("--timeout", "soon", "--timeout: 'soon' is no length of time", 2),
)
_WRONG_PEOPLE = (
    ("--cast", "missing.yaml", "missing.yaml: ", 3),
    ("--settings", "cast.yaml", "unknown word 'format'; known are test_ids", 3),
)
_WRONG_CONTRACT = (("--contract", "kept", "holds no WSDL", 2),)
_WRONG_RUNS = (("--runs", "/dev/null/a", "cannot be written", 2),)
_WRONG_SEED = (("--seed", "-1", "--seed is a whole number from 0 to 9223372036854775807, not '-1'", 2),)
_NOT_KEPT = (("--runs", "elsewhere", "elsewhere holds none", 2),)

# A command line that would be good, and what is wrong once a flag is put after it.
WRONG = {
    "demo": (("--to", "/dev/null/a", "cannot be written", 2),),
    "reach http://127.0.0.1:{port}/": (
        *_WRONG_PEOPLE, *_WRONG_SENDING, *_WRONG_CONTRACT,
        ("--unit", "ALMX", "--unit: unknown word 'ALMX'; did you mean 'ALMC'?", 2),
        ("--patient", "tolvn", "--patient: unknown word 'tolvn'; did you mean 'tolvan'?", 2),
    ),
    "run good.scenario.yaml": (
        *_WRONG_PEOPLE, *_WRONG_SENDING, *_WRONG_CONTRACT, *_WRONG_RUNS,
        ("--seed", "two", "--seed is a whole number from 0 to 9223372036854775807, not 'two'", 2),
        ("--journal", "alfa", "--journal is NAME=URL", 2),
        ("--over", "pigeon", "--over: unknown word 'pigeon'; known are http and memory", 2),
        ("--clock", "fast", "'fast' is no clock", 2),
        ("--store", "mydb", "is no store", 2),
        ("--schedule", "30#1:m,", "delay 2 is empty", 2),
        ("--policy", "forum", "--policy: unknown word 'forum'; did you mean 'forum-2024'?", 2),
        ("--webcert-port", "70000", "--webcert-port is a whole number from 0 to 65535, not '70000'", 2),
        ("--webcert-port 0 --webcert-host", "nowhere.invalid", "nobody can listen on nowhere.invalid", 2),
        ("--junit", "/dev/null/j.xml", "cannot be written", 2),
        ("--html", "/dev/null/j.html", "cannot be written", 2),
        ("--json", "/dev/null/j.json", "cannot be written", 2),
        ("--tag", "nothing", "no scenario is left by --tag and --only", 2),
        ("--only", "nothing", "no scenario is left by --tag and --only", 2),
        ("--jobs", "0", "--jobs is a whole number from 1 on, not '0'", 2),
        ("--time-limit", "0s", "--time-limit must be longer than no time at all", 2),
        ("--annotations", "bitbucket", "--annotations: unknown word 'bitbucket'; known are github and gitlab", 2),
    ),
    "show last": _NOT_KEPT,
    "compare last-1 last": _NOT_KEPT,
    "schedule": (
        ("--from", "June", "--from: 'June' is no moment", 2),
        ("--compare", "forum-22", "did you mean forum-2022?", 2),
    ),
    "catalogue": (
        ("--at", "2025-02-30", "--at: '2025-02-30' is no date; write 2025-01-20", 2),
        ("--policy", "forum-2023", "--policy: unknown word 'forum-2023'; did you mean 'forum-2024'?", 2),
    ),
    "emit --to http://127.0.0.1:{port}/": (
        *_WRONG_PEOPLE, *_WRONG_SENDING, *_WRONG_CONTRACT, *_WRONG_RUNS, *_WRONG_SEED,
        ("--to", "htp://x", "is no address", 2),
        ("--replay", "missing.xml", "missing.xml: the file cannot be read", 3),
        ("--event", "NYFRFX", "--event: unknown word 'NYFRFX'; did you mean 'NYFRFV'?", 2),
        ("--type", "LISPJ", "unknown certificate type 'LISPJ'; did you mean 'LISJP'?", 2),
        ("--path", "old", "--path: unknown word 'old'; known are cs and legacy", 2),
        ("--by", "nurs", "--by: unknown word 'nurs'; did you mean 'nurse'?", 2),
        ("--unit", "ALMX", "--unit: unknown word 'ALMX'; did you mean 'ALMC'?", 2),
        ("--patient", "tolvn", "--patient: unknown word 'tolvn'; did you mean 'tolvan'?", 2),
        ("--policy", "forum", "--policy: unknown word 'forum'; did you mean 'forum-2024'?", 2),
    ),
    "journal --for 100ms --port 0": (
        *_WRONG_PEOPLE, *_WRONG_CONTRACT, *_WRONG_SEED,
        ("--port", "70000", "--port is a whole number from 0 to 65535, not '70000'", 2),
        ("--host", "nowhere.invalid", "nobody can listen on nowhere.invalid", 2),
        ("--behaviour", "missing.yaml", "missing.yaml: ", 3),
        ("--tls", "expird", "--tls: unknown word 'expird'; did you mean 'expired'?", 2),
        ("--tls good --tls-files", "/dev/null/a", "cannot be written", 2),
        ("--store", "mydb", "is no store", 2),
        ("--answers", "nothing", "there is no run 'nothing'", 2),
        ("--answers last --runs", "elsewhere", "elsewhere holds none", 2),
        ("--expect", "missing.yaml", "missing.yaml: ", 3),
        ("--for", "soon", "--for: 'soon' is no length of time", 2),
        ("--ready-file", "no/such/folder", "cannot be written", 2),
    ),
    "validate message.xml": _WRONG_CONTRACT,
}  # fmt: skip
BAD = tuple(
    Bad(f"{line} {flags} {value}", flags.split()[-1], said, code)
    for line, rows in WRONG.items()
    for flags, value, said, code in rows
)

# Any text is right here.
NEVER_WRONG = {("emit", "--ref")}

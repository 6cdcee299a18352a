"""Every sentence has its Swedish, and sv.po says nothing that nobody says any more."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

import simulator
from simulator.locale import Language, text_of
from simulator.sentence import say

PACKAGE = Path(simulator.__file__).parent
SWEDISH = PACKAGE / "locale" / "sv.po"


def said() -> dict[str, str]:
    """Every literal template that is said anywhere in the package, with the places where it is."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "say" and node.args:
                template = node.args[0]
                if isinstance(template, ast.Constant) and isinstance(template.value, str):
                    place = f"{path.relative_to(PACKAGE.parent).as_posix()}:{node.lineno}"
                    found[template.value] = f"{found.get(template.value, '')} {place}".strip()
    return found


def translated() -> dict[str, str]:
    """The entries of sv.po."""
    with SWEDISH.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def places(template: str) -> Counter[str]:
    """The named places of a template; one may be filled twice."""
    return Counter(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def entry(template: str) -> str:
    """An entry of sv.po, ready to be pasted and translated."""
    escaped = template.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'msgid "{escaped}"\nmsgstr ""\n'


def test_every_sentence_has_its_swedish() -> None:
    """Whatever is said in English can be said in Swedish."""
    known = translated()
    missing = {template: where for template, where in said().items() if not known.get(template)}
    listed = "\n".join(f"#: {where}\n{entry(template)}" for template, where in sorted(missing.items()))
    assert not missing, f"{len(missing)} sentences are not in sv.po; paste these, in the order of the file:\n\n{listed}"


def test_nothing_in_swedish_is_stale() -> None:
    """An entry that no code says any more is removed."""
    stale = sorted(set(translated()) - set(said()))
    assert not stale, "remove from sv.po:\n" + "\n".join(map(entry, stale))


def test_a_translation_has_the_same_places() -> None:
    """A fact that English names is named in Swedish too, and no other."""
    wrong = {english: swedish for english, swedish in translated().items() if places(english) != places(swedish)}
    assert not wrong


def test_entries_are_in_order_and_stand_once() -> None:
    """The file is sorted by its English, so that two people add entries without getting in each other's way."""
    ids = re.findall(r"^msgid (.*)$", SWEDISH.read_text(encoding="utf-8"), re.MULTILINE)[1:]
    assert len(ids) == len(set(ids)) == len(translated())
    assert list(translated()) == sorted(translated())


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    """Facts that are sentences, and lists of them, are translated with the whole."""
    sentence = say("{systems} is told {events}", systems=(say("doctor"), say("nurse"), "alfa"), events=say("sign"))
    assert text_of(sentence, Language.SWEDISH) == "läkare, sjuksköterska och alfa is told signera"
    assert text_of(sentence, Language.ENGLISH) == "doctor, nurse and alfa is told sign"

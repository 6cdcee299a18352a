"""The user's own cast over the built-in one: at which units its staff has commissions."""

from __future__ import annotations

import pytest

from simulator.scenario.cast import load_cast

CAST = """\
format: 1
units:
  WARD: {{hsa_id: TSTNMT2321000156-ALVC, care_provider: ALFA, name: Avdelning 1}}
staff:
  karin: {{hsa_id: TST-KARIN, name: Karin, licences: [SJ]{more}}}
"""


def cast_with(tmp_path, more: str):
    """The cast with more words about its nurse."""
    path = tmp_path / "cast.yaml"
    path.write_text(CAST.format(more=more), encoding="utf-8")
    return load_cast(path)


def test_commissions(tmp_path):
    """They are units of the own file and of the built-in cast; who names none has one everywhere."""
    cast = cast_with(tmp_path, ", commissions: [WARD, ALMC]")
    assert cast.commissions == {"karin": frozenset({cast.units["WARD"], cast.units["ALMC"]})}
    assert cast_with(tmp_path, "").commissions == {}
    assert cast_with(tmp_path, ", commissions: []").commissions == {"karin": frozenset()}


def test_a_commission_at_a_unit_that_nobody_knows(tmp_path):
    """It is a mistake with its line, and the nearest name."""
    with pytest.raises(ExceptionGroup) as refused:
        cast_with(tmp_path, ", commissions: [ALMC, WART]")
    (error,) = refused.value.exceptions
    assert (error.line, "did you mean 'WARD'?" in str(error)) == (5, True)

"""Aid of other hubs from a file: every bad line is named and nothing is taken then; a file read twice counts once."""

from __future__ import annotations

import pytest

from dih.aid import operations, queries
from dih.aid.models import AidGrant
from dih.extensions.database import db
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule
from dih.shared.unit_of_work import unit_of_work
from tests.support.aided import HOLDING, party

HEAD = "number;name;basis;day;amount;currency;authority;reference\r\n"
GOOD = f"RO {HOLDING};Holding SRL;gber_28;12.03.2025;1.500,50;EUR;Alt hub;A-1\r\n"
ABROAD = "DE HRB12345;Werk GmbH;de_minimis;2025-03-12;1000;EUR;Ein Hub;B-1\r\n"


def test_a_file_is_taken_once(context, now):
    text = "\ufeff" + HEAD + GOOD + ABROAD
    for expected in ((2, 0), (0, 2)):
        with unit_of_work():
            done = operations.import_csv(text, SYSTEM, now)
        assert (done.new, done.known) == expected
    with unit_of_work():
        same_act = operations.import_csv(HEAD + ABROAD.replace("HRB12345;Werk", "HRB54321;Bau"), SYSTEM, now)
    assert (same_act.new, same_act.known) == (1, 0), "one act may aid two enterprises"
    with pytest.raises(BrokenRule, match="Line 2: The register has this grant with another sum"), unit_of_work():
        operations.import_csv(HEAD + GOOD.replace("1.500,50", "2.999,00"), SYSTEM, now)
    (row,) = queries.grants_of([party(HOLDING).id])
    assert (row.amount_cents, str(row.day), row.origin.value) == (150_050, "2025-03-12", "imported")


def test_every_bad_line_is_named(context, now):
    wrong = (
        f"{HOLDING[:-1]}9;;gber_28;2025-03-12;1000;EUR;Alt hub;A-2\r\n"
        f"{HOLDING};Holding SRL;other;2030-01-01;much;XXX;;\r\n"
        f"{HOLDING};Holding SRL;gber_28;2025-03-12;1000;RON;Alt hub;A-3\r\n"
    )
    with pytest.raises(BrokenRule) as refused, unit_of_work():
        operations.import_csv(HEAD + GOOD + wrong + GOOD, SYSTEM, now)
    said = [str(problem.text) for problem in refused.value.problems]
    assert [line.split(":")[0] for line in said] == ["Line 3"] * 2 + ["Line 4"] * 6 + ["Line 6"]
    with pytest.raises(BrokenRule, match="Line 3: No rate of RON"), unit_of_work():
        operations.import_csv(HEAD + GOOD + wrong.splitlines(keepends=True)[2], SYSTEM, now)
    with pytest.raises(BrokenRule, match="names no column: basis"), unit_of_work():
        operations.import_csv("number;name;day;amount;currency;authority;reference\n", SYSTEM, now)
    with pytest.raises(BrokenRule, match="not CSV"), unit_of_work():
        operations.import_csv("x" * 200_000, SYSTEM, now)
    assert db.session.query(AidGrant).count() == 0

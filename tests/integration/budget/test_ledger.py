"""The ledger on both databases: what it does, what it refuses, and what the database refuses by itself."""

import pytest
import sqlalchemy as sa

from dih.budget import ledger, queries, totals, verification
from dih.budget.ledger import Approval, Dimensions, Part
from dih.budget.operations import open_line
from dih.budget.vocabulary import Account, MoveKind
from dih.extensions.database import db
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy.vocabulary import Category

APPROVED = Approval("Less is asked for.", None, None)
NAME = {"ro": "Linie", "en": "Line"}


@pytest.fixture
def lines(context, now):
    """A root of 1,000.00 euro and two leaves of 600.00 and 300.00; ids by code."""
    with unit_of_work():
        ids = {"ROOT": open_line("ROOT", NAME, 100_000, SYSTEM, now)}
        ids["A"] = open_line("A", NAME, 60_000, SYSTEM, now, parent_code="ROOT", category=Category.SKILLS)
        ids["B"] = open_line("B", NAME, 30_000, SYSTEM, now, parent_code="ROOT", category=Category.ECOSYSTEM)
    return ids


def line(code):
    return next(line for line in queries.lines() if line.code == code)


def test_a_line_takes_its_ceiling_from_its_parent(lines):
    assert line("ROOT").allocated_cents == 90_000
    assert line("ROOT").free_cents == 10_000
    assert verification.differences() == []


def test_a_child_larger_than_what_is_unallocated_is_refused(lines, now):
    with pytest.raises(BrokenRule, match=r"100\.00 free, EUR 0\.01 less"), unit_of_work():
        open_line("C", NAME, 10_001, SYSTEM, now, parent_code="ROOT", category=Category.INVESTMENT)
    assert queries.line_id("C") is None
    with unit_of_work():
        open_line("C", NAME, 10_000, SYSTEM, now, parent_code="ROOT", category=Category.INVESTMENT)
    assert line("ROOT").free_cents == 0


def test_reserve_spend_reverse_release(lines, now):
    part = [Part(lines["A"], 20_000, Dimensions(county="CJ"))]
    with unit_of_work():
        ledger.reserve(part, "1", SYSTEM, now, application_id=1)
    assert (line("A").reserved_cents, line("A").free_cents) == (20_000, 40_000)
    with unit_of_work():
        ledger.spend([Part(lines["A"], 15_000, Dimensions(county="CJ"))], "2", SYSTEM, now, application_id=1)
        ledger.release([Part(lines["A"], 5_000, Dimensions(county="CJ"))], "3", SYSTEM, now, application_id=1)
    assert (line("A").reserved_cents, line("A").spent_cents, line("A").free_cents) == (0, 15_000, 45_000)
    with unit_of_work():
        ledger.reverse([Part(lines["A"], 15_000, Dimensions(county="CJ"))], "4", SYSTEM, now, application_id=1)
    assert (line("A").reserved_cents, line("A").spent_cents) == (15_000, 0)
    assert verification.differences() == []


def test_the_last_cent_can_be_reserved_and_not_one_more(lines, now):
    with unit_of_work():
        ledger.reserve([Part(lines["B"], 30_000)], "all", SYSTEM, now, application_id=1)
    with pytest.raises(BrokenRule, match=r"0\.00 free, EUR 0\.01 less"), unit_of_work():
        ledger.reserve([Part(lines["B"], 1)], "one", SYSTEM, now, application_id=2)


def test_a_move_over_two_lines_is_all_or_none(lines, now):
    with pytest.raises(BrokenRule), unit_of_work():
        ledger.reserve([Part(lines["A"], 10), Part(lines["B"], 30_001)], "both", SYSTEM, now, application_id=1)
    assert line("A").reserved_cents == 0
    assert verification.differences() == []


def test_the_same_key_never_moves_twice(lines, now):
    with unit_of_work():
        ledger.reserve([Part(lines["A"], 10)], "once", SYSTEM, now, application_id=1)
    with pytest.raises(sa.exc.IntegrityError), unit_of_work():
        ledger.reserve([Part(lines["A"], 10)], "once", SYSTEM, now, application_id=1)
    assert line("A").reserved_cents == 10


def test_money_is_reserved_on_leaves_only(lines, now):
    with pytest.raises(BrokenRule, match="ROOT cannot bear"), unit_of_work():
        ledger.reserve([Part(lines["ROOT"], 1)], "root", SYSTEM, now, application_id=1)


def test_a_cut_below_what_is_reserved_is_refused_with_the_figures(lines, now):
    with unit_of_work():
        ledger.reserve([Part(lines["A"], 50_000)], "1", SYSTEM, now, application_id=1)
    figures = r"A cannot give EUR 100\.01: of its EUR 600\.00 .* EUR 500\.00 reserved .* At most EUR 100\.00"
    with pytest.raises(BrokenRule, match=figures), unit_of_work():
        ledger.channel(MoveKind.CUT, lines["A"], lines["ROOT"], 10_001, "cut", APPROVED, now)
    with unit_of_work():
        ledger.channel(MoveKind.CUT, lines["A"], lines["ROOT"], 10_000, "cut", APPROVED, now)
    assert (line("A").ceiling_cents, line("ROOT").free_cents) == (50_000, 20_000)
    assert verification.differences() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE budget_line SET reserved_cents = -1 WHERE code = 'A'",
        "UPDATE budget_line SET spent_cents = 60001 WHERE code = 'A'",
        "UPDATE budget_line SET reserved_cents = 1 WHERE code = 'ROOT'",
        "UPDATE budget_line SET ceiling_cents = 89999 WHERE code = 'ROOT'",
        "UPDATE budget_entry SET amount_cents = 1",
        "DELETE FROM budget_entry",
        "UPDATE budget_move SET reason = 'other'",
        "DELETE FROM budget_move",
        "UPDATE audit_record SET action = 'other'",
        "DELETE FROM audit_record",
    ],
)
def test_the_database_refuses_what_the_code_should_have_refused(lines, statement):
    with pytest.raises(sa.exc.DBAPIError), unit_of_work():
        db.session.execute(sa.text(statement))
    assert verification.differences() == []


def by_hand(*statements):
    """What somebody with a database client could try, in one transaction."""
    with unit_of_work():
        for statement in statements:
            db.session.execute(sa.text(statement))


A_CHILD = (
    "INSERT INTO budget_line (code, name, parent_id, parent_divides_by, category, ceiling_cents, allocated_cents,"
    " reserved_cents, spent_cents) SELECT 'C', name, id, 'category', 'investment', 1, 0, 0, 0 FROM budget_line"
    " WHERE code = 'ROOT'"
)
AWAY = "UPDATE budget_line SET parent_id = NULL, parent_divides_by = NULL WHERE code = 'A'"


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE budget_line SET ceiling_cents = 60001 WHERE code = 'A'"],
        ["UPDATE budget_line SET ceiling_cents = 59999 WHERE code = 'A'"],
        ["UPDATE budget_line SET allocated_cents = 89999 WHERE code = 'ROOT'"],
        ["UPDATE budget_line SET ceiling_cents = 70000 WHERE code = 'A'", "UPDATE budget_line SET unsettled = NULL"],
        [A_CHILD],
        [AWAY],
    ],
)
def test_the_database_refuses_parts_that_do_not_sum_up(lines, statements):
    """Nothing of it can be committed, whatever code wrote it: what a line has allocated is what its children hold."""
    with pytest.raises(sa.exc.DBAPIError, match=r"sum up|FOREIGN KEY"):
        by_hand(*statements)
    assert verification.differences() == []


A_MOVE = (
    "INSERT INTO budget_move (kind, key, at, reason) VALUES ('reserve', 'by hand', '2026-11-22 12:00:00+00:00', '')"
)
AN_ENTRY = (
    "INSERT INTO budget_entry (move_id, line_id, account, amount_cents, month, county)"
    " SELECT budget_move.id, budget_line.id, '{account}', {cents}, '2026-11', ''"
    " FROM budget_move, budget_line WHERE key = '{key}' AND code = '{line}'"
)


def entry(cents, account="free", key="by hand", line="A"):
    return AN_ENTRY.format(cents=cents, account=account, key=key, line=line)


@pytest.mark.parametrize(
    "statements",
    [
        [A_MOVE],
        [A_MOVE, entry(-1), entry(2, "reserved")],
        [A_MOVE, entry(-1), entry(1, line="B")],
        [A_MOVE, entry(-1), entry(1, "reserved"), entry(1, key="1")],
        [A_MOVE, entry(-1), "UPDATE budget_move SET unsettled = NULL WHERE key = 'by hand'"],
        [entry(1, key="1")],
    ],
    ids=["no entries", "another sum", "between lines", "the sum of two moves", "said to be settled", "later"],
)
def test_the_database_refuses_moves_that_do_not_balance(lines, now, statements):
    with unit_of_work():
        ledger.reserve([Part(lines["A"], 700)], "1", SYSTEM, now, application_id=1)

    with pytest.raises(sa.exc.DBAPIError, match=r"sum up|FOREIGN KEY"):
        by_hand(*statements)
    assert verification.differences() == []


def test_a_move_that_balances_on_each_line_is_taken(lines):
    by_hand(A_MOVE, entry(-1), entry(-2, line="B"), entry(2, "reserved", line="B"), entry(1, "reserved"))
    assert db.session.scalar(sa.text("SELECT count(*) FROM budget_entry WHERE account = 'reserved'")) == 2


@pytest.mark.parametrize(("first", "then"), [("A", "B"), ("B", "A")])
def test_within_a_transaction_the_parts_need_not_sum_up(lines, first, then):
    """Ceilings move between lines in the order of their numbers, whoever gives and whoever takes."""
    with unit_of_work():
        db.session.execute(
            sa.text("UPDATE budget_line SET ceiling_cents = ceiling_cents + 10001 WHERE code = :it"), {"it": first}
        )
        db.session.execute(
            sa.text("UPDATE budget_line SET ceiling_cents = ceiling_cents - 10001 WHERE code = :it"), {"it": then}
        )
    assert line("ROOT").allocated_cents == line("A").ceiling_cents + line("B").ceiling_cents == 90_000


def test_verify_names_a_balance_changed_by_hand(app, lines):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["budget", "verify"]).exit_code == 0
    with unit_of_work():
        db.session.execute(sa.text("UPDATE budget_line SET reserved_cents = 1 WHERE code = 'A'"))
    found = runner.invoke(args=["budget", "verify"])
    assert found.exit_code == 1
    assert "A: reserved is 0.01, its entries say 0.00" in found.output
    assert "A: free is 599.99, its entries say 600.00" in found.output


def test_sums_are_the_same_before_and_after_a_fold(lines, now):
    def by_county():
        return {county: sum(cents.values()) for county, cents in totals.sums()["county"].items()}

    with unit_of_work():
        ledger.reserve([Part(lines["A"], 700, Dimensions(county="CJ"))], "1", SYSTEM, now, application_id=1)
        ledger.reserve([Part(lines["B"], 300, Dimensions(county="BH"))], "2", SYSTEM, now, application_id=2)
    before = by_county()
    assert before == {"CJ": 700, "BH": 300}
    with unit_of_work():
        assert totals.fold(now) > 0
    assert by_county() == before
    with unit_of_work():
        ledger.release([Part(lines["A"], 200, Dimensions(county="CJ"))], "3", SYSTEM, now, application_id=1)
    assert by_county() == {"CJ": 500, "BH": 300}
    with unit_of_work():
        mark = totals.fold(now)
        assert totals.fold(now) == mark
    assert by_county() == {"CJ": 500, "BH": 300}
    assert totals.sums()["month"] == {"2026-11": {Account.RESERVED: 800}}
    assert verification.differences() == []


def test_verify_names_a_folded_total_changed_by_hand(lines, now):
    with unit_of_work():
        ledger.reserve([Part(lines["A"], 700, Dimensions(county="CJ"))], "1", SYSTEM, now, application_id=1)
        totals.fold(now)
        db.session.execute(sa.text("UPDATE budget_total SET amount_cents = amount_cents + 1 WHERE id = 1"))
    assert len(verification.differences()) == 1


def test_what_is_requested_touches_no_balance(lines, now):
    with unit_of_work():
        ledger.request([Part(lines["A"], 900)], "ask", SYSTEM, now, application_id=1)
    assert line("A").free_cents == 60_000
    assert totals.sums()["county"] == {"": {Account.REQUESTED: 900}}
    with unit_of_work():
        ledger.request([Part(lines["A"], -900)], "ask:over", SYSTEM, now, application_id=1)
    assert totals.sums()["county"] == {}

"""Managers move ceilings: what it does, who must agree, what the pages show and what the database holds by itself."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from dih.budget import ledger, operations, queries, verification
from dih.budget.ledger import Part
from dih.budget.operations import open_line
from dih.budget.settings import FOUR_EYES_EURO
from dih.budget.vocabulary import ChangeStatus, MoveKind
from dih.extensions.database import db
from dih.shared import settings
from dih.shared.access import SYSTEM, Role
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy.vocabulary import Category, TargetGroup
from tests import factories

NAME = {"ro": "Linie", "en": "Line"}


@pytest.fixture
def people(context, now):
    """ENV of 1,000.00; below it SME 500.00 with SKILL 200.00 and TEST 300.00, and PUB 100.00. Who acts, by name."""
    with unit_of_work():
        open_line("ENV", NAME, 100_000, SYSTEM, now)
        group = TargetGroup.PRODUCTION_SME
        open_line("SME", NAME, 50_000, SYSTEM, now, parent_code="ENV", target_group=group)
        open_line("SME-SKILL", NAME, 20_000, SYSTEM, now, parent_code="SME", category=Category.SKILLS)
        open_line("SME-TEST", NAME, 30_000, SYSTEM, now, parent_code="SME", category=Category.TEST_BEFORE_INVEST)
        open_line("PUB", NAME, 10_000, SYSTEM, now, parent_code="ENV", target_group=TargetGroup.PUBLIC_INSTITUTION)
        return {
            "manager": factories.member(Role.MANAGER, now),
            "second": factories.member(Role.MANAGER, now),
            "auditor": factories.member(Role.AUDITOR, now),
        }


def figures():
    return {line.code: (line.ceiling_cents, line.allocated_cents) for line in queries.lines()}


def change(kind, source, target, cents, actor, now, key=None):
    ids = {line.code: line.id for line in queries.lines()} | {None: None}
    with unit_of_work():
        return operations.change_ceiling(
            kind, ids[source], ids[target], cents, "Asked for.", key or uuid.uuid4(), actor, now
        )


def test_a_transfer_changes_every_line_on_the_way_and_is_done_once(people, now):
    actor, key = factories.actor(*people["manager"]), uuid.uuid4()
    for _ in range(2):
        assert change(MoveKind.TRANSFER, "SME-TEST", "PUB", 5_000, actor, now, key) is ChangeStatus.DONE
    assert figures() == {
        "ENV": (100_000, 60_000),
        "SME": (45_000, 45_000),
        "SME-SKILL": (20_000, 0),
        "SME-TEST": (25_000, 0),
        "PUB": (15_000, 0),
    }
    with pytest.raises(BrokenRule, match=r"sent already, for EUR 50\.00"):
        change(MoveKind.TRANSFER, "SME-TEST", "PUB", 5_001, actor, now, key)
    change(MoveKind.INCREASE, None, "ENV", 7, actor, now)
    change(MoveKind.CUT, "PUB", "ENV", 15_000, actor, now)
    assert figures()["PUB"] == (0, 0)
    assert figures()["ENV"] == (100_007, 45_000)
    (moved, *_), pub = queries.history(queries.line_id("SME-TEST")), queries.history(queries.line_id("PUB"))
    assert (moved.kind, moved.ceiling_cents, moved.reason) == (MoveKind.TRANSFER, -5_000, "Asked for.")
    assert moved.asked_by == moved.approved_by == actor.name
    assert [one.ceiling_cents for one in pub] == [-15_000, 5_000, 10_000]
    assert verification.differences() == []


def test_what_a_line_needs_stays_and_readers_change_nothing(people, now):
    actor = factories.actor(*people["manager"])
    with unit_of_work():
        ledger.reserve([Part(queries.line_id("SME-TEST"), 25_001)], "r", SYSTEM, now, application_id=1)
    with pytest.raises(BrokenRule, match=r"SME-TEST cannot give EUR 50\.00.*EUR 250\.01 reserved.*At most EUR 49\.99"):
        change(MoveKind.TRANSFER, "SME-TEST", "PUB", 5_000, actor, now)
    with pytest.raises(BrokenRule, match="ENV has"):
        change(MoveKind.INCREASE, "ENV", "PUB", 40_001, actor, now)
    with pytest.raises(BrokenRule, match="above zero"):
        change(MoveKind.CUT, "PUB", "ENV", 0, actor, now)
    with pytest.raises(Forbidden):
        change(MoveKind.CUT, "PUB", "ENV", 1, factories.actor(*people["auditor"]), now)
    with pytest.raises(BrokenRule, match="cannot be divided"), unit_of_work():
        open_line("X", NAME, 0, actor, now, parent_code="SME-TEST", partner_id=1)
    for keys, words in (
        ({"category": Category.SKILLS}, "one dimension"),
        ({"target_group": TargetGroup.PUBLIC_INSTITUTION}, "PUB is this part"),
    ):
        with pytest.raises(BrokenRule, match=words), unit_of_work():
            open_line("X", NAME, 0, actor, now, parent_code="ENV", **keys)
    assert figures()["ENV"] == (100_000, 60_000)
    assert verification.differences() == []


def test_above_the_amount_a_second_manager_moves_the_money(people, now):
    first, second = factories.actor(*people["manager"]), factories.actor(*people["second"])
    with unit_of_work():
        settings.change(FOUR_EYES_EURO.name, 10, SYSTEM, now)
    assert change(MoveKind.CUT, "PUB", "ENV", 1_000, first, now) is ChangeStatus.DONE
    assert change(MoveKind.CUT, "PUB", "ENV", 1_001, first, now) is ChangeStatus.WAITING
    assert change(MoveKind.CUT, "PUB", "ENV", 8_000, first, now) is ChangeStatus.WAITING
    assert figures()["PUB"] == (9_000, 0)
    one, other = queries.waiting_changes(second)
    assert (one.is_mine, queries.to_second(first), queries.to_second(second)) == (False, 0, 2)
    with pytest.raises(BrokenRule, match="another manager"), unit_of_work():
        operations.second(one.id, first, now)
    with unit_of_work():
        operations.second(one.id, second, now)
    with pytest.raises(Stale), unit_of_work():
        operations.second(one.id, second, now)
    with pytest.raises(BrokenRule, match="At most"), unit_of_work():
        operations.second(other.id, second, now)
    with unit_of_work():
        assert operations.turn_down(other.id, first, now) is ChangeStatus.WITHDRAWN
    assert figures()["PUB"] == (7_999, 0)
    moved = queries.history(queries.line_id("PUB"))[0]
    assert (moved.asked_by, moved.approved_by) == (first.name, second.name)
    with unit_of_work():
        group = TargetGroup.HEALTH_ORGANISATION
        open_line("HEALTH", NAME, 1_001, first, now, parent_code="ENV", target_group=group)
    assert figures()["HEALTH"] == (0, 0), "one manager alone opens no line with much money"
    with unit_of_work():
        operations.second(queries.waiting_changes(second)[0].id, second, now)
    assert figures()["HEALTH"] == (1_001, 0)
    assert verification.differences() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE budget_line SET divides_by = 'category' WHERE code = 'ENV'",
        "UPDATE budget_line SET divides_by = NULL WHERE code = 'SME'",
        "UPDATE budget_line SET category = NULL WHERE code = 'SME-TEST'",
        "UPDATE budget_line SET category = 'skills' WHERE code = 'SME-TEST'",
        "UPDATE budget_line SET parent_divides_by = NULL WHERE code = 'PUB'",
        "UPDATE budget_line SET parent_divides_by = 'category', category = 'skills' WHERE code = 'PUB'",
        "UPDATE budget_line SET parent_id = NULL WHERE code = 'PUB'",
        "DELETE FROM budget_line WHERE code = 'PUB'",
    ],
)
def test_the_database_itself_keeps_one_dimension_below_a_line(people, statement):
    with pytest.raises(sa.exc.IntegrityError), unit_of_work():
        db.session.execute(sa.text(statement))


def test_what_was_free_at_the_end_of_a_day(people, now):
    late = dt.datetime(2026, 6, 30, 20, 59, 59, tzinfo=dt.UTC)
    with unit_of_work():
        next_day = late + dt.timedelta(seconds=1)
        ledger.reserve([Part(queries.line_id("PUB"), 100)], "1", SYSTEM, late, application_id=1)
        ledger.reserve([Part(queries.line_id("PUB"), 10)], "2", SYSTEM, next_day, application_id=1)

    def reserved(day):
        return [line.reserved_cents for line in queries.lines_on(day) if line.code == "PUB"]

    assert reserved(dt.date(2026, 6, 29)) == []
    assert reserved(dt.date(2026, 6, 30)) == [100], "23:59:59 in Bucharest belongs to the day"
    assert reserved(dt.date(2026, 7, 1)) == [110]
    assert queries.lines_on(dt.date(2026, 11, 23)) == queries.lines()


def test_the_pages(people, new_client, sign_in, now):
    manager, auditor = new_client(), new_client()
    sign_in(manager, *people["manager"])
    sign_in(auditor, *people["auditor"])
    assert auditor.get("/budget/lines").status_code == 200
    assert auditor.get("/budget/lines/SME").status_code == 200
    assert not auditor.page.select("a[href$='/transfer']")
    assert auditor.get("/budget/lines/SME/cut").status_code == 403
    assert auditor.get("/budget/lines/NONE").status_code == 404

    address = "/budget/lines/SME-TEST/transfer"
    assert manager.get(address).status_code == 200
    form = {"key": manager.page.find("input", attrs={"name": "key"})["value"], "amount": "50", "reason": "More asked."}
    assert manager.post(address, data={**form, "target": "999"}).status_code == 422
    form["target"] = str(queries.line_id("PUB"))
    assert manager.post(address, data={**form, "amount": "300,01"}).status_code == 422
    assert "300,00" in manager.page.text
    assert manager.post(address, data=form).status_code == 200
    assert "250,00" in manager.page.find("table").text
    assert figures()["PUB"] == (10_000, 0), "only shown so far"
    confirmed = {field["name"]: field["value"] for field in manager.page.select("main form input[type=hidden]")}
    for _ in range(2):
        assert manager.post(address, data=confirmed).status_code == 302
    assert figures()["PUB"] == (15_000, 0)

    address = "/budget/lines/ENV/open"
    assert manager.get(address).status_code == 200
    opened = {"part": "target_group:health_organisation", "code": "HLT", "name_ro": "Sănătate", "name_en": "Health"}
    opened |= {"amount": "100", "reason": "A third group."}
    assert manager.post(address, data={**opened, "part": "category:skills"}).status_code == 422
    assert manager.post(address, data={**opened, "amount": "400,01"}).status_code == 422
    assert manager.post(address, data=opened).status_code == 302
    assert manager.get("/budget/lines/HLT").status_code == 200
    assert "A third group." in manager.page.text
    assert verification.differences() == []

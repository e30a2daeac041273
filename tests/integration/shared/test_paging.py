"""Keyset pages: nothing lost, nothing twice, whatever the order, and with rows found apart by value."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dih.extensions.database import db
from dih.shared import paging
from dih.shared.models import NumberSeries
from dih.shared.paging import FRONT, Place
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers.models import Voucher

WANTED = select(NumberSeries.id, NumberSeries.name, NumberSeries.year)
BY_NAME = (NumberSeries.name, NumberSeries.id)
BY_DAY = (Voucher.lapses_on, Voucher.id)


@pytest.fixture
def rows(context) -> None:
    with unit_of_work():
        db.session.add_all(NumberSeries(name=f"a_{n % 3}", year=2020 + n) for n in range(11))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", [(NumberSeries.id,), BY_NAME])
@pytest.mark.parametrize("among", [None, (NumberSeries.name, ["a_0", "a_2"])])
def test_pages_forwards_and_back_hold_every_row_once(rows, order, descending, among):
    def read(place: Place) -> paging.Page:
        return paging.read(WANTED, place, *order, descending=descending, size=3, among=among)

    pages = [read(FRONT)]
    while pages[-1].next:
        pages.append(read(Place(after=pages[-1].next)))
    every = [row.id for page in pages for row in page.rows]
    expected = [row for row in db.session.execute(WANTED) if among is None or row.name in among[1]]
    expected.sort(key=lambda row: (row.name, row.id) if len(order) == 2 else row.id, reverse=descending)
    assert every == [row.id for row in expected]
    assert pages[0].previous == ""
    back = [read(Place(before=page.previous)) for page in pages[1:]]
    assert [page.rows for page in back] == [page.rows for page in pages[:-1]]
    assert [bool(page.previous) for page in back] == [bool(page.previous) for page in pages[:-1]]


def test_no_value_no_rows(rows):
    assert paging.read(WANTED, FRONT, NumberSeries.id, among=(NumberSeries.name, [])).rows == []


@pytest.mark.parametrize("mark", ["x", "-1", "0", "9" * 20, "٣", "\x00_1", "1_"])
def test_what_is_no_mark_is_passed_over(rows, mark):
    for order in ((NumberSeries.id,), BY_NAME):
        assert len(paging.read(WANTED, Place(before=mark), *order, size=5).rows) == 5


def test_a_day_may_come_before_the_id():
    assert paging._values("2026-11-23_7", BY_DAY) == (dt.date(2026, 11, 23), 7)
    assert paging._values("2026-13-23_7", BY_DAY) is None

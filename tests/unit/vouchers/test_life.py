"""The life of a voucher: every state has words, a meaning, a way in and a way out; deadlines move forwards."""

import datetime as dt

import pytest

from dih.shared.errors import BrokenRule
from dih.vouchers.rules import WHY_NOT_REDEEMED, extended, reason_given
from dih.vouchers.vocabulary import (
    EXTENDABLE,
    STATUS_MEANINGS,
    VOUCHER_STATUS_COLOURS,
    VOUCHER_STATUS_LABELS,
    VOUCHER_STATUS_TRANSITIONS,
    VoucherStatus,
)

DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize("status", VoucherStatus)
def test_every_state_is_furnished(status):
    assert VOUCHER_STATUS_LABELS[status]
    assert VOUCHER_STATUS_COLOURS[status]
    assert STATUS_MEANINGS[status]
    assert (status in WHY_NOT_REDEEMED) == (status is not VoucherStatus.ACTIVE)
    assert status is VoucherStatus.OFFERED or any(edge.target is status for edge in VOUCHER_STATUS_TRANSITIONS)
    ends = {VoucherStatus.CLOSED, VoucherStatus.LAPSED, VoucherStatus.CANCELLED}
    assert (status in ends) != any(edge.source is status for edge in VOUCHER_STATUS_TRANSITIONS)


def test_every_state_with_a_deadline_can_lapse():
    assert {edge.source for edge in VOUCHER_STATUS_TRANSITIONS if edge.action == "lapse"} == EXTENDABLE


def moved(offered, until, accept_by=DAY, valid_until=DAY + dt.timedelta(days=100), today=DAY):
    return extended(offered, accept_by=accept_by, valid_until=valid_until, until=until, today=today)


def test_the_deadline_that_runs_is_moved():
    later = DAY + dt.timedelta(days=10)
    assert moved(True, later) == {"accept_by": later, "valid_until": DAY + dt.timedelta(days=100)}
    later = DAY + dt.timedelta(days=200)
    assert moved(False, later) == {"accept_by": DAY, "valid_until": later}
    assert moved(True, later) == {"accept_by": later, "valid_until": later}


@pytest.mark.parametrize(("offered", "ahead"), [(True, 0), (False, 100), (True, 1101), (False, 1101)])
def test_only_to_a_later_day_within_three_years(offered, ahead):
    with pytest.raises(BrokenRule):
        moved(offered, DAY + dt.timedelta(days=ahead))


def test_never_to_a_day_that_is_past():
    with pytest.raises(BrokenRule):
        moved(True, DAY + dt.timedelta(days=5), today=DAY + dt.timedelta(days=6))


def test_a_reason_is_kept_without_what_no_database_stores():
    assert reason_given("  So\x00 \n") == "So"
    for empty in ("", " \n", "\x00"):
        with pytest.raises(BrokenRule):
            reason_given(empty)

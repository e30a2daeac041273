"""What is due, what goes back, and which of two reports is the later one."""

import datetime as dt
import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.payments import rules
from dih.payments.rules import Signed
from dih.payments.vocabulary import DisputeState, RefundStatus
from dih.vouchers.vocabulary import VoucherStatus

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
CENTS = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("price", "share", "confirmed", "own"),
    [(100_000, 10_000, 100_000, 10_000), (100_000, 10_000, 50_000, 5_000), (33_333, 3_333, 1, 0), (3, 1, 2, 1)],
)
def test_the_share_of_what_was_confirmed(price, share, confirmed, own):
    assert rules.share_of_confirmed(price, share, confirmed) == own


@given(price=st.integers(1, 10**9), parts=st.tuples(st.integers(0, 100), st.integers(0, 100)))
def test_a_share_of_what_was_confirmed_is_never_more_than_the_share(price, parts):
    share, confirmed = price * parts[0] // 100, price * parts[1] // 100
    assert 0 <= rules.share_of_confirmed(price, share, confirmed) <= share
    assert rules.share_of_confirmed(price, share, price) == share
    assert rules.share_of_confirmed(price, share, 0) == 0


@pytest.mark.parametrize("status", VoucherStatus)
def test_what_is_owed_follows_the_voucher(status):
    owed = rules.owed_cents(status, 10_000, Decimal(21), [(100_000, 10_000, 50_000)])
    ended = {VoucherStatus.LAPSED: 0, VoucherStatus.CANCELLED: 0, VoucherStatus.CLOSED: 6_050}
    assert owed == ended.get(status, 12_100)


@given(paid=CENTS, gone=CENTS, owed=CENTS, left=st.lists(CENTS, max_size=4))
def test_a_surplus_is_spread_over_what_can_go_back(paid, gone, owed, left):
    surplus = rules.surplus_cents(paid, gone, owed)
    assert surplus == max(paid - gone - owed, 0)
    parts = rules.spread(surplus, left)
    assert all(0 <= part <= most for part, most in zip(parts, left, strict=True))
    assert sum(parts) == min(surplus, sum(left))


@pytest.mark.parametrize(("kind", "later"), [(RefundStatus, rules.later_refund), (DisputeState, rules.later_dispute)])
def test_reports_in_any_order_have_one_end(kind, later):
    for told in itertools.permutations(list(kind)[-4:], 3):
        ends = set()
        for order in itertools.permutations(told):
            state = order[0]
            for one in order[1:]:
                state = later(state, one)
            ends.add(state)
        assert len(ends) == 1
    assert all(later(one, one) is one for one in kind)


@pytest.mark.parametrize(
    ("seconds", "found"),
    [
        (0, Signed.IN_TIME),
        (-300, Signed.IN_TIME),
        (300, Signed.IN_TIME),
        (-301, Signed.TOO_OLD),
        (301, Signed.AHEAD),
        (-(10**9), Signed.TOO_OLD),
        (10**12, Signed.AHEAD),
    ],
)
def test_the_moment_under_a_signature_is_held_in_both_directions(seconds, found):
    assert rules.signed_when(int(NOW.timestamp()) + seconds, NOW) is found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("PLATA-2026-00042", {"PLATA-2026-00042"}),
        ("plata 2026 00042 voucher", {"PLATA-2026-00042"}),
        ("C/V PLATA202600042", {"PLATA-2026-00042"}),
        ("PLATA-2026-00042 si PLATA-2026-00043", {"PLATA-2026-00042", "PLATA-2026-00043"}),
        ("plata facturii 2026", set()),
        ("DIH-2026-00042", set()),
        ("PLATA-2026-42", set()),
        ("", set()),
    ],
)
def test_references_as_banks_write_them(words, found):
    assert rules.references_in(words) == found


def test_a_reference_is_found_again():
    assert rules.references_in(rules.reference(2026, 123_456)) == {"PLATA-2026-123456"}


def test_a_pro_forma_is_paid_before_the_voucher_ends():
    today = NOW.date()
    assert rules.pay_by(today, today + dt.timedelta(days=100)) == today + dt.timedelta(days=30)
    assert rules.pay_by(today, today + dt.timedelta(days=3)) == today + dt.timedelta(days=3)


def test_lei_are_rounded_half_up():
    assert rules.in_currency(16_133, 5_091_200) == 82_136
    assert rules.in_currency(1, 5_500_000) == 6

"""The split of a price and the code of a voucher."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.shared.errors import BrokenRule
from dih.vouchers import rules
from dih.vouchers.rules import Shares, clean_code, divide, new_code

percents = st.integers(0, 10_000).flatmap(lambda eu: st.tuples(st.just(eu), st.integers(0, 10_000 - eu)))


@pytest.mark.parametrize(
    ("price", "eu", "national", "expected"),
    [
        (100_000, "50", "50", Shares(50_000, 50_000, 0)),
        (100_001, "50", "50", Shares(50_001, 50_000, 0)),
        (1, "50", "50", Shares(1, 0, 0)),
        (100_000, "35", "35", Shares(35_000, 35_000, 30_000)),
        (3, "33.33", "33.33", Shares(1, 1, 1)),
        (99_999, "0", "0", Shares(0, 0, 99_999)),
    ],
)
def test_divide(price, eu, national, expected):
    assert divide(price, Decimal(eu), Decimal(national)) == expected


@given(st.integers(1, 10**12), percents)
def test_shares_sum_to_the_price_and_none_is_negative(price, shares):
    eu, national = (Decimal(share) / 100 for share in shares)
    divided = divide(price, eu, national)
    assert divided.eu_cents + divided.national_cents + divided.beneficiary_cents == price
    assert min(divided.eu_cents, divided.national_cents, divided.beneficiary_cents) >= 0
    assert abs(divided.eu_cents - price * eu / 100) <= 1
    assert abs(divided.beneficiary_cents - price * (100 - eu - national) / 100) <= 1


def test_a_code_is_found_again_however_it_is_typed():
    code = new_code()
    assert clean_code(code) == code
    assert clean_code(f" {code.lower().replace('-', ' ')} ") == code
    assert clean_code(code.removeprefix("DIH-")) == code


@pytest.mark.parametrize("typed", ["", "DIH", "DIH-1234", "'; DROP TABLE", "DIH-7K3M-92QX-H4TB-7777"])
def test_what_cannot_be_a_code_is_empty(typed):
    assert clean_code(typed) == ""


def test_codes_do_not_repeat():
    assert len({new_code() for _ in range(2000)}) == 2000


def test_the_last_day_that_may_be_chosen_is_three_years_ahead():
    today = dt.date(2026, 11, 23)
    days = {"accept_by": today, "valid_until": today, "today": today}
    most = today + dt.timedelta(days=rules.MOST_VALIDITY_DAYS)
    assert rules.extended(False, **days, until=most)["valid_until"] == most
    for until, named in ((most + dt.timedelta(days=1), most), (today, today)):
        with pytest.raises(BrokenRule) as refused:
            rules.extended(False, **days, until=until)
        (problem,) = refused.value.problems
        assert (problem.field, problem.text.values["day"]) == ("until", named)
    with pytest.raises(BrokenRule) as refused:
        rules.reason_given(" \x00 ")
    assert refused.value.problems[0].field == "reason"

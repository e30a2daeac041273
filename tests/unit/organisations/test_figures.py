"""Size figures as people type them."""

import datetime as dt

import pytest

from dih.organisations.figures import COLUMNS, Stated, YearFigures, as_row, figures, from_row, typed_back, whole_number
from dih.shared.currency import Rate, convert
from dih.shared.errors import BrokenRule

LAST = {"last_staff": "12", "last_turnover": "1.234.567,89", "last_balance": "500000"}
BEFORE = {"before_staff": "9", "before_turnover": "1,000.5", "before_balance": "0"}


def fields(refused) -> list[str]:
    return [problem.field for problem in refused.value.problems]


def test_two_years_are_read_with_commas_and_points():
    assert figures({**LAST, **BEFORE}, 2025, "enterprise") == [
        YearFigures(2025, 12, 1_234_567_89, 500_000_00),
        YearFigures(2024, 9, 1_000_50, 0),
    ]


def test_a_new_firm_leaves_out_the_year_before():
    assert [year.year for year in figures(LAST, 2025, "enterprise")] == [2025]


@pytest.mark.parametrize("nature", ["enterprise", "sole_trader"])
def test_a_firm_gives_the_last_year(nature):
    with pytest.raises(BrokenRule) as refused:
        figures({}, 2025, nature)
    assert fields(refused) == ["last_staff", "last_turnover", "last_balance"]


@pytest.mark.parametrize("nature", ["public_body", "non_profit", "", None])
def test_others_may_leave_figures_out(nature):
    assert figures({}, 2025, nature) == []


def test_a_year_half_filled_in_is_refused_where_it_is_empty():
    with pytest.raises(BrokenRule, match="turnover of 2024") as refused:
        figures({**LAST, "before_staff": "3", "before_balance": "1"}, 2025, "public_body")
    assert fields(refused) == ["before_turnover"]


def test_the_year_before_alone_says_too_little():
    with pytest.raises(BrokenRule, match="figures of 2025"):
        figures(BEFORE, 2025, "public_body")


@pytest.mark.parametrize("typed", ["-1", "NaN", "1,5", "12.5", "1e3", "inf", "١٢", "1 000 00", "twelve", "0x1f"])
def test_impossible_numbers_of_staff_are_refused(typed):
    with pytest.raises(BrokenRule, match="whole number"):
        whole_number(typed, "last_staff")


@pytest.mark.parametrize("typed", ["1000001", str(10**15), "9" * 6000])
def test_a_number_of_staff_without_measure_is_refused(typed):
    with pytest.raises(BrokenRule, match="too large"):
        whole_number(typed, "last_staff")


@pytest.mark.parametrize(("typed", "number"), [("0", 0), ("007", 7), ("1.200", 1200), ("1 200", 1200), ("0" * 5000, 0)])
def test_numbers_of_staff(typed, number):
    assert whole_number(typed, "last_staff") == number


@pytest.mark.parametrize("typed", ["-5", "NaN", "1,234.567", "1.2.3", "9" * 6000, str(10**15), "abc"])
def test_impossible_amounts_are_refused_at_their_field(typed):
    with pytest.raises(BrokenRule) as refused:
        figures({**LAST, "last_turnover": typed}, 2025, "enterprise")
    assert fields(refused) == ["last_turnover"]


def test_stored_figures_are_typed_back_so_that_they_read_the_same():
    read = figures({**LAST, **BEFORE}, 2025, "enterprise")
    again = typed_back(read, 2025)
    assert again["last_turnover"] == "1.234.567,89"
    assert figures(again, 2025, "enterprise") == read


def in_lei(minor, currency, day):
    return convert(minor, currency, day, [Rate("RON", dt.date(2025, 12, 31), 5_000_000, "BNR")])


def test_lei_become_euro_by_the_rate_of_the_last_day_and_are_kept():
    typed = {**LAST, "last_turnover": "5.000.000", "last_balance": "10,02", "figures_currency": "RON"}
    (year,) = figures(typed, 2025, "enterprise", in_lei)
    assert (year.turnover_cents, year.balance_cents) == (1_000_000_00, 200)
    assert year.stated == Stated(5_000_000_00, 1002, Rate("RON", dt.date(2025, 12, 31), 5_000_000, "BNR"))
    assert from_row([as_row(year)[name] for name in COLUMNS]) == year
    again = typed_back([year], 2025)
    assert (again["last_turnover"], again["figures_currency"]) == ("5.000.000", "RON")
    assert figures(again, 2025, "enterprise", in_lei) == [year]


@pytest.mark.parametrize("year", [2023, 2024])
def test_without_a_rate_of_that_day_lei_are_refused(year):
    with pytest.raises(BrokenRule) as refused:
        figures({**LAST, "figures_currency": "RON"}, year, "enterprise", in_lei)
    assert fields(refused) == ["figures_currency"]
    assert "Choose EUR" in str(refused.value)


def test_what_is_wrong_says_in_which_year():
    typed = {**LAST, "last_staff": "-1", "before_staff": "-1", "before_turnover": "1", "before_balance": "1"}
    with pytest.raises(BrokenRule) as refused:
        figures(typed, 2025, "enterprise")
    said = [str(problem.text).partition(":")[0] for problem in refused.value.problems]
    assert said == ["Staff, 2025", "Staff, 2024"]


def test_a_currency_that_nobody_knows_is_refused():
    with pytest.raises(BrokenRule, match="Choose a currency") as refused:
        figures({**LAST, "figures_currency": "XXX"}, 2025, "enterprise")
    assert fields(refused) == ["figures_currency"]

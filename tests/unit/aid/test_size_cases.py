"""Every case of data/size_cases.toml, and what holds for all sizes."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.aid.size import Figures, PublicHolder, Related, SizeCheck, Year, assess, class_of, class_over_years
from dih.aid.size_form import whole_cents, written_out
from dih.aid.vocabulary import SIZE_LABELS, HolderKind, SizeClass

_FILE = Path(__file__).parent / "data" / "size_cases.toml"
CASES = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)["case"]
THOUSAND_EUROS = 1_000_00
AMOUNTS = st.integers(0, 60_000 * THOUSAND_EUROS)
FIGURES = st.builds(
    lambda staff, turnover, balance: Figures(Fraction(staff, 10), Fraction(turnover), Fraction(balance)),
    *(st.integers(0, 3000), AMOUNTS, AMOUNTS),
)


def _figures(staff: Any, turnover: int, balance: int) -> Figures:
    return Figures(Fraction(staff), Fraction(turnover * THOUSAND_EUROS), Fraction(balance * THOUSAND_EUROS))


def _assess(case: dict[str, Any]) -> SizeCheck:
    years = []
    for year, own in case["years"].items():
        related = tuple(
            Related(name, Decimal(percent), _figures(*figures))
            for name, percent, *figures in case.get("related", {}).get(year, [])
        )
        years.append(Year(int(year), _figures(*own), related))
    holders = [PublicHolder(name, Decimal(percent), HolderKind(kind)) for name, kind, percent in case.get("public", [])]
    return assess(years, holders)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_size_case(case: dict[str, Any]) -> None:
    """The class and the total of staff are those of the case, and the last line says the class."""
    result = _assess(case)
    lines = [str(line) for line in written_out(result)]
    assert case["source"]
    assert result.size == case["size"], lines
    assert lines[-1].startswith(f"Result: {SIZE_LABELS[result.size]}, ")
    if "staff" in case:
        assert result.totals.staff == Fraction(case["staff"])


def test_enough_cases() -> None:
    """The order asks for at least 25, each with its own name."""
    assert len({case["name"] for case in CASES}) == len(CASES) >= 25


def test_the_form_shows_every_line() -> None:
    """Own figures, each related enterprise and how it counts, the total, each class tried, the years, the result."""
    case = {
        "years": {"2023": [8, 100, 100], "2025": [8, 100, 100]},
        "related": {"2025": [["B", 20, 9, 9, 9], ["C", Decimal("33.3"), 10, 100, 100], ["D", 60, 1, 1, 1]]},
        "public": [["City", "public_body", 10], ["University", "university", 30]],
    }
    said = "\n".join(str(line) for line in written_out(_assess(case)))
    for line in (
        "2025, own figures: 8 staff, turnover EUR 100,000.00, balance sheet EUR 100,000.00.",
        "2025, B: 20 % is below 25 %, so it does not count.",
        "2025, C, partner, counts by 33.3 %: plus 3.33 staff, turnover EUR 33,300.00, balance sheet EUR 33,300.00.",
        "2025, D, linked (60 %), counts whole: plus 1 staff, turnover EUR 1,000.00, balance sheet EUR 1,000.00.",
        "2025, total: 12.33 staff, turnover EUR 134,300.00, balance sheet EUR 134,300.00.",
        "2025 is not within the limits of a micro-enterprise: fewer than 10 staff,",
        "2025 is within the limits of a small enterprise: fewer than 50 staff,",
        "No figures were given between 2023 and 2025; these two are taken as consecutive.",
        "2023 (micro-enterprise) and 2025 (small enterprise) disagree.",
        "City holds 10 % and is a public body.",
        "University holds 30 % and counts as public only if such holders have above 50 %.",
        "Public bodies hold 10 %, which is below 25 %: the figures decide.",
        "A class changes only over two years in a row, so micro-enterprise holds.",
        "Result: micro-enterprise, an SME.",
    ):
        assert line in said


def test_public_control_is_said() -> None:
    """The form says why an enterprise with small figures is no SME."""
    lines = [
        str(line) for line in written_out(_assess({"years": {"2025": [1, 1, 1]}, "public": [["C", "public_body", 30]]}))
    ]
    assert "Only one year is known, so it decides alone." in lines
    assert "Public bodies hold 30 %, which is 25 % or more: not an SME, whatever its figures." in lines


def test_linked_excepted_holders_join_the_public_bodies() -> None:
    """Above 50 percent together their shares count beside those of public bodies: 51 + 20."""
    holders = [["University", "university", 51], ["City", "public_body", 20]]
    assert _assess({"years": {"2025": [1, 1, 1]}, "public": holders}).public_percent == 71


@pytest.mark.parametrize(("cents", "shown"), [("0.49", 0), ("0.5", 1), ("1.49", 1), ("2.5", 3)])
def test_cents_are_shown_rounded_half_up(cents: str, shown: int) -> None:
    """Only what is shown is rounded, half a cent upwards."""
    assert whole_cents(Fraction(cents)) == shown


def test_a_fraction_of_a_cent_decides() -> None:
    """The classes are decided before rounding: 2,000,000.00 and a third of a cent is above 2,000,000.00."""
    above = Fraction(2_000_000_00) + Fraction(1, 3)
    assert class_of(Figures(Fraction(1), above, above)) is SizeClass.SMALL


@given(FIGURES, FIGURES, st.decimals(0, 100, places=2))
def test_a_related_enterprise_never_makes_it_smaller(own: Figures, other: Figures, percent: Decimal) -> None:
    """Whatever is held, by whatever percent, the class does not fall."""
    alone = assess([Year(2025, own)]).size
    together = assess([Year(2025, own, (Related("B", percent, other),))]).size
    assert together.rank >= alone.rank


@given(FIGURES, FIGURES, st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_more_held_never_makes_it_smaller(own: Figures, other: Figures, one: Decimal, two: Decimal) -> None:
    """A higher percent of the same enterprise does not lower the class."""
    less, more = sorted((one, two))
    sizes = [assess([Year(2025, own, (Related("B", percent, other),))]).size for percent in (less, more)]
    assert sizes[0].rank <= sizes[1].rank


@given(st.lists(FIGURES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_years_changes_nothing(figures: list[Figures], random: Any) -> None:
    """Years are ordered by their number."""
    years = [Year(2020 + index, own) for index, own in enumerate(figures)]
    assert assess(random.sample(years, len(years))) == assess(years)


@given(st.lists(st.sampled_from(SizeClass), max_size=4), st.sampled_from(SizeClass))
def test_two_years_that_agree_decide(before: list[SizeClass], last: SizeClass) -> None:
    """Whatever was before, the class on which the last two years agree holds."""
    assert class_over_years([*before, last, last]) is last


@given(st.sampled_from(SizeClass), st.sampled_from(SizeClass))
def test_of_two_that_disagree_the_older_holds(older: SizeClass, newer: SizeClass) -> None:
    """The order's own words."""
    assert class_over_years([older, newer]) is older

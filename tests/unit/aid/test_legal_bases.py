"""The data file of the legal bases: well formed, without gaps, and open to whom it should be."""

from __future__ import annotations

import datetime as dt
from itertools import groupby, pairwise

import pytest

from dih.aid.legal_bases import basis_on, codes_with_ceiling, legal_bases
from dih.aid.size_ceilings import size_ceilings
from dih.aid.vocabulary import SizeClass


def test_each_version_says_where_it_stands() -> None:
    """Every version has a source, and a sensible ceiling, window and intensity if it has a ceiling at all."""
    for basis in legal_bases():
        assert set(basis.source) == {"ro", "en"}
        assert 0 < basis.intensity_percent <= 100
        if basis.ceiling_cents is not None:
            assert basis.ceiling_cents > 0
            assert basis.window_years > 0


def test_versions_of_one_code_follow_each_other() -> None:
    """The next version of a code begins the day after the last one ended."""
    for _, versions in groupby(legal_bases(), key=lambda basis: basis.code):
        for earlier, later in pairwise(versions):
            assert earlier.valid_to is not None
            assert later.valid_from == earlier.valid_to + dt.timedelta(days=1)


def test_the_bases_that_are_state_aid() -> None:
    """Those that a case file may name."""
    assert set(codes_with_ceiling()) == {"de_minimis", "gber_28"}


@pytest.mark.parametrize(
    ("code", "size", "economic_activity", "is_open"),
    [
        ("gber_28", SizeClass.MEDIUM, True, True),
        ("gber_28", SizeClass.LARGE, True, False),
        ("gber_28", SizeClass.MICRO, False, False),
        ("de_minimis", SizeClass.LARGE, True, True),
        ("de_minimis", SizeClass.LARGE, False, False),
        ("none", SizeClass.LARGE, False, True),
        ("none", SizeClass.MICRO, True, False),
    ],
)
def test_who_may_get_it(code: str, size: SizeClass, economic_activity: bool, is_open: bool) -> None:
    """Article 28 is for SMEs, de minimis for all who act on a market, no aid for those who do not."""
    assert basis_on(code, dt.date(2026, 11, 20)).open_to(size, economic_activity) is is_open


def test_the_size_classes_grow() -> None:
    """Each class allows more than the one before it."""
    for smaller, larger in pairwise(size_ceilings().classes):
        assert smaller.size.rank < larger.size.rank
        assert smaller.staff_below < larger.staff_below
        assert smaller.turnover_cents < larger.turnover_cents
        assert smaller.balance_cents < larger.balance_cents

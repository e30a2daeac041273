"""The edges that cases seldom touch: first and last day of a window, the fullest of several, what holds by default."""

import datetime as dt

import pytest

from dih.aid.rules import Grant, NewGrant, check
from dih.aid.window import RollingWindow

NEW = dt.date(2026, 11, 20)
CEILING = 30_000_000


def grant(day: dt.date, cents: int) -> Grant:
    return Grant("A", "RO", day, cents)


def test_the_anniversary_counts_unless_said_otherwise():
    anniversary = grant(dt.date(2023, 11, 20), 100)
    assert check("de_minimis", NewGrant("A", NEW, 1), [anniversary], []).counted_cents == 100
    later = check("de_minimis", NewGrant("A", NEW, 1), [anniversary], [], anniversary_counts=False)
    assert (later.counted_cents, later.older) == (0, (anniversary,))


def test_each_grant_stands_in_one_place_only():
    first, last = grant(dt.date(2023, 11, 20), 1), grant(NEW, 2)
    before, after = grant(dt.date(2023, 11, 19), 4), grant(dt.date(2026, 11, 21), 8)
    found = check("de_minimis", NewGrant("A", NEW, 1), [after, last, first, before], [])
    assert (found.older, found.filling, found.later) == ((before,), (first, last), (after,))


def test_the_fullest_window_is_named():
    later = [grant(dt.date(2027, 1, 5), CEILING - 100), grant(dt.date(2028, 2, 5), 50), grant(dt.date(2029, 12, 1), 90)]
    found = check("de_minimis", NewGrant("A", NEW, 200), later, [])
    assert found.overfilled is not None
    assert (found.overfilled.last_day, found.overfilled.excess_cents) == (dt.date(2028, 2, 5), 150)
    alone = check("de_minimis", NewGrant("A", NEW, CEILING + 7), [], [])
    assert alone.overfilled is not None
    assert (alone.overfilled.last_day, alone.overfilled.excess_cents, alone.fits_on) == (NEW, 7, None)


def test_a_window_at_the_beginning_of_the_calendar():
    window = RollingWindow(3)
    assert window.first_day(dt.date(4, 5, 6)) == dt.date(1, 5, 6)
    assert window.first_day(dt.date(3, 5, 6)) == dt.date.min


def test_an_unknown_basis_is_named():
    with pytest.raises(LookupError, match="nothing_such"):
        check("nothing_such", NewGrant("A", NEW, 1), [], [])

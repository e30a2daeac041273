"""What holds for all undertakings and all histories: tried on random ones."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from dih.aid.reasons import explain
from dih.aid.rules import AidCheck, Grant, NewGrant, check
from dih.aid.undertakings import Link, single_undertaking
from dih.aid.vocabulary import LinkKind, PartyKind
from dih.aid.window import RollingWindow

PARTIES = st.sampled_from("ABCDEF")
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2031, 12, 31))
GRANTS = st.builds(Grant, PARTIES, st.sampled_from(["RO", "DE"]), DAYS, st.integers(0, 20_000_000))
PERCENTS = st.sampled_from([Decimal(0), Decimal("49.99"), Decimal(50), Decimal("50.01"), Decimal(100)])
LINKS = st.builds(Link, PARTIES, PARTIES, st.sampled_from(LinkKind), PERCENTS)
NEW = st.builds(NewGrant, PARTIES, st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), st.integers(0, 31_000_000))
PRIOR = st.lists(GRANTS, max_size=8)
TIES = st.lists(LINKS, max_size=8)
KINDS = st.dictionaries(PARTIES, st.sampled_from(PartyKind), max_size=2)


def _outcome(result: AidCheck) -> tuple[object, ...]:
    return (result.allowed, result.counted_cents, result.free_cents, result.overfilled, result.fits_on)


@given(NEW, PRIOR, TIES, GRANTS)
def test_more_earlier_aid_never_frees(new: NewGrant, prior: list[Grant], links: list[Link], more: Grant) -> None:
    """Another earlier grant never turns a no into a yes, nor the free amount up."""
    before, after = check("de_minimis", new, prior, links), check("de_minimis", new, [*prior, more], links)
    assert before.allowed or not after.allowed
    assert (after.free_cents or 0) <= (before.free_cents or 0)


@given(NEW, PRIOR, TIES, LINKS)
def test_more_links_only_add_members(new: NewGrant, prior: list[Grant], links: list[Link], more: Link) -> None:
    """Another link keeps every member and never turns a no into a yes."""
    before, after = check("de_minimis", new, prior, links), check("de_minimis", new, prior, [*links, more])
    assert set(before.undertaking.members) <= set(after.undertaking.members)
    assert before.allowed or not after.allowed


@given(NEW, PRIOR, TIES, KINDS, st.randoms(use_true_random=False))
def test_order_changes_nothing(new: NewGrant, prior: list[Grant], links: list[Link], kinds: dict, random) -> None:
    """Neither the order of grants nor of links changes a figure or a sentence."""
    shuffled_prior, shuffled_links = random.sample(prior, len(prior)), random.sample(links, len(links))
    first, second = (
        check("de_minimis", new, prior, links, kinds),
        check("de_minimis", new, shuffled_prior, shuffled_links, kinds),
    )
    assert _outcome(first) == _outcome(second)
    assert explain(first) == explain(second)


@given(TIES, PARTIES)
def test_members_agree_on_their_undertaking(links: list[Link], beneficiary: str) -> None:
    """Whoever of the members asks, the undertaking is the same; a link read the other way round changes nothing."""
    day = dt.date(2026, 11, 20)
    members = single_undertaking(beneficiary, links, day).members
    turned = [Link(link.held, link.holder, link.kind, link.percent) for link in links]
    assert all(single_undertaking(member, links, day).members == members for member in members)
    assert single_undertaking(beneficiary, turned, day).members == members


@settings(max_examples=200)
@given(NEW, PRIOR)
def test_a_new_grant_never_overfills_any_three_years(new: NewGrant, prior: list[Grant]) -> None:
    """After a yes every window that holds the new grant is within the ceiling, counted here in the plain way."""
    ours = [grant for grant in prior if grant.undertaking == new.beneficiary and grant.member_state == "RO"]
    everything = [*((grant.day, grant.amount_cents) for grant in ours), (new.day, new.amount_cents)]
    window = RollingWindow(3)
    full = any(
        sum(cents for day, cents in everything if window.first_day(last) <= day <= last) > 30_000_000
        for last, _ in everything
        if window.first_day(last) <= new.day <= last
    )
    assert check("de_minimis", new, prior, []).allowed is not full


@settings(max_examples=200)
@given(NEW, PRIOR)
def test_the_day_it_fits_is_the_first(new: NewGrant, prior: list[Grant]) -> None:
    """On the day that a refusal names it fits by the ceiling, and on the day before it does not."""
    result = check("de_minimis", new, prior, [])
    if result.fits_on is None:
        assert result.overfilled is None or new.amount_cents > 30_000_000
        return
    for day, fits in ((result.fits_on, True), (result.fits_on - dt.timedelta(days=1), False)):
        again = check("de_minimis", NewGrant(new.beneficiary, day, new.amount_cents), prior, [])
        assert (again.overfilled is None) is fits


@given(DAYS, st.integers(1, 5), st.booleans())
def test_the_window_and_its_end_agree(granted: dt.date, years: int, anniversary_counts: bool) -> None:
    """The first day without a grant has left it behind, the day before has not."""
    window = RollingWindow(years, anniversary_counts)
    free = window.first_day_without(granted)
    assert free is not None
    assert window.first_day(free) > granted >= window.first_day(free - dt.timedelta(days=1))


def test_the_calendar_ends() -> None:
    """Where the day that frees would lie past the last day there is, there is none."""
    assert RollingWindow(3).first_day_without(dt.date(9996, 12, 31)) is None


def test_a_long_chain_is_no_trouble() -> None:
    """Five thousand enterprises in a row are one undertaking."""
    names = [f"E{index}" for index in range(5_000)]
    links = [Link(a, b, LinkKind.BOARD) for a, b in pairwise(names)]
    assert len(single_undertaking("E0", links, dt.date(2026, 1, 1)).members) == 5_000

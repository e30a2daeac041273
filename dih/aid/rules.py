"""Whether a new grant of aid fits: the ceiling over the rolling window per single undertaking, intensity, validity.

Sources stand with the figures in data/legal_bases.toml. Decisions of this hub, each the safe reading:

- Aid follows the enterprise that got it. Links are judged on the day of the new grant: what an enterprise got before
  it joined counts, what one got that has left does not (Regulation (EU) 2023/2831, Article 3(8) and (9)).
- A grant dated after the new one is not earlier aid and fills no part of the new grant's window. But the ceiling holds
  over any three years (Article 3(2)): if the new grant lies in the window of a later one and would overfill it, the new
  grant is refused.
- Exceeding refuses the whole new grant, never only the excess (Article 3(7)). Exactly the ceiling is allowed.
- Earlier grants given to this check are those on the same legal basis; pending ones count like granted ones.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from dih.aid.legal_bases import LegalBasis, basis_on
from dih.aid.undertakings import Link, Undertaking, single_undertaking
from dih.aid.vocabulary import PartyKind
from dih.aid.window import RollingWindow

MEMBER_STATE = "RO"
"""Only aid granted by this state counts: the ceiling is per Member State (Regulation (EU) 2023/2831, Article 3(2))."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Aid granted or pending: to which enterprise, by which member state, on which day, in cents.

    `id` is what the register knows it by.
    """

    undertaking: str
    member_state: str
    day: dt.date
    amount_cents: int
    pending: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class NewGrant:
    """The aid asked for, in cents. With `eligible_cost_cents` the intensity is checked too."""

    beneficiary: str
    day: dt.date
    amount_cents: int
    eligible_cost_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Overfilled:
    """The window that the new grant overfills most: the day it ends with, and by how many cents."""

    last_day: dt.date
    excess_cents: int


@dataclass(frozen=True, slots=True)
class AidCheck:
    """The outcome, with all that `reasons.explain` needs.

    `filling` are the grants that count, by day; `older`, `later`, `foreign`, `outside` those that do not and why.
    `ceiling_cents` and `free_cents` are None where the basis is no State aid. `most_by_cost_cents` is the most that the
    eligible cost allows, None where no cost was given. `fits_on` is the first day on which an amount over the ceiling
    would have room, if links stay and nothing else is granted: None where it fits already, or can never fit.
    """

    new: NewGrant
    basis: LegalBasis
    undertaking: Undertaking
    first_day: dt.date
    filling: tuple[Grant, ...]
    older: tuple[Grant, ...]
    later: tuple[Grant, ...]
    foreign: tuple[Grant, ...]
    outside: tuple[Grant, ...]
    counted_cents: int
    ceiling_cents: int | None
    free_cents: int | None
    overfilled: Overfilled | None
    most_by_cost_cents: int | None
    fits_on: dt.date | None

    @property
    def in_force(self) -> bool:
        """Whether the basis allows any grant on that day."""
        return self.basis.in_force(self.new.day)

    @property
    def within_intensity(self) -> bool:
        """Whether the aid is at most what the eligible cost allows."""
        return self.most_by_cost_cents is None or self.new.amount_cents <= self.most_by_cost_cents

    @property
    def allowed(self) -> bool:
        """Whether the whole grant may be made."""
        return self.ceiling_cents is None or (self.in_force and self.within_intensity and self.overfilled is None)


def check(
    code: str,
    new: NewGrant,
    prior: Iterable[Grant],
    links: Iterable[Link],
    kinds: Mapping[str, PartyKind] | None = None,
    anniversary_counts: bool = True,
) -> AidCheck:
    """Checks `new` against the legal basis `code`, the earlier grants and the links.

    The order of grants and links changes nothing. Raises LookupError for an unknown code.
    """
    basis = basis_on(code, new.day)
    window = RollingWindow(basis.window_years, anniversary_counts)
    first_day = window.first_day(new.day)
    undertaking = single_undertaking(new.beneficiary, links, new.day, kinds)
    in_order = sorted(prior, key=lambda grant: (grant.day, grant.undertaking, grant.member_state, grant.amount_cents))
    ours = [grant for grant in in_order if grant.undertaking in undertaking.members]
    domestic = [grant for grant in ours if grant.member_state == MEMBER_STATE]
    filling = tuple(grant for grant in domestic if first_day <= grant.day <= new.day)
    counted = sum(grant.amount_cents for grant in filling)
    room = _Room(window, basis.ceiling_cents, domestic)
    overfilled = room.overfilled(new.day, new.amount_cents)
    return AidCheck(
        new=new,
        basis=basis,
        undertaking=undertaking,
        first_day=first_day,
        filling=filling,
        older=tuple(grant for grant in domestic if grant.day < first_day),
        later=tuple(grant for grant in domestic if grant.day > new.day),
        foreign=tuple(grant for grant in ours if grant.member_state != MEMBER_STATE),
        outside=tuple(grant for grant in in_order if grant.undertaking not in undertaking.members),
        counted_cents=counted,
        ceiling_cents=basis.ceiling_cents,
        free_cents=None if basis.ceiling_cents is None else max(0, basis.ceiling_cents - counted),
        overfilled=overfilled,
        most_by_cost_cents=_most_by_cost(basis, new.eligible_cost_cents),
        fits_on=room.first_fit(new.day, new.amount_cents) if overfilled else None,
    )


def _most_by_cost(basis: LegalBasis, eligible_cost_cents: int | None) -> int | None:
    """The intensity's share of the cost, down to the whole cent."""
    if eligible_cost_cents is None:
        return None
    return int(eligible_cost_cents * Fraction(basis.intensity_percent) / 100)


class _Room:
    """How full the windows are with one undertaking's domestic grants, which come ordered by day."""

    def __init__(self, window: RollingWindow, ceiling_cents: int | None, grants: list[Grant]) -> None:
        self.window = window
        self.ceiling_cents = ceiling_cents
        self.days = [grant.day for grant in grants]
        self.sums = list(accumulate((grant.amount_cents for grant in grants), initial=0))

    def _granted(self, last: dt.date) -> int:
        first = bisect_left(self.days, self.window.first_day(last))
        return self.sums[bisect_right(self.days, last)] - self.sums[first]

    def overfilled(self, day: dt.date, amount_cents: int) -> Overfilled | None:
        """What `amount_cents` more on `day` would overfill: its own window, or that of a later grant it falls into."""
        if self.ceiling_cents is None:
            return None
        later = self.days[bisect_right(self.days, day) :]
        ends = [day, *(end for end in dict.fromkeys(later) if self.window.first_day(end) <= day)]
        worst = max(ends, key=self._granted)
        excess = self._granted(worst) + amount_cents - self.ceiling_cents
        return Overfilled(worst, excess) if excess > 0 else None

    def first_fit(self, day: dt.date, amount_cents: int) -> dt.date | None:
        """The first day after `day` with room for the amount. Room only grows when a grant leaves the window."""
        exits = {self.window.first_day_without(granted) for granted in self.days}
        candidates = sorted(exit_day for exit_day in exits if exit_day is not None and exit_day > day)
        return next((candidate for candidate in candidates if not self.overfilled(candidate, amount_cents)), None)

"""The windows of one undertaking: what counts on a day, what is free, and whether an amount would fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dih.aid import rules
from dih.aid.legal_bases import codes_with_ceiling
from dih.aid.queries.grants import GrantRow, closed_to, grants_of
from dih.aid.queries.parties import NOBODY, Graph, Party, graph
from dih.aid.rules import AidCheck, Grant, NewGrant
from dih.aid.settings import ANNIVERSARY_COUNTS
from dih.aid.vocabulary import GrantStatus
from dih.aid.window import RollingWindow
from dih.shared import settings
from dih.shared.access import Actor, Permission


@dataclass(frozen=True, slots=True)
class Window:
    """One legal basis on one day: `check` of nothing more, what of it is only reserved, and until when each counts.

    `until` holds the last day on which each grant counts, by its id.
    """

    check: AidCheck
    granted_cents: int
    pending_cents: int
    until: dict[int, dt.date]

    @property
    def code(self) -> str:
        return self.check.basis.code


@dataclass(frozen=True, slots=True)
class Standing:
    """All about the aid of one party on one day: its graph, the grants of all who are tied to it, its windows."""

    party: Party
    graph: Graph
    rows: Sequence[GrantRow]
    windows: Sequence[Window]

    def of(self, code: str) -> Window | None:
        """The window of a legal basis; None where it has no ceiling."""
        return next((one for one in self.windows if one.code == code), None)


def standing(party: Party, day: dt.date, actor: Actor) -> Standing:
    """How a party stands on `day`, in two statements and that of the settings.

    All grants count; of those that a conflict of interest closes to the actor the rows tell only sums, kinds and days.
    Who is no staff reads no grants of those who never count as one with the party, such as a minority holder's.
    """
    tied = graph_of(party)
    rows = grants_of(tied.tied, closed_to(actor, day))
    shown = [row.shown() for row in rows]
    if party.id is not None and not actor.may(Permission.SEE_ALL):
        ours = tied.ever_one(party.id)
        shown = [row for row in shown if row.enterprise_id in ours]
    return Standing(party, tied, shown, windows(party, tied, rows, day))


def graph_of(party: Party) -> Graph:
    """The graph around a party, also where no link or grant names it yet."""
    return graph({party.id}) if party.id is not None else NOBODY


def windows(party: Party, tied: Graph, rows: Sequence[GrantRow], day: dt.date) -> list[Window]:
    """The windows of all bases with a ceiling that rule on `day`."""
    counts = bool(settings.read(ANNIVERSARY_COUNTS))
    found = []
    for code in codes_with_ceiling():
        check = checked(code, NewGrant(party.label, day, 0), tied, rows, anniversary_counts=counts)
        pending = sum(grant.amount_cents for grant in check.filling if grant.pending)
        window = RollingWindow(check.basis.window_years, counts)
        until = {
            grant.id: first - dt.timedelta(days=1)
            for grant in check.filling
            if grant.id is not None and (first := window.first_day_without(grant.day))
        }
        found.append(Window(check, check.counted_cents - pending, pending, until))
    return found


def checked(
    code: str, new: NewGrant, tied: Graph, rows: Iterable[GrantRow], *, anniversary_counts: bool | None = None
) -> AidCheck:
    """A new grant held against the rows on the same basis that count."""
    if anniversary_counts is None:
        anniversary_counts = bool(settings.read(ANNIVERSARY_COUNTS))
    prior = [
        Grant(
            tied.parties[row.enterprise_id].label,
            row.member_state,
            row.day,
            row.amount_cents,
            row.status is GrantStatus.PENDING,
            row.id,
        )
        for row in rows
        if row.basis == code and row.counts
    ]
    return rules.check(code, new, prior, tied.as_links(), tied.kinds, anniversary_counts)

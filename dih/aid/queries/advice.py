"""What an application brings of aid, held against what is free: advice before the gate decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from dih.aid.legal_bases import codes_with_ceiling
from dih.aid.queries.grants import GrantRow, grants_of
from dih.aid.queries.parties import NOBODY, Graph, Party, graph_of_numbers, stated_count, unnamed
from dih.aid.queries.windows import Window, checked, windows
from dih.aid.reasons import refusal
from dih.aid.rules import AidCheck, NewGrant
from dih.aid.whole_size import WholeSize
from dih.organisations.queries import OrganisationView
from dih.shared.wording import Text


@dataclass(frozen=True, slots=True)
class Advice:
    """The aid of one application: `check` of its amount as of a day, beside all other aid; `window` with all of it.

    `size` is that of the enterprise, `grant` what is registered for it already, `waiting` the number of links that
    nobody has looked at.
    """

    code: str
    organisation_uuid: UUID
    size: WholeSize
    check: AidCheck
    window: Window
    grant: GrantRow | None
    waiting: int

    @property
    def fits(self) -> bool:
        """Whether the gate would let it through."""
        return self.check.allowed and not self.waiting

    @property
    def why_not(self) -> Sequence[Text]:
        """By how much it does not fit, when it would, and what fills the window."""
        return () if self.check.allowed else refusal(self.check)


@dataclass(frozen=True, slots=True)
class Asked:
    """Aid asked for on the basis `code`, in cents, and the cost that it is a part of; for which application."""

    organisation: OrganisationView
    size: WholeSize
    code: str
    amount_cents: int
    cost_cents: int
    application_id: int


def advices(asked: Sequence[Asked], day: dt.date) -> dict[int, Advice]:
    """Whether what is asked for would fit on `day`, each by itself, by application; without what is no State aid.

    Three queries and that of the settings, whatever is asked.
    """
    asked = [one for one in asked if one.code in codes_with_ceiling()]
    if not asked:
        return {}
    tied = graph_of_numbers({one.organisation.facts.cui for one in asked})
    rows = grants_of(tied.tied)
    waiting = stated_count({one.organisation.id for one in asked})
    by_number = {party.number: party for party in tied.parties.values()}
    found = {}
    for one in asked:
        party = by_number.get(one.organisation.facts.cui) or unnamed(one.organisation)
        around = tied.around(party.id) if party.id is not None else NOBODY
        advice = _advice(one, party, around, [row for row in rows if row.enterprise_id in around.tied], day, waiting)
        if advice is not None:
            found[one.application_id] = advice
    return found


def _advice(
    asked: Asked, party: Party, tied: Graph, rows: Sequence[GrantRow], day: dt.date, waiting: Mapping[int, int]
) -> Advice | None:
    window = next((one for one in windows(party, tied, rows, day) if one.code == asked.code), None)
    if window is None:
        return None
    own = next((row for row in rows if row.application_id == asked.application_id), None)
    new = NewGrant(party.label, day, asked.amount_cents, asked.cost_cents)
    check = checked(asked.code, new, tied, [row for row in rows if row is not own])
    of = asked.organisation
    return Advice(asked.code, of.uuid, asked.size, check, window, own, waiting.get(of.id, 0))

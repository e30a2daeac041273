"""What an application brings of aid, held against what is free: advice before the gate decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dih.aid.legal_bases import codes_with_ceiling
from dih.aid.queries.grants import GrantRow
from dih.aid.queries.parties import party_of, stated
from dih.aid.queries.windows import Window, checked, standing
from dih.aid.reasons import refusal
from dih.aid.rules import AidCheck, NewGrant
from dih.organisations.queries import OrganisationView
from dih.shared.wording import Text


@dataclass(frozen=True, slots=True)
class Advice:
    """The aid of one application: `check` of its amount as of a day, beside all other aid; `window` with all of it.

    `grant` is what is registered for it already, `waiting` the number of links that nobody has looked at.
    """

    code: str
    organisation_uuid: UUID
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


def advice(
    organisation: OrganisationView,
    code: str,
    amount_cents: int,
    cost_cents: int,
    day: dt.date,
    application_id: int | None = None,
) -> Advice | None:
    """Whether `amount_cents` of aid on the basis `code` would fit on `day`; None where the money is no State aid."""
    if code not in codes_with_ceiling():
        return None
    party = party_of(organisation)
    found = standing(party, day)
    window = found.of(code)
    if window is None:
        return None
    own = next((row for row in found.rows if application_id and row.application_id == application_id), None)
    others = [row for row in found.rows if row is not own]
    new = NewGrant(party.label, day, amount_cents, cost_cents)
    check = checked(code, new, found.graph, others)
    return Advice(code, organisation.uuid, check, window, own, len(stated(organisation.id)))

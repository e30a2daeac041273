"""Size figures of enterprises that are no organisations of the platform, entered by those who are related with them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from dih.aid.models import EnterpriseFigures
from dih.aid.operations.locking import hold, party_of_organisation
from dih.aid.vocabulary import PartyKind
from dih.extensions.database import db
from dih.organisations.figures import YearFigures, as_row
from dih.shared import audit
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.wording import N_


def enter_figures(
    organisation_id: int, enterprise_id: int, figures: YearFigures, actor: Actor, now: dt.datetime
) -> None:
    """Enters a year of an enterprise that links lead to from an organisation, or corrects it.

    People of an organisation correct what their own organisation entered, a manager everything. Raises NotFound for
    who is not among them, BrokenRule where others entered that year and for who gives figures of its own.
    """
    own_id = party_of_organisation(organisation_id, now)
    party = hold({own_id}).parties.get(enterprise_id)
    if party is None or enterprise_id == own_id or party.kind is not PartyKind.ENTERPRISE:
        raise NotFound
    if party.organisation_id is not None:
        raise BrokenRule.because(
            N_("%(name)s is in the platform and gives its figures itself."), "party", name=party.name
        )
    row = db.session.scalar(
        select(EnterpriseFigures).where(
            EnterpriseFigures.enterprise_id == enterprise_id, EnterpriseFigures.year == figures.year
        )
    )
    by_manager = actor.may(Permission.MANAGE_AID)
    before = None if row is None else _told(row)
    if row is None:
        row = EnterpriseFigures(enterprise_id=enterprise_id, year=figures.year)
        db.session.add(row)
    elif not by_manager and row.organisation_id != organisation_id:
        message = N_("Others entered the figures of %(name)s for %(year)s already. Ask the hub to correct them.")
        raise BrokenRule.because(message, "party", name=party.name, year=figures.year)
    for name, value in as_row(figures).items():
        setattr(row, name, value)
    row.entered_at, row.organisation_id = now, None if by_manager else organisation_id
    db.session.flush()
    audit.record(
        actor, now, ("enterprise", enterprise_id), "enterprise_figures_entered", before=before, after=_told(row)
    )


def _told(row: EnterpriseFigures) -> dict[str, Any]:
    return {f"figures_{row.year}": [row.staff, row.turnover_cents, row.balance_cents]}

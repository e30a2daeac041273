"""What a partner can do: in what it is at home, how much it can give, and its share of the budget."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import delete, select

from dih.extensions.database import db
from dih.partners import rules
from dih.partners.models import Capacity, Partner, Specialism
from dih.partners.rules import Quarter
from dih.partners.vocabulary import SpecialismKind
from dih.shared import audit
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.wording import N_
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import Area


def set_specialisms(
    partner_id: int, wanted: Mapping[SpecialismKind, Collection[str]], actor: Actor, now: dt.datetime
) -> None:
    """Replaces the partner's specialisms; what is new and what went is recorded once, nothing when nothing changed.

    Raises BrokenRule for a code that the taxonomy does not have, NotFound for another partner, Forbidden by role.
    """
    _lock(partner_id, actor)
    known = codes()
    for kind, chosen in wanted.items():
        if not set(chosen) <= known[kind]:
            raise BrokenRule.because(N_("Choose one of the options in the list."), kind.value)
    before = {
        (kind, code)
        for kind, code in db.session.execute(
            select(Specialism.kind, Specialism.code).where(Specialism.partner_id == partner_id)
        )
    }
    after = {(kind, code) for kind, chosen in wanted.items() for code in chosen}
    if before == after:
        return
    db.session.execute(delete(Specialism).where(Specialism.partner_id == partner_id))
    db.session.add_all(Specialism(partner_id=partner_id, kind=kind, code=code) for kind, code in sorted(after))
    audit.record(
        actor,
        now,
        ("partner", partner_id),
        "partner_specialisms",
        before=_by_kind(before),
        after=_by_kind(after),
    )


def set_capacity(partner_id: int, days: Mapping[Quarter, int], actor: Actor, now: dt.datetime) -> None:
    """Sets the person-days of some quarters, by the partner's coordinator or a manager of the hub.

    What differs is recorded once, nothing when nothing changed. Raises BrokenRule for impossible figures, NotFound for
    another partner, Forbidden by role.
    """
    _lock(partner_id, actor, Permission.OVERRIDE_ROUTING)
    rules.check_capacity(days)
    stored = {
        Quarter(row.year, row.quarter): row
        for row in db.session.scalars(select(Capacity).where(Capacity.partner_id == partner_id))
    }
    changed = {
        quarter: number
        for quarter, number in days.items()
        if (stored[quarter].person_days if quarter in stored else 0) != number
    }
    if not changed:
        return
    before = {quarter.field: stored[quarter].person_days if quarter in stored else 0 for quarter in changed}
    for quarter, number in changed.items():
        if quarter in stored:
            stored[quarter].person_days = number
        else:
            db.session.add(
                Capacity(partner_id=partner_id, year=quarter.year, quarter=quarter.number, person_days=number)
            )
    audit.record(
        actor,
        now,
        ("partner", partner_id),
        "partner_capacity",
        before=before,
        after={quarter.field: number for quarter, number in changed.items()},
    )


def set_share(partner_id: int, percent: int | None, actor: Actor, now: dt.datetime) -> None:
    """A manager sets the partner's share of the envelope in percent; None: it has none of its own.

    Raises BrokenRule for an impossible percent, NotFound for an unknown partner, Forbidden by role.
    """
    if not actor.may(Permission.OVERRIDE_ROUTING):
        raise Forbidden
    rules.check_share(percent)
    partner = db.session.get(Partner, partner_id, with_for_update={"key_share": True})
    if partner is None:
        raise NotFound
    before = partner.share_percent
    if before != percent:
        partner.share_percent = percent
        after = {"share_percent": percent}
        audit.record(
            actor, now, ("partner", partner_id), "partner_share", before={"share_percent": before}, after=after
        )


def codes() -> dict[SpecialismKind, set[str]]:
    """The codes that exist of each kind."""
    return {
        SpecialismKind.SECTOR: {term.code for term in terms.sectors()},
        SpecialismKind.AREA: {area.value for area in Area},
        SpecialismKind.TECHNOLOGY: {term.code for term in terms.technologies()},
        SpecialismKind.COUNTY: {county.code for county in terms.counties()},
    }


def _lock(partner_id: int, actor: Actor, of_any: Permission | None = None) -> None:
    """Locks the partner for its own coordinator, and for holders of a permission that reaches any partner."""
    of_hub = of_any is not None and actor.may(of_any)
    if not (of_hub or actor.may(Permission.MANAGE_PARTNER)):
        raise Forbidden
    if not of_hub and actor.partner_id != partner_id:
        raise NotFound
    wanted = select(Partner.id).where(Partner.id == partner_id).with_for_update(key_share=True)
    if db.session.scalar(wanted) is None:
        raise NotFound


def _by_kind(specialisms: Collection[tuple[SpecialismKind, str]]) -> dict[str, list[str]]:
    return {kind.value: sorted(code for of, code in specialisms if of is kind) for kind in SpecialismKind}

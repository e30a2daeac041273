"""Reads of partners: a constant number of queries, whatever a partner has stated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, select

from dih.extensions.database import db
from dih.partners.models import Capacity, Partner, Specialism
from dih.partners.rules import Quarter
from dih.partners.vocabulary import SpecialismKind
from dih.shared.access import Actor
from dih.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Listed:
    """A partner's own facts."""

    id: int
    code: str
    name: Mapping[str, str]
    short_name: str
    description: Mapping[str, str]
    city: str
    county: str
    email: str
    is_lead: bool
    share_percent: int | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A partner with its specialisms (codes by kind) and person-days by quarter."""

    partner: Listed
    specialisms: Mapping[SpecialismKind, Sequence[str]]
    capacity: Mapping[Quarter, int]


_COLUMNS = [getattr(Partner, field.name) for field in fields(Listed)]


def partners() -> list[Listed]:
    """All partners, the lead first; one query."""
    rows = db.session.execute(select(*_COLUMNS).order_by(Partner.is_lead.desc(), Partner.short_name))
    return [Listed(*row) for row in rows]


def choices() -> list[tuple[int, Mapping[str, str]]]:
    """All partners for a list to choose from, the lead first: (id, short name, the same in both languages)."""
    return [(partner.id, {"ro": partner.short_name, "en": partner.short_name}) for partner in partners()]


def profile(partner_id: int) -> Profile | None:
    """A partner by id; None where there is none such. Three queries."""
    return _profile(Partner.id == partner_id)


def own_profile(actor: Actor) -> Profile:
    """The partner for which the actor works. Raises NotFound when there is none."""
    found = profile(actor.partner_id) if actor.partner_id is not None else None
    if found is None:
        raise NotFound
    return found


def profile_by_code(code: str) -> Profile | None:
    """A partner by its code; None where there is none such. Three queries."""
    return _profile(Partner.code == code)


def _profile(condition: ColumnElement[bool]) -> Profile | None:
    row = db.session.execute(select(*_COLUMNS).where(condition)).one_or_none()
    if row is None:
        return None
    specialisms: dict[SpecialismKind, list[str]] = defaultdict(list)
    for kind, code in db.session.execute(
        select(Specialism.kind, Specialism.code).where(Specialism.partner_id == row.id).order_by(Specialism.code)
    ):
        specialisms[kind].append(code)
    capacity = {
        Quarter(year, number): days
        for year, number, days in db.session.execute(
            select(Capacity.year, Capacity.quarter, Capacity.person_days).where(Capacity.partner_id == row.id)
        )
    }
    return Profile(Listed(*row), specialisms, capacity)

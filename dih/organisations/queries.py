"""Reads of organisations and their size figures."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select

from dih.extensions.database import db
from dih.organisations.closed import closed_to
from dih.organisations.figures import COLUMNS, YearFigures, from_row, typed_back
from dih.organisations.models import Organisation, SizeFigures
from dih.organisations.rules import OrganisationFacts
from dih.shared.access import Actor, Permission
from dih.shared.errors import NotFound

FIGURES: list[Any] = [getattr(SizeFigures, name) for name in COLUMNS]
"""What is kept of a year, for `figures.from_row`."""
_FACTS = [field.name for field in fields(OrganisationFacts)]
_COLUMNS: list[Any] = [getattr(Organisation, name) for name in ("id", "uuid", "version", *_FACTS)]


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation with its size figures, the last year first. `version` is that of data and figures together."""

    id: int
    uuid: uuid.UUID
    version: int
    facts: OrganisationFacts
    figures: Sequence[YearFigures]

    @property
    def name(self) -> str:
        return self.facts.name

    def as_typed(self, last_year: int) -> dict[str, str]:
        """The data as the fields of the form show them; figures of `last_year` and the year before."""
        texts = {name: str(getattr(self.facts, name)) for name in _FACTS}
        texts["economic_activity"] = "yes" if self.facts.economic_activity else "no"
        return texts | typed_back(self.figures, last_year)


def by_id(organisation_id: int) -> OrganisationView:
    """One organisation, in one query. Raises NotFound."""
    found = by_ids([organisation_id])
    if organisation_id not in found:
        raise NotFound
    return found[organisation_id]


def by_ids(ids: Collection[int]) -> dict[int, OrganisationView]:
    """Organisations by id, in one query."""
    if not ids:
        return {}
    found: dict[int, Any] = {}
    years: dict[int, list[YearFigures]] = defaultdict(list)
    stored = (
        select(*_COLUMNS, *FIGURES)
        .outerjoin(SizeFigures, SizeFigures.organisation_id == Organisation.id)
        .where(Organisation.id.in_(ids))
        .order_by(Organisation.id, SizeFigures.year.desc())
    )
    for row in db.session.execute(stored):
        found[row.id] = row
        if row.year is not None:
            years[row.id].append(from_row(row[len(_COLUMNS) :]))
    views = (
        OrganisationView(row.id, row.uuid, row.version, facts_of(row), tuple(years[row.id])) for row in found.values()
    )
    return {view.id: view for view in views}


def own(actor: Actor) -> OrganisationView:
    """The organisation that the actor acts for. Raises NotFound when the actor acts for none."""
    if actor.organisation_id is None:
        raise NotFound
    return by_id(actor.organisation_id)


def within_reach(organisation_uuid: uuid.UUID, actor: Actor, day: dt.date) -> OrganisationView:
    """An organisation by uuid, for its own people and for staff who see all and are in no conflict with it on `day`.

    Raises NotFound for everybody else.
    """
    organisation_id = db.session.scalar(
        select(Organisation.id).where(Organisation.uuid == organisation_uuid, ~closed_to(actor, day, Organisation.id))
    )
    if organisation_id is None:
        raise NotFound
    if organisation_id != actor.organisation_id and not actor.may(Permission.SEE_ALL):
        raise NotFound
    return by_id(organisation_id)


def id_of_cui(cui: str) -> int | None:
    """The organisation with this CUI (digits only), if it is in the platform."""
    return db.session.scalar(select(Organisation.id).where(Organisation.cui == cui))


def by_cui(cui: str) -> OrganisationView:
    """The organisation with this CUI (digits only). Raises NotFound."""
    organisation_id = id_of_cui(cui)
    if organisation_id is None:
        raise NotFound
    return by_id(organisation_id)


def facts_of(row: Any) -> OrganisationFacts:
    """The data of a stored organisation."""
    return OrganisationFacts(**{name: getattr(row, name) for name in _FACTS})

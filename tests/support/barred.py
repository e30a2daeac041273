"""Lays down a conflict of interest of one person."""

from __future__ import annotations

import datetime as dt

from dih.accounts.models import Person
from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictKind, ConflictSource
from dih.extensions.database import db
from dih.shared.unit_of_work import unit_of_work


def bar(person: Person, organisation_id: int, now: dt.datetime, application_id: int | None = None) -> None:
    """From `now` on the person is in conflict with the organisation, or with this application of it only."""
    with unit_of_work():
        db.session.add(
            Conflict(
                person_id=person.id,
                organisation_id=organisation_id,
                application_id=application_id,
                kind=ConflictKind.FAMILY,
                source=ConflictSource.DECLARED,
                note="Sora mea lucrează acolo",
                declared_at=now,
            )
        )
